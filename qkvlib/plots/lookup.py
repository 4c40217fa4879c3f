"""A lookup that turns from soft to hard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..attention import softmax
from ..explorer import Picture
from .arguments import as_shape
from .bars import bars
from .marks import INK, LINE, MUTED, WEIGHT_COLOR, canvas, number, panel, text

_CURVE = 97  # points of a curve


def sharpening(
    scores: np.ndarray, tokens: Sequence[str], *, query: str, sharpness: float, limit: float
) -> Picture:
    """Draw the weights that scores turn into, over every sharpness, and at one of them as bars.

    Introduced in chapter 2.

    Parameters
    ----------
    scores : array, shape (n_k,)
        How well each key fits the token ``query``.
    tokens : sequence of str
        The keys' names.
    sharpness, limit : float
        The sharpness of the bars, and that at which the curves end.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the scores do not fit the names, or ``sharpness`` is not between 0 and ``limit``.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.sharpening([2.0, 1.0], ["puppy", "mom"], query="its", sharpness=1, limit=8)
    Sharpness 1.00: its takes puppy 0.731, mom 0.269. At 0 all weights are 0.500;
    at 8 puppy has 1.000.
    """
    scores = as_shape("scores", scores, len(tokens))
    if not 0 <= sharpness <= limit:
        raise ValueError(f"sharpness: {sharpness}; expected a number from 0 to limit = {limit}")
    weights = softmax(sharpness * scores)
    best = int(np.argmax(scores))
    figure, axes = canvas(232 + 27 * len(tokens))
    plot = panel(figure, 0, 158, x_label="sharpness", y_label=f"weight that {query} gives")
    grid = np.linspace(0, limit, _CURVE)
    curves = softmax(grid[:, None] * scores)
    plot.axvline(sharpness, color=LINE, lw=1.5)
    for j in range(len(tokens)):
        plot.plot(grid, curves[:, j], color=WEIGHT_COLOR, lw=2.5 if j == best else 1)
        plot.plot((sharpness,), (weights[j],), color=INK, marker="o", ms=5)
    plot.text(limit, 0.86, tokens[best], fontsize=11, ha="right", fontweight="bold")
    plot.text(limit, 0.06, "the others", fontsize=11, ha="right", color=MUTED)
    plot.set(xlim=(-0.02 * limit, 1.02 * limit), ylim=(-0.03, 1.04), yticks=(0, 0.5, 1))
    plot.set_xticks(np.linspace(0, limit, 5))
    text(axes, 0, 214, f"at sharpness {number(sharpness, 2)}:", align="left", color=MUTED)
    rows = list(zip(tokens, weights, strict=True))
    bars(axes, 228, rows, limit=1, chosen=best)
    in_words = ", ".join(f"{token} {number(weight)}" for token, weight in rows)
    return Picture(
        figure,
        alt=f"Sharpness {number(sharpness, 2)}: {query} takes {in_words}. At 0 all weights are "
        f"{number(1 / len(tokens))}; at {number(limit, 0)} {tokens[best]} has "
        f"{number(curves[-1, best])}.",
        table=[
            ("", *tokens),
            ("score", *map(number, scores)),
            ("times sharpness", *map(number, sharpness * scores)),
            ("weight", *map(number, weights)),
        ],
    )
