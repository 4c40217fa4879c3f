"""How decided weights are: over a sharpness, and over its inverse, a temperature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..attention import softmax
from ..explorer import Picture
from .arguments import as_shape
from .bars import bars, rows_to_choose
from .marks import INK, LINE, MUTED, NOTHING, WEIGHT_COLOR, WIDTH, canvas, number, panel, text

_CURVE = 97  # points of a curve
_COLDEST, _HOTTEST = 0.1, 20
_TOP = 1.15  # of the vertical line, where a hand may take it: above all weights


def sharpening(
    scores: np.ndarray, tokens: Sequence[str], *, query: str, sharpness: float, limit: float
) -> Picture:
    """Draw the weights at one sharpness, above how they run from soft to hard.

    Parameters
    ----------
    scores : array, shape (n_k,)
        How well each key fits the token ``query``.
    tokens : sequence of str
        The keys' names.
    sharpness, limit : float
        What the scores are multiplied by, and where the curves end.

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
    Sharpness 1.00: query its takes puppy 0.731, mom 0.269. At 0 all weights are 0.500;
    at 8 puppy has 1.000.
    """
    scores = as_shape("scores", scores, len(tokens))
    if not 0 <= sharpness <= limit:
        raise ValueError(f"sharpness: {sharpness}; expected a number from 0 to limit = {limit}")
    grid = np.linspace(0, limit, _CURVE)
    curves, weights = softmax(grid[:, None] * scores), softmax(sharpness * scores)
    figure, plot, choices = _draw(
        weights, tokens, grid, curves, at=sharpness, query=query, x_label="sharpness"
    )
    best = int(np.argmax(scores))
    plot.set_xlim(-0.02 * limit, 1.34 * limit)
    plot.set_xticks(np.linspace(0, limit, 5))
    _name(plot, limit * 1.06, curves[-1], tokens, align="left")
    in_words = ", ".join(f"{t} {number(w)}" for t, w in zip(tokens, weights, strict=True))
    return Picture(
        figure,
        alt=f"Sharpness {number(sharpness, 2)}: query {query} takes {in_words}. At 0 all weights "
        f"are {number(1 / len(tokens))}; at {number(limit, 0)} {tokens[best]} has "
        f"{number(curves[-1, best])}.",
        handle=(plot, sharpness, _TOP),
        choices=choices,
        table=[
            ("", *tokens),
            ("score", *map(number, scores)),
            ("times sharpness", *map(number, sharpness * scores)),
            ("weight", *map(number, weights)),
        ],
    )


def temperature(
    scores: np.ndarray, tokens: Sequence[str], *, query: str, temperature: float
) -> Picture:
    """Draw the weights at one temperature, above how they run from cold to hot.

    Parameters
    ----------
    scores : array, shape (n_k,)
        The scaled scores of the token ``query``; at least two.
    tokens : sequence of str
        The keys' names.
    temperature : float
        What the scores are divided by, from 0.1 to 20.

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
    At temperature 1 query its attends to puppy 0.731, mom 0.269; puppy − mom = 0.462. Curves: the
    colder, the closer puppy comes to 1; the hotter, the closer all come to 0.50.
    """
    scores = as_shape("scores", scores, len(tokens))
    if not _COLDEST <= temperature <= _HOTTEST:
        raise ValueError(
            f"temperature: {temperature}; expected a number from {_COLDEST} to {_HOTTEST}"
        )
    grid = np.geomspace(_COLDEST, _HOTTEST, _CURVE)
    curves, weights = softmax(scores / grid[:, None]), softmax(scores / temperature)
    second, first = np.argsort(scores, kind="stable")[-2:]
    gap = f"{tokens[first]} − {tokens[second]} = {number(weights[first] - weights[second])}"
    figure, plot, choices = _draw(
        weights, tokens, grid, curves, at=temperature, query=query, x_label="temperature", note=gap
    )
    plot.set(xscale="log", xlim=(_COLDEST / 6, _HOTTEST * 1.1))
    plot.minorticks_off()
    ticks = (_COLDEST, 1, 10, _HOTTEST)
    plot.set_xticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    _name(plot, _COLDEST / 1.35, curves[0], tokens, align="right")
    in_words = ", ".join(f"{t} {number(w)}" for t, w in zip(tokens, weights, strict=True))
    return Picture(
        figure,
        alt=f"At temperature {temperature:g} query {query} attends to {in_words}; {gap}. Curves: "
        f"the colder, the closer {tokens[first]} comes to 1; the hotter, the closer all come to "
        f"{number(1 / len(tokens), 2)}.",
        handle=(plot, temperature, _TOP),
        choices=choices,
        table=[
            ("key", "score", "score / temperature", "weight"),
            *(
                (token, number(score, 4), number(score / temperature, 4), number(weight))
                for token, score, weight in zip(tokens, scores, weights, strict=True)
            ),
        ],
    )


def _draw(
    weights: np.ndarray,
    tokens: Sequence[str],
    grid: np.ndarray,
    curves: np.ndarray,
    *,
    at: float,
    query: str,
    x_label: str,
    note: str = NOTHING,
) -> tuple[Figure, Axes, list[tuple]]:
    """Bars of the weights, above the curves: the figure, the curves' axes, the bars as choices."""
    top = 27 * len(tokens) + 34
    figure, axes = canvas(top + 198)
    text(axes, 0, 10, f"query {query} attends to", align="left", color=MUTED)
    text(axes, WIDTH - 4, 10, note, align="right", bold=True)
    bars(axes, 24, list(zip(tokens, weights, strict=True)), limit=1)
    plot = panel(figure, top, 158, x_label=x_label, y_label="weight")
    best = int(np.argmax(curves.max(axis=0)))
    plot.plot((at, at), (0, _TOP), color=LINE, lw=1.5)
    for j, weight in enumerate(weights):
        plot.plot(grid, curves[:, j], color=WEIGHT_COLOR, lw=2.5 if j == best else 1)
        plot.plot((at,), (weight,), color=INK, marker="o", ms=5)
    plot.set(ylim=(-0.04, _TOP), yticks=(0, 0.5, 1))
    plot.spines["left"].set_bounds(-0.04, 1)
    plot.spines["bottom"].set_bounds(grid[0], grid[-1])
    return figure, plot, rows_to_choose(axes, 24, tokens)


def _name(plot: Axes, x: float, ends: np.ndarray, tokens: Sequence[str], *, align: str) -> None:
    """Name the curves at their decided end: the best, and the others together."""
    best = int(np.argmax(ends))
    rest = np.delete(ends, best).mean()
    plot.text(x, ends[best], tokens[best], fontsize=11, ha=align, va="center", fontweight="bold")
    plot.text(x, rest, "the others", fontsize=11, ha=align, va="center", color=MUTED)
