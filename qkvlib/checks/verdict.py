"""How a checker works: run a learner's function, compare, and name the mistake.

A checker runs the learner's function and the book's on a few small inputs. Where they differ, it
tries the known mistakes: the one that gives the learner's own numbers is what went wrong. So the
inputs are chosen such that every known mistake gives numbers of its own.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from .loops import loop_slip
from .numbers import brief
from .outcome import Outcome, ReplacedError, outcome, prints
from .shrink import is_small, shrink
from .slips import slip


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a checker says: ``passed``, and a message; ``begun`` is false for an empty answer.

    ``shown`` says the same for a small input, and ``case`` holds that input, to try with:
    ``function(**verdict.case)``, if the names are yours.
    """

    passed: bool
    message: str
    begun: bool = True
    shown: str = ""
    case: dict = field(default_factory=dict, compare=False)

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        mark = "○" if not self.begun else "✓" if self.passed else "✗"
        return f"{mark} {self.message}" + (f"\n  {self.shown}" if self.shown else "")


@dataclass(frozen=True)
class Exercise:
    """A function to write.

    Parameters
    ----------
    answer : callable
        The book's own function; its result is an array or a tuple of arrays.
    cases : sequence of dict
        The arguments to call both with, by name and in order, the most telling case first.
    mistakes : dict
        What to tell the learner, for each wrong function.
    praise : str
        What to say when all is right.
    replaces : sequence of functions, optional
        What the text asks to do without: an answer that calls one of them is refused.
    valid : callable, optional
        Whether a smaller input, made of a case, is still one that the text speaks of.
    """

    answer: Callable
    cases: Sequence[dict]
    mistakes: dict[str, Callable]
    praise: str
    replaces: Sequence[Callable] = ()
    valid: Callable[..., bool] = lambda **case: True

    def check(self, function: Callable) -> Verdict:
        """Run ``function`` on every case and say what is wrong with the first that differs."""
        if not callable(function):
            return Verdict(
                False,
                f"The checker takes your function itself, not its result: got "
                f"{type(function).__name__}. Leave out the parentheses.",
            )
        name = getattr(function, "__name__", "your function")
        outcomes, notes = [], {}
        for case in self.cases:
            right, got = self._both(function, case)
            outcomes.append(got)
            if isinstance(got.error, ReplacedError):
                return Verdict(False, f"{name}: {_REPLACED.format(got.error)}")
            if got.changed:
                return Verdict(False, f"{name} changed {got.changed} in place; work on a copy.")
            if got.is_nothing():
                return _nothing(name, function, case, first=len(outcomes) == 1)
            if not got.same_as(right):
                message = self._diagnose(function, outcomes, right) or got.says(right)
                shown = self._show(function, case) if got.difference(right) else ({}, "")
                return Verdict(False, f"{name}({_describe(case)}): {message}", True, *shown[::-1])
            notes |= dict.fromkeys([got.note] if got.note else [])
        return Verdict(True, " ".join([f"{name}: {self.praise}", *list(notes)[:1]]))

    def _both(self, function: Callable, case: dict) -> tuple[Outcome, Outcome]:
        """What is right, and what the function gives."""
        right = outcome(self.answer, case)
        if right.error:  # else a function that fails in the same way would pass
            raise right.error
        count = len(right.arrays)
        return right, outcome(function, case, count=count, watch=self.replaces).fit(right)

    def _diagnose(self, function: Callable, outcomes: list[Outcome], right: Outcome) -> str | None:
        """Name the known mistake that does what the function did, up to the case that failed."""
        cases = self.cases[: len(outcomes)]
        case, got = cases[-1], outcomes[-1]
        found = [
            message
            for message, mistake in self.mistakes.items()
            if all(  # from the last on, where few are alike
                outcome(mistake, one).same_as(given)
                for one, given in zip(cases[::-1], outcomes[::-1], strict=True)
            )
        ]
        if len(found) > 1:
            rest = self.cases[len(outcomes) :]
            found = [message for message in found if self._agree(function, message, rest)] or found
        if found:
            return found[0] if len(found) == 1 else f"either {found[0]} Or {found[1]}"
        return (
            loop_slip(function, self.answer, self.cases)
            or slip(function, case, got, right)
            or self._after_right_ones(outcomes, right)
        )

    def _agree(self, function: Callable, message: str, cases: Sequence[dict]) -> bool:
        """Say whether function and mistake stay alike on the cases that are left."""
        mistake = self.mistakes[message]
        return all(outcome(mistake, case).same_as(outcome(function, case)) for case in cases)

    def _after_right_ones(self, outcomes: list[Outcome], right: Outcome) -> str | None:
        """What was right before fails here: a batch is new, or a size that the code relies on."""
        case, earlier = self.cases[len(outcomes) - 1], self.cases[: len(outcomes) - 1]
        axes = [max(np.ndim(value) for value in one.values()) for one in (case, *earlier)]
        if not earlier:
            return None
        said = outcomes[-1].says(right)
        if axes[0] > max(axes[1:]):
            return f"right without a batch axis, but here {said} Count axes from the end."
        return f"right for the inputs before, but here {said} Is it right for these alone?"

    def _show(self, function: Callable, case: dict) -> tuple[dict, str]:
        """The smallest input found that shows the mistake, and what comes out of it."""

        def fails(smaller: dict) -> bool:
            try:
                right, got = self._both(function, smaller)
                sound = self.valid(**smaller) and not any(np.isnan(a).any() for a in right.arrays)
                return sound and got.difference(right, least) is not None
            except Exception:  # too small for the book's own answer
                return False

        least = _PLAIN
        if not fails(case):
            least = 0
        small = shrink(case, fails)
        if not is_small(small) or not fails(small):
            return {}, ""
        right, got = self._both(function, small)
        given = ", ".join(f"{name} = {brief(value)}" for name, value in small.items())
        return small, f"For {given}: {got.says(right, 'you return')}"


_PLAIN = 0.02  # by which part of a number an example is off, if it can be
_REPLACED = "right or not, it calls {}, which it should replace. Write it without."


def _nothing(name: str, function: Callable, case: dict, *, first: bool) -> Verdict:
    if prints(function, case):
        return Verdict(False, f"{name}: it prints and returns nothing. Write return, not print.")
    if not first:
        return Verdict(False, f"{name}({_describe(case)}): it returned nothing here, only before.")
    if _computes(function):
        return Verdict(False, f"{name}: it computes, and returns nothing. Add a return at the end.")
    return Verdict(False, f"{name}: not done yet, it returns nothing.", begun=False)


def _computes(function: Callable) -> bool:
    """Say whether anything happens in it before it returns."""
    code = getattr(function, "__code__", None)
    idle = {"RESUME", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "NOP", "COPY_FREE_VARS"}
    return bool(code) and any(step.opname not in idle for step in dis.get_instructions(code))


def _describe(case: dict) -> str:
    return ", ".join(
        f"{name} of shape {np.shape(value)}" if np.ndim(value) else f"{name} {value}"
        for name, value in case.items()
    )
