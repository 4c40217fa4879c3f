"""One head of a trained model: where each token of a sentence looks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..explorer import Picture
from .arguments import as_shape
from .marks import INK, LINE, MUTED, NOTHING, SIZE, WIDTH, canvas, cells, ink_on, number, text

_ROWS = 168  # points for all rows
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
    left, top = 72, 82
    cell, height = min(36, (WIDTH - left) / n), min(24, _ROWS / n)
    figure, axes = canvas(top + min(24 * room, _ROWS) + 2)
    text(axes, 0, 8, title, align="left", bold=True)
    text(axes, WIDTH - 2, 8, "number: the largest of its row", align="right", color=MUTED)
    text(axes, left - 6, top - 30, "key →", align="right", color=MUTED)
    text(axes, left - 6, top - 12, "query ↓", align="right", color=MUTED)
    names = [*tokens, *[NOTHING] * (room - n)]
    for i, name in enumerate(names):
        at = top + (min(i, n - 1) + 0.5) * height
        text(axes, left - 6, at, name, align="right", room=left - 6)
        x = left + (min(i, n - 1) + 0.5) * cell
        axes.text(
            x + 3.6, top - 6, name, fontsize=SIZE, color=INK, rotation=90, ha="right", va="bottom"
        )
    strengths = np.zeros((room, room))
    strengths[:n, :n] = weights.round(2)
    cells(axes, left, top, (cell, height), strengths)
    for i in range(room):  # each row's largest weight, as a number
        j = int(weights[i].argmax()) if i < n else 0
        shown = i < n and cell >= 22
        x, y = left + (j + 0.5) * cell, top + (min(i, n - 1) + 0.5) * height
        written = number(weights[i, j], 2) if shown else NOTHING
        text(axes, x, y, written, color=ink_on(strengths[i, j]), room=cell - 2)
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
