"""No checker passes a wrong answer, not even one to another exercise, and none fails on any."""

import importlib
import inspect
from pathlib import Path

import exercises
import numpy as np
import pytest

import qkvlib
from qkvlib.checks.verdict import Exercise, Verdict

CHECKERS = [f"check_{name}" for name in exercises.NAMES]

# Answers to other exercises that are right for this one: (checker, whose answer, what it is).
ALSO_RIGHT = {
    "the scores as they are": [
        ("attention_scores", "scaled_scores", "not scaled"),
        ("attention_scores", "weight_gradient", "tokens with tokens"),
    ],
    "the scores, scaled": [
        ("scaled_scores", "attention_scores", "divided by √d_k"),
        ("scaled_scores", "attention_weights", "The softmax is missing"),
        ("scaled_scores", "head_weights", "scaled scores"),
    ],
    "a query meets latents as it meets keys: the scores with the rows of W_K": [
        ("absorbed_query", "attention_scores", "a right answer"),
        ("absorbed_query", "scaled_scores", "not scaled"),
        ("absorbed_query", "weight_gradient", "tokens with tokens"),
        ("scaled_scores", "absorbed_query", "do not divide"),
    ],
    "one new token is a piece of a text, and has no future among the new ones": [
        ("decode_step", "decode_chunk", "a right answer"),
        ("decode_step", "decode_chunk", "no mask"),
        ("decode_step", "decode_chunk", "one key too many"),
        ("decode_step", "decode_chunk", "what is hidden has the score 0"),
        ("decode_step", "decode_chunk", "not the new ones before it"),
    ],
    "the weights without a mask": [
        ("attention_weights", "causal_weights", "nothing is hidden"),
        ("attention_weights", "scaled_scores", "these are weights"),
        ("head_weights", "attention_weights", "a right answer"),
        ("head_weights", "causal_weights", "nothing is hidden"),
        ("head_weights", "scaled_scores", "these are weights"),
    ],
    "the value of the best key": [("hard_lookup", "attention", "only the best key")],
    "a vector times what stands behind it: a token projected, a score, a weighted sum": [
        (checker, *answer)
        for checker in ("project_token", "score", "weighted_sum")
        for answer in (
            ("absorbed_query", "W_K is not transposed"),
            ("attention_scores", "numbers of q @ k"),
            ("fetched", "the output is returned"),
            ("project_token", "a right answer"),
            ("score", "a right answer"),
            ("score_spread", "Spreads do not add"),
            ("views", "a right answer"),
            ("weight_gradient", "the batch axis too"),
            ("weight_gradient", "this is x @ grad. Transpose"),
            ("weighted_average", "the sum of the products"),
            ("weighted_sum", "a right answer"),
        )
        if answer[0] != checker and (checker, answer[0]) != ("score", "views")
    ],
    "of two vectors a transpose or one more sum changes nothing": [
        ("score", "attention_scores", "the batch axis too"),
        ("score", "project_token", "this is one number"),
        ("score", "project_token", "goes on from the one before"),
        ("score", "project_token", "these are the rows of w times x"),
        ("score", "project_token", "pairs the numbers of x with the columns"),
        ("score", "weighted_sum", "it sums over features"),
        ("score", "weighted_sum", "each weight went to a feature"),
        ("score", "weighted_sum", "everything became one number"),
    ],
    "a key for a distance is a query turned by it": [
        ("distant_key", "rotary", "a right answer"),
        ("rotary", "distant_key", "a right answer"),
    ],
    "the weight on the token before is what the other score is mistaken for": [
        ("looks_back", "induction_score", "the token before, in the whole")
    ],
    "weights that sum to 1 may be divided by their sum": [
        ("weighted_sum", "weighted_average", "a right answer")
    ],
}
LISTED = [entry for entries in ALSO_RIGHT.values() for entry in entries]


@pytest.fixture(scope="module")
def answers():
    """Return the exercises, and every answer that a test tries or that an exercise names."""
    exercises.RIGHT.clear()
    exercises.WRONG.clear()
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path != Path(__file__):
            module = importlib.import_module(path.stem)
            assert module.__file__ == str(path), "another test has its name"
            for name, test in vars(module).items():
                if name.startswith("test_") and not inspect.signature(test).parameters:
                    test()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Exercise, "check", lambda self, function: self)
        asked = {name: getattr(qkvlib, name)(None) for name in CHECKERS}
    whose = {id(exercise): name for name, exercise in asked.items()}
    found = [(whose[id(exercise)], *rest) for exercise, *rest in exercises.RIGHT + exercises.WRONG]
    assert {name for name, *_ in found} == set(CHECKERS), "each exercise has a test"
    named = [(name, *mistake) for name, asks in asked.items() for mistake in asks.mistakes.items()]
    return asked, found + named


def takes(function, case):
    """Say whether it takes as many arguments; of NumPy's own functions Python does not know."""
    try:
        inspect.signature(function).bind(*case)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def passing(name, answers):
    """Go through what passes, as it would be listed; an exercise's own right answers may."""
    asked, found = answers
    for other, what, answer in found:
        # Two that have the same cases ask for the same: one of them gives a wrong start.
        own = asked[other].cases is asked[name].cases and what == "a right answer"
        if not own and takes(answer, asked[name].cases[0]):
            if exercises.passes(asked[name], answer):
                yield name.removeprefix("check_"), other.removeprefix("check_"), what


def is_listed(passed, entry):
    return passed[:2] == entry[:2] and entry[2] in passed[2]


@pytest.mark.parametrize("name", CHECKERS)
def test_no_wrong_answer_passes(name, answers):
    passed = list(passing(name, answers))
    assert [one for one in passed if not any(is_listed(one, entry) for entry in LISTED)] == []
    own = [entry for entry in LISTED if "check_" + entry[0] == name]
    stale = [entry for entry in own if not any(is_listed(one, entry) for one in passed)]
    assert stale == [], "no longer passes: take it off the list"


def test_a_checker_that_is_too_kind_is_found(answers, monkeypatch):
    monkeypatch.setattr(exercises, "passes", lambda exercise, function: True)
    with pytest.raises(AssertionError):
        test_no_wrong_answer_passes("check_softmax", answers)


def change(*arguments):
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            argument.flat[:] = 0
    return arguments


def recur(*arguments):
    return recur(*arguments)


HOSTILE = {
    "nothing": lambda *arguments: None,
    "no result at all": lambda *arguments: (),
    "text": lambda *arguments: "right",
    "itself": lambda *arguments: recur,
    "objects": lambda *arguments: np.array([object()]),
    "a dict": lambda *arguments: {"right": True},
    "ragged lists": lambda *arguments: [[1], [1, 2]],
    "complex numbers": lambda *arguments: 1j,
    "a generator": lambda *arguments: (n for n in range(3)),
    "nan": lambda *arguments: np.nan,
    "all nan, of any shape": lambda first, *rest: np.full(np.shape(first), np.nan),
    "an integer beyond floats": lambda *arguments: 10**400,
    "nothing to run": lambda: None,
    "its arguments": lambda *arguments: arguments,
    "its arguments, changed": change,
    "endless recursion": recur,
    "an error": lambda *arguments: 1 / 0,
}


@pytest.mark.parametrize("returned", HOSTILE)
@pytest.mark.parametrize("name", CHECKERS)
def test_whatever_comes_back_there_is_a_verdict(name, returned):
    verdict = getattr(qkvlib, name)(HOSTILE[returned])
    assert isinstance(verdict, Verdict) and not verdict and verdict.message


@pytest.mark.parametrize("name", CHECKERS)
@pytest.mark.parametrize("given", [None, 3, np.ones(2), "softmax"])
def test_what_is_no_function_gets_a_verdict(name, given):
    assert "takes your function itself" in getattr(qkvlib, name)(given).message
