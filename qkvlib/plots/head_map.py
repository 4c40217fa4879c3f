"""One head of a trained model: where each token of a sentence looks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from ..explorer import Picture
from .arguments import as_shape
from .marks import INK, LINE, MUTED, NOTHING, WEIGHT_COLOR, WIDTH, canvas, ink_on, number, text

MOST_TOKENS = 28  # narrower cells have no room for their names


def head_map(
    weights: np.ndarray, tokens: Sequence[str], *, title: str, room: int | None = None
) -> Picture:
    """Draw where each token of a sentence looks in one head.

    Parameters
    ----------
    weights : array, shape (n, n)
        One row for each query, whose largest weight is written.
    tokens : sequence of str
        Names of the tokens, at most 28.
    title : str
        Which head this is.
    room : int, optional
        Tokens to leave room for, so that pictures of several sentences have the same elements.

    Returns
    -------
    Picture
        Its table has the two keys that each query looks at most.

    Raises
    ------
    ValueError
        If the names do not fit, are too many, or there is no second token.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.head_map([[0.9, 0.1], [0.3, 0.7]], ["its", "mom"], title="L0H0")
    L0H0. Where each token looks most: its at its 0.90; mom at mom 0.70.
    """
    n = len(tokens)
    room = n if room is None else room
    if not 2 <= n <= room <= MOST_TOKENS:
        raise ValueError(
            f"tokens: {n} with room for {room}; expected from 2 to {MOST_TOKENS} that have room"
        )
    weights = as_shape("weights", weights, n, n)
    left, top = 72, 86
    cell = min(36, (WIDTH - left) / n)
    figure, axes = canvas(top + min(36 * room, WIDTH - left) + 2)
    text(axes, 0, 10, title, align="left", bold=True)
    text(axes, WIDTH - 2, 10, "number: the largest of its row", align="right", color=MUTED)
    text(axes, left - 6, top - 30, "key →", align="right", color=MUTED)
    text(axes, left - 6, top - 12, "query ↓", align="right", color=MUTED)
    names = [*tokens, *[NOTHING] * (room - n)]
    for i, name in enumerate(names):
        at = top + (min(i, n - 1) + 0.5) * cell
        text(axes, left - 6, at, name, size=10, align="right")
        x = left + (min(i, n - 1) + 0.5) * cell
        axes.text(
            x + 3.6, top - 6, name, fontsize=10, color=INK, rotation=90, ha="right", va="bottom"
        )
    strengths = np.zeros((room, room))
    strengths[:n, :n] = weights.round(2)
    _cells(axes, left, top, cell, strengths)
    for i in range(room):  # each row's largest weight, as a number
        j = int(weights[i].argmax()) if i < n else 0
        shown = i < n and cell >= 22
        x, y = left + (j + 0.5) * cell, top + (min(i, n - 1) + 0.5) * cell
        written = number(weights[i, j], 2) if shown else NOTHING
        text(axes, x, y, written, size=10, color=ink_on(strengths[i, j]), room=cell - 2)
    axes.plot((left, left + n * cell), (top - 1, top - 1), color=LINE, lw=1)
    order = np.argsort(-weights, axis=1, kind="stable")
    most = [
        (token, tokens[a], number(row[a], 2), tokens[b], number(row[b], 2))
        for token, row, (a, b) in zip(tokens, weights, order[:, :2], strict=True)
    ]
    words = "; ".join(f"{token} at {first} {weight}" for token, first, weight, *_ in most)
    empty = [("–",) * 5] * (room - n)
    return Picture(
        figure,
        alt=f"{title}. Where each token looks most: {words}.",
        table=[("query", "looks most at", "weight", "then at", "weight of that"), *most, *empty],
    )


def _cells(axes: Axes, left: float, top: float, size: float, strengths: np.ndarray) -> None:
    """Square cells, as one collection: hundreds of rectangles by themselves take long to draw."""
    inner = size - 1
    square = Path([(0, 0), (inner, 0), (inner, inner), (0, inner), (0, 0)])
    rows, columns = np.indices(strengths.shape).reshape(2, -1)
    corners = np.column_stack([left + columns * size, top + rows * size])
    corners[strengths.ravel() == 0] = left, top  # nothing is drawn there
    colors = [(*to_rgb(WEIGHT_COLOR), strength) for strength in strengths.ravel()]
    points = Affine2D().scale(1 / 72, -1 / 72) + axes.figure.dpi_scale_trans  # down from the top
    axes.add_collection(
        PathCollection(
            [square],
            offsets=corners,
            offset_transform=axes.transData,
            transform=points,
            facecolors=colors,
            linewidths=0,
            clip_on=False,
        ),
        autolim=False,
    )
