"""A softmax that reads its keys one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._values import as_int
from ..explorer import Picture
from .arguments import as_shape
from .bars import PITCH, value_bars
from .marks import (
    LINE,
    MUTED,
    NOTHING,
    PLAIN_COLOR,
    WIDTH,
    box,
    canvas,
    hatch,
    number,
    quoted,
    text,
)


def online_softmax(
    scores: np.ndarray,
    v: np.ndarray,
    tokens: Sequence[str],
    features: Sequence[str],
    *,
    query: str,
    read: int,
) -> Picture:
    """Draw what a running softmax holds after some of the keys.

    Parameters
    ----------
    scores : array, shape (n_k,)
        The scaled scores of the token ``query``, in the order in which they are read.
    v : array, shape (n_k, d_v)
        The values, in the same order.
    tokens, features : sequence of str
        The keys' names, in the same order, and the values' columns.
    read : int
        How many keys have been read, at least one.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError, ValueError
        If the scores or values do not fit the names, or ``read`` is out of range.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.online_softmax(
    ...     [1.0, 2.0], [[0.0], [1.0]], ["mom", "puppy"], ["animal"], query="its", read=2
    ... )
    its has read mom, puppy. Largest score 2.000. The part before is multiplied by 0.368. Terms: \
mom 0.368, puppy 1.000; sum 1.368. Output so far: animal 0.731.
    """
    scores = as_shape("scores", scores, len(tokens))
    v = as_shape("v", v, len(tokens), len(features))
    read = as_int("read", read, 1, len(tokens))
    top = scores[:read].max()
    keep = np.exp(scores[: read - 1].max() - top) if read > 1 else 1.0
    terms = np.exp(scores[:read] - top)
    output = terms @ v[:read] / terms.sum()

    y = 20 + PITCH * len(tokens)  # of the line under the keys
    top_of_bars = y + 66
    figure, axes = canvas(top_of_bars + PITCH * len(features))
    text(axes, 122, 8, "score", color=MUTED, align="right")
    text(axes, 134, 8, "e to (score − top)", color=MUTED, align="left")
    for j, token in enumerate(tokens):
        middle, seen = 28 + PITCH * j, j < read
        text(axes, 0, middle, token, align="left", bold=j == read - 1)
        text(axes, 122, middle, number(scores[j]) if seen else NOTHING, align="right")
        width = 168 * terms[j] if seen else 0
        box(axes, 134, middle - 8, width, 16, fill=PLAIN_COLOR)
        hatch(axes, 134, middle - 8, 168, 16, not seen)
        words = number(terms[j]) if seen else "not read"
        text(axes, 139 + (width if seen else 168), middle, words, align="left")
    axes.plot((0, WIDTH), (y, y), color=LINE, lw=1)
    text(axes, 0, y + 12, "largest so far: top", align="left", color=MUTED)
    text(axes, 134, y + 12, number(top), align="left", bold=True)
    text(axes, 232, y + 12, "sum of terms", align="left", color=MUTED)
    text(axes, WIDTH, y + 12, number(terms.sum()), align="right", bold=True)
    text(axes, 0, y + 31, "what was there before is multiplied by", align="left", color=MUTED)
    kept = number(keep) if read > 1 else "nothing yet"
    text(axes, WIDTH, y + 31, kept, align="right", bold=True)
    words = f"output of {quoted(query)} so far: weighted sum ÷ sum"
    text(axes, 0, y + 53, words, align="left", color=MUTED)
    value_bars(axes, top_of_bars, features, output, v)

    row = list(zip(tokens[:read], map(number, terms), strict=True))
    before = f"The part before is multiplied by {number(keep)}. " if read > 1 else ""
    said = ", ".join(f"{token} {term}" for token, term in row)
    mixed = ", ".join(f"{f} {number(value)}" for f, value in zip(features, output, strict=True))
    unread = len(tokens) - read
    return Picture(
        figure,
        alt=f"{query} has read {', '.join(tokens[:read])}. Largest score {number(top)}. {before}"
        f"Terms: {said}; sum {number(terms.sum())}. Output so far: {mixed}.",
        table=[
            ("key", *tokens, "sum"),
            ("score", *map(number, scores[:read]), *["not read"] * unread, ""),
            ("term", *map(number, terms), *["not read"] * unread, number(terms.sum())),
        ],
    )
