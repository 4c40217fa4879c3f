"""Exercises whose answer is typed: what is right passes, each mistake is told apart."""

import itertools

import numpy as np
import pytest

import qkvlib
from qkvlib import checks
from qkvlib.checks.typed import Asked, Field, Typed

EACH = pytest.mark.parametrize("name", checks.QUESTIONS)


def right(question):
    return [field.answer for field in question.fields]


def with_one(question, place, number):
    """The right numbers but one."""
    return [*right(question)[:place], number, *right(question)[place + 1 :]]


@EACH
def test_right_numbers_pass_as_any_kind_of_number_and_rounded(name):
    check, question = getattr(qkvlib, name), checks.QUESTIONS[name]
    numbers = right(question)
    assert check(*numbers) and check(numbers) and check(tuple(numbers))
    assert check(*np.array(numbers)) and check(*map(np.float32, numbers))
    assert check(*(round(number, 2) for number in numbers)), "two decimals are enough"


def flaws(question):
    """What of a question cannot be told apart."""
    for field in question.fields:
        numbers = [field.answer, *field.mistakes.values()]
        for one, other in itertools.combinations(numbers, 2):
            if abs(one - other) <= 2 * field.within:
                yield f"{field.label}: {one} and {other}"
        if not all(map(np.isfinite, numbers)):
            yield f"{field.label}: {numbers}"


@EACH
def test_each_mistake_has_its_sentence(name):
    question = checks.QUESTIONS[name]
    assert list(flaws(question)) == []
    assert sum(len(field.mistakes) for field in question.fields) >= 3
    for place, field in enumerate(question.fields):
        for says, wrong in field.mistakes.items():
            verdict = question.check(*with_one(question, place, wrong))
            assert not verdict and verdict.message == f"{field.label}: {says}"


def test_two_numbers_that_cannot_be_told_apart_are_found():
    close = Field("share", 0.5, mistakes={"that is near.": 0.504})
    assert list(flaws(Typed("a", "A question.", [close], "right."))) == ["share: 0.5 and 0.504"]


@EACH
def test_other_numbers_are_refused(name):
    question = checks.QUESTIONS[name]
    for place, field in enumerate(question.fields):
        verdict = question.check(*with_one(question, place, field.answer + 7654321))
        assert not verdict and verdict.message == f"{field.label}: too large."
        verdict = question.check(*with_one(question, place, None))
        assert verdict.message == f"{field.label}: type a number." or len(question.fields) == 1


@EACH
def test_without_numbers_it_asks(name):
    for given in ((), (None,), (None, None)):
        verdict = getattr(qkvlib, name)(*given)
        assert isinstance(verdict, Asked) and not verdict and not verdict.begun
        assert "not done yet" in repr(verdict) and checks.QUESTIONS[name].asks in repr(verdict)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((3,), "1 number; expected 2: score, with the longer key."),
        ((3, 6, 9), "3 numbers; expected 2"),
        (("3", 6), "str; expected a number"),
        ((lambda q, k: q @ k, 6), "function; expected a number"),
        ((np.ones(2), 6), "ndarray; expected a number"),
        ((np.nan, 6), "float; expected a number"),
        ((True, 6), "bool; expected a number"),
        ((None, 6), "score: type a number."),
    ],
)
def test_what_is_no_number_is_named(given, says):
    verdict = qkvlib.check_score_by_hand(*given)
    assert not verdict and says in verdict.message


def test_a_question_knows_its_checker():
    for name, question in checks.QUESTIONS.items():
        assert getattr(qkvlib, name)(*right(question)), name
        assert not getattr(qkvlib, name)(*(number + 1e6 for number in right(question)))
