"""What a call gave: arrays or an error, and whether two calls gave the same."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from .errors import explained
from .numbers import differ

# How far a right answer may be off, relative and absolute, by the size of its numbers in bytes.
# Eight bytes may hold what was computed in four.
_CLOSE = {2: (2e-2, 2e-3), 4: (1e-4, 1e-5)}
_CLOSEST = (1e-5, 1e-6)


@dataclass(frozen=True)
class Outcome:
    """What a call gave: arrays, or an error; and which arguments it changed."""

    arrays: tuple[np.ndarray, ...] = ()
    error: Exception | None = None
    changed: str = ""
    note: str = ""

    def is_nothing(self) -> bool:
        """Say whether it returned None."""
        return [array.tolist() for array in self.arrays] == [None]

    def fit(self, right: Outcome) -> Outcome:
        """Take (1, n) for (n,), and note it; take a tuple of numbers or rows for an array."""
        if len(right.arrays) == 1 and (len(self.arrays), *self._shape()) == right.arrays[0].shape:
            return replace(self, arrays=(np.stack(self.arrays),))
        if len(self.arrays) != len(right.arrays):
            return self
        pairs = list(zip(self.arrays, right.arrays, strict=True))
        extra = [is_numeric(a) and b.ndim < 2 and a.shape == (1, *b.shape) for a, b in pairs]
        if not any(extra):
            return self
        place = extra.index(True)
        note = f"Its shape is {pairs[place][0].shape}; {pairs[place][1].shape} was meant."
        arrays = tuple(a[0] if one else a for (a, _), one in zip(pairs, extra, strict=True))
        return replace(self, arrays=arrays, note=note)

    def _shape(self) -> tuple:
        """The shape that all arrays have, or one that none has."""
        shapes = {array.shape for array in self.arrays}
        return shapes.pop() if len(shapes) == 1 else (-1,)

    def same_as(self, other: Outcome) -> bool:
        """Say whether both gave the same numbers, or failed in the same words."""
        if self.error or other.error:
            return _cause(self.error) == _cause(other.error)
        return len(self.arrays) == len(other.arrays) and all(
            is_numeric(a) and is_numeric(b) and same(a, b)
            for a, b in zip(self.arrays, other.arrays, strict=True)
        )

    def has_shapes_of(self, other: Outcome) -> bool:
        """Say whether both gave arrays of the same shapes, so that numbers can be compared."""
        shapes = [[a.shape for a in one.arrays] for one in (self, other)]
        return not self.error and not other.error and shapes[0] == shapes[1]

    def can_tell(self, other: Outcome) -> bool:
        """Say whether their numbers can be compared: the same shapes, and no nan here."""
        return self.has_shapes_of(other) and not any(
            is_numeric(one) and np.isnan(one).any() for one in self.arrays
        )

    def difference(self, right: Outcome, least: float = 0) -> tuple[int, tuple[int, ...]] | None:
        """Find the first number that is wrong: of which result, and where; None if none is.

        Off by less than `least`, as a part of the number, is not looked at.
        """
        if self.error or len(self.arrays) != len(right.arrays):
            return None
        for place, (a, b) in enumerate(zip(self.arrays, right.arrays, strict=True)):
            if not is_numeric(a) or a.shape != b.shape:
                return None
            wrong = ~close(a, b)
            if least:
                wrong &= ~np.isclose(a, b, rtol=least, atol=1e-9, equal_nan=True)
            wrong = np.argwhere(wrong)
            if len(wrong):
                return place, tuple(wrong[0].tolist())
        return None

    def says(self, right: Outcome, verb: str = "it returned") -> str:
        """Say where this outcome leaves the right one."""
        if self.error:
            return f"it raised {type(self.error).__name__}: {explained(self.error)}"
        if len(self.arrays) != len(right.arrays):
            return self._miscounted(len(right.arrays), verb)
        for got, wanted in zip(self.arrays, right.arrays, strict=True):
            if not is_numeric(got):
                return f"{verb} {got.dtype} items; expected numbers."
            if got.shape != wanted.shape:
                return f"{verb} shape {got.shape}; expected {wanted.shape}."
        which, place = self.difference(right)
        where = f" at {list(place)}" if place else ""
        if len(self.arrays) > 1:
            where += f" in result {which + 1} of {len(self.arrays)}"
        texts = differ(self.arrays[which][place], right.arrays[which][place])
        return f"{verb} {texts[0]}{where}; expected {texts[1]}."

    def _miscounted(self, wanted: int, verb: str) -> str:
        if len(self.arrays) != 1:
            return f"{verb} {len(self.arrays)} results; expected {wanted}."
        shape = self.arrays[0].shape
        return (
            f"{verb} one {f'array of shape {shape}' if shape else 'number'}; expected "
            f"{wanted} results, side by side with commas between them."
        )


def outcome(
    function: Callable,
    case: dict,
    *,
    count: int = 1,
    watch: Iterable[Callable] = (),
    ours: bool = False,
) -> Outcome:
    """Call the function on copies of the arguments, and take a list for `count` results.

    The error is `ReplacedError` if it calls one of those that are watched. What is the book's own
    changes none of its arguments: nobody has to look.
    """
    # [()] leaves arrays alone and keeps numbers numbers.
    arguments = {name: np.copy(value)[()] for name, value in case.items()}
    try:
        with np.errstate(all="ignore"), _watching(watch):  # an overflow is the verdict's to tell
            result = function(*arguments.values())
        several = isinstance(result, tuple) or (isinstance(result, list) and count > 1)
        results = result if several else (result,)
        arrays = tuple(_array(one) for one in results)
    except Exception as error:  # a learner's function may fail in any way; the verdict says how
        return Outcome(error=error)
    names = () if ours else case
    changed = [name for name in names if not np.array_equal(arguments[name], case[name])]
    return Outcome(arrays, changed=" and ".join(changed))


def prints(function: Callable, case: dict) -> bool:
    """Say whether the function prints something."""
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        outcome(function, case)
    return bool(written.getvalue().strip())


def is_numeric(array: np.ndarray) -> bool:
    """Say whether it holds real numbers."""
    return array.dtype.kind in "fiu"


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Say whether both have one shape and the same numbers."""
    return a.shape == b.shape and bool(close(a, b).all())


def close(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Compare as exactly as the coarser of both can be."""
    sizes = [one.dtype.itemsize for one in (a, b) if one.dtype.kind == "f"]
    rtol, atol = _CLOSE.get(min(sizes, default=8), _CLOSEST)
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    with np.errstate(all="ignore"):  # np.isclose says the same, four times slower
        near = np.isfinite(b) & (np.abs(a - b) <= atol + rtol * np.abs(b))
        return near | (a == b) | (np.isnan(a) & np.isnan(b))


def _cause(error: Exception | None) -> tuple:
    """What failed, and on which sizes: elsewhere the same kind of error is another mistake."""
    text = str(error)
    return type(error), text.partition("(")[0], re.findall(r"\d+", text)


def _array(result) -> np.ndarray:
    if isinstance(result, list):
        result = [_array(one) for one in result]
    if hasattr(result, "detach"):  # a tensor that remembers how it was made
        result = result.detach()
    return np.asarray(result)


class ReplacedError(Exception):
    """A function was called that the exercise asks to write."""


@contextlib.contextmanager
def _watching(functions: Iterable[Callable]):
    """See calls of these functions, by whatever name."""
    codes = {function.__code__: function.__name__ for function in functions}
    called = []
    before = sys.getprofile()

    def see(frame, event, _):
        if event == "call" and frame.f_code in codes:
            called.append(codes[frame.f_code])

    if codes:
        sys.setprofile(see)
    try:
        yield
    finally:
        if codes:
            sys.setprofile(before)
    if called:
        raise ReplacedError(called[0])
