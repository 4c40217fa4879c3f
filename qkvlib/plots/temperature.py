"""The temperature of a softmax: from one weight that takes all to equal weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from ..attention import softmax
from ..explorer import Picture
from .arguments import as_shape
from .bars import bars
from .marks import INK, LINE, MUTED, WEIGHT_COLOR, WIDTH, canvas, number, text


def temperature(
    scores: np.ndarray, tokens: Sequence[str], *, query: str, temperature: float
) -> Picture:
    """Draw the weights at one temperature, above how they run from cold to hot.

    Introduced in chapter 6.

    Parameters
    ----------
    scores : array, shape (n_k,)
        The scaled scores of the token ``query``; at least two.
    tokens : sequence of str
        The keys' names.
    temperature : float
        What the scores are divided by, from 0.1 to 100.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is not one score for each token, or the temperature is off the axis.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.temperature([1.0, 0.0], ["puppy", "mom"], query="its", temperature=1)
    At temperature 1 its attends to puppy 0.731, mom 0.269; puppy − mom = 0.462. Curves: the colder,
    the closer puppy comes to 1; the hotter, the closer all come to 0.50.
    """
    scores = as_shape("scores", scores, len(tokens))
    if not 0.1 <= temperature <= 100:
        raise ValueError(f"temperature: {temperature}; expected a number from 0.1 to 100")
    weights = softmax(scores / temperature)
    second, first = np.argsort(scores, kind="stable")[-2:]
    gap = f"{tokens[first]} − {tokens[second]} = {number(weights[first] - weights[second])}"
    top, height = 27 * len(tokens) + 66, 130
    figure, axes = canvas(top + height + 40)
    text(axes, 0, 10, f"{query} attends to", align="left", color=MUTED)
    text(axes, WIDTH - 4, 10, gap, align="right", bold=True)
    bars(axes, 24, list(zip(tokens, weights, strict=True)), limit=1)
    heats = np.geomspace(0.1, 100, 121)
    curves = softmax(scores / heats[:, None])
    _temperature_axis(axes, top, height, len(tokens))
    for j in range(len(tokens)):
        leads = j in (first, second)
        color, width = (WEIGHT_COLOR, 2.5) if leads else (MUTED, 1)
        axes.plot(_across(heats), top + height * (1 - curves[:, j]), color=color, lw=width)
    # The other curves run too close together to be named.
    for j, near, dx, align in ((first, 15, 7, "left"), (second, 20, -7, "right")):
        y = top + height * (1 - curves[near, j]) - 7
        text(axes, _across(heats[near]) + dx, y, tokens[j], size=10, align=align)
    x = _across(temperature)
    axes.plot((x, x), (top, top + height), color=INK, lw=1)
    axes.plot([x] * len(tokens), top + height * (1 - weights), "o", color=INK, ms=4, lw=0)
    in_words = ", ".join(f"{t} {number(w)}" for t, w in zip(tokens, weights, strict=True))
    return Picture(
        figure,
        alt=f"At temperature {temperature:g} {query} attends to {in_words}; {gap}. Curves: the "
        f"colder, the closer {tokens[first]} comes to 1; the hotter, the closer all come to "
        f"{number(1 / len(tokens), 2)}.",
        table=[
            ("key", "score", "score / temperature", "weight"),
            *(
                (token, number(score, 4), number(score / temperature, 4), number(weight))
                for token, score, weight in zip(tokens, scores, weights, strict=True)
            ),
        ],
    )


def _across(temperature):
    """Where a temperature from 0.1 to 100 stands, on a logarithmic scale."""
    return 84 + (np.log10(temperature) + 1) / 3 * (WIDTH - 138)


def _temperature_axis(axes: Axes, top: float, height: float, n_k: int) -> None:
    text(axes, 0, top - 16, "weight", align="left", color=MUTED)
    for weight in (0, 1 / n_k, 1):
        y = top + height * (1 - weight)
        axes.plot((84, WIDTH - 54), (y, y), color=LINE, lw=1)
        text(axes, 74, y, number(weight, 2), align="right", color=MUTED)
    for mark in (0.1, 1, 10, 100):
        text(axes, _across(mark), top + height + 12, f"{mark:g}", color=MUTED)
    text(axes, WIDTH - 54, top + height + 30, "temperature", align="right", color=MUTED)
