"""What a model has learned so far: its curves, above what it makes of one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from ..explorer import Picture
from .arguments import as_shape, place_of
from .marks import INK, LINE, MUTED, WEIGHT_COLOR, canvas, number, text
from .pronoun import draw_pronoun, height_for

_ABOVE = 148  # points for the curves


def training(
    steps: Sequence[int],
    losses: np.ndarray,
    accuracies: np.ndarray,
    sentence: Mapping,
    *,
    step: int,
) -> Picture:
    """Draw loss and accuracy over the steps of a training above one sentence at one of them.

    Parameters
    ----------
    steps : sequence of int
        The steps at which was measured, growing.
    losses, accuracies : array, shape (len(steps),)
    sentence : mapping
        The arguments of `pronoun` at this step.
    step : int
        One of ``steps``.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        As `pronoun`; or if the curves do not fit ``steps``, or ``step`` is not one of them.

    Examples
    --------
    >>> from qkvlib import plots
    >>> asked = {"words": ["mom", "she"], "weights": [0.9, 0.1], "asked": 1, "referent": 0}
    >>> asked |= {"answers": {"sad": 0.8, "happy": 0.2}, "right": "sad"}
    >>> plots.training([0, 10], [1.8, 0.5], [0.2, 0.9], asked, step=10)
    step 10, loss 0.50, accuracy 0.90. Query she attends to mom 0.90, she 0.10. It answers sad
    (0.80), which is right.
    """
    losses = as_shape("losses", losses, len(steps))
    accuracies = as_shape("accuracies", accuracies, len(steps))
    at = place_of("step", step, steps)
    figure, axes = canvas(_ABOVE + height_for(sentence["words"], sentence["answers"]))
    above, handle = _curves(axes, steps, losses, accuracies, at)
    said, rows = draw_pronoun(axes, _ABOVE, **sentence)
    return Picture(
        figure,
        alt=f"{', '.join(map(' '.join, above))}. {said}",
        table=[("what", "number"), *above, *rows],
        handle=handle,
    )


def _curves(axes: Axes, steps, losses, accuracies, at: int) -> tuple[list, tuple]:
    """Two small charts side by side; return what they say of this step, and its line's top."""
    rows = [("step", str(steps[at]))]
    top, height, width = 30, 84, 132
    across = width * np.asarray(steps) / steps[-1]
    lefts = 34, 218
    limits = max(2.0, float(losses.max())), 1.0
    for left, name, values, limit in zip(
        lefts, ("loss", "accuracy"), (losses, accuracies), limits, strict=True
    ):
        said = number(values[at], 2)
        rows.append((name, said))
        text(axes, left - 24, 10, f"{name} {said}", align="left", bold=True)
        for mark in (0, limit / 2, limit):
            y = top + height * (1 - mark / limit)
            axes.plot((left, left + width), (y, y), color=LINE, lw=1)
            text(axes, left - 5, y, number(mark, 1), align="right", color=MUTED, size=10)
        x = left + across
        axes.plot(x, top + height * (1 - values / limit), color=WEIGHT_COLOR, lw=2)
        axes.plot((x[at], x[at]), (top, top + height), color=INK, lw=1)
        y = top + height * (1 - values[at] / limit)
        axes.plot((x[at],), (y,), "o", color=INK, ms=5, lw=0)
        text(axes, left, top + height + 13, "0", color=MUTED, size=10)
        text(
            axes,
            left + width,
            top + height + 13,
            f"{steps[-1]} steps",
            color=MUTED,
            size=10,
            align="right",
        )
    return rows, (axes, lefts[0] + across[at], top)
