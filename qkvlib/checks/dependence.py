"""What makes no difference to a result, though it should, or makes one, though it must not.

A part of an argument is changed, and the function and the right answer are called again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .outcome import Outcome, close, outcome

_MOST = 8  # rows that are changed one by one


class Trial:
    """A function and the right answer on one input."""

    def __init__(self, function: Callable, answer: Callable, case: dict):
        self.functions, self.case = (function, answer), case
        self.count = 1
        self.before = self._call(case)
        self.count = len(self.before[1].arrays)

    def _call(self, case: dict) -> list[Outcome]:
        right = outcome(self.functions[1], case, ours=True)
        return [
            outcome(self.functions[0], case, count=len(right.arrays) or 1, ours=True).fit(right),
            right,
        ]

    def _moves(self, which: int, name: str, part, seed: int) -> bool | None:
        """Say whether a change of the part moves one function's result; None if nobody knows."""
        value = _changed(self.case[name], part, seed)
        if value is None:
            return None
        after = outcome(
            self.functions[which], self.case | {name: value}, count=self.count, ours=True
        )
        moves = _moves(self.before[which], after.fit(self.before[1]))
        return None if moves is None else _any(moves)

    def moved(self, name: str, part=..., tries: int = 2) -> list[list[np.ndarray]] | None:
        """Which numbers of the results move with this part of an argument, in both functions.

        The part is changed several times, by little and by much. None if that never works.
        """
        found = None
        for seed in range(tries):
            value = _changed(self.case[name], part, seed)
            if value is None:
                return None
            after = self._call(self.case | {name: value})
            moves = [_moves(a, b) for a, b in zip(self.before, after, strict=True)]
            if None not in moves:
                found = [
                    [a | b for a, b in zip(*both, strict=True)]
                    for both in zip(found or moves, moves, strict=True)
                ]
        return found

    def is_idle(self, name: str, part=...) -> bool:
        """Say whether the part makes no difference, though it should.

        Most parts make one at once: so the right answer is asked last.
        """
        seen = False
        for seed in range(8):
            moves = self._moves(0, name, part, seed)
            if moves:
                return False
            seen |= moves is not None
        return seen and any(self._moves(1, name, part, seed) for seed in range(8))


def ignored(trial: Trial) -> list[str]:
    """List the arguments that make no difference, though they should."""
    return [name for name in trial.case if trial.is_idle(name)]


def ignored_parts(trial: Trial) -> Iterator[str]:
    """Name the first or last of something, where it does not count or counts alone."""
    for name, value in trial.case.items():
        for axis, what in _axes(value):
            if value.shape[axis] < 2:
                continue

            def idle(part, name=name, axis=axis):
                return trial.is_idle(name, (..., part, *[slice(None)] * (-1 - axis)))

            if idle(slice(1, None)):
                yield f"only the first {what} of {name} counts. Let the others count too."
            elif idle(slice(0, -1)):
                yield f"only the last {what} of {name} counts. Let the others count too."
            elif idle(slice(-1, None)):
                yield f"the last {what} of {name} makes no difference, and should."
            elif idle(slice(0, 1)):
                yield f"the first {what} of {name} makes no difference, and should."


def looks_elsewhere(trial: Trial) -> Iterator[str]:
    """Name rows of an argument that a row of the result depends on, and should not, or not."""
    got, right = (one.arrays for one in trial.before)
    if len(right) != 1 or right[0].ndim < 2 or got[0].shape != right[0].shape:
        return
    for name, value in trial.case.items():
        if np.ndim(value) < 2 or not 1 < value.shape[-2] <= _MOST:
            continue
        got, wanted = _by_rows(trial, name, value.shape[-2])
        if got is None or (got == wanted).all():
            continue
        future = np.triu(np.ones(got.shape, bool), 1)
        itself = np.eye(*got.shape, dtype=bool)
        if wanted.all() and ((got | itself) == ~future).all():
            yield f"a row depends only on the rows of {name} up to its own: is there a causal mask?"
        for i, j in np.argwhere(got & ~wanted & ~itself)[:1]:
            _, moved = trial.moved(name, _row(j), tries=8)  # may it never?
            if not any(np.moveaxis(one, -2, 0)[i].any() for one in moved):
                yield f"row {i} of the result depends on row {j} of {name}, and must not here."


def _row(j: int) -> tuple:
    return (..., slice(j, j + 1), slice(None))


def _by_rows(trial: Trial, name: str, count: int):
    """Say which rows of the result depend on which rows of an argument, in both functions."""
    columns = ([], [])
    for j in range(count):
        moved = trial.moved(name, _row(j))
        if moved is None:
            return None, None
        for column, (array, *_) in zip(columns, moved, strict=True):
            rows = array.any(axis=-1)
            column.append(rows.reshape(-1, rows.shape[-1]).any(axis=0))
    return tuple(np.array(one).T for one in columns)


def _changed(value, part, seed: int):
    """Change a part of it, irregularly; None if it is of a kind that cannot be."""
    if callable(value) or isinstance(value, str):
        return None
    array = np.array(value)
    rng = np.random.default_rng(seed)
    if array.dtype.kind == "b":
        new = rng.random(array.shape) < (0.5, 1.0, 0.0)[seed % 3]
    elif array.dtype.kind in "iu":
        new = rng.permutation(array) if array.ndim else array + (-1) ** seed
    elif array.ndim:
        new = (-1) ** seed * array + rng.normal(0, (0.5, 6, 60, 2, 700)[seed % 5], array.shape)
    else:
        new = (0.8, 3, 0.3, 1.2, 0.1, 30, 0.5, -1)[seed % 8] * array
    array[part] = np.asarray(new)[part]
    return array[()]


def _moves(before: Outcome, after: Outcome) -> list[np.ndarray] | None:
    if before.error or after.error or len(before.arrays) != len(after.arrays):
        return None
    pairs = list(zip(before.arrays, after.arrays, strict=True))
    if any(a.shape != b.shape or a.dtype.kind not in "fiub" for a, b in pairs):
        return None
    if any(np.isnan(a).any() or np.isnan(b).any() for a, b in pairs):
        return None
    return [~close(a, b) for a, b in pairs]


def _any(arrays: list[np.ndarray]) -> bool:
    return any(array.any() for array in arrays)


def _axes(value) -> Iterator[tuple[int, str]]:
    if callable(value) or not np.ndim(value):
        return iter(())
    names = ["number"] if value.ndim == 1 else ["column", "row"]
    return ((-1 - i, what) for i, what in enumerate(names))
