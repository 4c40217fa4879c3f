"""What the page of conventions says of JAX; needs jax.

What it says of PyTorch and ONNX, test_pytorch.py, test_pytorch_cases.py and test_onnx.py show.
"""

import frozen
import numpy as np
import pytest

import qkvlib as qkv

nn = pytest.importorskip("jax.nn")

Q, K, V = (qkv.project(frozen.X, w) for w in (frozen.W_Q, frozen.W_K, frozen.W_V))
MASK = np.array([[1, 1, 0, 1], [0, 1, 1, 1], [1, 0, 0, 1], [0, 0, 1, 0]], dtype=bool)
ADDED = np.linspace(-1, 1, 16).reshape(4, 4)
NOTHING = np.zeros((4, 4), dtype=bool)


def jax_attention(q, k, v, **options):
    """One head of jax.nn.dot_product_attention, whose heads follow the tokens."""
    arrays = (array[None, :, None].astype(np.float32) for array in (q, k, v))
    options = {n: o[None, None] if isinstance(o, np.ndarray) else o for n, o in options.items()}
    return np.asarray(nn.dot_product_attention(*arrays, **options))[0, :, 0]


def same(got, expected):
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6)


def test_same_numbers():
    same(jax_attention(Q, K, V), qkv.scaled_dot_product_attention(Q, K, V))
    expected = qkv.scaled_dot_product_attention(Q, K, V, scale=0.3)
    same(jax_attention(Q, K, V, scale=0.3), expected)


def test_true_means_may_attend_and_floats_are_added():
    expected = qkv.scaled_dot_product_attention(Q, K, V, mask=MASK)
    same(jax_attention(Q, K, V, mask=MASK), expected)
    expected = qkv.scaled_dot_product_attention(Q, K, V, mask=ADDED)
    same(jax_attention(Q, K, V, bias=ADDED), expected)


def test_causal_and_a_mask_both_hold():
    allowed = MASK | np.eye(4, dtype=bool)  # leaves each query a key under the causal mask too
    expected = qkv.scaled_dot_product_attention(Q, K, V, mask=allowed, is_causal=True)
    same(jax_attention(Q, K, V, is_causal=True, mask=allowed), expected)


@pytest.mark.parametrize(("n_q", "n_k"), [(2, 4), (4, 2)])
def test_causal_is_aligned_at_the_top_left(n_q, n_k):
    arrays = Q[:n_q], K[:n_k], V[:n_k]
    expected = qkv.scaled_dot_product_attention(*arrays, is_causal=True)
    same(jax_attention(*arrays, is_causal=True), expected)


def test_nothing_to_attend_to_gives_the_mean_of_all_values():
    same(jax_attention(Q, K, V, mask=NOTHING), np.tile(V.mean(0), (4, 1)))


def test_values_of_another_width_and_floating_masks_are_refused():
    with pytest.raises(ValueError, match="value shape"):
        jax_attention(Q, K, V[:, :3])
    with pytest.raises(ValueError, match="mask dtype"):
        jax_attention(Q, K, V, mask=ADDED)


def test_one_sentence_without_a_batch_axis():
    got = nn.dot_product_attention(*(a[:, None].astype(np.float32) for a in (Q, K, V)))
    same(np.asarray(got)[:, 0], qkv.scaled_dot_product_attention(Q, K, V))
