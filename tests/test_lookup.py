"""Smoothing, kernel regression, hard and soft lookup: equal to loops, to limits, strict."""

import math

import frozen
import numpy as np
import pytest

from qkvlib import (
    attention_weights,
    hard_lookup,
    kernel_weights,
    project,
    scaled_dot_product_attention,
    smoothing_weights,
    soft_lookup,
)

ones = np.ones


def random(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def qkv(*batch, n_q=3, n_k=5, d_k=4, d_v=2):
    return random(*batch, n_q, d_k), random(*batch, n_k, d_k, seed=1), random(*batch, n_k, d_v)


# Equal to loops


def kernel_weights_by_loops(q, k, width):
    weights = np.zeros((len(q), len(k)))
    for i in range(len(q)):
        for j in range(len(k)):
            square = sum((a - b) ** 2 for a, b in zip(q[i], k[j], strict=True))
            weights[i, j] = math.exp(-square / (2 * width**2))
        weights[i] /= sum(weights[i])
    return weights


@pytest.mark.parametrize("width", [0.5, 1, 3.0])
def test_kernel_weights_equal_the_loops(width):
    q, k, _ = qkv(2)
    expected = [kernel_weights_by_loops(a, b, width) for a, b in zip(q, k, strict=True)]
    np.testing.assert_allclose(kernel_weights(q, k, width), expected, atol=1e-12)


def lookup_by_loops(q, k, v, sharpness):
    """Specify both: one value at a time; a sharpness of None takes the best key alone."""
    output = np.zeros((len(q), v.shape[1]))
    for i in range(len(q)):
        scores = [sum(a * b for a, b in zip(q[i], key, strict=True)) for key in k]
        if sharpness is None:
            output[i] = v[scores.index(max(scores))]
        else:
            scaled = [score / math.sqrt(len(q[i])) for score in scores]
            shares = [math.exp(sharpness * score) for score in scaled]
            for j in range(len(k)):
                output[i] += shares[j] / sum(shares) * v[j]
    return output


@pytest.mark.parametrize("sharpness", [0, 0.5, 1, 3])
def test_soft_lookup_equals_the_loops(sharpness):
    q, k, v = qkv(2)
    expected = [lookup_by_loops(*a, sharpness) for a in zip(q, k, v, strict=True)]
    np.testing.assert_allclose(soft_lookup(q, k, v, sharpness=sharpness), expected, atol=1e-12)


def test_hard_lookup_equals_the_loops():
    q, k, v = qkv(2)
    expected = [lookup_by_loops(*a, None) for a in zip(q, k, v, strict=True)]
    np.testing.assert_array_equal(hard_lookup(q, k, v), expected)


# What holds for all of them


def test_sharpness_is_1_unless_given():
    np.testing.assert_array_equal(soft_lookup(*qkv(2)), soft_lookup(*qkv(2), sharpness=1))


def test_every_row_of_weights_sums_to_one():
    q, k, v = qkv(2)
    for weights in (
        smoothing_weights(9, 2),
        kernel_weights(q, k, 0.3),
        hard_lookup(q, k, v, return_weights=True)[1],
        soft_lookup(q, k, v, return_weights=True)[1],
    ):
        assert (weights >= 0).all()
        np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-12)


def test_each_output_is_its_weights_times_the_values():
    q, k, v = qkv(2)
    for lookup in (hard_lookup, soft_lookup):
        output, weights = lookup(q, k, v, return_weights=True)
        np.testing.assert_allclose(output, weights @ v, atol=1e-12)


# Smoothing


def test_smoothing_knows_only_how_far_apart_positions_are():
    weights = smoothing_weights(9, 0.7)
    ratios = weights / np.diag(weights)[:, None]  # free of the row's own total
    for apart in range(-8, 9):
        expected = math.exp(-(apart**2) / (2 * 0.7**2))
        np.testing.assert_allclose(np.diag(ratios, apart), expected, rtol=1e-9)


def test_smoothing_goes_from_the_series_itself_to_its_mean():
    np.testing.assert_allclose(smoothing_weights(6, 0.01), np.eye(6), atol=1e-12)
    np.testing.assert_allclose(smoothing_weights(6, 1e6), 1 / 6, atol=1e-9)
    np.testing.assert_array_equal(smoothing_weights(1, 1), [[1.0]])


def test_smoothing_leaves_a_level_series_level_up_to_its_ends():
    np.testing.assert_allclose(smoothing_weights(7, 2) @ np.full(7, 3.5), 3.5)


# Kernel regression


def test_a_query_far_from_every_key_takes_the_nearest():
    np.testing.assert_array_equal(kernel_weights([[1e6]], [[0.0], [1.0]], 0.1), [[0.0, 1.0]])


def test_kernel_weights_of_keys_of_one_length_are_attention_weights():
    q, k, _ = qkv()
    k /= np.linalg.norm(k, axis=-1, keepdims=True)
    expected = attention_weights(q, k, scale=1 / 0.5**2)
    np.testing.assert_allclose(kernel_weights(q, k, 0.5), expected, atol=1e-12)


# Hard and soft


def test_a_dict_is_a_hard_lookup_of_one_hot_keys():
    v = random(4, 3)
    np.testing.assert_array_equal(hard_lookup(np.eye(4)[[2, 0]], np.eye(4), v), v[[2, 0]])


def test_soft_becomes_hard():
    q, k, v = qkv()
    np.testing.assert_allclose(soft_lookup(q, k, v, sharpness=1e4), hard_lookup(q, k, v))
    np.testing.assert_allclose(soft_lookup(q, k, v, sharpness=0)[1], v.mean(0))


def test_keys_that_tie_share():
    q, k, v = [[1.0, 0.0]], [[2.0, 5.0], [2.0, -5.0], [1.0, 0.0]], [[1.0], [3.0], [9.0]]
    np.testing.assert_array_equal(hard_lookup(q, k, v), [[2.0]])
    np.testing.assert_allclose(soft_lookup(q, k, v, sharpness=1e4), [[2.0]])


def test_attention_is_a_soft_lookup_of_sharpness_1():
    q, k, v = (project(frozen.X, w) for w in (frozen.W_Q, frozen.W_K, frozen.W_V))
    output, weights = soft_lookup(q, k, v, return_weights=True)
    np.testing.assert_array_equal(output, scaled_dot_product_attention(q, k, v))
    np.testing.assert_allclose(weights[2], [0.4591, 0.1436, 0.1263, 0.2710], atol=5e-5)


@pytest.mark.parametrize("lookup", [hard_lookup, soft_lookup])
def test_without_keys_there_is_nothing(lookup):
    output = lookup(*qkv(n_k=0))
    np.testing.assert_array_equal(output, np.zeros((3, 2)))


# dtypes, errors


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floating_dtypes_are_kept(dtype):
    q, k, v = (a.astype(dtype) for a in qkv())
    results = [
        kernel_weights(q, k, np.float64(2)),
        soft_lookup(q, k, v, sharpness=np.float64(2)),
        *hard_lookup(q, k, v, return_weights=True),
    ]
    assert [r.dtype for r in results] == [dtype] * len(results)


ERRORS = [
    (lambda: smoothing_weights(0, 1), ValueError, r"n: 0; expected an integer >= 1"),
    (lambda: smoothing_weights(2.0, 1), TypeError, r"n: 2.0; expected an integer"),
    (lambda: smoothing_weights(2, 0), ValueError, r"width: 0; expected a number above 0"),
    (lambda: smoothing_weights(2, -1), ValueError, r"width: -1; expected a number above 0"),
    (lambda: smoothing_weights(2, "1"), TypeError, r"width: '1'; expected a real number"),
    (lambda: smoothing_weights(2, math.nan), ValueError, r"width: nan; expected a finite number"),
    (lambda: kernel_weights([1.0], [[1.0]], 1), ValueError, r"q: shape \(1,\); expected"),
    (lambda: kernel_weights(ones((1, 2)), ones((1, 3)), 1), ValueError, r"q, k: d_k is 2"),
    (lambda: kernel_weights(ones((2, 1, 1)), ones((3, 1, 1)), 1), ValueError, r"q, k: shapes"),
    (lambda: kernel_weights([[0.0]], [[1.0]], 1e-200), ValueError, r"\(\(q - k\) / width\)²: over"),
    (lambda: kernel_weights([[-1e308]], [[1e308]], 1), ValueError, r"q - k: overflows float64"),
    (lambda: hard_lookup([[True]], [[1.0]], [[1.0]]), TypeError, r"q: dtype bool"),
    (lambda: hard_lookup([[1.0]], [[1.0]], ones((2, 1))), ValueError, r"k, v: n_k is 1"),
    (lambda: hard_lookup([[1.0]], [[1.0]], [[math.nan]]), ValueError, r"v: nan"),
    (
        lambda: hard_lookup([[1.0]], ones((2, 1, 1)), ones((3, 1, 1))),
        ValueError,
        r"q, k, v: shapes",
    ),
    (
        lambda: soft_lookup([[1.0]], [[1.0]], [[1.0]], sharpness=-1),
        ValueError,
        r"sharpness: -1; expected a number at least 0",
    ),
    (
        lambda: soft_lookup([[1.0]], [[1.0]], [[1.0]], sharpness=None),
        TypeError,
        r"sharpness: None; expected a real number",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_the_argument(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()
