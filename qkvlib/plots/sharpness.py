"""How decided weights are, over a sharpness: from all alike to the best alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from ..attention import softmax
from ..explorer import Picture
from .arguments import as_shape
from .bars import FINGER
from .marks import (
    INK,
    LINE,
    MUTED,
    WEIGHT_COLOR,
    WIDTH,
    canvas,
    number,
    panel,
    quoted,
    spread,
    text,
)

_CURVE = 97  # points of a curve
_TOP = 1.15  # of the vertical line, where a hand may take it: above all weights
_END = 244  # where the curves end, and their names begin
_FOOT, _NAMES = 40, 26  # points under the curves, and above them


def sharpening(
    scores: np.ndarray,
    tokens: Sequence[str],
    *,
    query: str,
    sharpness: float,
    limits: tuple[float, float],
) -> Picture:
    """Draw how the weights run from soft to hard, each named at its end, and where they are now.

    Parameters
    ----------
    scores : array, shape (n_k,)
        The scaled scores of the token ``query``, at least two.
    tokens : sequence of str
        The keys' names.
    sharpness : float
        What the scores are multiplied by: 1 is attention.
    limits : (float, float)
        Where the curves begin and end. The axis is logarithmic unless it begins at 0.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the scores do not fit the names, or ``sharpness`` is not within the limits.

    Examples
    --------
    >>> from qkvlib import plots
    >>> look = {"query": "its", "sharpness": 1, "limits": (0, 8)}
    >>> plots.sharpening([2.0, 1.0], ["puppy", "mom"], **look)
    Sharpness 1: query “its” attends to puppy 0.731, mom 0.269; puppy leads mom by 0.4621. At 0
    puppy has 0.500; at 8 puppy has 1.000.
    """
    scores, (low, high) = as_shape("scores", scores, len(tokens)), limits
    if not low <= sharpness <= high:
        raise ValueError(f"sharpness: {sharpness}; expected a number from {low} to {high}")
    grid = np.geomspace(low, high, _CURVE) if low else np.linspace(low, high, _CURVE)
    curves, weights = softmax(grid[:, None] * scores), softmax(sharpness * scores)
    second, first = np.argsort(scores, kind="stable")[-2:]
    lead = number(weights[first] - weights[second], 4)

    high_plot = max(176, FINGER * len(tokens) + _NAMES)
    figure, axes = canvas(high_plot + _FOOT + 4)
    plot = panel(figure, 0, high_plot, x_label="sharpness", y_label="weight", right=WIDTH - _END)
    plot.plot((sharpness, sharpness), (0, _TOP), color=LINE, lw=1.5)
    for j, weight in enumerate(weights):
        plot.plot(grid, curves[:, j], color=WEIGHT_COLOR, lw=2.5 if j == first else 1.2)
        plot.plot((sharpness,), (weight,), color=INK, marker="o", ms=5)
    _axes(plot, low, high)
    text(axes, WIDTH, 8.5, f"{quoted(query)} attends to, at {sharpness:g}", align="right")
    choices = _names(axes, high_plot, tokens, curves[-1], weights, first)
    text(axes, _END + 15, high_plot + 20, lead, align="left", bold=True)
    text(axes, _END + 66, high_plot + 20, "lead", align="left", color=MUTED)
    in_words = ", ".join(f"{t} {number(w)}" for t, w in zip(tokens, weights, strict=True))
    ends = "; ".join(
        f"at {end:g} {tokens[first]} has {number(row[first])}"
        for end, row in zip(limits, (curves[0], curves[-1]), strict=True)
    )
    return Picture(
        figure,
        alt=f"Sharpness {sharpness:g}: query {quoted(query)} attends to {in_words}; "
        f"{tokens[first]} leads {tokens[second]} by {lead}. {ends[0].upper()}{ends[1:]}.",
        handle=(plot, sharpness, _TOP),
        choices=choices,
        table=[
            ("", *tokens),
            ("score", *map(number, scores)),
            ("times sharpness", *map(number, sharpness * scores)),
            ("weight", *map(number, weights)),
        ],
    )


def _axes(plot: Axes, low: float, high: float) -> None:
    if low:
        plot.set(xscale="log", xlim=(low, high))
        plot.minorticks_off()
        ticks = [tick for tick in (0.01, 0.1, 1, 10) if low <= tick <= high]
        plot.set_xticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    else:
        plot.set_xlim(low, high)
        plot.set_xticks(np.linspace(low, high, 5))
    plot.set(ylim=(0, _TOP), yticks=(0, 0.5, 1))
    plot.spines["left"].set_bounds(0, 1)
    for line in plot.lines:
        line.set_clip_on(False)  # a dot at the edge is whole


def _names(
    axes: Axes, bottom: float, tokens: Sequence[str], ends: np.ndarray, weights, best: int
) -> list[tuple]:
    """Name each curve at its end, with its weight now; a click on a name chooses it."""
    heights = bottom - ends / _TOP * (bottom - _NAMES)
    places = spread(heights, FINGER, _NAMES + FINGER / 2, bottom - FINGER / 2 + 4)
    for j, (token, weight) in enumerate(zip(tokens, weights, strict=True)):
        axes.plot((_END + 2, _END + 12), (heights[j], places[j]), color=LINE, lw=1)
        text(axes, _END + 15, places[j], number(weight), align="left", bold=j == best)
        name = {"align": "left", "bold": j == best, "room": WIDTH - _END - 62}
        text(axes, _END + 58, places[j], token, **name)
    return [
        (token, axes, _END + 10, place - FINGER / 2, WIDTH - _END - 10, FINGER)
        for token, place in zip(tokens, places, strict=True)
    ]
