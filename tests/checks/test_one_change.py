"""No answer that is wrong by one change passes.

Each right answer of `written/` is changed bit by bit. Wrong is what gives other numbers than the
right answer, in the right shape, on one of many inputs; the checker must refuse it on its own few.
"""

import inspect
import os
import re
from pathlib import Path

import numpy as np
import pytest
from exercises import NAMES, exercise_of, passes
from one_change import changed
from wide_inputs import CASES, inputs
from written import idea, layers, models

from qkvlib.checks.outcome import outcome
from qkvlib.checks.verdict import Exercise

WRITTEN = {
    name: f for module in (idea, layers, models) for name, f in vars(module).items() if callable(f)
}
# All of them with `make mutants`: some minutes.
EVERY = 1 if os.environ.get("MUTANTS") else 30
ACCEPTED = Path(__file__).with_name("one_change.txt")


def styles(name):
    return {style: f for style, f in WRITTEN.items() if style.partition("__")[0] == name}


class Judge:
    """Says of a function whether it is wrong."""

    def __init__(self, name):
        self.exercise = exercise_of(name)
        right = next(iter(styles(name).values()))
        self.wide = [(case, outcome(right, case)) for case in inputs(name)]
        assert not any(one.error for _, one in self.wide)

    def wrong(self, function):
        """Whether it gives other numbers on one of the many inputs."""
        for case, right in self.wide:
            got = outcome(function, case, count=len(right.arrays))
            if _elsewhere(got, right):
                return True
        return False


def _elsewhere(got, right):
    """The same shapes, and other numbers; nearly the same is left to the tolerance."""
    if got.error or [a.shape for a in got.arrays] != [a.shape for a in right.arrays]:
        return False
    if any(a.dtype.kind not in "fiu" for a in got.arrays):
        return False
    with np.errstate(all="ignore"):
        return not all(
            np.allclose(a, b, rtol=1e-3, atol=1e-4, equal_nan=True)
            for a, b in zip(got.arrays, right.arrays, strict=True)
        )


def survivors(name, every=1):
    """Count the wrong answers, and list those that pass."""
    judge, count, found = Judge(name), 0, []
    for style, function in styles(name).items():
        for what, wrong in changed(inspect.getsource(function), style, every):
            if judge.wrong(wrong):
                count += 1
                if passes(judge.exercise, wrong):
                    found.append(f"{style}: {what}")
    return count, found


def reasons():
    """Read the list: the survivor on a line, then the reason why it may pass."""
    found = {}
    for paragraph in filter(None, ACCEPTED.read_text().strip().split("\n\n")):
        line, _, reason = paragraph.partition("\n")
        assert re.match(r"\w", reason), f"{line}: say why it may pass"
        found[line] = reason
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer_passes_and_one_change_away_none_does(name):
    judge = Judge(name)
    for function in styles(name).values():
        assert not judge.wrong(function) and exercise_of(name).check(function)
    count, found = survivors(name, EVERY)
    listed = {line for line in reasons() if line.partition(":")[0].partition("__")[0] == name}
    assert count >= (50 if EVERY == 1 else 1)
    assert set(found) - listed == set(), "it passes, and is wrong"
    if EVERY == 1:
        assert listed - set(found) == set(), "it no longer passes: take it off the list"


def test_each_exercise_is_written_out_and_has_its_inputs():
    assert sorted(CASES) == sorted(NAMES)
    assert {name.partition("__")[0] for name in WRITTEN} == set(NAMES)


def test_a_checker_with_one_dull_case_is_found_out(monkeypatch):
    dull = exercise_of("score")
    dull = Exercise(dull.answer, [{"q": np.ones(2), "k": np.ones(2)}], {}, "right.")
    monkeypatch.setitem(globals(), "exercise_of", lambda name: dull)
    assert len(survivors("score")[1]) > 5
