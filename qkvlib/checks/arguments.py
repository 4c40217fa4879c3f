"""Slips with an argument: the function is right, but for another argument than the one given.

What it gives is what the right answer gives when two arguments change places, when one stands for
another, or when one is transposed, turned around, off by one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from .factors import Pair
from .outcome import Outcome, outcome
from .parts import lengths, transposed

_NUMBERS = {
    "{} is taken one too large.": lambda x: x + 1,
    "{} is taken one too small.": lambda x: x - 1,
    "{} stands below the line, where it belongs above, or the reverse: 1 / {}.": lambda x: 1 / x,
    "{} is squared once too often.": np.square,
    "the root of {} is taken.": np.sqrt,
    "the sign of {} is turned.": np.negative,
    "{} is taken twice.": lambda x: 2 * x,
    "{} is halved.": lambda x: x / 2,
    "{} is turned into radians, as if it were degrees.": np.radians,
}
_ARRAYS = {
    "the sign of {} is turned.": np.negative,
    "{} lost its minus signs.": np.abs,
    "{} is squared once too often.": np.square,
    "{} is turned around: its last stands first.": lambda x: x[::-1],
    "the first of {} stands for all of them.": lambda x: np.broadcast_to(x[:1], x.shape),
    "the last of {} stands for all of them.": lambda x: np.broadcast_to(x[-1:], x.shape),
    "the largest of {} stands for all of them.": lambda x: np.full_like(x, x.max()),
    "the smallest of {} stands for all of them.": lambda x: np.full_like(x, x.min()),
    "the sum of {} stands for each of them.": lambda x: np.full_like(x, x.sum()),
    "{} is replaced by its mean over the first axis.": (
        lambda x: np.broadcast_to(x.mean(axis=0), x.shape)
    ),
    "{} is sorted.": lambda x: np.sort(x, axis=0),
}
_COUNTS = {
    "each of {} is taken one too large.": lambda x: x + 1,
    "each of {} is taken one too small.": lambda x: x - 1,
}
_MATRICES = {
    "{} is transposed, and should not be; or it should be, and is not.": transposed,
    "the rows of {} are divided by their lengths.": lambda x: x / lengths(x)[..., None],
    "the columns of {} stand in reverse order.": lambda x: x[..., ::-1],
}


def exchanged(answer: Callable, pairs: list[Pair]) -> str | None:
    """Name two arguments that change places, or one that stands for another."""
    names = _names(pairs[0][0])
    both = (
        (f"{a} and {b} have changed places.", _put({a: b, b: a}))
        for a, b in itertools.combinations(names, 2)
    )
    one = (
        (f"{b} stands where {a} belongs.", _put({a: b}))
        for a, b in itertools.permutations(names, 2)
    )
    return _first(answer, itertools.chain(both, one), pairs)


def changed(answer: Callable, pairs: list[Pair]) -> str | None:
    """Name the change of one argument with which the right answer gives what the function gave.

    It has to, in all of the cases, each with what came out and what is right.
    """
    case = pairs[0][0]
    found = [_first(answer, _changes(name, case[name]), pairs) for name in _names(case)]
    found = [one for one in found if one]
    return f"either {found[0]} Or {found[1]}" if len(found) > 1 else next(iter(found), None)


def _first(answer: Callable, changes: Iterable, pairs: list[Pair]) -> str | None:
    if len(pairs) == 1 and all(one.size == 1 for one in pairs[0][2].arrays):
        return None  # one number alone looks like many others
    with np.errstate(all="ignore"):
        for said, change in changes:
            if all(_explains(answer, change, *pair) for pair in pairs):
                return said
    return None


def _explains(answer: Callable, change: Callable, case: dict, got: Outcome, right: Outcome) -> bool:
    try:
        changed = change(case)
    except (ValueError, TypeError, ZeroDivisionError, IndexError):
        return False
    other = outcome(answer, changed, ours=True)
    return not other.error and other.same_as(got) and not other.same_as(right)


def _names(case: dict) -> list[str]:
    return [name for name, value in case.items() if not callable(value)]


def _changes(name: str, value) -> Iterator[tuple[str, Callable[[dict], dict]]]:
    axes, kind = np.ndim(value), np.asarray(value).dtype.kind
    tables = [_NUMBERS] if not axes else [_ARRAYS, _MATRICES][: 1 + (axes > 1)]
    if kind in "iu" and axes:
        tables = [_COUNTS, _ARRAYS]
    if kind == "b" and not axes:
        tables = [{"{} is taken for its opposite.": lambda x: not x}]
    for said, change in itertools.chain.from_iterable(table.items() for table in tables):
        yield said.replace("{}", name), _with(name, change)


def _put(sources: dict[str, str]) -> Callable[[dict], dict]:
    return lambda case: case | {name: case[source] for name, source in sources.items()}


def _with(name: str, change: Callable) -> Callable[[dict], dict]:
    return lambda case: case | {name: change(case[name])}
