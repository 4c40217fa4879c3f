"""What every exercise's tests ask of it: right answers pass, wrong ones are told apart."""

import beginners
import numpy as np
import pytest

import qkvlib
from qkvlib.checks.design import Design
from qkvlib.checks.outcome import outcome
from qkvlib.checks.typed import Typed
from qkvlib.checks.verdict import Exercise


def _name(checker):
    return checker.removeprefix("check_")


RIGHT, WRONG = [], []  # (exercise, name, answer) of every answer that a test has tried
MARGIN = 1e-3  # how far a wrong answer must be from the right one on the checker's own inputs


def exercise_of(name):
    """The exercise behind a checker, of whatever kind."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in KINDS:
            patch.setattr(kind, "check", lambda self, *given: self)
        return getattr(qkvlib, f"check_{name}")(None)


KINDS = (Exercise, Typed, Design)
ALL = {name: exercise_of(name) for name in map(_name, qkvlib.checks.__all__)}
# Those with one right function, which the tests of this folder are about.
EXERCISES = {name: one for name, one in ALL.items() if isinstance(one, Exercise)}
NAMES = list(EXERCISES)
COLLECTION = beginners.collection()


def softmax(scores, axis=-1):
    """As learners write it."""
    terms = np.exp(scores - scores.max(axis, keepdims=True))
    return terms / terms.sum(axis, keepdims=True)


def passes(exercise, function):
    """Whether the checker accepts it; faster than asking for its message."""
    for case in exercise.cases:
        right = outcome(exercise.answer, case)
        got = outcome(function, case, count=len(right.arrays), watch=exercise.replaces)
        if got.changed or not got.fit(right).same_as(right):
            return False
    return True


def right_answers_pass(exercise, answers):
    assert len(answers) >= 3, "write it in three styles"
    RIGHT.extend((exercise, "a right answer", answer) for answer in answers)
    for answer in answers:
        assert exercise.check(answer), exercise.check(answer)


def wrong_answers_are_named(exercise, answers):
    """``answers`` maps a part of the expected message to a wrong function.

    On some case of the checker, each known mistake must fail or be clearly elsewhere.
    """
    assert len(answers) >= 5
    WRONG.extend((exercise, says, answer) for says, answer in answers.items())
    messages = set()
    for says, answer in answers.items():
        verdict = exercise.check(answer)
        assert not verdict, f"accepted: {says}"
        assert says in verdict.message, f"expected {says!r}, got {verdict}"
        messages.add(verdict.message.partition("): ")[2])
    assert len(messages) == len(answers), "each mistake has its own message"
    messages |= {_message(exercise, mistake.function) for mistake in _beginners(exercise)}
    assert set(exercise.mistakes) <= messages, "each known mistake is shown by an answer"
    for message, mistake in exercise.mistakes.items():
        assert any(_apart(mistake, exercise.answer, case) for case in exercise.cases), message


def _message(exercise, answer):
    return exercise.check(answer).message.partition("): ")[2]


def _beginners(exercise):
    """What the collection has for the exercise."""
    return [one for one in COLLECTION if EXERCISES[one.exercise].cases is exercise.cases]


def _apart(mistake, answer, case):
    try:
        with np.errstate(all="ignore"):
            got = mistake(*(np.copy(value)[()] for value in case.values()))
    except (ValueError, IndexError, OverflowError):
        return True
    got, right = (r if isinstance(r, tuple) else (r,) for r in (got, answer(*case.values())))
    return any(
        np.shape(a) != np.shape(b) or not np.allclose(a, b, rtol=0, atol=MARGIN)
        for a, b in zip(got, right, strict=True)
    )
