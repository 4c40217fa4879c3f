"""The curve of exp, on which scores become the parts of one bar."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from ..attention import softmax
from ..explorer import Picture
from .arguments import as_shape
from .marks import (
    INK,
    LINE,
    MUTED,
    PLAIN_COLOR,
    WEIGHT_COLOR,
    WIDTH,
    box,
    canvas,
    number,
    panel,
    quoted,
    text,
)

_LEFT, _RIGHT = 34, 206  # from where to where the plot reaches
_BAR, _WIDE = 232, 26  # where the bar stands, and how wide it is
_PLOT, _TITLE = 206, 26  # points from the top to the foot of the plot, and to its head


def exp_curve(
    scores: np.ndarray,
    tokens: Sequence[str],
    *,
    query: str,
    shift: float,
    limits: tuple[float, float],
) -> Picture:
    """Draw scores on the curve of exp, and their heights as the parts of one bar: the weights.

    Parameters
    ----------
    scores : array, shape (n_k,)
        The scaled scores of the token ``query``.
    tokens : sequence of str
        The keys' names.
    shift : float
        What is added to each score.
    limits : (float, float)
        Both ends of the curve, so that pictures can be compared.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is not one score for each token, or a shifted score is off the curve.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.exp_curve([1.0, 0.0], ["puppy", "mom"], query="its", shift=0, limits=(-2, 2))
    Scores of “its” on the curve of exp. puppy: e to the 1.000 is 2.718, weight 0.731; mom: e to the
    0.000 is 1.000, weight 0.269.
    """
    scores = as_shape("scores", scores, len(tokens))
    low, high = limits
    moved = scores + shift
    if not (moved.min() >= low and moved.max() <= high):
        raise ValueError(
            f"scores + shift: from {moved.min():.3f} to {moved.max():.3f}; expected numbers from "
            f"{low} to {high}"
        )
    heights, weights = np.exp(moved), softmax(moved)
    figure, axes = canvas(_PLOT + 42)
    names = {"x_label": "score", "y_label": "e to the score"}
    plot = panel(figure, 0, _PLOT, **names, left=_LEFT, right=WIDTH - _RIGHT)
    grid = np.linspace(low, high, 60)
    plot.plot(grid, np.exp(grid), color=MUTED, lw=1.5)
    plot.set(xlim=(low, high), ylim=(0, np.exp(high)))
    plot.locator_params(nbins=4)
    for score, height in zip(moved, heights, strict=True):
        plot.plot((score, score), (0, height), color=PLAIN_COLOR, lw=5, solid_capstyle="butt")
        plot.plot((score,), (height,), color=INK, marker="o", ms=5)
    text(axes, _BAR, 8.5, f"{quoted(query)} attends to", align="left")
    right = _LEFT + (_RIGHT - _LEFT) * (moved - low) / (high - low)  # of each dot, in points
    up = _PLOT - heights / np.exp(high) * (_PLOT - _TITLE)
    _bar(axes, tokens, weights, np.column_stack([right, up]))
    words = "; ".join(
        f"{t}: e to the {number(s)} is {number(h)}, weight {number(w)}"
        for t, s, h, w in zip(tokens, moved, heights, weights, strict=True)
    )
    return Picture(
        figure,
        alt=f"Scores of {quoted(query)} on the curve of exp. {words}.",
        handle=(plot, moved.max(), heights.max()),
        table=[
            ("key", "score", "with the shift", "e to that", "weight"),
            *(
                (token, *map(number, row))
                for token, *row in zip(tokens, scores, moved, heights, weights, strict=True)
            ),
        ],
    )


def _bar(axes: Axes, tokens: Sequence[str], weights: np.ndarray, dots: np.ndarray) -> None:
    """The heights on top of each other, the largest above, as parts of 1."""
    top, whole = _TITLE, _PLOT - _TITLE
    for j in np.argsort(-weights, kind="stable"):
        part = weights[j] * whole
        middle = top + part / 2
        line = {"color": LINE, "lw": 1}
        axes.plot((dots[j, 0] + 5, _BAR - 3), (dots[j, 1], middle), **line)
        box(axes, _BAR, top + 0.75, _WIDE, max(0, part - 1.5), fill=WEIGHT_COLOR)
        beside = _BAR + _WIDE + 6
        text(axes, beside, middle, number(weights[j]), align="left", bold=True)
        text(axes, beside + 42, middle, tokens[j], align="left", room=WIDTH - beside - 42)
        top += part
