"""Slips that are named in any exercise, though none of its mistakes is the slip."""

import numpy as np
import pytest

from qkvlib.checks.softmax import SOFTMAX
from qkvlib.checks.verdict import Exercise

X = np.array([[0.7, -1.2, 2.5], [1.3, 0.4, -0.6]])
ROWS = Exercise(lambda x: 2 * x, [{"x": X}], {}, "right.")
THIRDS = Exercise(lambda x: x / 3, [{"x": X}], {}, "right.")
SHARES = Exercise(lambda x: _shares(x), [{"x": X}], {}, "right.")
WEIGHTS = Exercise(lambda x: _shares(x), [{"x": np.vstack([X, [[0.2, 0.5, 1.1]]])}], {}, "right.")
HIDDEN = Exercise(lambda x: np.where(x > 0, x, -np.inf), [{"x": X}], {}, "right.")
SQUARE = Exercise(lambda x: x @ x.T + [[0, 1], [2, 3]], [{"x": X}], {}, "right.")
BOTH = Exercise(lambda a, b: a + b, [{"a": X, "b": X**2}], {}, "right.")
SUM = Exercise(
    lambda a, b: a @ b,
    [{"a": np.array([1.0, 2.0, 4.0]), "b": np.array([0.5, -1.0, 0.25])}],
    {},
    "right.",
)
BATCH = Exercise(lambda x: x.sum(-1), [{"x": X}, {"x": np.stack([X, -X])}], {}, "right.")


def _shares(x, axis=-1):
    terms = np.exp(x)
    return terms / terms.sum(axis, keepdims=True)


def returned_inside(a, b):
    total = 0
    for i in range(len(a)):
        total += a[i] * b[i]
        return total


def overwritten(a, b):
    for i in range(len(a)):
        total = a[i] * b[i]
    return total


def filled(rows):
    """Fill only these rows."""

    def function(x):
        result = np.zeros(x.shape)
        for i in rows:
            result[i] = 2 * x[i]
        return result

    return function


@pytest.mark.parametrize(
    ("exercise", "function", "says"),
    [
        (SUM, returned_inside, "only the first of 3 counts: `return`"),
        (SUM, overwritten, "only the last of 3 counts: in the loop, = seems"),
        (SUM, lambda a, b: a[:-1] @ b[:-1], "the last of 3 is missing"),
        (SUM, lambda a, b: a[1:] @ b[1:], "the first of 3 is missing"),
        (ROWS, filled([0]), "only the first row is there: `return`"),
        (ROWS, filled([1]), "only the last row is there"),
        (ROWS, lambda x: 2 * x[0], "only the first row is there"),
        (ROWS, lambda x: 2 * x[:, -1], "only the last column is there"),
        (ROWS, lambda x: 2 * x[:1], "the first of 2 counts|the last row is missing"),
        (ROWS, lambda x: 2 * x[::-1], "each row is right, but the last stands first"),
        (ROWS, lambda x: 2 * np.roll(x, 1, 1), "each column is right, but stands one place"),
        (ROWS, lambda x: -2 * x, "the sign is turned"),
        (ROWS, lambda x: 2 * abs(x), "the minus signs are gone"),
        (ROWS, lambda x: 2 * np.maximum(x, 0), "below 0 became 0"),
        (ROWS, lambda x: np.trunc(2 * x), "digits after the point are cut off"),
        (THIRDS, lambda x: np.round(x / 3, 2), "rounded to 2 digits"),
        (ROWS, lambda x: x, "every number is 0.5 times"),
        (ROWS, lambda x: 2 * x + 0.25, r"every number is \+0.25 off"),
        (ROWS, lambda x: 2 * x * np.nan, "nan came out"),
        (ROWS, lambda x: 2 * X + 1e-3, "the same whatever is in the arguments"),
        (ROWS, lambda x: (2 * x).sum(0), "added up over each row"),
        (ROWS, lambda x: (2 * x).mean(1), "averaged over each column"),
        (ROWS, lambda x: (2 * x).reshape(3, 2), r"the shape is \(3, 2\), and should be \(2, 3\)"),
        (BOTH, lambda a, b: 2 * b, "the same whatever is in a"),
        (SQUARE, lambda x: (x @ x.T + [[0, 1], [2, 3]]).T, "rows and columns have changed"),
        (SHARES, lambda x: _shares(x, 0), "the columns sum to 1, and the rows should"),
        (SHARES, lambda x: _shares(x, None), "all weights together sum to 1"),
        (WEIGHTS, lambda x: np.exp(x) / np.exp(x).sum(-1), "Keep the axis"),
        (SHARES, lambda x: _shares(x) + X**2, "One of yours sums to"),
        (HIDDEN, lambda x: np.where(x > 0, x, np.finfo(float).min), "not hidden for sure"),
        (HIDDEN, lambda x: np.where(x > 0, x, -100), "not hidden for sure"),
        (HIDDEN, lambda x: np.where(x > 0, x, -1), "what must be hidden is not"),
        (BATCH, lambda x: x.sum(1), "right without a batch axis"),
        (SOFTMAX, lambda scores: np.exp(scores) ** 1.0 / np.exp(scores).sum(), "overflows"),
    ],
)
def test_a_slip_is_named(exercise, function, says):
    verdict = exercise.check(function)
    assert not verdict
    assert any(one.replace("\\", "") in verdict.message for one in says.split("|")), verdict


def test_a_coincidence_in_one_input_is_no_slip():
    """Here the last product alone happens to be the positive part of the sum."""
    other = {"a": np.array([0.5, -2.0]), "b": np.array([3.0, 1.0])}
    exercise = Exercise(SUM.answer, [{"a": X[0], "b": np.array([-1.0, 1, 0])}, other], {}, "right.")
    said = exercise.check(lambda a, b: max(a @ b, 0)).message
    assert "below 0 became 0" in said, said


def test_what_is_right_for_some_inputs_only_is_told_so():
    other = {"x": np.array([[0.3, 1.0, -0.2]] * 3)}
    exercise = Exercise(lambda x: x - len(x) * x**2, [{"x": X}, other], {}, "right.")
    assert "right for the inputs before" in exercise.check(lambda x: x - 2 * x**2).message


@pytest.mark.parametrize("exercise", [ROWS, SHARES, HIDDEN, SQUARE, BOTH, SUM, BATCH])
def test_no_slip_is_seen_in_numbers_that_have_none(exercise):
    """A noise on each number is no slip: what is said is where it differs."""
    noise = np.random.default_rng(3)

    def noisy(*arrays):
        right = np.asarray(exercise.answer(*arrays))
        return right + noise.normal(0, 1, right.shape)

    said = exercise.check(noisy).message
    assert "it returned" in said or "sums to" in said or "must be hidden" in said, said
