"""Two sequences and the weights between them: which word finds its counterpart where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..explorer import Picture
from .arguments import as_shape, place_of
from .bars import PITCH, value_bars
from .marks import MUTED, WEIGHT_COLOR, WIDTH, canvas, number, quoted, text


def alignment(
    weights: np.ndarray,
    values: np.ndarray,
    target: Sequence[str],
    source: Sequence[str],
    features: Sequence[str],
    *,
    query: str,
) -> Picture:
    """Draw a line from each target word to each source word, as wide as its weight.

    Below stands what the target word ``query`` takes from the source.

    Parameters
    ----------
    weights : array, shape (n_q, n_k)
        The cross-attention weights.
    values : array, shape (n_k, d_v)
        The value vectors of the source.
    target, source : sequence of str
        The words of both sequences; ``query`` is one of the target's.
    features : sequence of str
        Names of the values' columns.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the names do not fit the arrays, or ``query`` is not a target word.

    Examples
    --------
    >>> from qkvlib import plots
    >>> names = ["Mama"], ["mom", "its"], ["animal"]
    >>> plots.alignment([[0.9, 0.1]], [[1.0], [0.0]], *names, query="Mama")
    Query “Mama” attends to mom 0.900, its 0.100 and takes animal 0.900. Strongest links: Mama to \
mom 0.900.
    """
    weights = as_shape("weights", weights, len(target), len(source))
    values = as_shape("values", values, len(source), len(features))
    chosen = place_of("query", query, target)
    output = weights[chosen] @ values
    above, below, bottom = 48, 112, 166
    figure, axes = canvas(bottom + PITCH * len(features))
    text(axes, 0, 6, "source: keys and values", color=MUTED, align="left")
    sources = (np.arange(len(source)) + 0.5) * WIDTH / len(source)
    targets = (np.arange(len(target)) + 0.5) * WIDTH / len(target)
    for x, word, weight in zip(sources, source, weights[chosen], strict=True):
        text(axes, x, 22, word, bold=True, room=WIDTH / len(source))
        text(axes, x, 38, number(weight))
    for i, row in enumerate(weights):
        color = WEIGHT_COLOR if i == chosen else MUTED
        for j, weight in enumerate(row):
            ends = (sources[j], targets[i]), (above, below)
            strength = 0.3 + 0.7 * weight if i == chosen else 0.6 * weight
            axes.plot(*ends, lw=0.5 + 8 * weight, color=color, alpha=strength)
    choices, room = [], WIDTH / len(target)
    for i, word in enumerate(target):
        text(axes, targets[i], below + 12, word, bold=i == chosen, room=room)
        choices.append((word, axes, i * room, below - 2, room, 26))
    words = f"target: queries. {quoted(query)} takes from the source"
    text(axes, 0, bottom - 16, words, color=MUTED, align="left")
    value_bars(axes, bottom, features, output, values)
    attends = ", ".join(f"{t} {number(w)}" for t, w in zip(source, weights[chosen], strict=True))
    takes = ", ".join(f"{f} {number(value)}" for f, value in zip(features, output, strict=True))
    links = ", ".join(
        f"{word} to {source[row.argmax()]} {number(row.max())}"
        for word, row in zip(target, weights, strict=True)
    )
    return Picture(
        figure,
        alt=f"Query {quoted(query)} attends to {attends} and takes {takes}. "
        f"Strongest links: {links}.",
        choices=choices,
        table=[
            (query, *source, "sum"),
            ("weight", *map(number, weights[chosen]), number(weights[chosen].sum())),
            *(
                (f"weight × {name}", *map(number, weights[chosen] * column), number(total))
                for name, column, total in zip(features, values.T, output, strict=True)
            ),
        ],
    )
