"""Beginners' slips that look the same in every exercise.

Each looks at what was returned and at what is right, and knows nothing of the exercise.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .arguments import changed, exchanged
from .dependence import Trial, ignored, ignored_parts, looks_elsewhere
from .factors import Pair, bare_factor, factor_slip
from .likeness import hidden_spots, likenesses, off_sums, spots
from .outcome import Outcome, is_numeric, outcome, same

_OVERFLOW = (
    "nan came out, where numbers are large: e to 1000 is inf, e to −1000 is 0, and neither can be "
    "divided by itself. Subtract the largest of each row before np.exp."
)


def slip(function: Callable, answer: Callable, pairs: list[Pair]) -> str | None:
    """Name the first slip that explains the result, or None.

    ``pairs`` are the cases where it is wrong; what is said is about the first, and about the others
    too where it can be.
    """
    case, got, right = pairs[0]
    if not _comparable(got, right):
        return None
    if len(got.arrays) > 1 and (said := _order(got.arrays, right.arrays)):
        return said
    if not outcome(function, case, count=len(right.arrays)).fit(right).same_as(got):
        return "called again with the same input, it returns something else."
    with np.errstate(all="ignore"):
        if np.isnan(_off(got, right)[0]).any():
            return _OVERFLOW if _is_loud(case) else _agreed(pairs[:1], likenesses)
        idle = ignored(Trial(function, answer, case))
        if len(idle) == len(case):
            return "the result is the same whatever is in the arguments. Use them."
        return (
            factor_slip(pairs)
            or _agreed(pairs, likenesses)
            or _left_over(pairs)
            or exchanged(answer, pairs)
            or (f"the result is the same whatever is in {' and '.join(idle)}." if idle else None)
            or changed(answer, pairs)
        )


def trace(function: Callable, answer: Callable, pairs: list[Pair]) -> str | None:
    """Say what else is seen, where no slip explains the result: facts, and no more."""
    case, got, right = pairs[0]
    if not _comparable(got, right):
        return None
    with np.errstate(all="ignore"):
        if np.isnan(_off(got, right)[0]).any():
            return None
        trial = Trial(function, answer, case)
        return (
            _agreed(pairs, likenesses, least=0.7)
            or _where(pairs[:1], hidden_spots)
            or next(looks_elsewhere(trial), None)
            or next(ignored_parts(trial), None)
            or _agreed(pairs[:1], off_sums)
            or bare_factor(pairs)
            or _where(pairs[:1], spots)
        )


def _where(pairs: list[Pair], look: Callable) -> str | None:
    said = _agreed(pairs, look)
    return said and f"{said} {pairs[0][1].says(pairs[0][2], 'It returned')}"


def _comparable(got: Outcome, right: Outcome) -> bool:
    counts = len(got.arrays) == len(right.arrays)
    return not got.error and counts and all(is_numeric(one) for one in got.arrays)


def _left_over(pairs: list[Pair]) -> str | None:
    """An argument is added to what is right, or multiplied with it."""
    for name, value in pairs[0][0].items():
        if callable(value) or np.asarray(value).dtype.kind != "f":
            continue
        for said, change in _LEFT_OVER.items():
            if all(_is_left_over(change, case[name], got, right) for case, got, right in pairs):
                return f"right, and then {name} {said}. Leave that out."
    return None


_LEFT_OVER = {
    "is added": np.add,
    "is subtracted": np.subtract,
    "is multiplied with it": np.multiply,
    "divides it": np.divide,
}


def _is_left_over(change: Callable, value, got: Outcome, right: Outcome) -> bool:
    a, b = _off(got, right)
    return np.shape(value) in ((), b.shape) and same(a, change(b, value))


def _is_loud(case: dict) -> bool:
    return any(np.abs(a).max(initial=0) > 300 for a in case.values() if not callable(a))


def _order(got: tuple, right: tuple) -> str | None:
    """Right results at wrong places."""
    places = [[j for j, b in enumerate(right) if same(a, b)] for a in got]
    if all(places) and sorted(place[0] for place in places) == list(range(len(right))):
        return "the results are right, but not in the order that is asked for."
    return None


def _off(got: Outcome, right: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """The first result that is wrong, and what is right."""
    return next((a, b) for a, b in zip(got.arrays, right.arrays, strict=True) if not same(a, b))


def _agreed(pairs: list[Pair], look: Callable, least: float = 1) -> str | None:
    """What can be said of the first pair, and of a share of the others where it fails too.

    One number alone may look rounded, or squared, by chance: then others have to agree.
    """
    pairs = [pair for pair in pairs if _comparable(*pair[1:])]
    said = list(look(*_off(*pairs[0][1:])))
    if not said:
        return None
    others = [list(look(*_off(got, right))) for _, got, right in pairs[1:]]
    alone = _off(*pairs[0][1:])[1].size == 1
    kept = []
    for one in said:
        chance = 2 if "rounded" in one or "cut off" in one else 1 if "but for" in one else 0
        need = max(least * len(others), chance if alone else 0)
        kept += [one] if sum(one in other for other in others) >= need else []
    if not kept:
        return None
    _, got, right = pairs[0]
    alike = [same(a, b) for a, b in zip(got.arrays, right.arrays, strict=True)]
    where = f"in result {alike.index(False) + 1}: " if len(alike) > 1 else ""
    rivals = [one for one in kept if one.startswith(("only the first", "the last"))][:2]
    return where + (f"either {rivals[0]} Or {rivals[1]}" if len(rivals) > 1 else kept[0])
