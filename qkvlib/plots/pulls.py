"""Which scores should rise: each value beside the average of all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from ..explorer import Picture
from ..gradients import softmax_gradient
from .arguments import as_shape
from .bars import rows_to_choose
from .marks import INK, LINE, MUTED, PLAIN_COLOR, V_COLOR, WIDTH, canvas, number, text


def pulls(
    weights: np.ndarray, values: np.ndarray, tokens: Sequence[str], *, feature: str
) -> Picture:
    """Draw how an output moves with each score: as far as the value beats the average.

    A rule is the output, the weighted mean of the values. From it an arrow goes toward each value,
    as large a part of the way as the weight: so long is the slope.

    Parameters
    ----------
    weights : array, shape (n_k,)
        One row of attention weights.
    values : array, shape (n_k,)
        One feature of each value vector.
    tokens : sequence of str
        Names of the keys.
    feature : str
        The name of the feature.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is not one weight and one value for each token.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.pulls([0.75, 0.25], [0.0, 1.0], ["its", "mom"], feature="animal")
    The output is animal 0.250. It moves with the scores by: its −0.188, mom +0.188.
    """
    weights = as_shape("weights", weights, len(tokens))
    values = as_shape("values", values, len(tokens))
    output, slopes = weights @ values, softmax_gradient(weights, values)
    low, high = min(0, values.min()), max(1, values.max())
    left, right, top, pitch = 96, 280, 30, 36
    bottom = top + pitch * len(tokens)
    figure, axes = canvas(bottom + 38)

    def across(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    rule = across(output)
    axes.plot((left, right), (bottom, bottom), color=MUTED, lw=1)
    for tick in (low, (low + high) / 2, high):
        text(axes, across(tick), bottom + 12, number(tick, 1), color=MUTED)
    text(axes, (left + right) / 2, bottom + 29, feature, color=MUTED)
    text(axes, 62, 10, "weight", color=MUTED, align="right")
    text(axes, rule, 10, f"output {number(output)}", bold=True)
    text(axes, WIDTH - 4, 10, "slope", color=MUTED, align="right")
    axes.plot((rule, rule), (top - 8, bottom), color=INK, lw=2)
    signed = [("+" if slope > 0 else "") + number(slope) for slope in slopes]
    for j, (token, weight, value, slope) in enumerate(
        zip(tokens, weights, values, slopes, strict=True)
    ):
        y, place, tip = top + pitch * (j + 0.5), across(value), across(output + slope)
        text(axes, 62, y - 7, token, align="right", bold=True)
        text(axes, 62, y + 8, number(weight), align="right", color=MUTED)
        axes.plot((rule, place), (y, y), color=LINE, lw=1.5)
        axes.plot((place,), (y,), "s", color=V_COLOR, ms=9, lw=0)
        _arrow(axes, rule, tip, y)
        text(axes, WIDTH - 4, y, signed[j], align="right", bold=True)
    said = ", ".join(f"{token} {slope}" for token, slope in zip(tokens, signed, strict=True))
    return Picture(
        figure,
        alt=f"The output is {feature} {number(output)}. It moves with the scores by: {said}.",
        choices=rows_to_choose(axes, top, tokens, pitch=pitch),
        table=[
            ("score of", "weight", f"{feature} of its value", "above the output", "slope"),
            *(
                (token, *map(number, row), slope)
                for token, *row, slope in zip(
                    tokens, weights, values, values - output, signed, strict=True
                )
            ),
        ],
    )


def _arrow(axes: Axes, start: float, tip: float, y: float) -> None:
    """A level arrow that is as long as it says, however short."""
    neck = tip - np.clip(tip - start, -8, 8)
    upper = [(start, -2), (neck, -2), (neck, -5.5), (tip, 0)]
    outline = [(x, y + dy) for x, dy in upper] + [(x, y - dy) for x, dy in upper[::-1]]
    axes.add_artist(Polygon(outline, fc=PLAIN_COLOR, lw=0, zorder=3))
