"""Pairs of tokens: what one thinks of the other, and the other of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._arrays import as_array
from ..explorer import Picture
from .arguments import as_shape
from .bars import PITCH
from .marks import LINE, MUTED, PLAIN_COLOR, WIDTH, canvas, number, text

_PITCH = 19  # points from one pair to the next


def both_ways(scores: np.ndarray, tokens: Sequence[str], *, limit: float) -> Picture:
    """Draw for each pair of tokens the score of either with the other, and whom each prefers.

    Where the scores are symmetric, the two points of each pair meet.

    Parameters
    ----------
    scores : array, shape (n, n)
        Entry [i, j] is the score of query i with key j.
    tokens : sequence of str
    limit : float
        The score at the right end of the lines, so that pictures can be compared.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError, ValueError
        If the scores are not square, one row for each token, or a score is not finite or above
        ``limit``.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.both_ways([[1.0, 2.0], [0.5, 0.0]], ["its", "puppy"], limit=2)
    its to puppy 2.000, back 0.500. Highest score: its to puppy, puppy to its.
    """
    n = len(tokens)
    scores = as_shape("scores", as_array("scores", scores, "n, n"), n, n)
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    best = scores.argmax(axis=-1)
    if not limit >= scores.max():
        raise ValueError(f"limit: {limit!r}; expected a number of at least {scores.max()}")
    left, right, lowest = 126, 252, scores.min(initial=0)
    unit = (right - left) / (limit - lowest or 1)
    second = 28 + _PITCH * len(pairs)
    figure, axes = canvas(second + 16 + PITCH * n)
    text(axes, 12, 8, "first to second", align="left", color=MUTED)
    text(axes, left + 10, 8, "second to first", align="left", color=MUTED)
    for x in (4, 308):
        axes.plot((x,), (8,), color=PLAIN_COLOR, marker="o", ms=6)
    for x in (left, 350):
        axes.plot((x,), (8,), color=PLAIN_COLOR, marker="o", ms=9, mfc="none", mew=2)
    zero = left - lowest * unit
    axes.plot((zero, zero), (20, second - 10), color=LINE, lw=1)
    for index, (i, j) in enumerate(pairs):
        y = 29 + _PITCH * index
        there, back = (left + (s - lowest) * unit for s in (scores[i, j], scores[j, i]))
        text(axes, 0, y, f"{tokens[i]}, {tokens[j]}", align="left", room=left - 16)
        axes.plot((left - 7, right + 7), (y, y), color=MUTED, lw=0.5)
        axes.plot((there, back), (y, y), color=PLAIN_COLOR, lw=2.5)
        axes.plot((there,), (y,), color=PLAIN_COLOR, marker="o", ms=6)
        axes.plot((back,), (y,), color=PLAIN_COLOR, marker="o", ms=11, mfc="none", mew=2)
        text(axes, 312, y, number(scores[i, j], 2), align="right")
        text(axes, WIDTH, y, number(scores[j, i], 2), align="right")
    text(axes, 0, second, "whom each word scores highest", align="left", color=MUTED)
    heights = [second + 22 + PITCH * i for i in range(n)]
    for i, token in enumerate(tokens):
        text(axes, 104, heights[i], token, align="right", room=100)
        text(axes, 246, heights[i], token, align="left", bold=i in best, room=100)
        axes.plot((112, 238), (heights[i], heights[best[i]]), color=PLAIN_COLOR, lw=2.5)
    pairs_said = "; ".join(
        f"{tokens[i]} to {tokens[j]} {number(scores[i, j])}, back {number(scores[j, i])}"
        for i, j in pairs
    )
    best_said = ", ".join(f"{t} to {tokens[j]}" for t, j in zip(tokens, best, strict=True))
    return Picture(
        figure,
        alt=f"{pairs_said}. Highest score: {best_said}.",
        table=[
            ("query ↓ key →", *tokens, "highest"),
            *(
                (token, *map(number, row), tokens[j])
                for token, row, j in zip(tokens, scores, best, strict=True)
            ),
        ],
    )
