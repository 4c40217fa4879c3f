"""How a checker works: run a learner's function, compare, and name the mistake.

A checker runs the learner's function and the book's on a few small inputs. Where they differ, it
tries the known mistakes: the one that gives the learner's own numbers is what went wrong. So the
inputs are chosen such that every known mistake gives numbers of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

_CLOSE = {"rtol": 1e-6, "atol": 1e-9}


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a checker says: ``passed``, and a message; ``begun`` is false for an empty answer."""

    passed: bool
    message: str
    begun: bool = True

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        mark = "○" if not self.begun else "✓" if self.passed else "✗"
        return f"{mark} {self.message}"


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
    """

    answer: Callable
    cases: Sequence[dict]
    mistakes: dict[str, Callable]
    praise: str

    def check(self, function: Callable) -> Verdict:
        """Run ``function`` on every case and say what is wrong with the first that differs."""
        if not callable(function):
            return Verdict(
                False,
                f"The checker takes your function itself, not its result: got "
                f"{type(function).__name__}. Leave out the parentheses.",
            )
        name = getattr(function, "__name__", "your function")
        for number, case in enumerate(self.cases):
            expected, got = _outcome(self.answer, case), _outcome(function, case)
            if expected.error:  # else a function that fails in the same way would pass
                raise expected.error
            if got.changed:
                return Verdict(False, f"{name} changed {got.changed} in place; work on a copy.")
            if got.is_nothing():
                return Verdict(False, f"{name}: not done yet, it returns nothing.", begun=False)
            if not got.same_as(expected):
                message = self._diagnose(function, number) or got.compare(expected)
                return Verdict(False, f"{name}({_describe(case)}): {message}")
        return Verdict(True, f"{name}: {self.praise}")

    def _diagnose(self, function: Callable, number: int) -> str | None:
        """The known mistake that does what the function does, up to the case that failed."""
        cases = self.cases[: number + 1]
        outcomes = [_outcome(function, case) for case in cases]
        for message, mistake in self.mistakes.items():
            if all(
                _outcome(mistake, case).same_as(outcome)
                for case, outcome in zip(cases, outcomes, strict=True)
            ):
                return message
        return None


@dataclass(frozen=True)
class _Outcome:
    """What a call gave: arrays, or an error; and which arguments it changed."""

    arrays: tuple[np.ndarray, ...] = ()
    error: Exception | None = None
    changed: str = ""

    def is_nothing(self) -> bool:
        return [array.tolist() for array in self.arrays] == [None]

    def same_as(self, other: _Outcome) -> bool:
        if self.error or other.error:
            return type(self.error) is type(other.error)
        return len(self.arrays) == len(other.arrays) and all(
            _is_numeric(a)
            and _is_numeric(b)
            and a.shape == b.shape
            and np.allclose(a, b, **_CLOSE, equal_nan=True)
            for a, b in zip(self.arrays, other.arrays, strict=True)
        )

    def compare(self, expected: _Outcome) -> str:
        """Say where this outcome leaves the expected one, when no known mistake explains it."""
        if self.error:
            return f"it raised {type(self.error).__name__}: {self.error}"
        if len(self.arrays) != len(expected.arrays):
            results = "1 result" if len(self.arrays) == 1 else f"{len(self.arrays)} results"
            return f"it returned {results}; expected {len(expected.arrays)}."
        for got, right in zip(self.arrays, expected.arrays, strict=True):
            if not _is_numeric(got):
                return f"it returned {got.dtype} items; expected numbers."
            if got.shape != right.shape:
                return f"it returned shape {got.shape}; expected {right.shape}."
            wrong = np.argwhere(~np.isclose(got, right, **_CLOSE))
            if len(wrong):
                place = tuple(wrong[0].tolist())
                where = f" at {list(place)}" if place else ""
                return f"it returned {got[place]:.4f}{where}; expected {right[place]:.4f}."
        raise AssertionError("compare is for outcomes that differ")


def _outcome(function: Callable, case: dict) -> _Outcome:
    # [()] leaves arrays alone and keeps numbers numbers.
    arguments = {name: np.copy(value)[()] for name, value in case.items()}
    try:
        with np.errstate(all="ignore"):  # an overflow is the verdict's to tell
            result = function(*arguments.values())
        results = result if isinstance(result, tuple) else (result,)
        arrays = tuple(np.asarray(one) for one in results)
    except Exception as error:  # a learner's function may fail in any way; the verdict says how
        return _Outcome(error=error)
    changed = [name for name in case if not np.array_equal(arguments[name], case[name])]
    return _Outcome(arrays, changed=" and ".join(changed))


def _is_numeric(array: np.ndarray) -> bool:
    return array.dtype.kind in "fiu"


def _describe(case: dict) -> str:
    return ", ".join(
        f"{name} of shape {np.shape(value)}" if np.ndim(value) else f"{name} {value}"
        for name, value in case.items()
    )
