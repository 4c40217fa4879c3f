"""Slips of a loop: it ends too early, starts too late, or forgets what it had.

Such a function does what a right one does with a part of the input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from .outcome import outcome
from .shrink import cut

_PARTS = {
    "only the first of {} counts. Let the others count too.": (slice(0, 1)),
    "only the last of {} counts: in the loop, = seems to stand where += belongs.": slice(-1, None),
    "the last of {} is missing. range(n) already ends before n.": slice(0, -1),
    "the first of {} is missing. Indexes start at 0.": slice(1, None),
}


def loop_slip(function: Callable, answer: Callable, cases: Sequence[dict]) -> str | None:
    """Name the part of an input that alone counts, in every case that can tell."""
    left = None  # a place among the sizes, and what is said; of the first case, its size
    for case in cases:
        right = outcome(answer, case, ours=True)
        partial = {key: outcome(answer, part, ours=True) for key, part in _parts(case, left)}
        partial = {key: one for key, one in partial.items() if not one.error}
        if not partial:
            continue
        got = outcome(function, case, count=len(right.arrays), ours=True).fit(right)
        alike = {key for key, one in partial.items() if not got.error and got.same_as(one)}
        if left is None:
            left = {key: size for key, size in _sizes(case).items() if key in alike}
            left = {key: size for key, size in left.items() if not partial[key].same_as(right)}
        else:
            left = {key: size for key, size in left.items() if key in alike or key not in partial}
        if not left:
            return None
    return next((said.format(size) for (_, said), size in (left or {}).items()), None)


def _sizes(case: dict) -> dict[tuple, int]:
    """Say how long each axis is that stands for one thing alone, by where it first stands."""
    shapes = [np.shape(value) for value in case.values()]
    found = {}
    for place, shape in enumerate(shapes):
        for axis, size in enumerate(shape):
            known = size in [shapes[p][a] for p, a in found]
            if size > 1 and not known and all(one.count(size) <= 1 for one in shapes):
                found[place, axis] = size
    return {(place, said): size for place, size in found.items() for said in _PARTS}


def _parts(case: dict, keys: Iterable | None) -> Iterator[tuple[tuple, dict]]:
    """Cut the case along each of these axes, to the first, the last, and all but one."""
    for (place, said), size in _sizes(case).items():
        if keys is None or (place, said) in keys:
            part = {name: cut(value, size, _PARTS[said]) for name, value in case.items()}
            yield (place, said), part
