"""Heads of a trained model: one word's row of weights, and all heads at a glance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..explorer import Picture
from .arguments import as_each_head, as_shape
from .bars import FINGER, bars, rows_to_choose
from .marks import MUTED, WEIGHT_COLOR, WIDTH, box, canvas, ink_on, number, text


def token_weights(weights: np.ndarray, tokens: Sequence[str], *, title: str) -> Picture:
    """Draw one row of weights as bars.

    Parameters
    ----------
    weights : array, shape (n_k,)
    tokens : sequence of str
        Names of the keys.
    title : str
        Whose weights these are.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is not one weight for each token.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.token_weights([0.25, 0.75], ["its", "mom"], title="its, scaled")
    its, scaled: its 0.250, mom 0.750.
    """
    weights = as_shape("weights", weights, len(tokens))
    figure, axes = canvas(24 + FINGER * len(tokens))
    text(axes, 0, 8, title, align="left", color=MUTED)
    rows = list(zip(tokens, weights, strict=True))
    bars(axes, 24, rows, limit=1, pitch=FINGER)
    return Picture(
        figure,
        alt=f"{title}: " + ", ".join(f"{token} {number(weight)}" for token, weight in rows) + ".",
        choices=rows_to_choose(axes, 24, tokens),
        table=[("key", "weight"), *((token, number(weight)) for token, weight in rows)],
    )


def all_heads(values: np.ndarray, *, title: str) -> Picture:
    """Draw one number from 0 to 1 for every head, in percent: layers down, heads across.

    Parameters
    ----------
    values : array, shape (num_layers, num_heads)
        At most 12 heads.
    title : str
        What the numbers are.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the array has other axes, or a number is not from 0 to 1.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.all_heads([[0.25, 0.8], [0.5, 0.1]], title="On [CLS]")
    On [CLS], in percent. Largest: L0H1 80, L1H0 50, L0H0 25. 1 of 4 heads above 50 percent.
    """
    values = as_each_head(values)
    left, top, height = 46, 50, 28
    width = (WIDTH - left) / values.shape[1]
    figure, axes = canvas(top + height * len(values) + 2)
    text(axes, 0, 10, f"{title}, in percent", align="left", bold=True)
    text(axes, 0, 36, "layer ↓", align="left", color=MUTED)
    text(axes, WIDTH - 2, 10, "head →", align="right", color=MUTED)
    for head in range(values.shape[1]):
        text(axes, left + (head + 0.5) * width, 36, f"H{head}", room=width - 3)
    for layer, row in enumerate(values):
        y = top + layer * height
        text(axes, 0, y + height / 2, f"L{layer}", align="left")
        for head, value in enumerate(row):
            x = left + head * width
            strength = round(value, 2)
            box(axes, x, y, width - 1, height - 1, fill=WEIGHT_COLOR, strength=strength)
            middle = x + width / 2, y + height / 2
            text(axes, *middle, number(100 * value, 0), color=ink_on(strength))
    order = np.argsort(-values.ravel(), kind="stable")[:3]
    largest = ", ".join(
        f"L{layer}H{head} {number(100 * values[layer, head], 0)}"
        for layer, head in zip(*np.unravel_index(order, values.shape), strict=True)
    )
    above = f"{(values > 0.5).sum()} of {values.size} heads above 50 percent"
    return Picture(
        figure,
        alt=f"{title}, in percent. Largest: {largest}. {above}.",
        table=[
            ("layer", *(f"H{head}" for head in range(values.shape[1]))),
            *(
                (f"L{layer}", *(number(100 * value, 0) for value in row))
                for layer, row in enumerate(values)
            ),
        ],
    )
