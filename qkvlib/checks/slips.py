"""Beginners' slips that look the same in every exercise.

Each looks at what was returned and at what is right, and knows nothing of the exercise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .outcome import Outcome, close, is_numeric, outcome, same

_FIRST = "only the first {} is there: `return` seems to stand inside the loop. Move it to the left."
_LAST = "only the last {} is there: the loop writes over what it had. Collect every one of them."
_OVERFLOW = (
    "nan came out, where numbers are large: e to 1000 is inf, e to −1000 is 0, and neither can be "
    "divided by itself. Subtract the largest of each row before np.exp."
)


def slip(function: Callable, case: dict, got: Outcome, right: Outcome) -> str | None:
    """Name the first slip that explains the result, or None."""
    if got.error or len(got.arrays) != len(right.arrays):
        return None
    if not all(is_numeric(one) for one in got.arrays):
        return None
    if len(got.arrays) > 1 and (said := _order(got.arrays, right.arrays)):
        return said
    off = [(a, b) for a, b in zip(got.arrays, right.arrays, strict=True) if not same(a, b)]
    with np.errstate(all="ignore"):
        if np.isnan(off[0][0]).any() and _is_loud(case):
            return _OVERFLOW
        said = None if np.isnan(off[0][0]).any() else _ignored(function, case, got, right)
        return said or next(_one(*off[0]), None)


def _is_loud(case: dict) -> bool:
    return any(np.abs(a).max(initial=0) > 300 for a in case.values() if not callable(a))


def _order(got: tuple, right: tuple) -> str | None:
    """Right results at wrong places."""
    places = [[j for j, b in enumerate(right) if same(a, b)] for a in got]
    if all(places) and sorted(place[0] for place in places) == list(range(len(right))):
        return "the results are right, but not in the order that is asked for."
    return None


def _ignored(function: Callable, case: dict, got: Outcome, right: Outcome) -> str | None:
    """An argument that makes no difference, though it should."""
    names = [name for name in case if _makes_no_difference(function, case, name, got, right)]
    if len(names) == len(case):
        return "the result is the same whatever is in the arguments. Use them."
    if names:
        return f"the result is the same whatever is in {' and '.join(names)}."
    return None


def _makes_no_difference(
    function: Callable, case: dict, name: str, got: Outcome, right: Outcome
) -> bool:
    """Say whether an array may be turned around, and its signs with it."""
    value = case[name]
    if not np.ndim(value) or (np.flip(value) == value).all():
        return False
    others = [np.flip(value)] + ([-value] if value.dtype.kind == "f" else [])
    changed = [outcome(function, case | {name: one}, count=len(right.arrays)) for one in others]
    return all(not one.error and one.fit(right).same_as(got) for one in changed)


def _one(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """What is wrong with one result."""
    if got.shape == right.shape:
        yield from _values(got, right)
        yield from _places(got, right)
    else:
        yield from _shapes(got, right)


def _values(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """The numbers are changed, each by itself."""
    hidden = np.isneginf(right)
    shown = close(got, right) | hidden
    if hidden.any() and shown.all() and np.isfinite(got[hidden]).all():
        if (got[hidden] < -50).all():
            yield (
                "a number far below the others is not hidden for sure: in a row of nothing else it "
                "still gets weight. Use -np.inf."
            )
        yield "what must be hidden is not: it still gets weight. Use -np.inf."
    if np.isnan(got).any() and not np.isnan(right).any():
        yield (
            "nan came out: that is 0 / 0, inf / inf, inf − inf or 0 · inf. Print what you divide "
            "and what you multiply."
        )
    if not np.isfinite(right).all():
        return
    if same(got, -right):
        yield "the sign is turned: what should be above 0 is below."
    if same(got, np.abs(right)):
        yield "the minus signs are gone: a number below 0 stays below 0."
    if same(got, np.maximum(right, 0)):
        yield "what is below 0 became 0. Keep it as it is."
    if same(got, np.trunc(right)):
        yield "the digits after the point are cut off: the array you fill is made for integers."
    for digits in (1, 2, 3, 4):
        if same(got, np.round(right, digits)):
            yield f"right, but rounded to {digits} digit{'s' * (digits > 1)}. Return all digits."
    yield from _shares(got, right)
    if right.size > 1 and (right != 0).any():
        factor = (got * right).sum() / (right * right).sum()
        if np.isfinite(factor) and factor and same(got, factor * right):
            yield f"every number is {factor:.4g} times what it should be."
        if same(got, right + (got - right).mean()):
            yield f"every number is {(got - right).mean():+.4g} off, all by the same."


def _shares(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """Rows that should sum to 1, and columns that do."""
    if not right.ndim or right.min() < 0 or not np.isfinite(got).all():
        return
    sums = right.sum(axis=-1)
    if not (close(sums, np.ones_like(sums)) | (sums == 0)).all() or not (sums > 0).any():
        return
    if right.ndim > 1 and _unkept(got, right):
        yield "each column is divided by the sum of a row. Keep the axis: keepdims=True."
    off = ~close(got.sum(axis=-1), sums)
    if off.any():
        if (
            right.ndim > 1
            and close(got.sum(axis=-2), np.ones(got.shape[:-2] + got.shape[-1:])).all()
        ):
            yield "the columns sum to 1, and the rows should: sum over the last axis, axis=-1."
        if close(got.sum(), np.float64(1)):
            yield "all weights together sum to 1. Each row should, by itself: axis=-1."
        row = got[off][0].sum() if right.ndim > 1 else got.sum()
        yield f"a row should sum to 1. One of yours sums to {row:.4g}."


def _unkept(got: np.ndarray, right: np.ndarray) -> bool:
    """Whether row i was divided by a number of column i, and column j by that of row j."""
    if got.shape[-1] != got.shape[-2] or (right <= 0).any():
        return False
    factors = got / right
    return same(factors, factors[..., :1] * factors[..., :1, :]) and not same(got, right)


def _places(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """Right numbers at wrong places, or only some of them."""
    if got.ndim > 1 and got.shape[-1] == got.shape[-2] and same(got, np.swapaxes(right, -1, -2)):
        yield "rows and columns have changed places."
    for axis, what in _axes(got):
        if got.shape[axis] > 1:
            first, last = (np.take(got, [i], axis) for i in (0, -1))
            if same(first, np.take(right, [0], axis)) and not np.delete(got, 0, axis).any():
                yield _FIRST.format(what)
            if same(last, np.take(right, [-1], axis)) and not np.delete(got, -1, axis).any():
                yield _LAST.format(what)
            if same(got, np.flip(right, axis)):
                yield f"each {what} is right, but the last stands first."
            if same(got, np.roll(right, 1, axis)) or same(got, np.roll(right, -1, axis)):
                yield f"each {what} is right, but stands one place too far."


def _shapes(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """A part of what is right, or one axis too many."""
    for axis, what in _axes(right):
        if got.shape == right.shape[:axis] + right.shape[axis + 1 :]:
            if same(got, right.take(0, axis)):
                yield _FIRST.format(what)
            if same(got, right.take(-1, axis)):
                yield _LAST.format(what)
            if same(got, right.sum(axis)):
                yield f"right, and then added up over each {what}. Leave that sum out."
            if same(got, right.mean(axis)):
                yield f"right, and then averaged over each {what}. Leave that out."
        if got.ndim == right.ndim and got.shape[axis] < right.shape[axis]:
            count = got.shape[axis]
            if same(got, right.take(range(count), axis)):
                yield f"the last {what} is missing. range(n) already ends before n."
            if same(got, right.take(range(-count, 0), axis)):
                yield f"the first {what} is missing. Indexes start at 0."
    if got.size == right.size and same(got.ravel(), right.ravel()):
        yield f"the numbers are right; the shape is {got.shape}, and should be {right.shape}."


def _axes(array: np.ndarray) -> Iterator[tuple[int, str]]:
    names = {1: ["number"], 2: ["row", "column"]}.get(array.ndim, ["part"] * array.ndim)
    return enumerate(names)
