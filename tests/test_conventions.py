"""What the page of conventions says of JAX and ONNX; each part needs the library it is about."""

import numpy as np
import pytest

import qkvlib as qkv
from qkvlib import examples as ex

Q, K, V = (qkv.project(ex.X, w) for w in (ex.W_Q, ex.W_K, ex.W_V))
MASK = np.array([[1, 1, 0, 1], [0, 1, 1, 1], [1, 0, 0, 1], [0, 0, 1, 0]], dtype=bool)
ADDED = np.linspace(-1, 1, 16).reshape(4, 4)
NOTHING = np.zeros((4, 4), dtype=bool)


def jax_attention(q, k, v, **options):
    """One head of jax.nn.dot_product_attention, whose heads follow the tokens."""
    nn = pytest.importorskip("jax.nn")
    arrays = (array[None, :, None].astype(np.float32) for array in (q, k, v))
    options = {n: o[None, None] if isinstance(o, np.ndarray) else o for n, o in options.items()}
    return np.asarray(nn.dot_product_attention(*arrays, **options))[0, :, 0]


def onnx_attention(q, k, v, attn_mask=None, opset=23, **options):
    """The operator Attention, as ONNX's own reference evaluator computes it."""
    onnx = pytest.importorskip("onnx")
    from onnx import helper
    from onnx.reference import ReferenceEvaluator

    inputs = {"q": q, "k": k, "v": v} | ({} if attn_mask is None else {"attn_mask": attn_mask})

    def info(name, array, shape):
        return helper.make_tensor_value_info(
            name, helper.np_dtype_to_tensor_dtype(array.dtype), shape
        )

    graph = helper.make_graph(
        [helper.make_node("Attention", list(inputs), ["output"], **options)],
        "attention",
        [info(name, array, array.shape) for name, array in inputs.items()],
        [info("output", q, [None] * q.ndim)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    onnx.checker.check_model(model)
    return ReferenceEvaluator(model).run(None, inputs)[0]


def onnx_head(q, k, v, **options):
    return onnx_attention(q[None, None], k[None, None], v[None, None], **options)[0, 0]


def same(got, expected):
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6)


HEADS = pytest.mark.parametrize(
    ("head", "boolean", "added"),
    [(jax_attention, "mask", "bias"), (onnx_head, "attn_mask", "attn_mask")],
    ids=["jax", "onnx"],
)


@HEADS
def test_same_numbers(head, boolean, added):
    same(head(Q, K, V), qkv.scaled_dot_product_attention(Q, K, V))
    same(head(Q, K, V, scale=0.3), qkv.scaled_dot_product_attention(Q, K, V, scale=0.3))


@HEADS
def test_true_means_may_attend_and_floats_are_added(head, boolean, added):
    expected = qkv.scaled_dot_product_attention(Q, K, V, mask=MASK)
    same(head(Q, K, V, **{boolean: MASK}), expected)
    expected = qkv.scaled_dot_product_attention(Q, K, V, mask=ADDED)
    same(head(Q, K, V, **{added: ADDED}), expected)


@HEADS
def test_causal_and_a_mask_both_hold(head, boolean, added):
    allowed = MASK | np.eye(4, dtype=bool)  # leaves each query a key under the causal mask too
    expected = qkv.scaled_dot_product_attention(Q, K, V, mask=allowed, is_causal=True)
    same(head(Q, K, V, is_causal=True, **{boolean: allowed}), expected)


@HEADS
@pytest.mark.parametrize(("n_q", "n_k"), [(2, 4), (4, 2)])
def test_causal_is_aligned_at_the_top_left(head, boolean, added, n_q, n_k):
    arrays = Q[:n_q], K[:n_k], V[:n_k]
    expected = qkv.scaled_dot_product_attention(*arrays, is_causal=True)
    same(head(*arrays, is_causal=True), expected)


def test_jax_averages_all_values_if_there_is_nothing_to_attend_to():
    same(jax_attention(Q, K, V, mask=NOTHING), np.tile(V.mean(0), (4, 1)))


def test_jax_refuses_values_of_another_width_and_floating_masks():
    with pytest.raises(ValueError, match="value shape"):
        jax_attention(Q, K, V[:, :3])
    with pytest.raises(ValueError, match="mask dtype"):
        jax_attention(Q, K, V, mask=ADDED)


def test_jax_takes_one_sentence_without_a_batch_axis():
    nn = pytest.importorskip("jax.nn")
    got = nn.dot_product_attention(*(a[:, None].astype(np.float32) for a in (Q, K, V)))
    same(np.asarray(got)[:, 0], qkv.scaled_dot_product_attention(Q, K, V))


def test_onnx_gives_zeros_if_there_is_nothing_to_attend_to():
    same(onnx_head(Q, K, V, attn_mask=NOTHING), np.zeros((4, 4)))


def test_onnx_takes_values_of_another_width():
    same(onnx_head(Q, K, V[:, :3]), qkv.scaled_dot_product_attention(Q, K, V[:, :3]))


def test_onnx_cuts_three_axes_into_heads():
    arrays = (array[None] for array in (Q, K, V))
    got = onnx_attention(*arrays, q_num_heads=2, kv_num_heads=2)[0]
    matrices = ex.W_Q, ex.W_K, ex.W_V, np.eye(4)
    same(got, qkv.multi_head_attention(ex.X, *matrices, num_heads=2))


def test_onnx_shares_keys_and_values_among_heads():
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=(1, heads, 3, 8)) for heads in (4, 2, 2))
    shared = (np.repeat(array, 2, axis=1) for array in (k, v))
    same(onnx_attention(q, k, v), qkv.scaled_dot_product_attention(q, *shared))
