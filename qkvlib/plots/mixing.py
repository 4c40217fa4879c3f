"""Weights and what they mix: a token before and after attention."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..explorer import Picture
from .arguments import as_shape, place_of
from .bars import FINGER, PITCH, bars, rows_to_choose, value_bars
from .marks import INK, MUTED, box, canvas, number, quoted, text


def mixture(
    weights: np.ndarray,
    values: np.ndarray,
    tokens: Sequence[str],
    features: Sequence[str],
    *,
    query: str,
) -> Picture:
    """Draw whom a token attends to and what that makes of it.

    Introduced on the first page.

    Parameters
    ----------
    weights : array, shape (n_k,)
        The attention weights of the token ``query``.
    values : array, shape (n_k, d_v)
        The value vector of each token.
    tokens, features : sequence of str
        Names of the tokens and of the values' columns; ``query`` is one of the tokens.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the names do not fit the arrays, or ``query`` is not one of the tokens.

    Examples
    --------
    >>> from qkvlib import plots
    >>> names = ["its", "mom"], ["animal"]
    >>> plots.mixture([0.25, 0.75], [[0.0], [1.0]], *names, query="its")
    Query “its” attends to its 0.25, mom 0.75. It changes: animal 0.00 to 0.75.
    """
    weights = as_shape("weights", weights, len(tokens))
    values = as_shape("values", values, len(tokens), len(features))
    before, after = values[place_of("query", query, tokens)], weights @ values
    top = 24 + FINGER * len(tokens) + 30
    figure, axes = canvas(top + PITCH * len(features))
    text(axes, 0, 8, f"{quoted(query)} attends to (rounded)", align="left", color=MUTED)
    named = list(zip(tokens, weights, strict=True))
    bars(axes, 24, named, limit=1, decimals=2, pitch=FINGER, first=True)
    words = f"and leaves as (outline: the own value of {quoted(query)})"
    text(axes, 0, top - 15, words, align="left", color=MUTED)
    zero, unit = value_bars(axes, top, features, after, values, decimals=2, first=True)
    for index, value in enumerate(before):
        box(axes, zero, top + PITCH * index, value * unit, PITCH - 4, edge=INK)
    attends = ", ".join(f"{t} {number(w, 2)}" for t, w in zip(tokens, weights, strict=True))
    changes = ", ".join(
        f"{name} {number(a, 2)} to {number(b, 2)}"
        for name, a, b in zip(features, before, after, strict=True)
    )
    return Picture(
        figure,
        alt=f"Query {quoted(query)} attends to {attends}. It changes: {changes}.",
        choices=rows_to_choose(axes, 24, tokens),
        table=[
            ("", *tokens, "mixed"),
            ("weight", *(number(weight, 2) for weight in (*weights, weights.sum()))),
            *(
                (f"{name} of the value", *(number(v, 2) for v in (*column, mixed)))
                for name, column, mixed in zip(features, values.T, after, strict=True)
            ),
        ],
    )
