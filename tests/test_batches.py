"""Masks of several sentences: padding on either side, packed rows, the axis of heads."""

import numpy as np
import pytest

from qkvlib import (
    attention_weights,
    causal_mask,
    multi_head_attention,
    packing_mask,
    padding_mask,
    prefix_mask,
    scaled_dot_product_attention,
)


@pytest.mark.parametrize("lengths", [2, [0, 1, 3], [[1, 2], [3, 0]], np.array([3, 1], np.uint8)])
@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("heads_axis", [False, True])
def test_padding_mask_equals_the_loops(lengths, side, heads_axis):
    lengths = np.array(lengths)
    mask = padding_mask(lengths, 3, side=side, heads_axis=heads_axis)
    assert mask.dtype == bool
    assert mask.shape == (*lengths.shape, *[1] * (1 + heads_axis), 3)
    for index in np.ndindex(lengths.shape):
        for j in range(3):
            real = j < lengths[index] if side == "right" else j >= 3 - lengths[index]
            assert mask[index].ravel()[j] == real
    assert (padding_mask(lengths, 3) == padding_mask(lengths, 3, side="right")).all()


def test_padding_mask_serves_as_mask():
    q, k = np.random.default_rng(0).normal(size=(2, 2, 3, 4))
    weights = attention_weights(q, k, mask=padding_mask([1, 2], 3))
    np.testing.assert_array_equal(weights[0], [[1, 0, 0]] * 3)
    np.testing.assert_array_equal(weights[1, :, 2], np.zeros(3))
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-12)


def texts():
    """Three tokens and two: q, k and v of shape (heads, n, d)."""
    rng = np.random.default_rng(0)
    return [rng.normal(size=(3, 2, n, 4)) for n in (3, 2)]


@pytest.mark.parametrize("side", ["right", "left"])
def test_as_many_sentences_as_heads_and_each_keeps_its_own_padding(side):
    """With two heads and two sentences, a mask without an axis of heads would fit, wrongly."""
    long, short = texts()
    room = ((0, 0), (0, 0), (0, 1) if side == "right" else (1, 0), (0, 0))
    q, k, v = np.stack([long, np.pad(short, room)], axis=1)
    assert q.shape == (2, 2, 3, 4)
    mask = padding_mask([3, 2], 3, side=side, heads_axis=True)
    got = scaled_dot_product_attention(q, k, v, mask=mask)
    real = slice(0, 2) if side == "right" else slice(1, 3)
    np.testing.assert_allclose(got[0], scaled_dot_product_attention(*long), atol=1e-12)
    np.testing.assert_allclose(got[1][:, real], scaled_dot_product_attention(*short), atol=1e-12)
    without = scaled_dot_product_attention(q, k, v, mask=padding_mask([3, 2], 3, side=side))
    assert not np.allclose(without[1], got[1])


@pytest.mark.parametrize("is_causal", [False, True])
def test_sentences_packed_into_one_row_do_not_see_one_another(is_causal):
    long, short = texts()
    q, k, v = np.concatenate([long, short], axis=-2)
    mask = packing_mask([0, 0, 0, 1, 1])
    got = scaled_dot_product_attention(q, k, v, mask=mask, is_causal=is_causal)
    for rows, own in ((slice(3), long), (slice(3, 5), short)):
        expected = scaled_dot_product_attention(*own, is_causal=is_causal)
        np.testing.assert_allclose(got[:, rows], expected, atol=1e-12)


def test_packing_mask_equals_the_loops():
    q_parts, k_parts = np.array([[0, 1, 1], [2, 2, 0]]), np.array([0, 0, 1, 2])
    mask = packing_mask(q_parts, k_parts)
    assert mask.dtype == bool and mask.shape == (2, 3, 4)
    for row, i, j in np.ndindex(2, 3, 4):
        assert mask[row, i, j] == (q_parts[row, i] == k_parts[j])
    np.testing.assert_array_equal(packing_mask(q_parts, k_parts, heads_axis=True)[:, 0], mask)
    np.testing.assert_array_equal(packing_mask(k_parts), packing_mask(k_parts, k_parts))


def test_heads_get_the_axis_by_themselves():
    x, w = np.random.default_rng(0).normal(size=(2, 3, 4)), np.eye(4)
    parts = [[0, 0, 1], [0, 1, 1]]
    for mask, with_heads in (
        (padding_mask([3, 2], 3), padding_mask([3, 2], 3, heads_axis=True)),
        (packing_mask(parts), packing_mask(parts, heads_axis=True)),
        (prefix_mask(3, prefix=[1, 2]), prefix_mask(3, prefix=[1, 2], heads_axis=True)),
    ):
        one, other = (
            multi_head_attention(x, w, w, w, w, num_heads=2, mask=m) for m in (mask, with_heads)
        )
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("q_start", [0, 2])
@pytest.mark.parametrize("prefix", [0, 2, 5, [1, 4]])
def test_prefix_mask_equals_the_loops(prefix, q_start):
    mask, lengths = prefix_mask(3, 5, prefix=prefix, q_start=q_start), np.array(prefix)
    assert mask.dtype == bool and mask.shape == (*lengths.shape, 3, 5)
    for index in np.ndindex(lengths.shape):
        for i in range(3):
            for j in range(5):
                assert mask[(*index, i, j)] == (j <= q_start + i or j < lengths[index])


def test_without_a_prefix_it_is_causal():
    np.testing.assert_array_equal(prefix_mask(3, prefix=0, q_start=1), causal_mask(3, q_start=1))
    assert prefix_mask(2, prefix=1, heads_axis=True).shape == (1, 2, 2)


ERRORS = [
    (lambda: padding_mask([4], 3), ValueError, r"lengths: 4; expected .* 0 to 3"),
    (lambda: padding_mask([-1], 3), ValueError, r"lengths: -1; expected"),
    (lambda: padding_mask([1.0], 3), TypeError, r"lengths: dtype float64; expected integers"),
    (lambda: padding_mask([True], 3), TypeError, r"lengths: dtype bool; expected integers"),
    (lambda: padding_mask([[1], [1, 2]], 3), ValueError, r"lengths: rows of unequal length"),
    (lambda: padding_mask([1], "3"), TypeError, r"n_k: '3'; expected an integer"),
    (lambda: padding_mask([1], -1), ValueError, r"n_k: -1; expected an integer >= 0"),
    (
        lambda: padding_mask([1], 3, side="top"),
        ValueError,
        "side: 'top'; expected 'right' or 'left'",
    ),
    (lambda: padding_mask([1], 3, heads_axis=2), TypeError, "heads_axis: 2; expected True or"),
    (lambda: packing_mask(1), ValueError, "q_parts: 1; expected one number for each token"),
    (lambda: packing_mask([0], 1), ValueError, "k_parts: 1; expected one number for each token"),
    (lambda: packing_mask([0.0]), TypeError, "q_parts: dtype float64; expected integers"),
    (lambda: packing_mask([-1]), ValueError, "q_parts: -1; expected integers >= 0"),
    (lambda: packing_mask([0], [-2]), ValueError, "k_parts: -2; expected integers >= 0"),
    (
        lambda: packing_mask([[0], [1]], [[0], [1], [1]]),
        ValueError,
        r"q_parts, k_parts: shapes \(2, 1\), \(3, 1\); expected batch axes .* last 1\)",
    ),
    (lambda: prefix_mask(2, prefix=3), ValueError, "prefix: 3; expected integers from 0 to 2"),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_the_argument(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()
