"""What wrong numbers look like, beside the right ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..attention import softmax
from .outcome import close, same

_CHANGES = {
    "a square": np.square,
    "a root": np.sqrt,
    "an np.exp": np.exp,
    "a logarithm": np.log,
    "a division: this is 1 / what it should be,": np.reciprocal,
}
_LOW = (
    "weights that must be 0 are only small: a low number is not −∞. Hide by -np.inf, before the "
    "softmax."
)
_FIRST = "only the first {} is there. Collect every one of them."
_LAST = "only the last {} is there. Collect every one of them."


def likenesses(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """Say what is wrong with one result, the most telling first.

    Examples
    --------
    >>> next(likenesses(np.array([2.0, 3.0]), np.array([2.0, -3.0])))
    'the minus signs are gone: a number below 0 stays below 0.'
    """
    if got.shape == right.shape:
        yield from _hidden(got, right)
        yield from _values(got, right)
        yield from _places(got, right)
        yield from _shares(got, right)
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
    for digits in range(5):
        if same(got, np.round(right, digits)):
            yield f"right, but rounded to {digits} digits after the point. Return all of them."
    yield from _once_more(got, right)
    if right.size > 1 and same(got, right + (got - right).mean()):
        yield f"every number is {(got - right).mean():+.4g} off, all by the same."


def _once_more(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """A function was called on what was right already."""
    if right.ndim:
        if same(got, softmax(right)):
            yield "right, and then a softmax over it: one too many. Leave it out."
    for name, change in _CHANGES.items():
        if same(got, change(right)):
            yield f"right, but for {name} at the end."


def _shares(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """Rows that should sum to 1, and columns that do."""
    if not right.ndim or not np.isfinite(right).all() or not _are_shares(right):
        return
    sums = right.sum(axis=-1)
    if not (sums > 0).any():
        return
    if np.isnan(got).any() or np.isposinf(got).any():
        return
    hidden = np.where(right == 0, -np.inf, got)
    if right.size > 1 and same(softmax(hidden), right):
        yield "the softmax is missing: these are scores."
    if not np.isfinite(got).all():
        return
    if same(got, 1 - right):
        yield "this is 1 minus what it should be."
    if right.shape[-1] > 1 and same(got, (right == right.max(axis=-1, keepdims=True)) * 1.0):
        yield "only the largest of each row counts. Let the others have their share."
    if right.ndim > 1 and _unkept(got, right):
        yield "each column is divided by the sum of a row. Keep the axis: keepdims=True."
    off = ~close(got.sum(axis=-1), sums)
    hidden = (right == 0) & (right.sum(axis=-1, keepdims=True) > 0)
    if hidden.any() and (got[hidden] > 0).any() and not off.any():
        if (got[hidden] < 1e-3).all():
            yield _LOW
    if off.any():
        if (
            right.ndim > 1
            and close(got.sum(axis=-2), np.ones(got.shape[:-2] + got.shape[-1:])).all()
        ):
            yield "the columns sum to 1, and the rows should: sum over the last axis, axis=-1."
        if close(got.sum(), np.float64(1)):
            yield "all weights together sum to 1. Each row should, by itself: axis=-1."
    totals = got.sum(axis=-1, keepdims=True)
    if right.shape[-1] > 1 and (got >= 0).all() and same(got / np.where(totals, totals, 1), right):
        yield (
            "the rows are not divided by their sums. If there is a mask, does it come too late, "
            "after the softmax?"
        )


def off_sums(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """Say of a row that should sum to 1 what it sums to."""
    if got.shape != right.shape or not right.ndim or not np.isfinite(got).all():
        return
    if _are_shares(right):
        sums, wanted = got.sum(axis=-1), right.sum(axis=-1)
        off = ~close(sums, wanted)
        if off.any():
            one, yours = wanted[off][0], sums[off][0]
            yield f"a row should sum to {one:.0f}. One of yours sums to {yours:.4g}."


def _hidden(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """The mask is another: what it hides has −∞, or a weight of 0."""
    mine, wanted = _voids(got, right)
    if (mine == wanted).all() or not mine.any() or not wanted.any():
        return
    if (mine == ~wanted).all():
        yield "the mask is inverted: what should be hidden is seen, and the rest is hidden."
    for what, other in _other_masks(wanted):
        if (mine == other).all():
            yield f"the mask is {what}."


def _voids(got: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Say what is hidden in both; nothing, where there is no mask."""
    void = -np.inf if np.isneginf(right).any() else 0
    wanted = right == void
    masked = wanted.any() and (void != 0 or (right.ndim and _are_shares(right)))
    return (got == void) & masked, wanted & masked


def _other_masks(hidden: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    if hidden.ndim > 1 and hidden.shape[-1] == hidden.shape[-2]:
        yield "transposed: rows are queries, columns are keys", np.swapaxes(hidden, -1, -2)
    yield "turned around: its last column stands first", hidden[..., ::-1]
    for axis in range(hidden.ndim - 2):
        for i in (0, -1):
            one = np.broadcast_to(np.take(hidden, [i], axis), hidden.shape)
            yield f"that of the {('last', 'first')[i + 1]} in the batch, for all of them", one


def _are_shares(right: np.ndarray) -> bool:
    sums = right.sum(axis=-1)
    return bool((right >= 0).all() and (close(sums, np.ones_like(sums)) | (sums == 0)).all())


def hidden_spots(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """Say which place is seen and must not be, or is hidden."""
    if got.shape != right.shape:
        return
    mine, wanted = _voids(got, right)
    for said, wrong in (
        ("seen, and must be hidden", wanted & ~mine),
        ("hidden, and must be seen", mine & ~wanted),
    ):
        if wrong.any():
            yield f"place {np.argwhere(wrong)[0].tolist()} is {said}."


def spots(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """Say where what is wrong lies, if the rest is right."""
    if got.shape != right.shape:
        return
    wrong = ~close(got, right)
    if got.ndim > 1:
        rows, columns = np.indices(got.shape[-2:])
        spots = {
            "on the diagonal": rows == columns,
            "above the diagonal": columns > rows,
            "below the diagonal": columns < rows,
        }
        for where, spot in spots.items():
            if spot.any() and not spot.all() and (wrong == spot).all():
                yield f"all is right but what stands {where}."
    for axis, what in _axes(got):
        n = got.shape[axis]
        lines = np.moveaxis(wrong, axis, 0).reshape(n, -1).any(axis=1)
        if n > 1 and lines.any() and not lines.all():
            places = np.flatnonzero(lines).tolist()
            yield f"all is right but {what}{'s' * (len(places) > 1)} {', '.join(map(str, places))}."


def _unkept(got: np.ndarray, right: np.ndarray) -> bool:
    """Whether row i was divided by a number of column i, and column j by that of row j."""
    if got.shape[-1] != got.shape[-2] or (right <= 0).any() or (got <= 0).any():
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
    if right.ndim > 1 and got.ndim > 1 and same(got, np.swapaxes(right, -1, -2)):
        yield "rows and columns have changed places."
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
                if count == 1:
                    yield _FIRST.format(what)
                if count == right.shape[axis] - 1:
                    yield f"the last {what} is missing. Does a range end too early?"
            if same(got, right.take(range(-count, 0), axis)):
                if count == 1:
                    yield _LAST.format(what)
                if count == right.shape[axis] - 1:
                    yield f"the first {what} is missing. Does a range begin at 1?"
    if got.size == right.size and same(got.ravel(), right.ravel()):
        yield "the numbers are right, but not their shape."
    yield from _unfinished(got, right)


def _unfinished(got: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """One sum or mean is still to come, or only pairs have met."""
    if got.ndim == right.ndim + 1:
        for axis in range(-1, -1 - got.ndim, -1):
            if got.shape[axis] > 1 and same(got.sum(axis), right):
                yield f"these still have to be added up: sum(axis={axis})."
            if got.shape[axis] > 1 and same(got.mean(axis), right):
                yield f"these still have to be averaged: mean(axis={axis})."
    if right.ndim > 1 and same(got, np.diagonal(right, 0, -2, -1)):
        yield "only the diagonal is there: each meets its own number alone. All should meet all."
    if not right.ndim and got.size > 1:
        yield "one number is asked for, and this is an array."


def _axes(array: np.ndarray) -> Iterator[tuple[int, str]]:
    names = {1: ["number"], 2: ["row", "column"]}.get(array.ndim, ["part"] * array.ndim)
    return enumerate(names)
