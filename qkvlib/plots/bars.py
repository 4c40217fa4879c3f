"""Bars with their names and numbers, for a few values that are compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from .marks import INK, MUTED, V_COLOR, WEIGHT_COLOR, WIDTH, box, number, text


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
    pitch: float = 27,
    left: float = 84,
) -> tuple[float, float]:
    """Horizontal bars with their names and numbers; ``limit`` is the longest bar's value.

    Names end before ``left``, where the bars begin. With ``signed`` the zero line stands in the
    middle and negative values grow to the left.
    Returns where 0 stands and how many points a 1 is long.
    """
    right, height = WIDTH - 54, pitch - 7
    zero = (left + right) / 2 if signed else left
    unit = (right - zero) / limit
    for index, (name, value) in enumerate(rows):
        y = top + index * pitch
        length = value * unit
        start = zero + min(length, 0)
        picked = chosen == index
        text(axes, left - 10, y + height / 2, name, align="right", bold=picked)
        strength = 1.0 if picked or chosen is None else 0.55
        box(
            axes,
            start,
            y,
            abs(length),
            height,
            fill=color,
            strength=strength,
            edge=INK if picked else "none",
        )
        text(axes, WIDTH - 4, y + height / 2, number(value, decimals), align="right", bold=picked)
    bottom = top + len(rows) * pitch - 7
    axes.plot((zero, zero), (top - 3, bottom + 3), color=MUTED, lw=1)
    return zero, unit


def rows_to_choose(
    axes: Axes, top: float, names: Sequence[str], *, pitch: float = 27
) -> list[tuple]:
    """The rows of ``bars``, for the ``choices`` of a picture: a click chooses the name."""
    return [
        (name, axes, 0, top - 3.5 + index * pitch, WIDTH, pitch) for index, name in enumerate(names)
    ]


def value_bars(
    axes: Axes,
    top: float,
    features: Sequence[str],
    output: np.ndarray,
    values: np.ndarray,
    *,
    decimals: int = 3,
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
    )
