"""What a checker does with a function, whatever the exercise."""

import re

import numpy as np
import pytest

from qkvlib.checks.verdict import Exercise

DOUBLE = Exercise(
    answer=lambda x: 2 * x,
    cases=[{"x": np.array([1.0, 2.0])}, {"x": np.array([[3.0]])}],
    mistakes={
        "squared.": lambda x: x**2,
        "only vectors.": lambda x: np.array([2 * x[0], 2 * x[1]]),
    },
    praise="right.",
)


def in_place(x):
    x *= 2
    return x


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda x: x**2, "squared"),
        (lambda x: np.array([2 * x[0], 2 * x[1]]), "only vectors"),
        (lambda x: None, "not done yet"),
        (lambda x: 3 * x, r"x of shape \(2,\)\): it returned 3.0000 at \[0\]; expected 2.0000"),
        (lambda x: 2 * x[:1], r"returned shape \(1,\); expected \(2,\)"),
        (lambda x: (x, x), "returned 2 results; expected 1"),
        (lambda x: (), "returned 0 results; expected 1"),
        (lambda x: "two", "returned <U3 items; expected numbers"),
        (lambda x: [[1], [2, 3]], "raised ValueError"),
        (lambda x: 1 / 0, "raised ZeroDivisionError: division by zero"),
        (lambda x: x * np.nan, "returned nan"),
        (lambda y, z: y, "raised TypeError"),
        (in_place, "changed x in place"),
        (7, "takes your function itself"),
    ],
)
def test_wrong_functions_are_told_what_is_wrong(function, says):
    verdict = DOUBLE.check(function)
    assert not verdict and not verdict.passed
    assert repr(verdict)[0] == ("○" if "not done" in says else "✗")
    assert re.search(says, verdict.message), verdict


def test_a_right_function_passes():
    def double(x):
        return x + x

    assert repr(DOUBLE.check(double)) == "✓ double: right."


def test_a_case_that_the_function_changes_is_not_changed_for_the_next():
    DOUBLE.check(in_place)
    assert DOUBLE.cases[0]["x"].tolist() == [1.0, 2.0]


def test_an_exercise_whose_own_answer_fails_is_an_error_not_a_verdict():
    broken = Exercise(lambda x: 1 / 0, DOUBLE.cases, {}, "right.")
    with pytest.raises(ZeroDivisionError):
        broken.check(lambda x: 1 / 0)
