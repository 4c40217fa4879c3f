"""What "The same in PyTorch" says and its code does; needs torch.

That other numbers agree as well, test_pytorch_cases.py shows.
"""

import doctest
import importlib.util
from pathlib import Path

import frozen
import numpy as np
import pytest

import qkvlib as qkv

torch = pytest.importorskip("torch")

FOLDER = Path(__file__).parents[1] / "book/reference/code"
FILES = sorted(FOLDER.glob("*.py"))
MATRICES = frozen.W_Q, frozen.W_K, frozen.W_V
W_O = np.random.default_rng(0).normal(size=(4, 4))
X = torch.tensor(frozen.X)


def load(name):
    spec = importlib.util.spec_from_file_location(f"reference_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


projections, one_head, several_heads, masks, decoding = map(
    load, ("projections", "one_head", "several_heads", "masks", "decoding")
)


def same(got, expected):
    assert tuple(got.shape) == np.shape(expected)
    np.testing.assert_allclose(got.detach().numpy(), expected, rtol=0, atol=1e-6)


@pytest.fixture
def qkv_arrays():
    return [qkv.project(frozen.X, w) for w in MATRICES]


@pytest.fixture
def module():
    return several_heads.from_matrices(*MATRICES, W_O, num_heads=2)


def heads(**options):
    return qkv.multi_head_attention(frozen.X, *MATRICES, W_O, num_heads=2, **options)


def tensors(arrays):
    return [torch.tensor(array) for array in arrays]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_the_docstrings_show_is_what_happens(file):
    failed, _ = doctest.testmod(load(file.stem))
    assert failed == 0


def test_projections(qkv_arrays):
    for got, expected in zip(projections.from_matrices(*MATRICES)(X), qkv_arrays, strict=True):
        same(got, expected)


def test_projections_of_other_widths():
    w_q, w_k, w_v = (np.random.default_rng(1).normal(size=(4, d)) for d in (3, 3, 5))
    q, k, v = projections.from_matrices(w_q, w_k, w_v)(X)
    for got, w in ((q, w_q), (k, w_k), (v, w_v)):
        same(got, qkv.project(frozen.X, w))
    assert projections.Projections(4, 3)(X.float())[2].shape == (4, 3)


def test_one_head(qkv_arrays):
    output, weights = qkv.scaled_dot_product_attention(*qkv_arrays, return_weights=True)
    same(one_head.attend(*tensors(qkv_arrays)), output)
    by_hand = one_head.attend_by_hand(*tensors(qkv_arrays))
    same(by_hand[0], output)
    same(by_hand[1], weights)


MASK = np.array([[1, 1, 0, 1], [0, 1, 1, 1], [1, 0, 0, 1], [0, 0, 1, 0]], dtype=bool)


def test_true_means_may_attend_for_the_function(qkv_arrays):
    expected = qkv.scaled_dot_product_attention(*qkv_arrays, mask=MASK)
    same(masks.function_with_mask(*tensors(qkv_arrays), torch.tensor(MASK)), expected)


def test_integer_masks_are_refused(qkv_arrays):
    with pytest.raises(RuntimeError, match="bool"):
        one_head.attend(*tensors(qkv_arrays), attn_mask=torch.tensor(MASK).long())


def test_causal_and_a_mask_must_be_combined_by_hand(qkv_arrays):
    given = torch.tensor(MASK)
    with pytest.raises(RuntimeError, match="is_causal"):
        one_head.attend(*tensors(qkv_arrays), attn_mask=given, is_causal=True)
    expected = qkv.scaled_dot_product_attention(*qkv_arrays, mask=MASK, is_causal=True)
    combined = given & torch.tensor(qkv.causal_mask(4))
    same(masks.function_with_mask(*tensors(qkv_arrays), combined), expected)


def test_true_means_may_not_attend_for_the_module(module):
    same(masks.module_with_mask(module, X[None], torch.tensor(MASK))[0], heads(mask=MASK))
    not_inverted, _ = module(X[None], X[None], X[None], attn_mask=torch.tensor(MASK))
    same(not_inverted[0], heads(mask=~MASK))


def test_padding_masks_mark_what_is_ignored(module):
    lengths = [2, 4]
    expected = np.stack([heads(mask=qkv.padding_mask(length, 4)) for length in lengths])
    same(masks.module_with_padding(module, torch.stack([X, X]), lengths), expected)


def test_several_heads_and_their_weights(module):
    output, weights = heads(return_weights=True)
    got, each = module(X[None], X[None], X[None], average_attn_weights=False)
    same(got[0], output)
    same(each[0], weights)
    same(module(X[None], X[None], X[None])[1][0], weights.mean(0))
    assert module(X[None], X[None], X[None], need_weights=False)[1] is None


def test_the_module_holds_the_transposes_one_below_the_other(module):
    stacked = np.concatenate([w.T for w in MATRICES])
    same(module.in_proj_weight, stacked)
    same(module.out_proj.weight, W_O.T)


def test_defaults_of_the_module_that_surprise():
    plain = torch.nn.MultiheadAttention(4, 2)
    assert plain.in_proj_bias is not None
    assert plain.batch_first is False
    x = torch.zeros(3, 2, 4)
    with pytest.raises(RuntimeError, match="attn_mask"):
        plain(x, x, x, is_causal=True)


def test_nothing_to_attend_to(module, qkv_arrays):
    nothing = torch.zeros(4, 4, dtype=torch.bool)
    same(masks.function_with_mask(*tensors(qkv_arrays), nothing), np.zeros((4, 4)))
    assert masks.module_with_mask(module, X[None], nothing).isnan().all()
    quick, _ = module(X[None], X[None], X[None], attn_mask=~nothing, need_weights=False)
    same(quick[0], np.zeros((4, 4)))


def of_heads(n=7, heads=4, kv_heads=2, d=3):
    rng = np.random.default_rng(2)
    return [rng.normal(size=(2, h, n, d)) for h in (heads, kv_heads, kv_heads)]


@pytest.mark.parametrize("sizes", [[7], [4, 1, 2], [1] * 7])
def test_decoding_in_pieces_is_causal_attention_with_shared_heads(sizes):
    arrays = of_heads()
    expected = qkv.grouped_query_attention(*arrays, is_causal=True)
    same(decoding.in_pieces(*tensors(arrays), sizes), expected)


def test_the_last_tokens_need_the_bottom_right():
    q, k, v = of_heads()
    arrays = q[:, :, 5:], k, v
    expected = qkv.grouped_query_attention(*arrays, is_causal=True, q_start=5)
    same(decoding.attend(*tensors(arrays)), expected)
    top_left = one_head.attend(*tensors(arrays), is_causal=True, enable_gqa=True)
    same(top_left, qkv.grouped_query_attention(*arrays, is_causal=True))
    assert abs(top_left.numpy() - expected).max() > 0.1


def test_one_new_token_sees_everything():
    q, k, v = of_heads()
    arrays = q[:, :, 6:], k, v
    same(decoding.attend(*tensors(arrays)), qkv.grouped_query_attention(*arrays))


def test_heads_are_shared_only_if_asked():
    with pytest.raises(RuntimeError, match="size"):
        one_head.attend(*tensors(of_heads()))
