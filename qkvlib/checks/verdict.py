"""How a checker works: run a learner's function, compare, and name the mistake.

A checker runs the learner's function and the book's on a few small inputs. Where they differ, it
tries the known mistakes: the one that gives the learner's own numbers is what went wrong. So the
inputs are chosen such that every known mistake gives numbers of its own.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from .attending import attending
from .bytecode import computes, loop_that_ends_at_once, name_written_over
from .loops import loop_slip
from .numbers import brief
from .outcome import Outcome, ReplacedError, outcome, prints
from .shrink import is_small, shrink
from .slips import Pair, slip, trace


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
    attends : callable, optional
        Makes an answer of another way to get weights from queries and keys, ``weights(q, k)``: so
        what can go wrong in any attention is known here too.
    given : callable, optional
        The wrong function that the text gives, to be mended: who has not changed what it does has
        not begun.
    """

    answer: Callable
    cases: Sequence[dict]
    mistakes: dict[str, Callable]
    praise: str
    replaces: Sequence[Callable] = ()
    valid: Callable[..., bool] = lambda **case: True
    attends: Callable[[Callable], Callable] | None = None
    given: Callable | None = None

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
                if self._is_as_given(function):
                    _, shown = self._show(function, self.cases)
                    return Verdict(False, f"{name}: {_AS_GIVEN}", begun=False, shown=shown)
                message = self._diagnose(function, outcomes, right) or got.says(right)
                shown = self._show(function, self.cases[len(outcomes) - 1 :])
                return Verdict(False, f"{name}({_describe(case)}): {message}", True, *shown[::-1])
            notes |= dict.fromkeys([got.note] if got.note else [])
        return Verdict(True, " ".join([f"{name}: {self.praise}", *list(notes)[:1]]))

    def _both(self, function: Callable, case: dict) -> tuple[Outcome, Outcome]:
        """What is right, and what the function gives."""
        right = outcome(self.answer, case, ours=True)
        if right.error:  # else a function that fails in the same way would pass
            raise right.error
        count = len(right.arrays)
        return right, outcome(function, case, count=count, watch=self.replaces).fit(right)

    def _is_as_given(self, function: Callable) -> bool:
        """Whether it does in every case what the text's own wrong function does."""
        return self.given is not None and all(
            outcome(function, case).same_as(outcome(self.given, case, ours=True))
            for case in self.cases
        )

    def _diagnose(self, function: Callable, outcomes: list[Outcome], right: Outcome) -> str | None:
        """Say what the function did, if it can be known: from the surest to the vaguest."""
        case, got = self.cases[len(outcomes) - 1], outcomes[-1]
        pairs = [(case, got, right), *self._wrong_later(function, len(outcomes))]
        known = self._known(self.mistakes, outcomes, pairs)
        return (
            loop_that_ends_at_once(function)
            or _either(known, least=0.6)
            or name_written_over(function)
            or loop_slip(function, self.answer, self.cases)
            or self._forgotten_batch(function, outcomes, right)
            or _either(self._known(attending(self.attends), outcomes, pairs), least=1)
            or slip(function, self.answer, pairs)
            or _either(known, least=0.3 if sum(one.size for one in right.arrays) > 1 else 0.6)
            or trace(function, self.answer, pairs)
            or self._after_right_ones(outcomes, right)
        )

    def _wrong_later(self, function: Callable, start: int) -> Iterator[Pair]:
        """The later cases where the function gives numbers, and wrong ones."""
        for case in self.cases[start:]:
            right, got = self._both(function, case)
            if not got.same_as(right) and got.can_tell(got):
                yield case, got, right

    def _known(
        self, mistakes: dict[str, Callable], outcomes: list[Outcome], pairs: list[Pair]
    ) -> dict[str, float]:
        """Find the mistakes that do what the function did, up to the case that failed.

        Each with the share of later cases, of those that can tell, where it does so too: the fewer,
        the more likely it is a coincidence.
        """
        cases, found = self.cases[: len(outcomes)], {}
        for message, mistake in mistakes.items():
            if all(  # from the last on, where few are alike
                outcome(mistake, one, ours=True).same_as(given)
                for one, given in zip(cases[::-1], outcomes[::-1], strict=True)
            ):
                later = [(outcome(mistake, case, ours=True), got) for case, got, _ in pairs[1:]]
                alike = [one.same_as(got) for one, got in later if one.can_tell(got)]
                found[message] = sum(alike) / len(alike) if alike else 1
        return found

    def _forgotten_batch(
        self, function: Callable, outcomes: list[Outcome], right: Outcome
    ) -> str | None:
        """Wherever it fails there are more axes than where it is right."""
        axes = [max(np.ndim(value) for value in case.values()) for case in self.cases]
        last = len(outcomes) - 1
        few = [case for case, n in zip(self.cases, axes, strict=True) if n < axes[last]]
        if not few or not all(
            got.same_as(one) for one, got in (self._both(function, c) for c in few)
        ):
            return None
        said = outcomes[-1].says(right)
        return f"right with fewer axes, but here {said} Count axes from the end."

    def _after_right_ones(self, outcomes: list[Outcome], right: Outcome) -> str | None:
        """What was right before fails here: with a size, or numbers, that the code relies on."""
        if len(outcomes) == 1:
            return None
        said = outcomes[-1].says(right)
        return f"right for the inputs before, but here {said} Is it right for these alone?"

    def _show(self, function: Callable, cases: Sequence[dict]) -> tuple[dict, str]:
        """The smallest input found that shows the mistake, and what comes out of it.

        It is made of the first of the cases, in which the function fails, or else of a later one.
        """
        kind = _kind(*self._both(function, cases[0])[::-1])

        def fails(smaller: dict, least: float) -> bool:
            try:
                right, got = self._both(function, smaller)
                sound = self.valid(**smaller) and not any(np.isnan(a).any() for a in right.arrays)
                return sound and _kind(got, right, least) == kind
            except Exception:  # too small for the book's own answer
                return False

        for case, least in itertools.product(cases, (_PLAIN, 0)):
            if not fails(case, least):
                continue
            small = shrink(case, functools.partial(fails, least=least))
            if is_small(small):
                right, got = self._both(function, small)
                given = ", ".join(f"{name} = {brief(value)}" for name, value in small.items())
                return small, f"For {given}: {got.says(right, 'you return')}"
        return {}, ""


def _either(found: dict[str, float], least: float) -> str | None:
    """Say one of the messages, or the two that are as likely."""
    most = max(found.values(), default=0)
    best = [message for message, share in found.items() if share == most >= least]
    return f"either {best[0]} Or {best[1]}" if len(best) > 1 else next(iter(best), None)


def _kind(got: Outcome, right: Outcome, least: float = 0) -> object:
    """In which way it is wrong: an error, the number of results, a shape, a number; or None."""
    if got.error:
        return type(got.error)
    if got.difference(right, least):
        return "number"
    return None if got.has_shapes_of(right) else len(got.arrays)


_PLAIN = 0.02  # by which part of a number an example is off, if it can be
_AS_GIVEN = "not done yet, it does what it did when it was given."
_REPLACED = "right or not, it calls {}, which it should replace. Write it without."


def _nothing(name: str, function: Callable, case: dict, *, first: bool) -> Verdict:
    if prints(function, case):
        return Verdict(False, f"{name}: it prints and returns nothing. Write return, not print.")
    if not first:
        return Verdict(False, f"{name}({_describe(case)}): it returned nothing here, only before.")
    if computes(function):
        return Verdict(False, f"{name}: it computes, and returns nothing. Add a return at the end.")
    return Verdict(False, f"{name}: not done yet, it returns nothing.", begun=False)


def _describe(case: dict) -> str:
    return ", ".join(
        f"{name} of shape {np.shape(value)}" if np.ndim(value) else f"{name} {value}"
        for name, value in case.items()
    )
