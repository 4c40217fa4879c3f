"""The marks of the flow: tokens, vectors, lines, and what is done on the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path

from .marks import GROUND, INK, LINE, MUTED, Q_COLOR, WEIGHT_COLOR, box, rounded, text

DIM = 0.24  # how much is left of what is not lit


def token(axes: Axes, y: float, word: str, *, asks: bool) -> None:
    """A token at the left end of its row."""
    color = Q_COLOR if asks else MUTED
    rounded(axes, 1, y - 10.5, 62, 21, 7, fc=color if asks else "none", alpha=0.15, lw=0)
    rounded(axes, 1, y - 10.5, 62, 21, 7, fc="none", ec=color, lw=2 if asks else 0.8)
    text(axes, 32, y, word, bold=True, room=58)


def strip(axes: Axes, x: float, y: float, vector: np.ndarray, color: str, shown: float) -> None:
    """A vector, 20 points wide: a cell for each feature, stronger where it is larger."""
    vector = np.abs(vector)
    width = 20 / len(vector)
    for place, strength in enumerate(vector / (vector.max() or 1)):
        strong = shown * (0.15 + 0.85 * strength)
        box(axes, x + place * width, y - 6, width, 12, fill=color, strength=strong)
    axes.add_artist(Rectangle((x, y - 6), 20, 12, fc="none", ec=color, lw=0.8, alpha=shown))


def wire(
    axes: Axes,
    points: Sequence[tuple[float, float]],
    color: str,
    shown: float,
    *,
    width: float = 1.5,
) -> None:
    """A line through points."""
    axes.add_artist(PathPatch(Path(points), fc="none", ec=color, lw=width, alpha=shown))


def ribbon(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], width: float, shown: float
) -> None:
    """A line that leaves its row for another one."""
    middle = (start[0] + end[0]) / 2
    points = [start, (middle, start[1]), (middle, end[1]), end]
    path = Path(points, [Path.MOVETO, *[Path.CURVE4] * 3])
    axes.add_artist(PathPatch(path, fc="none", ec=WEIGHT_COLOR, lw=width, alpha=0.8 * shown))


def product(axes: Axes, x: float, y: float, shown: float) -> None:
    """A dot product: where a query meets a key."""
    line = INK if shown == 1 else LINE
    axes.add_artist(Circle((x, y), 6, fc=GROUND, ec=line, lw=1.2))
    axes.add_artist(Circle((x, y), 1.8, fc=line, lw=0))


def gate(axes: Axes, x: float, top: float, bottom: float, shown: float, *, hatched: bool) -> None:
    """What is done to all rows at once."""
    line = INK if shown == 1 else LINE
    rounded(axes, x - 5, top, 10, bottom - top, 4, fc=GROUND, ec=line, lw=1.2)
    if hatched:
        rounded(axes, x - 5, top, 10, bottom - top, 4, fc="none", ec=line, lw=0, hatch="///")


def card(axes: Axes, x: float, y: float, width: float, height: float, shown: float) -> None:
    """One head of several, which stand behind each other."""
    line = MUTED if shown == 1 else LINE
    rounded(axes, x, y, width, height, 6, fc=GROUND, ec=line, lw=1 if shown == 1 else 0.6)
