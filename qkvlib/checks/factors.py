"""One factor too many: which size, root or argument it is, told by inputs whose sizes differ."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from .outcome import Outcome, same

Pair = tuple[dict, Outcome, Outcome]  # a case, what came out, what is right
_POWERS = {0.5: "√{}", 1: "{}", 1.5: "√{}³", 2: "{}²", 3: "{}³"}


def factor(got: np.ndarray, right: np.ndarray) -> float | None:
    """By what all of it is multiplied, or None.

    Examples
    --------
    >>> factor(np.array([1.0, 4.0]), np.array([2.0, 8.0]))
    0.5
    """
    if got.shape != right.shape or not np.isfinite(right).all() or not (right != 0).any():
        return None
    if right.size < 2 and right.ndim:
        return None
    found = float((got * right).sum() / (right * right).sum())
    usable = np.isfinite(found) and found and not same(got, right)
    return found if usable and same(got, found * right) else None


def sharpening(got: np.ndarray, right: np.ndarray) -> float | None:
    """By what the scores were multiplied before the softmax that made these rows, or None.

    Examples
    --------
    >>> right = np.array([0.2, 0.3, 0.5])
    >>> round(sharpening(right**2 / sum(right**2), right), 6)
    2.0
    """
    if got.shape != right.shape or not got.ndim or got.shape[-1] < 3:
        return None
    seen = (right > 0) & (got > 0)
    if not np.array_equal(right > 0, got > 0) or seen.sum() < 3 or (right < 0).any():
        return None
    sums = right.sum(axis=-1), got.sum(axis=-1)
    if not all((np.isclose(one, 1) | (one == 0)).all() for one in sums):
        return None
    logs = [np.log(np.where(seen, one, 1)) for one in (got, right)]
    means = [(a * seen).sum(-1, keepdims=True) / seen.sum(-1, keepdims=True) for a in logs]
    a, b = ((log - mean) * seen for log, mean in zip(logs, means, strict=True))
    if not (b * b).sum():
        return None
    found = float((a * b).sum() / (b * b).sum())
    return found if found > 0 and not same(got, right) and same(a, found * b) else None


def names_of(values: list[float], cases: list[dict]) -> Iterator[str]:
    """Name what has these values in these cases: sizes and numbers among the arguments.

    Examples
    --------
    >>> cases = [{"q": np.ones((2, 3))}, {"q": np.ones((5, 4))}]
    >>> list(names_of([1 / 3**0.5, 1 / 2], cases))
    ['divided by √(q.shape[-1])']
    """
    for what, sizes in _numbers(cases):
        for power, text in _POWERS.items():
            shown = text.format(f"({what})" if power % 1 else what)
            for sign, verb in ((1, "multiplied by"), (-1, "divided by")):
                with np.errstate(all="ignore"):
                    guess = np.power(np.array(sizes, dtype=float), sign * power)
                if np.allclose(values, guess, rtol=1e-4):
                    yield f"{verb} {shown}"
    sizes = [(what, np.array(one)) for what, one in _numbers(cases) if ".shape" in what]
    for (a, one), (b, other) in itertools.permutations(sizes, 2):
        if np.allclose(values, np.sqrt(one / other), rtol=1e-4):
            yield f"divided by √({b}) in place of √({a})"


def _numbers(cases: list[dict]) -> Iterator[tuple[str, list[float]]]:
    """Sizes and numbers of the arguments, each once, with what they are in every case."""
    seen = []
    for name, value in cases[0].items():
        if callable(value) or isinstance(value, bool | np.bool_):
            continue
        axes = min(np.ndim(case[name]) for case in cases)
        found = {
            f"{name}.shape[{axis}]": [np.shape(case[name])[axis] for case in cases]
            for axis in range(-1, -1 - axes, -1)
        }
        if not np.ndim(value):
            found = {name: [float(case[name]) for case in cases]}
        for what, sizes in found.items():
            if sizes not in seen:
                seen.append(sizes)
                yield what, sizes


def factor_slip(pairs: list[Pair]) -> str | None:
    """Name what is multiplied by what, in all cases that tell: at the end or before the softmax."""
    for said, cases, values in _measured(pairs):
        names = list(names_of(values, cases)) if np.ptp(values) > 1e-3 * abs(values[0]) else []
        if 0 < len(names) < 3:
            return f"{said} {' or '.join(names)}, and should not be."
    return None


def bare_factor(pairs: list[Pair]) -> str | None:
    """Say by what all is multiplied, where nobody knows what that is.

    One number alone is a multiple of any other: it has to be the same one in several cases.
    """
    for said, cases, values in _measured(pairs):
        alike = len(values) > 1 and np.ptp(values) < 1e-3 * abs(values[0])
        if cases[0] is pairs[0][0] and (alike or pairs[0][2].arrays[0].size > 1):
            return f"{said} {values[0]:.4g} times what it should be."
    return None


def _measured(pairs: list[Pair]) -> Iterator[tuple[str, list[dict], list[float]]]:
    for measure, said in ((factor, "every number is"), (sharpening, "before the softmax, all is")):
        for place in range(len(pairs[0][2].arrays)):
            found = [(case, _at(place, got, right, measure)) for case, got, right in pairs]
            found = [(case, value) for case, value in found if value is not None]
            if found:
                where = f"in result {place + 1} " if len(pairs[0][2].arrays) > 1 else ""
                yield where + said, *zip(*found, strict=True)


def _at(place: int, got: Outcome, right: Outcome, measure: Callable) -> float | None:
    if got.error or len(got.arrays) != len(right.arrays):
        return None
    with np.errstate(all="ignore"):
        return measure(got.arrays[place], right.arrays[place])
