"""What a model has learned so far: what it makes of one sentence, and its curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from ..explorer import Picture
from .arguments import as_shape, place_of
from .marks import INK, LINE, MUTED, PLAIN_COLOR, WIDTH, canvas, number, text
from .pronoun import below, draw_pronoun, height_for

_ANSWERS = 184  # points for the answers; the curves stand right of them


def training(
    steps: Sequence[int],
    losses: np.ndarray,
    accuracies: np.ndarray,
    sentence: Mapping,
    *,
    step: int,
) -> Picture:
    """Draw one sentence at one step of a training, and loss and accuracy over all steps.

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
    figure, axes = canvas(height_for(sentence["words"], sentence["answers"]))
    said, rows = draw_pronoun(axes, _ANSWERS, **sentence)
    above, handle = _curves(axes, below(sentence["words"]), steps, losses, accuracies, at)
    return Picture(
        figure,
        alt=f"{', '.join(map(' '.join, above))}. {said}",
        table=[("what", "number"), *above, *rows],
        handle=handle,
    )


def _curves(axes: Axes, top: float, steps, losses, accuracies, at: int) -> tuple[list, tuple]:
    """Two small charts, one below the other; return what they say, and their line's top."""
    rows, height, left, right = [("step", str(steps[at]))], 34, 226, WIDTH - 4
    x = left + (right - left) * np.asarray(steps) / steps[-1]
    words = f"step {steps[at]} of {steps[-1]}"
    text(axes, right, top + 13, words, color=MUTED, align="right")
    limits = max(2.0, float(losses.max())), 1.0
    for name, values, limit in zip(("loss", "accuracy"), (losses, accuracies), limits, strict=True):
        said = number(values[at], 2)
        rows.append((name, said))
        text(axes, left - 22, top + 13, f"{name} {said}", align="left", bold=True)
        above = top + 28
        for mark in (0, limit):
            y = above + height * (1 - mark / limit)
            axes.plot((left, right), (y, y), color=LINE, lw=1)
            text(axes, left - 5, y, f"{mark:g}", align="right", color=MUTED)
        y = above + height * (1 - np.asarray(values) / limit)
        axes.plot(x, y, color=PLAIN_COLOR, lw=2)
        axes.plot((x[at], x[at]), (above, above + height), color=INK, lw=1)
        axes.plot((x[at],), (y[at],), "o", color=INK, ms=5, lw=0)
        top += height + 26
    return rows, (axes, x[at], above + height + 12)
