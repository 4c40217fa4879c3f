"""Two rules that make weights, side by side: all rows at once, and one of them named."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..explorer import Picture
from .arguments import as_shape, place_of
from .marks import LINE, MUTED, Q_COLOR, WIDTH, box, canvas, cells, number, text

_GAP, _LEFT, _TOP = 26, 26, 40  # between the matrices, left of and above them


def two_rules(rules: Mapping[str, np.ndarray], *, at: int, place: str, limit: float) -> Picture:
    """Draw two square matrices of weights side by side, with the same row of both marked.

    Parameters
    ----------
    rules : mapping of str to array, shape (n, n)
        Two rules and their weights: row i are the weights of place i.
    at : int
        The row that is marked.
    place : str
        What a row and a column stand for, such as "hour".
    limit : float
        The weight that is drawn strongest; what is larger looks the same.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there are not two rules of one shape, or no such row.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import plots
    >>> rules = {"alone": np.eye(2), "alike": np.full((2, 2), 0.5)}
    >>> plots.two_rules(rules, at=0, place="day", limit=1)
    Weights of 2 days by two rules. Day 0, alone: 0 (1.00). Day 0, alike: 0 (0.50), 1 (0.50).
    """
    if len(rules) != 2:
        raise ValueError(f"rules: {len(rules)}; expected 2")
    n = len(next(iter(rules.values())))
    rules = {name: as_shape(f"rules[{name!r}]", w, n, n) for name, w in rules.items()}
    place_of("at", at, range(n))
    side = (WIDTH - _LEFT - _GAP) / 2
    size = side / n
    figure, axes = canvas(_TOP + side + 22)
    y = _TOP + at * size
    ticks = range(0, n, max(1, n // 4))
    for column, (name, weights) in enumerate(rules.items()):
        left = _LEFT + column * (side + _GAP)
        text(axes, left, 8, name, align="left", bold=True)
        text(axes, left + side, 8, "key →", align="right", color=MUTED)
        cells(axes, left, _TOP, (size, size), np.minimum(1, weights / limit).round(2))
        box(axes, left, _TOP, side, side, edge=LINE)
        box(axes, left, y, side, size, edge=Q_COLOR)
        for tick in ticks:
            middle = (tick + 0.5) * size
            text(axes, left + middle, 28, str(tick), color=MUTED)
            if column == 0:
                text(axes, _LEFT - 6, _TOP + middle, str(tick), color=MUTED, align="right")
    text(axes, 0, _TOP + side + 13, f"query: {place} {at}", align="left", color=Q_COLOR)
    said = [
        f"{place.capitalize()} {at}, {name}: "
        + ", ".join(f"{j} ({number(w[at, j], 2)})" for j in range(n) if w[at, j] >= 0.005)
        for name, w in rules.items()
    ]
    return Picture(
        figure,
        alt=f"Weights of {n} {place}s by two rules. {'. '.join(said)}.",
        handle=(axes, _LEFT + side + _GAP / 2, y + size / 2),
        table=[
            (place, *rules),
            *((str(j), *(number(w[at, j]) for w in rules.values())) for j in range(n)),
        ],
    )
