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
        (lambda x: x**3 + 2, r"x of shape \(2,\)\): it returned 3.0000 at \[0\]; expected 2.0000"),
        (lambda x: 2 * x[:, None], "the numbers are right, but not their shape"),
        (lambda x: x[:, None], r"returned shape \(2, 1\); expected \(2,\)"),
        (lambda x: (x, x), "returned 2 results; expected 1"),
        (lambda x: (), "returned 0 results; expected 1"),
        (lambda x: "two", "returned <U3 items; expected numbers"),
        (lambda x: [[1], [2, 3]], "raised ValueError"),
        (lambda x: 1 / 0, "raised ZeroDivisionError: division by zero"),
        (lambda x: x * np.nan, "nan came out"),
        (lambda x: print(2 * x), "prints and returns nothing"),
        (lambda x: [2 * x, None][int(x.ndim == 1)], "computes, and returns nothing"),
        (lambda x: [2 * x, None][x.ndim - 1], "returned nothing here"),
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


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
def test_a_right_answer_may_be_computed_less_exactly(dtype):
    assert THIRDS.check(lambda x: (x.astype(dtype) / 3).astype(dtype))
    assert not THIRDS.check(lambda x: (x.astype(dtype) / 3 * dtype(1.03)).astype(dtype))


def test_numbers_that_print_alike_get_digits_until_they_differ():
    said = THIRDS.check(lambda x: x / 3 + 4e-5 * (x == 2)).message
    assert "returned 0.66671 at [1]; expected 0.66667." in said
    said = THIRDS.check(lambda x: np.where(x == 2, np.finfo(float).min, x / 3)).message
    assert "returned -1.7977e+308 at [1]; expected 0.6667." in said


THIRDS = Exercise(lambda x: x / 3, [{"x": np.array([1.0, 2.0, 5.0])}], {}, "right.")
PAIR = Exercise(
    answer=lambda x: (x, 2 * x[:1]), cases=[{"x": np.array([1.0, 3.0])}], mistakes={}, praise="yes."
)


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda x: [x, 2 * x[:1]], "yes."),
        (lambda x: (list(x), [2]), "yes."),
        (lambda x: (x, x), r"returned shape \(2,\); expected \(1,\)"),
        (lambda x: x, r"one array of shape \(2,\); expected 2 results, side by side"),
        (lambda x: 1.0, "one number; expected 2 results"),
        (lambda x: (x, x, x), "3 results; expected 2"),
        (lambda x: (2 * x[:1], x), "not in the order"),
        (lambda x: (x, 2 * x[:1] + 1), r"3.0000 at \[0\] in result 2 of 2; expected 2.0000"),
    ],
)
def test_several_results_may_be_a_list(function, says):
    verdict = PAIR.check(function)
    assert verdict.passed == (says == "yes.") and re.search(says, verdict.message), verdict


def test_a_matrix_of_one_row_passes_for_the_row_and_is_noted():
    assert DOUBLE.check(lambda x: 2 * x).message == "<lambda>: right."
    noted = THIRDS.check(lambda x: x[None] / 3)
    assert noted and "Its shape is (1, 3); (3,) was meant." in noted.message
    assert not THIRDS.check(lambda x: x[None, None] / 3)
    assert not THIRDS.check(lambda x: x[:, None] / 3)
    assert not THIRDS.check(lambda x: np.array([x / 3, x / 3]))


def test_two_mistakes_that_look_alike_are_told_apart_by_a_later_case_or_both_said():
    alike = Exercise(
        answer=lambda x: 3 * x,
        cases=[{"x": np.array([2.0])}, {"x": np.array([5.0])}],
        mistakes={
            "squared.": lambda x: x**2,
            "doubled.": lambda x: 2 * x,
            "twice.": lambda x: x + x,
        },
        praise="right.",
    )
    assert "): squared." in alike.check(lambda x: x * x).message
    assert "): either doubled. Or twice." in alike.check(lambda x: x * 2).message


def test_what_is_to_be_replaced_is_not_called():
    exercise = Exercise(np.sort, [{"x": np.array([2.0, 1.0])}], {}, "right.", replaces=[_sorted])
    assert exercise.check(lambda x: sorted(x))
    verdict = exercise.check(lambda x: _sorted(x))
    assert not verdict and "it calls _sorted, which it should replace" in verdict.message


def _sorted(x):
    return np.sort(x)


def test_the_smallest_input_that_fails_is_shown():
    case = {"q": np.array([[0.7, -1.2], [0.3, 0.4]]), "k": np.array([0.9, 2.2])}
    exercise = Exercise(lambda q, k: q @ k, [case], {"the mean.": lambda q, k: q @ k / 2}, "right.")
    verdict = exercise.check(lambda q, k: q @ k / 2)
    assert verdict.shown == "For q = [[1]], k = [1]: you return 0.5000 at [0]; expected 1.0000."
    assert repr(verdict).endswith(f": the mean.\n  {verdict.shown}")
    assert verdict.case["q"].tolist() == [[1.0]]


def test_no_input_is_shown_that_the_text_does_not_speak_of():
    case = {"x": np.array([1.5, 2.5, 3.5])}
    exercise = Exercise(np.cumsum, [case], {}, "right.", valid=lambda x: len(x) > 1)
    assert exercise.check(lambda x: x + 1).shown.startswith("For x = [2, 2]:")


def test_of_an_input_too_large_to_follow_nothing_is_shown():
    wide = Exercise(
        lambda x: x.sum(), [{"x": np.ones(40)}], {}, "right.", valid=lambda x: len(x) > 36
    )
    assert wide.check(lambda x: 1.0).shown == ""


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
