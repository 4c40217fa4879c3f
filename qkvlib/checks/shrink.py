"""Make an input that shows a mistake smaller, until it can be followed by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .parts import sums_to_1

_MOST = 36  # numbers that are still shown
_STEPS = 48  # how many smaller inputs are tried


def shrink(case: dict, fails: Callable[[dict], bool]) -> dict:
    """Return the smallest input found on which ``fails`` is true.

    Axes of one size are cut together, since they stand for the same thing; numbers are rounded.

    Examples
    --------
    >>> case = {"q": np.array([0.72, -0.31, 1.1]), "k": np.array([0.2, 0.9, 0.4])}
    >>> shrink(case, lambda case: case["q"][0] > case["k"][0])
    {'q': array([1.]), 'k': array([0.2])}
    """
    left, found = _STEPS, True
    while found and left > 0:
        found = False
        for smaller in _smaller(case):
            left -= 1
            if fails(smaller):
                case, found = smaller, True
                break
            if left <= 0:
                break
    return case


def is_small(case: dict) -> bool:
    """Say whether a reader can follow it by hand."""
    return sum(np.size(value) for value in case.values()) <= _MOST


def _smaller(case: dict) -> Iterator[dict]:
    for name, value in case.items():
        if not np.ndim(value) and isinstance(value, int | np.integer) and value > 1:
            yield from (case | {name: less} for less in sorted({1, value // 2, value - 1}))
        elif np.ndim(value) and value.dtype.kind in "iu" and (value > 1).all():
            yield from (case | {name: less} for less in (value // 2, value - 1))
    sizes = {size for value in case.values() for size in np.shape(value)}
    for size in sorted(sizes, reverse=True):
        for less in sorted({1, 2, size // 2, size - 2, size - 1}):
            if 0 < less < size:
                yield {name: _whole(cut(one, size, slice(less)), one) for name, one in case.items()}
    for digits in (0, 1, 2):
        rounded = {name: _rounded(value, digits) for name, value in case.items()}
        new = {name: rounded[name] for name in case if _is_news(rounded[name], case[name])}
        if new:
            yield case | new
        for name in new:
            yield case | {name: new[name]}


def cut(value, size: int, kept: slice):
    """Keep a part of each axis of this size."""
    if not np.ndim(value):
        return value
    return value[tuple(kept if n == size else slice(None) for n in np.shape(value))]


def _whole(part, value):
    """Rows that summed to 1 do so again."""
    if not np.ndim(part) or not _is_shares(value) or not part.all():
        return part
    return part / part.sum(-1, keepdims=True)


def _is_shares(value) -> bool:
    """Say whether its rows sum to 1, as weights do, and have to again when they are cut."""
    return value.dtype.kind == "f" and sums_to_1(value)


def _is_news(rounded, value) -> bool:
    """Say whether rounding did something, and made no zeros, of which nothing can be learned."""
    if not np.ndim(value) or np.array_equal(rounded, value):
        return False
    return np.count_nonzero(rounded) == np.count_nonzero(value)


def _rounded(value, digits: int):
    if not np.ndim(value) or value.dtype.kind != "f":
        return value
    rounded = np.round(value, digits) + 0.0  # without a minus before 0
    if _is_shares(value):
        largest = np.expand_dims(value.argmax(-1), -1)
        rest = 1 - rounded.sum(-1, keepdims=True) + np.take_along_axis(rounded, largest, -1)
        np.put_along_axis(rounded, largest, rest, -1)
    return rounded
