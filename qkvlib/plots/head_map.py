"""One head of a trained model: where each token of a sentence looks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from ..explorer import Picture
from .arguments import as_shape
from .marks import INK, LINE, MUTED, NOTHING, SIZE, WIDTH, canvas, cells, ink_on, number, text

_ROWS = 168  # points for all rows
_LEVELS = 10  # strengths of a cell
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
        Its table has the two keys with each query's largest weights.

    Raises
    ------
    ValueError
        If the names do not fit, are too many, or there is no second token.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.head_map([[0.9, 0.1], [0.3, 0.7]], ["its", "mom"], title="L0H0")
    L0H0. Each token attends most to: its to its 0.90; mom to mom 0.70.
    """
    words, table = looks(weights, tokens, room)
    figure = draw_map(np.asarray(weights), tokens, title=title, room=room)
    return Picture(figure, alt=f"{title}. {words}", table=table)


def draw_map(
    weights: np.ndarray,
    tokens: Sequence[str],
    *,
    title: str,
    room: int | None = None,
    width: float = WIDTH,
) -> Figure:
    """Draw the figure of `head_map`, as wide as told."""
    n = len(tokens)
    room = n if room is None else room
    left, top = 72, 82
    cell, height = min(36, (width - left) / n), min(24, _ROWS / n)
    figure, axes = canvas(top + min(24 * room, _ROWS) + 2, width=width)
    text(axes, 0, 8, title, align="left", bold=True)
    text(axes, width - 2, 8, "number: the largest in the row", align="right", color=MUTED)
    text(axes, left - 6, top - 30, "key →", align="right", color=MUTED)
    text(axes, left - 6, top - 12, "query ↓", align="right", color=MUTED)
    for i, name in enumerate([*tokens, *[NOTHING] * (room - n)]):
        at = top + (min(i, n - 1) + 0.5) * height
        text(axes, left - 6, at, name, align="right", room=left - 6)
        x = left + (min(i, n - 1) + 0.5) * cell
        upward = {"rotation": 90, "ha": "right", "va": "bottom"}
        axes.text(x + 3.6, top - 6, name, fontsize=SIZE, color=INK, **upward)
    strengths = np.zeros((room, room))
    strengths[:n, :n] = (weights * _LEVELS).round() / _LEVELS
    cells(axes, left, top, (cell, height), strengths)
    for i in range(room):  # each row's largest weight, as a number
        j = int(weights[i].argmax()) if i < n else 0
        shown = i < n and cell >= 20
        x, y = left + (j + 0.5) * cell, top + (min(i, n - 1) + 0.5) * height
        written = number(weights[i, j], 2) if shown else NOTHING
        if cell < 24:  # no room for a 0 before the point
            written = written.removeprefix("0")
        text(axes, x, y, written, color=ink_on(strengths[i, j]), room=cell - 1)
    axes.plot((left, left + n * cell), (top - 1, top - 1), color=LINE, lw=1)
    return figure


def looks(
    weights: np.ndarray, tokens: Sequence[str], room: int | None
) -> tuple[str, list[tuple[str, ...]]]:
    """Say what each token attends to most, and give a table of its two best keys."""
    n = len(tokens)
    room = n if room is None else room
    if not 2 <= n <= room <= MOST_TOKENS:
        raise ValueError(
            f"tokens: {n} with room for {room}; expected from 2 to {MOST_TOKENS} that have room"
        )
    weights = as_shape("weights", weights, n, n)
    order = np.argsort(-weights, axis=1, kind="stable")
    most = [
        (token, tokens[a], number(row[a], 2), tokens[b], number(row[b], 2))
        for token, row, (a, b) in zip(tokens, weights, order[:, :2], strict=True)
    ]
    words = "; ".join(f"{token} to {first} {weight}" for token, first, weight, *_ in most)
    empty = [("–",) * 5] * (room - n)
    header = ("query", "attends most to", "weight", "then to", "weight of that")
    return f"Each token attends most to: {words}.", [header, *most, *empty]
