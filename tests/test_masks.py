"""Masks: polarity, alignment, shapes, and what may not be a mask."""

import math

import numpy as np
import pytest

from qkvlib import apply_mask, attention_weights, causal_mask, padding_mask, sliding_window_mask

INF = math.inf


@pytest.mark.parametrize("n_q", range(4))
@pytest.mark.parametrize("n_k", range(4))
@pytest.mark.parametrize("q_start", range(3))
def test_causal_mask_equals_the_loops(n_q, n_k, q_start):
    expected = np.zeros((n_q, n_k), bool)
    for i in range(n_q):
        for j in range(n_k):
            expected[i, j] = j <= q_start + i
    mask = causal_mask(n_q, n_k, q_start=q_start)
    assert mask.dtype == bool
    np.testing.assert_array_equal(mask, expected)
    own = causal_mask(n_q, q_start=q_start)
    np.testing.assert_array_equal(own, causal_mask(n_q, q_start + n_q, q_start=q_start))
    np.testing.assert_array_equal(causal_mask(n_q, n_k), causal_mask(n_q, n_k, q_start=0))


@pytest.mark.parametrize("n_q", range(5))
@pytest.mark.parametrize("n_k", range(5))
@pytest.mark.parametrize("window", [1, 2, 3, 9])
@pytest.mark.parametrize("where", [{}, {"q_start": 2}, {"sink": 1}, {"sink": 2, "q_start": 3}])
def test_sliding_window_mask_equals_the_loops(n_q, n_k, window, where):
    expected = np.zeros((n_q, n_k), bool)
    for i in range(n_q):
        place = i + where.get("q_start", 0)
        for j in range(max(0, place - window + 1), min(n_k, place + window)):
            expected[i, j] = True
    expected[:, : where.get("sink", 0)] = True
    mask = sliding_window_mask(n_q, n_k, window=window, **where)
    assert mask.dtype == bool
    np.testing.assert_array_equal(mask, expected)
    own, n_own = sliding_window_mask(n_q, window=window, **where), n_q + where.get("q_start", 0)
    np.testing.assert_array_equal(own, sliding_window_mask(n_q, n_own, window=window, **where))


def test_a_causal_window_holds_the_last_keys():
    mask = causal_mask(6) & sliding_window_mask(6, window=3)
    np.testing.assert_array_equal(mask.sum(1), [1, 2, 3, 3, 3, 3])


def test_causal_weights_stay_when_a_later_key_changes():
    q, k = np.random.default_rng(0).normal(size=(2, 4, 3))
    before = attention_weights(q, k, is_causal=True)
    np.testing.assert_array_equal(before, attention_weights(q, k, mask=causal_mask(4)))
    k[3] += 1
    after = attention_weights(q, k, is_causal=True)
    np.testing.assert_array_equal(before[:3], after[:3])
    assert not np.allclose(before[3], after[3])


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ([[True, False], [False, True]], [[1, -INF], [-INF, 4]]),
        ([True, False], [[1, -INF], [3, -INF]]),
        ([[0.5, -INF], [0.0, 1.0]], [[1.5, -INF], [3, 5]]),
        (1.0, [[2, 3], [4, 5]]),
    ],
)
def test_apply_mask(mask, expected):
    np.testing.assert_array_equal(apply_mask([[1, 2], [3, 4]], mask), expected)


def test_one_new_token_sees_the_last_keys():
    np.testing.assert_array_equal(
        sliding_window_mask(1, 6, window=2, q_start=5), [[False] * 4 + [True] * 2]
    )


def test_masks_combine_one_after_the_other():
    scores = np.zeros((2, 3))
    both = apply_mask(apply_mask(scores, causal_mask(2, 3)), padding_mask(1, 3))
    np.testing.assert_array_equal(both, apply_mask(scores, causal_mask(2, 3) & padding_mask(1, 3)))
    np.testing.assert_array_equal(scores, np.zeros((2, 3)))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_apply_mask_keeps_the_dtype_of_the_scores(dtype):
    scores = np.zeros(2, dtype)
    for mask in ([True, False], [0.0, -INF]):
        masked = apply_mask(scores, np.array(mask))
        assert masked.dtype == dtype
        np.testing.assert_array_equal(masked, [0, -INF])


def test_a_floating_mask_below_the_range_of_the_scores_forbids():
    masked = apply_mask(np.zeros(2, np.float16), np.array([0.0, -1e300]))
    np.testing.assert_array_equal(masked, [0, -INF])


def test_there_may_be_no_keys():
    assert padding_mask([0, 0], 0).shape == (2, 1, 0)
    assert causal_mask(3, 0).shape == sliding_window_mask(3, 0, window=1).shape == (3, 0)


ERRORS = [
    (lambda: causal_mask(-1), ValueError, r"n_q: -1; expected an integer >= 0"),
    (lambda: causal_mask(2, 1.0), TypeError, r"n_k: 1.0; expected an integer >= 0"),
    (lambda: causal_mask(True), TypeError, r"n_q: True; expected an integer"),
    (lambda: sliding_window_mask(3, window=0), ValueError, r"window: 0; expected an integer >= 1"),
    (lambda: causal_mask(2, q_start=-1), ValueError, r"q_start: -1; expected an integer >= 0"),
    (lambda: sliding_window_mask(3, window=1, sink=-1), ValueError, r"sink: -1; expected an int"),
    (lambda: sliding_window_mask(3, window=1, q_start=1.5), TypeError, r"q_start: 1.5; expected"),
    (lambda: sliding_window_mask(-1, window=1), ValueError, r"n_q: -1; expected"),
    (lambda: apply_mask([0.0], [1]), TypeError, r"mask: dtype int64 is ambiguous .*bool"),
    (lambda: apply_mask([0.0], [None]), TypeError, r"mask: dtype object; expected bool or float"),
    (lambda: apply_mask([0.0], ["no"]), TypeError, r"mask: dtype <U2; expected bool or floating"),
    (lambda: apply_mask([0.0], [1j]), TypeError, r"mask: dtype complex128; expected bool"),
    (lambda: apply_mask([0.0], [math.nan]), ValueError, r"mask: nan at index \(0,\); expected"),
    (lambda: apply_mask([0.0], [INF]), ValueError, r"mask: inf at index \(0,\); expected"),
    (lambda: apply_mask([math.nan], [True]), ValueError, r"scores: nan at index \(0,\)"),
    (lambda: apply_mask([1e308], [1.7e308]), ValueError, r"mask: scores \+ mask overflows float64"),
    (
        lambda: apply_mask([[0.0], [0.0]], [True, False]),
        ValueError,
        r"mask: shape \(2,\); expected a shape that broadcasts to \(2, 1\)",
    ),
    (
        lambda: apply_mask(np.array([-INF], np.float16), [1e300]),
        ValueError,
        r"mask: scores \+ mask overflows float16",
    ),
    (lambda: apply_mask([0.0], [[[True]]]), ValueError, r"mask: shape \(1, 1, 1\); expected"),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_the_argument(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()
