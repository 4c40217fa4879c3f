"""What may come next and what does: against the definitions, on random logits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qkvlib import next_word, softmax, top_k, top_p

LOGITS = arrays(float, st.integers(1, 12), elements=st.floats(-20, 20))


@given(LOGITS, st.data())
def test_top_k_keeps_the_largest_and_their_equals(logits, data):
    k = data.draw(st.integers(1, len(logits)))
    least = sorted(logits)[-k]
    expected = [value if value >= least else -np.inf for value in logits]
    np.testing.assert_array_equal(top_k(logits, k), expected)


@given(LOGITS, st.floats(0.01, 0.99))
def test_top_p_keeps_the_fewest_that_reach_p(logits, p):
    kept = top_p(logits, p) > -np.inf
    weights = softmax(logits)
    assert weights[kept].sum() >= p - 1e-9
    assert weights[kept].sum() - weights[kept].min() < p + 1e-9
    assert kept.all() or weights[kept].min() >= weights[~kept].max()
    np.testing.assert_array_equal(top_p(logits, p)[kept], logits[kept])


def test_all_may_come_where_p_is_1():
    logits = np.array([50.0, 0.0, -50.0])
    np.testing.assert_array_equal(top_p(logits, 1), logits)


def test_rows_are_independent_and_types_are_kept():
    logits = np.random.default_rng(0).normal(size=(2, 3, 9)).astype(np.float32)
    for rule, how in ((top_k, 4), (top_p, 0.7)):
        result = rule(logits, how)
        assert result.dtype == np.float32
        np.testing.assert_array_equal(result[1, 2], rule(logits[1, 2], how))


def shares(**how):
    rng = np.random.default_rng(0)
    drawn = [next_word(np.log([0.1, 0.6, 0.3]), seed=rng, **how) for _ in range(4000)]
    return np.bincount(drawn, minlength=3) / 4000


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, [0.1, 0.6, 0.3]),
        ({"k": 2}, [0, 2 / 3, 1 / 3]),
        ({"p": 0.5}, [0, 1, 0]),
        ({"p": 0.8}, [0, 2 / 3, 1 / 3]),
        ({"temperature": 0.5}, [1 / 46, 36 / 46, 9 / 46]),  # squares
        ({"temperature": 0}, [0, 1, 0]),
        ({"temperature": 1e-300}, [0, 1, 0]),
        ({"temperature": 0.5, "p": 0.8}, [0, 36 / 45, 9 / 45]),  # p is of what temperature leaves
    ],
)
def test_words_are_drawn_by_their_probability(how, expected):
    np.testing.assert_allclose(shares(**how), expected, atol=0.03)


def test_logits_without_a_word_are_refused():
    for bad in ([[0.0, 1.0]], [-np.inf, -np.inf]):
        with pytest.raises(ValueError, match=r"^logits: shape .* expected one row, not all -inf"):
            next_word(bad)
    with pytest.raises(ValueError, match=r"^p: 1.5; expected a number above 0, at most 1"):
        top_p([0.0], 1.5)
