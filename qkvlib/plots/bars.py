"""Bars with their names and numbers, for a few values that are compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from .marks import INK, MUTED, V_COLOR, WEIGHT_COLOR, WIDTH, box, number, text

PITCH = 20  # points from one bar to the next
FINGER = 26  # the same where a bar is there to be chosen: what a fingertip needs
_GAP = 4  # between two bars


def bars(
    axes: Axes,
    top: float,
    rows: Sequence[tuple[str, float]],
    *,
    limit: float,
    color: str = WEIGHT_COLOR,
    chosen: int | None = None,
    signed: bool = False,
    decimals: int = 3,
    pitch: float = PITCH,
    left: float = 0,
    right: float = WIDTH,
    names: float = 70,
    said: Sequence[str] | None = None,
    first: bool = False,
) -> tuple[float, float]:
    """Horizontal bars between ``left`` and ``right``; ``limit`` is the longest bar's value.

    Names stand in ``names`` points on the left, numbers at the ends of the bars, or what is
    ``said`` in their place; or ``first``, beside the names, where something else is drawn at the
    ends. With ``signed`` negative values grow to the left of a zero line.
    Returns where 0 stands and how many points a 1 is long.
    """
    height, room = pitch - _GAP, 12 + 7 * (decimals + 2)  # of a bar; of a number beside it
    column = left + names + room - 12  # where numbers end that come first
    start, room = (column + 10, 2) if first else (left + names, room)
    zero = (start + right) / 2 if signed else start
    unit = (right - room - zero) / limit
    for index, (name, value) in enumerate(rows):
        y, length = top + index * pitch, value * unit
        middle, picked = y + height / 2, chosen == index
        text(axes, left + names - 10, middle, name, align="right", bold=picked, room=names - 10)
        strength = 1.0 if picked or chosen is None else 0.55
        style = {"fill": color, "strength": strength, "edge": INK if picked else "none"}
        box(axes, zero + min(length, 0), y, abs(length), height, **style)
        words = number(value, decimals) if said is None else said[index]
        side = -1 if value < -1e-9 else 1  # rounding may leave less than nothing
        align = "right" if side < 0 else "left"
        at, align = (column, "right") if first else (zero + length + 5 * side, align)
        text(axes, at, middle, words, align=align, bold=picked or first)
    bottom = top + len(rows) * pitch - _GAP
    axes.plot((zero, zero), (top - 2, bottom + 2), color=MUTED, lw=1)
    return zero, unit


def rows_to_choose(
    axes: Axes, top: float, names: Sequence[str], *, pitch: float = FINGER
) -> list[tuple]:
    """The rows of ``bars``, for the ``choices`` of a picture: a click chooses the name."""
    return [
        (name, axes, 0, top - _GAP / 2 + index * pitch, WIDTH, pitch)
        for index, name in enumerate(names)
    ]


def value_bars(
    axes: Axes,
    top: float,
    features: Sequence[str],
    output: np.ndarray,
    values: np.ndarray,
    *,
    decimals: int = 3,
    first: bool = False,
) -> tuple[float, float]:
    """Bars of what a token takes; ``values``, all it could take from, decide their scale."""
    return bars(
        axes,
        top,
        list(zip(features, output, strict=True)),
        limit=max(1, abs(values).max()),
        signed=bool((values < -1e-9).any()),  # rounding may leave less than nothing
        color=V_COLOR,
        decimals=decimals,
        first=first,
    )
