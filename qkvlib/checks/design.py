"""Exercises that are judged by what an answer does: every design that does it is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .bytecode import computes
from .outcome import Outcome, is_numeric, outcome
from .verdict import Verdict


@dataclass(frozen=True)
class Design:
    """Arrays to choose, returned by a function without arguments.

    Parameters
    ----------
    returns : sequence of str
        What the function returns, by name and in order.
    fails : callable
        Takes these arrays and yields what they do not do, a sentence for each.
    praise : str
        What to say when nothing fails.
    """

    returns: Sequence[str]
    fails: Callable[..., Iterator[str]]
    praise: str

    def check(self, function: Callable) -> Verdict:
        """Call ``function`` and say what its arrays fail to do."""
        if not callable(function):
            kind = type(function).__name__
            return Verdict(False, f"The checker takes your function itself, not {kind}.")
        name = getattr(function, "__name__", "your function")
        got = outcome(function, {}, count=len(self.returns))
        if got.is_nothing() and not computes(function):
            return Verdict(False, f"{name}: not done yet, it returns nothing.", begun=False)
        failed = [self._unfit(got)] if self._unfit(got) else list(self._failing(got.arrays))
        if not failed:
            return Verdict(True, f"{name}: {self.praise}")
        more = f" And {len(failed) - 1} more." if len(failed) > 1 else ""
        return Verdict(False, f"{name}: {failed[0]}{more}", shown="\n  ".join(failed[1:]))

    def _unfit(self, got: Outcome) -> str:
        """Why nobody can judge what came back; nothing if one can."""
        names = ", ".join(self.returns)
        if got.error:
            return f"it raised {type(got.error).__name__}: {got.error}"
        if len(got.arrays) != len(self.returns):
            return f"it returned {len(got.arrays)} of {len(self.returns)} results: {names}."
        for one, array in zip(self.returns, got.arrays, strict=True):
            if not is_numeric(array):
                return f"{one} holds {array.dtype} items; expected numbers."
            if not np.isfinite(array).all():
                return f"{one} holds {array[~np.isfinite(array)][0]}; expected finite numbers."
        return ""

    def _failing(self, arrays: Sequence[np.ndarray]) -> Iterator[str]:
        with np.errstate(all="ignore"):
            yield from self.fails(*arrays)
