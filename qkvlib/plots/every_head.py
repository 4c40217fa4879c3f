"""One number for each of hundreds of heads: a row for each head, a column for each layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..explorer import Picture
from .arguments import as_each_head
from .marks import INK, MUTED, WIDTH, box, canvas, cells, number, text

_LEFT, _TOP, _HIGH = 52, 44, 17
_NAMED = 4  # of the largest, in words


def every_head(
    values: np.ndarray, *, title: str, marked: Sequence[tuple[int, int]] = ()
) -> Picture:
    """Draw a number from 0 to 1 for every head of a deep model, stronger where it is larger.

    Parameters
    ----------
    values : array, shape (num_layers, num_heads)
        At most 36 layers and 12 heads.
    title : str
        What the numbers are.
    marked : sequence of (int, int)
        Heads with a frame, as (layer, head).

    Returns
    -------
    Picture
        Below the drawing stand the four largest numbers.

    Raises
    ------
    ValueError
        If the array has other axes, or a number is not from 0 to 1.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.every_head([[0.25, 0.8], [0.5, 0.1]], title="On token 0")
    On token 0, 4 heads. Largest: L0H1 .80, L1H0 .50, L0H0 .25, L1H1 .10.
    """
    values = as_each_head(values, layers=36)
    layers, heads = values.shape
    wide = (WIDTH - _LEFT - 2) / layers
    bottom = _TOP + heads * _HIGH
    figure, axes = canvas(bottom + 26)
    text(axes, 0, 8, title, align="left", bold=True)
    text(axes, 0, 32, "head ↓", align="left", color=MUTED)
    text(axes, WIDTH - 2, 8, "layer →", align="right", color=MUTED)
    for layer in range(0, layers, 5):
        text(axes, _LEFT + (layer + 0.5) * wide, 32, str(layer), color=MUTED)
    for head in range(heads):
        text(axes, _LEFT - 8, _TOP + (head + 0.5) * _HIGH, str(head), align="right", color=MUTED)
    cells(axes, _LEFT, _TOP, (wide, _HIGH), values.T.round(2))
    edges = [(_LEFT, _TOP), (_LEFT + layers * wide, _TOP)]
    for x, y in edges:
        axes.plot((x, x), (y, bottom), color=MUTED, lw=0.5)
    for y in (_TOP, bottom):
        axes.plot((_LEFT, _LEFT + layers * wide), (y, y), color=MUTED, lw=0.5)
    for layer, head in marked:
        at = _LEFT + layer * wide, _TOP + head * _HIGH
        box(axes, at[0] - 0.5, at[1] - 0.5, wide, _HIGH, edge=INK)
    order = np.argsort(-values, axis=None, kind="stable")[:_NAMED]
    largest = ", ".join(
        f"L{layer}H{head} {number(values[layer, head], 2).removeprefix('0')}"
        for layer, head in (divmod(int(place), heads) for place in order)
    )
    text(axes, 0, bottom + 14, f"largest: {largest}", align="left", room=WIDTH)
    rows = [(f"L{layer}", *(number(value, 2) for value in row)) for layer, row in enumerate(values)]
    return Picture(
        figure,
        alt=f"{title}, {values.size} heads. Largest: {largest}.",
        table=[("layer", *(f"H{head}" for head in range(heads))), *rows],
    )
