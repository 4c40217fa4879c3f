"""Slips that are named in any exercise, though none of its mistakes is the slip."""

import math

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
        (SUM, returned_inside, "a loop ends in its first round"),
        (SUM, overwritten, "only the last of 3 counts: in the loop, = seems"),
        (SUM, lambda a, b: a[:-1] @ b[:-1], "the last of 3 is missing"),
        (SUM, lambda a, b: a[1:] @ b[1:], "the first of 3 is missing"),
        (ROWS, filled([0]), "only the first row is there"),
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
        (ROWS, lambda x: 3.7 * x, "every number is 1.85 times"),
        (ROWS, lambda x: 2 * x + 0.25, r"every number is \+0.25 off"),
        (ROWS, lambda x: 2 * x * np.nan, "nan came out"),
        (ROWS, lambda x: 2 * X + 1e-3, "the same whatever is in the arguments"),
        (ROWS, lambda x: (2 * x).sum(0), "added up over each row"),
        (ROWS, lambda x: (2 * x).mean(1), "averaged over each column"),
        (ROWS, lambda x: (2 * x).reshape(3, 2), "the numbers are right, but not their shape"),
        (BOTH, lambda a, b: 2 * b, "b stands where a belongs"),
        (BOTH, lambda a, b: b**2 + 1, "the same whatever is in a"),
        (SQUARE, lambda x: (x @ x.T + [[0, 1], [2, 3]]).T, "rows and columns have changed"),
        (SHARES, lambda x: _shares(x, 0), "the columns sum to 1, and the rows should"),
        (SHARES, lambda x: _shares(x, None), "all weights together sum to 1"),
        (WEIGHTS, lambda x: np.exp(x) / np.exp(x).sum(-1), "Keep the axis"),
        (SHARES, lambda x: _shares(x) + X**2, "One of yours sums to"),
        (HIDDEN, lambda x: np.where(x > 0, x, np.finfo(float).min), "not hidden for sure"),
        (HIDDEN, lambda x: np.where(x > 0, x, -100), "not hidden for sure"),
        (HIDDEN, lambda x: np.where(x > 0, x, -1), "what must be hidden is not"),
        (BATCH, lambda x: x.sum(1), "right with fewer axes"),
        (SOFTMAX, lambda scores: np.exp(scores) ** 1.0 / np.exp(scores).sum(), "overflows"),
    ],
)
def test_a_slip_is_named(exercise, function, says):
    verdict = exercise.check(function)
    assert not verdict
    assert any(one.replace("\\", "") in verdict.message for one in says.split("|")), verdict


SIZES = Exercise(
    lambda q, k: q @ k.T,
    [{"q": X, "k": X**2 - 1}, {"q": X[:, :2], "k": X.T[:, ::-1]}],
    {},
    "right.",
)
MASKED = Exercise(
    lambda x: np.where(np.tri(len(x), dtype=bool), x, -np.inf),
    [{"x": np.arange(16.0).reshape(4, 4) - 7.5}],
    {},
    "right.",
)
ATTEND = Exercise(
    lambda q, k, v: _shares(q @ k.T / np.sqrt(q.shape[1])) @ v,
    [{"q": X, "k": X**2 - 1, "v": X + 1}, {"q": X[:, :2], "k": X.T[:, ::-1], "v": X.T}],
    {},
    "right.",
    attends=lambda weights: lambda q, k, v: weights(q, k) @ v,
)


def hidden_where(mask):
    return lambda x: np.where(mask(x), -np.inf, x)


def places(x):
    return np.indices(x.shape)


@pytest.mark.parametrize(
    ("exercise", "function", "says"),
    [
        (SIZES, lambda q, k: q @ k.T / np.sqrt(q.shape[1]), "divided by √(q.shape[-1])"),
        (SIZES, lambda q, k: q @ k.T * q.shape[1] ** 2, "multiplied by q.shape[-1]²"),
        (SIZES, lambda q, k: q @ (k**2).T, "k is squared once too often"),
        (SIZES, lambda q, k: q @ abs(k).T, "k lost its minus signs"),
        (SIZES, lambda q, k: q @ np.sort(k, axis=0).T, "k is sorted"),
        (SIZES, lambda q, k: q[:1] @ k.T + 0 * q @ k.T, "the first of q stands for all"),
        (SIZES, lambda q, k: k @ q.T if len(q) == len(k) else q @ k.T, "rows and columns"),
        (SIZES, lambda q, k: np.exp(q @ k.T), "right, but for an np.exp at the end"),
        (SIZES, lambda q, k: q @ k.T + np.random.default_rng().random(), "called again"),
        (BOTH, lambda a, b: a + b + a, "right, and then a is added"),
        (SUM, lambda a, b: a[::-1] @ b, "it returned"),  # one number alone tells too little
        (MASKED, hidden_where(lambda x: places(x)[0] >= places(x)[1]), "the mask is inverted"),
        (MASKED, hidden_where(lambda x: places(x)[0] > places(x)[1]), "the mask is transposed"),
        (MASKED, hidden_where(lambda x: places(x)[1] == 3), "[0, 1] is seen, and must be hidden"),
        (MASKED, hidden_where(lambda x: places(x)[1] > 0), "the mask is|[1, 1] is hidden"),
        (WEIGHTS, lambda x: x, "the softmax is missing: these are scores"),
        (WEIGHTS, lambda x: np.exp(x), "the rows are not divided by their sums"),
        (WEIGHTS, lambda x: 1 - _shares(x), "1 minus what it should be"),
        (WEIGHTS, lambda x: _shares(2.5 * x), "before the softmax, all is 2.5 times"),
        (ROWS, lambda x: 2 * x + np.array([[0], [5 * x[1, 1] ** 2]]), "all is right but row 1"),
        (ATTEND, lambda q, k, v: _shares(q @ k.T) @ v, "the scores are not scaled"),
        (ATTEND, lambda q, k, v: q @ k.T / np.sqrt(q.shape[1]) @ v, "there is no softmax"),
        (ATTEND, lambda q, k, v: _shares(q @ k.T / q.shape[1]) @ v, "divided by d_k"),
    ],
)
def test_a_slip_with_sizes_arguments_masks_or_weights_is_named(exercise, function, says):
    verdict = exercise.check(function)
    assert not verdict
    assert any(one in verdict.message for one in says.split("|")), verdict


def test_what_cannot_be_seen_is_not_claimed():
    """A row that happens to be without weight here is not called useless: it might count."""
    picks = Exercise(lambda q, v: v[(q @ q.T).argmax(axis=1)], [{"q": X, "v": X + 1}], {}, "right.")
    said = picks.check(lambda q, v: v[abs(q @ q.T).argmin(axis=1)]).message
    assert "the same whatever" not in said


def test_a_mistake_that_is_one_by_chance_is_not_named():
    """The mean of two numbers is their median; of five it is not."""
    mean = Exercise(
        lambda x: x.sum(),
        [{"x": np.array([1.0, 4.0])}, {"x": np.array([0.0, 1.0, 9.0, 2.0, 7.0])}],
        {"this is the mean.": np.mean},
        "right.",
    )
    assert "this is the mean" in mean.check(lambda x: sum(x) / len(x)).message
    assert "this is the mean" not in mean.check(np.median).message


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda x: np.zeros((2, 5)) @ np.zeros((4, 2)), "Does one of them need a transpose?"),
        (lambda x: np.zeros((2, 5)) + np.zeros(4), "do not fit. From the last axis on"),
        (lambda x: x[9], "there is no place 9: 2 places count from 0"),
        (lambda x: 1 if x > 0 else 0, "an array is neither true nor false"),
        (lambda x: math.exp(x), "Those of NumPy take arrays"),
    ],
)
def test_an_error_is_explained(wrong, says):
    assert says in ROWS.check(wrong).message


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

    def noisy(*arrays):
        right = np.asarray(exercise.answer(*arrays))
        noise = np.random.default_rng(3)
        return right + noise.normal(0, 1, right.shape)

    said = exercise.check(noisy).message
    assert "it returned" in said or "sums to" in said or "must be hidden" in said, said
