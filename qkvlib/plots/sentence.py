"""The sentence itself: its words in a row, and lines from the one that asks to those it finds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from ..explorer import Picture
from .arguments import as_shape, place_of
from .marks import (
    INK,
    LINE,
    MUTED,
    NOTHING,
    Q_COLOR,
    WEIGHT_COLOR,
    WIDTH,
    canvas,
    number,
    quoted,
    rounded,
    text,
    width_of,
)

_SIZE, _NUMBER = 14, 13  # of words and of numbers, in points
_TOP, _HEIGHT = 98, 28  # where the words' boxes begin, and how high they are
_GAP = 6  # at least, between two boxes
_WIDEST = 16  # points, of a line whose weight is 1


def sentence(
    weights: np.ndarray, tokens: Sequence[str], *, query: str, hidden: Sequence[bool] | None = None
) -> Picture:
    """Draw whom a word of a sentence asks: lines as wide as the weights.

    Where a control offers the words, a click on one in a built page asks for it.

    Parameters
    ----------
    weights : array, shape (n_k,)
        The attention weights of the token ``query``.
    tokens : sequence of str
        The words in their order; ``query`` is one of them. About eight find room.
    hidden : sequence of bool, shape (n_k,), optional
        Which tokens a mask hides from the query; they are hatched.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If weights or ``hidden`` do not fit the tokens, a weight is not between 0 and 1, or
        ``query`` is not one of the tokens.

    References
    ----------
    D. Bahdanau, K. Cho and Y. Bengio, "Neural machine translation by jointly learning to align and
    translate", 2015, shows weights between words; C. Olah and S. Carter, "Attention and augmented
    recurrent neural networks", Distill, 2016, draws them as lines.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.sentence([0.75, 0.25], ["puppy", "its"], query="its")
    Query “its” attends to puppy 0.75, its 0.25.
    """
    weights = as_shape("weights", weights, len(tokens))
    if not ((weights >= 0) & (weights <= 1)).all():
        raise ValueError(f"weights: {weights}; expected numbers from 0 to 1")
    hidden = [False] * len(tokens) if hidden is None else hidden
    hidden = as_shape("hidden", hidden, len(tokens)).astype(bool)
    asker = place_of("query", query, tokens)

    figure, axes = canvas(_TOP + _HEIGHT + 46)
    text(axes, 0, 10, "attention weights (rounded)", size=_NUMBER, align="left", color=MUTED)
    boxes, size = _places(tokens)
    middles = [left + width / 2 for left, width in boxes]
    for middle, weight in zip(middles, weights, strict=True):
        _line(axes, middles[asker], middle, weight)
    choices = []
    for j, (token, (left, width)) in enumerate(zip(tokens, boxes, strict=True)):
        _word(axes, left, width, token, size, asks=j == asker, hidden=hidden[j])
        below = _TOP + _HEIGHT
        under = {"size": _NUMBER, "room": width + _GAP}
        text(axes, middles[j], below + 14, number(weights[j], 2), bold=True, **under)
        role = "asks" if j == asker else "hidden" if hidden[j] else NOTHING
        color = Q_COLOR if j == asker else MUTED
        text(axes, middles[j], below + 33, role, color=color, **under)
        choices.append((token, axes, left - 3, _TOP - 3, width + 6, _HEIGHT + 28))
    said = [
        f"{number(weight, 2)}{' (hidden)' if is_hidden else ''}"
        for weight, is_hidden in zip(weights, hidden, strict=True)
    ]
    attends = ", ".join(f"{token} {words}" for token, words in zip(tokens, said, strict=True))
    return Picture(
        figure,
        alt=f"Query {quoted(query)} attends to {attends}.",
        table=[(query, *tokens, "sum"), ("weight", *said, number(weights.sum(), 2))],
        choices=choices,
    )


def _places(tokens: Sequence[str]) -> tuple[list[tuple[float, float]], float]:
    """Left edge and width of each word's box, the gaps all alike, and the size of the words."""
    size = _SIZE
    # No box narrower than the number below it.
    widths = [max(36, width_of(token, size=size, bold=True) + 18) for token in tokens]
    shrink = min(1, (WIDTH - _GAP * len(tokens)) / sum(widths))
    widths = [width * shrink for width in widths]
    gap = (WIDTH - sum(widths)) / len(tokens)
    lefts = np.cumsum([gap / 2, *(width + gap for width in widths[:-1])])
    return list(zip(lefts.tolist(), widths, strict=True)), size * shrink


def _line(axes: Axes, start: float, end: float, weight: float) -> None:
    """A bow over the words, or a loop over one that asks itself."""
    side = np.sign(end - start)
    if side:
        # The longer the way, the higher: bows lie in each other.
        high = 26 + 0.25 * abs(end - start)
        points = [(start + 7 * side, 0), (start + 7 * side, high), (end, high), (end, 0)]
    else:
        points = [(start - 3, 0), (start - 26, 44), (start + 26, 44), (start + 3, 0)]
    path = Path([(x, _TOP - y) for x, y in points], [Path.MOVETO, *[Path.CURVE4] * 3])
    line = PathPatch(path, fc="none", ec=WEIGHT_COLOR, lw=_WIDEST * weight)
    axes.add_artist(line)


def _word(
    axes: Axes, left: float, width: float, word: str, size: float, *, asks: bool, hidden: bool
) -> None:
    """A word in its box: thick where it asks, hatched where it is hidden."""
    layers = (
        {"fc": Q_COLOR if asks else "none", "alpha": 0.15, "lw": 0},
        {"fc": "none", "ec": LINE, "lw": 0, "hatch": "///" if hidden else None},
        {"fc": "none", "ec": Q_COLOR if asks else MUTED, "lw": 3 if asks else 1},
    )
    for layer in layers:
        rounded(axes, left, _TOP, width, _HEIGHT, 8, **layer)
    color = MUTED if hidden else INK
    text(axes, left + width / 2, _TOP + _HEIGHT / 2, word, size=size, color=color, bold=True)
