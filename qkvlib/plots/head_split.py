"""How a split cuts vectors into heads: which numbers end up where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._arrays import as_integers
from ..explorer import Picture
from .marks import INK, LINE, MUTED, Q_COLOR, WIDTH, box, canvas, number, quoted, text


def head_split(x: np.ndarray, places: np.ndarray, tokens: Sequence[str], *, head: int) -> Picture:
    """Draw which numbers of ``x`` end up where in one head, right or wrong.

    Parameters
    ----------
    x : array, shape (n, d_model)
        One row for each token, before the split.
    places : array of int, shape (n, d_head)
        For each number of the head, its position in ``x.ravel()``: split ``np.arange(x.size)`` in
        the shape of ``x`` as you split ``x``.
    tokens : sequence of str
        Names of the rows.
    head : int
        Which head this is.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, or a place is not an integer or outside of ``x``.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.head_split([[1, 2], [3, 4]], [[0], [1]], ["its", "mom"], head=0)
    Head 0. Row of “its”: 1.00 from its. Row of “mom”: 2.00 from its, the wrong word.
    """
    x = np.asarray(x, dtype=float)
    if x.ndim != 2 or len(x) != len(tokens):
        raise ValueError(f"x: shape {x.shape}; expected ({len(tokens)}, d_model)")
    places = as_integers("places", places, x.size - 1)
    if places.ndim != 2 or len(places) != len(x):
        raise ValueError(f"places: shape {places.shape}; expected ({len(x)}, d_head)")
    rows, columns = np.divmod(places, x.shape[1])
    left, gap, top, height = 62, 28, 44, 34
    wide = (WIDTH - left - gap - 68) / (x.shape[1] + places.shape[1])
    start, end = left + wide * x.shape[1] + gap, WIDTH - 64
    figure, axes = canvas(top + height * len(x) + 2)
    text(axes, left + wide * x.shape[1] / 2, 10, "all features", color=MUTED)
    text(axes, start + wide * places.shape[1] / 2, 10, f"head {head}", color=MUTED)
    text(axes, WIDTH, 10, "row is from", color=MUTED, align="right")
    for j in range(x.shape[1]):
        text(axes, left + (j + 0.5) * wide, 30, str(j), color=MUTED)
    table = [("row of", "is from", *(f"number {j}" for j in range(places.shape[1])))]
    for i, token in enumerate(tokens):
        y = top + (i + 0.5) * height
        text(axes, left - 8, y, token, align="right", bold=True, room=left - 12)
        for j, value in enumerate(x[i]):
            _number(axes, left + j * wide, y, wide, value, taken=i * x.shape[1] + j in places)
        for j, source in enumerate(rows[i]):
            origin = top + (source + 0.5) * height
            axes.plot((start - gap + 3, start - 3), (origin, y), color=MUTED, lw=1.5)
            _number(axes, start + j * wide, y, wide, x[source, columns[i, j]], taken=True)
        sources = " and ".join(dict.fromkeys(tokens[source] for source in rows[i]))
        wrong = sources != token
        text(axes, end, y, f"{'✗' if wrong else '✓'} {sources}", align="left", bold=wrong, room=62)
        table.append((token, sources, *(number(value, 2) for value in x.ravel()[places[i]])))
    words = " ".join(
        f"Row of {quoted(token)}: {', '.join(numbers)} from {sources}"
        + ("." if sources == token else ", the wrong word.")
        for token, sources, *numbers in table[1:]
    )
    return Picture(figure, alt=f"Head {head}. {words}", table=table)


def _number(axes, x, y, width, value, *, taken):
    edge = Q_COLOR if taken else LINE
    # Untaken cells are filled too, invisibly: the picture keeps its parts when another is taken.
    strength = 0.3 if taken else 0.0
    box(axes, x + 1, y - 14, width - 2, 28, fill=Q_COLOR, strength=strength, edge=edge)
    color = INK if taken else MUTED
    text(axes, x + width / 2, y, number(value, 2), color=color, room=width - 6)
