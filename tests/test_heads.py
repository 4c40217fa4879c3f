"""Heads: split and merge, one head at a time, masks for all heads and for each."""

import frozen
import numpy as np
import pytest

from qkvlib import (
    causal_mask,
    merge_heads,
    multi_head_attention,
    padding_mask,
    scaled_dot_product_attention,
    split_heads,
)

EXAMPLE = (frozen.X, frozen.W_Q, frozen.W_K, frozen.W_V, np.eye(4))


def case(batch=(), n_q=3, n_k=5, seed=0):
    """Return x, the context, and matrices whose sizes all differ; three heads."""
    rng = np.random.default_rng(seed)
    shapes = [(*batch, n_q, 4), (*batch, n_k, 5), (4, 6), (5, 6), (5, 9), (9, 7)]
    x, context, *matrices = (rng.normal(size=shape) for shape in shapes)
    return x, context, matrices


def by_heads(x, context, matrices, num_heads, mask_of_head=lambda h: None, **options):
    """Specify multi-head attention: one head after the other, from its own columns."""
    w_q, w_k, w_v, w_o = matrices
    d_k, d_v = w_q.shape[1] // num_heads, w_v.shape[1] // num_heads
    output, weights = 0, []
    for h in range(num_heads):
        own_k, own_v = slice(h * d_k, (h + 1) * d_k), slice(h * d_v, (h + 1) * d_v)
        q, k, v = x @ w_q[:, own_k], context @ w_k[:, own_k], context @ w_v[:, own_v]
        head, weights_of_head = scaled_dot_product_attention(
            q, k, v, mask=mask_of_head(h), return_weights=True, **options
        )
        output = output + head @ w_o[own_v]
        weights.append(weights_of_head)
    return output, np.stack(weights, axis=-3)


def assert_same(got, expected):
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
def test_split_equals_the_loops_and_merge_undoes_it(batch):
    x = np.random.default_rng(0).normal(size=(*batch, 5, 6))
    pieces = split_heads(x, 3)
    assert pieces.shape == (*batch, 3, 5, 2)
    for h in range(3):
        for token in range(5):
            for c in range(2):
                np.testing.assert_array_equal(pieces[..., h, token, c], x[..., token, 2 * h + c])
    np.testing.assert_array_equal(merge_heads(pieces), x)


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
@pytest.mark.parametrize("is_causal", [False, True])
def test_equals_one_head_after_the_other(batch, is_causal):
    x, context, matrices = case(batch)
    expected = by_heads(x, context, matrices, 3, is_causal=is_causal)
    options = {"num_heads": 3, "context": context, "is_causal": is_causal}
    got = multi_head_attention(x, *matrices, **options, return_weights=True)
    assert got[0].shape == (*batch, 3, 7)
    assert got[1].shape == (*batch, 3, 3, 5)
    assert_same(got, expected)
    np.testing.assert_array_equal(multi_head_attention(x, *matrices, **options), got[0])


def test_one_head_is_plain_attention():
    x, *matrices, _ = EXAMPLE
    expected = scaled_dot_product_attention(*(x @ w for w in matrices))
    np.testing.assert_allclose(multi_head_attention(*EXAMPLE, num_heads=1), expected, atol=1e-12)


def test_without_context_a_sequence_attends_to_itself():
    got = multi_head_attention(*EXAMPLE, num_heads=2)
    expected = multi_head_attention(*EXAMPLE, num_heads=2, context=frozen.X)
    np.testing.assert_array_equal(got, expected)


def test_one_context_serves_a_batch_of_queries():
    x, _, matrices = case(batch=(2,))
    _, context, _ = case()
    got = multi_head_attention(x, *matrices, num_heads=3, context=context, return_weights=True)
    assert_same(got, by_heads(x, context, matrices, 3))


# Shape of x's batch, shape of the mask, and the part of the mask that head h sees.
MASKS = [
    ((), (3, 5), lambda mask, h: mask),
    ((), (5,), lambda mask, h: mask),
    ((), (3, 3, 5), lambda mask, h: mask[h]),  # as many axes as the weights: heads first
    ((), (3, 1, 5), lambda mask, h: mask[h]),
    ((2,), (3, 5), lambda mask, h: mask),
    ((2,), (2, 3, 5), lambda mask, h: mask),  # fewer axes: the batch, for all heads
    ((2,), (2, 1, 5), lambda mask, h: mask),
    ((2,), (2, 3, 3, 5), lambda mask, h: mask[:, h]),
    ((2,), (1, 3, 3, 5), lambda mask, h: mask[:, h]),
    ((3,), (3, 3, 5), lambda mask, h: mask),  # batch = num_heads: still the batch
    ((2, 3), (3, 3, 5), lambda mask, h: mask),
    ((2, 3), (2, 3, 1, 3, 5), lambda mask, h: mask[:, :, 0]),
]


@pytest.mark.parametrize(("batch", "shape", "of_head"), MASKS)
def test_mask_for_all_heads_or_for_each(batch, shape, of_head):
    x, context, matrices = case(batch)
    noise = np.random.default_rng(1).normal(size=shape)
    for mask in (noise, noise > 0):
        expected = by_heads(x, context, matrices, 3, lambda h, mask=mask: of_head(mask, h))
        got = multi_head_attention(
            x, *matrices, num_heads=3, context=context, mask=mask, return_weights=True
        )
        assert_same(got, expected)


def test_padding_and_causal_masks_together():
    x = np.random.default_rng(0).normal(size=(2, 4, 4))
    _, weights = multi_head_attention(
        x,
        *EXAMPLE[1:],
        num_heads=2,
        mask=padding_mask([4, 2], 4),
        is_causal=True,
        return_weights=True,
    )
    for b, length in enumerate([4, 2]):
        for h in range(2):
            allowed = causal_mask(4) & (np.arange(4) < length)
            np.testing.assert_array_equal(weights[b, h] > 0, allowed)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floating_dtypes_are_kept(dtype):
    arrays = [a.astype(dtype) for a in EXAMPLE]
    mask = np.zeros((4, 4))
    for result in multi_head_attention(*arrays, num_heads=2, mask=mask, return_weights=True):
        assert result.dtype == dtype


def test_empty_context_gives_zeros():
    output = multi_head_attention(*EXAMPLE, num_heads=2, context=np.ones((0, 4)))
    np.testing.assert_array_equal(output, np.zeros((4, 4)))


@pytest.mark.parametrize("batch", [(), (2, 3)])
def test_a_bias_is_one_more_row_of_its_matrix(batch):
    """With a feature that is always 1, a bias is that feature's row of the matrix."""
    rng = np.random.default_rng(0)
    x, context = rng.normal(size=(*batch, 3, 4)), rng.normal(size=(*batch, 5, 5))
    matrices = [rng.normal(size=shape) for shape in [(4, 6), (5, 6), (5, 9)]]
    biases = [rng.normal(size=w.shape[1]) for w in matrices]
    w_o, b_o = rng.normal(size=(9, 7)), rng.normal(size=7)
    with_one = [np.concatenate([a, np.ones((*a.shape[:-1], 1))], -1) for a in (x, context)]
    with_row = [np.vstack([w, b]) for w, b in zip(matrices, biases, strict=True)]
    options = {"num_heads": 3, "return_weights": True}
    output, weights = multi_head_attention(
        with_one[0], *with_row, w_o, context=with_one[1], **options
    )
    named = dict(zip(("b_q", "b_k", "b_v"), biases, strict=True))
    got = multi_head_attention(x, *matrices, w_o, context=context, b_o=b_o, **named, **options)
    assert_same(got, (output + b_o, weights))


@pytest.mark.parametrize("name", ["b_q", "b_k", "b_v", "b_o"])
def test_each_bias_does_something_of_its_own_but_that_of_the_keys(name):
    """A bias of the keys adds the same to all scores of a query, which softmax does not see."""
    bias = np.array([1.0, -2.0, 3.0, 0.5])
    change = np.abs(attend(**{name: bias}) - attend()).max()
    assert (change < 1e-12) == (name == "b_k")


def test_biases_keep_the_dtype():
    arrays = [a.astype(np.float32) for a in EXAMPLE]
    biases = {name: np.ones(4, np.float32) for name in ("b_q", "b_k", "b_v", "b_o")}
    assert multi_head_attention(*arrays, num_heads=2, **biases).dtype == np.float32


def attend(num_heads=2, **changes):
    arguments = dict(zip(("x", "w_q", "w_k", "w_v", "w_o"), EXAMPLE, strict=True)) | changes
    return multi_head_attention(**arguments, num_heads=num_heads)


ones = np.ones
ERRORS = [
    (
        lambda: split_heads(ones((2, 4)), 3),
        r"num_heads: 3 does not divide d_model = 4; expected one of 1, 2, 4",
    ),
    (lambda: split_heads(ones(4), 2), r"x: shape \(4,\); expected \(..., n, d_model\)"),
    (lambda: split_heads(ones((2, 0)), 1), r"x: shape \(2, 0\); .* d_model > 0"),
    (lambda: merge_heads(ones((2, 4))), r"x: .*\(..., num_heads, n, d_head\)"),
    (lambda: attend(3), r"num_heads: 3 does not divide w_q.shape\[-1\] = 4; .* 1, 2, 4"),
    (
        lambda: attend(w_v=ones((4, 3)), w_o=ones((3, 4))),
        r"num_heads: 2 does not divide w_v.shape\[-1\] = 3; expected one of 1, 3",
    ),
    (lambda: attend(w_q=ones((3, 4))), r"x, w_q: d_model is 4 in x .*, 3 in w_q"),
    (lambda: attend(w_k=ones((3, 4))), r"x, w_k: d_model is 4 in x .*, 3 in w_k"),
    (lambda: attend(w_v=ones((3, 4))), r"x, w_v: d_model is 4 in x .*, 3 in w_v"),
    (lambda: attend(w_k=ones((4, 2))), r"w_q, w_k: num_heads \* d_k is 4 .*, 2 in w_k"),
    (lambda: attend(w_o=ones((2, 4))), r"w_v, w_o: num_heads \* d_v is 4 .*, 2 in w_o"),
    (lambda: attend(context=ones((2, 3))), r"context, w_k: d_context is 3 .*, 4 in"),
    (
        lambda: attend(x=ones((2, 3, 4)), context=ones((3, 3, 4))),
        r"x, context, w_q, .*: shapes \(2, 3, 4\), \(3, 3, 4\), .* that broadcast",
    ),
    (lambda: attend(b_v=ones((4, 4))), r"b_v: shape \(4, 4\); expected \(4,\)"),
    (lambda: attend(mask=ones((3, 4))), r"mask: shape \(3, 4\); .* \(4, 4\)"),
    (lambda: attend(mask=ones((3, 4, 4))), r"mask: shape \(3, 4, 4\); .* \(2, 4, 4\)"),
    (lambda: attend(mask=ones((1, 1, 4, 4))), r"mask: shape \(1, 1, 4, 4\); .* \(4, 4\)"),
]


@pytest.mark.parametrize(("call", "message"), ERRORS, ids=[e[1] for e in ERRORS])
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match="^" + message):
        call()


def test_each_sentence_may_have_matrices_of_its_own():
    shapes = [(3, 4), (5, 5), (4, 6), (5, 6), (5, 9), (9, 7)]
    rng = np.random.default_rng(0)
    x, context, *matrices = (rng.normal(size=(2, *shape)) for shape in shapes)
    biases = {f"b_{name}": rng.normal(size=n) for name, n in zip("qkvo", (6, 6, 9, 7), strict=True)}
    got = multi_head_attention(x, *matrices, num_heads=3, context=context, **biases)
    for i in range(2):
        own = [matrix[i] for matrix in matrices]
        expected = multi_head_attention(x[i], *own, num_heads=3, context=context[i], **biases)
        np.testing.assert_allclose(got[i], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["b_q", "b_k", "b_v", "b_o"])
def test_a_bias_of_another_size_is_told_its_matrix(name):
    x, context, matrices = case()
    message = rf"{name}: shape \(1,\); expected .* one for each column of w_{name[-1]}$"
    with pytest.raises(ValueError, match=message):
        multi_head_attention(x, *matrices, num_heads=3, context=context, **{name: [1.0]})


def test_batch_axes_that_do_not_match_are_all_named():
    x, context, (w_q, w_k, w_v, w_o) = case(batch=(2,))
    with pytest.raises(ValueError, match=r"^x, context, w_q, w_k, w_v, w_o: shapes"):
        w_v = np.stack([w_v] * 3)
        multi_head_attention(x, w_q, w_k, w_v, w_o, num_heads=3, context=context)
