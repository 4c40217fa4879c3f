"""What the size of a score does: one row of weights, and curves over the number of features."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from ..attention import softmax
from ..explorer import Picture
from .arguments import as_shape
from .bars import bars
from .marks import INK, MUTED, WEIGHT_COLOR, WIDTH, canvas, chart, number, text

_STYLES = ((WEIGHT_COLOR, "o"), (INK, "s"), (MUTED, "^"))


def scaled_row(scores: np.ndarray, *, scale: float, title: str) -> Picture:
    """Draw the weights that a softmax makes of one row of scores after scaling.

    Introduced in chapter 5.

    Parameters
    ----------
    scores : array, shape (n_k,)
        One query with each key.
    scale : float
        The factor of the scores.
    title : str
        Which query this is, and how it was scaled.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the scores are not one row.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.scaled_row([2.0, 0.0], scale=0.5, title="d_k = 4")
    d_k = 4. Scaled scores and weights: 1.00 weighs 0.731, 0.00 weighs 0.269.
    """
    scaled = np.asarray(scores, dtype=float) * scale
    if scaled.ndim != 1 or not len(scaled):
        raise ValueError(f"scores: shape {scaled.shape}; expected one row, (n_k,)")
    weights = softmax(scaled)
    figure, axes = canvas(52 + 25 * len(scaled))
    text(axes, 0, 10, title, align="left", bold=True)
    text(axes, 74, 34, "score, scaled", align="right", color=MUTED)
    text(axes, WIDTH - 4, 34, "weight", align="right", color=MUTED)
    rows = [(number(score, 2), weight) for score, weight in zip(scaled, weights, strict=True)]
    bars(axes, 50, rows, limit=1, chosen=int(weights.argmax()), pitch=25)
    said = ", ".join(f"{score} weighs {number(weight)}" for score, weight in rows)
    return Picture(
        figure,
        alt=f"{title}. Scaled scores and weights: {said}.",
        table=[
            ("key", "score", "scaled", "weight"),
            *(
                (str(j), number(scores[j], 2), score, number(weight))
                for j, (score, weight) in enumerate(rows)
            ),
        ],
    )


def over_features(
    sizes: np.ndarray,
    curves: Mapping[str, np.ndarray],
    *,
    y_label: str,
    limits: tuple[float, float],
    theory: np.ndarray,
    theory_name: str = "theory",
) -> Picture:
    """Draw measured curves over d_k on logarithmic axes, and the line that theory draws.

    Introduced in chapter 5.

    Parameters
    ----------
    sizes : array, shape (n,)
        The values of d_k, growing.
    curves : mapping of str to array, shape (n,)
        Up to three named curves of positive numbers; what lies below the axes is cut off.
    y_label : str
        What is measured.
    limits : (float, float)
        Smallest and largest number on the vertical axis.
    theory : array, shape (n,)
        What is expected of one of the curves.
    theory_name : str
        What to call that line.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there are more curves than styles, or a curve's length is not that of ``sizes``.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.over_features(
    ...     [1, 4], {"measured": [1.1, 3.9]}, y_label="variance", limits=(1, 10), theory=[1, 4]
    ... )
    variance over d_k from 1 to 4. measured: from 1.100 to 3.900. theory: from 1.000 to 4.000.
    """
    if len(curves) > len(_STYLES):
        raise ValueError(f"curves: {len(curves)}; expected at most {len(_STYLES)}")
    curves = {n: as_shape(f"curves[{n!r}]", curve, len(sizes)) for n, curve in curves.items()}
    lines = {**curves, theory_name: as_shape("theory", theory, len(sizes))}
    figure, axes = chart(270, x_label="d_k (features)", y_label=y_label)
    low, high = limits
    axes.set(xscale="log", yscale="log", ylim=limits, xlim=(sizes[0] * 0.8, sizes[-1] * 12))
    _ticks(axes, sizes, limits)
    axes.plot(sizes, theory, color=MUTED, ls=(0, (1, 1)), lw=2)
    for (color, marker), values in zip(_STYLES, curves.values(), strict=False):
        axes.plot(sizes, values, color=color, marker=marker, ms=5, lw=0.8)
    colors = [color for (color, _), _ in zip(_STYLES, curves, strict=False)] + [MUTED]
    ends = [np.clip(values[-1], low * 1.4, high) for values in lines.values()]
    for name, color, y in zip(lines, colors, _spread(np.log(ends), limits), strict=True):
        axes.text(sizes[-1] * 1.25, np.exp(y), name, fontsize=10, color=color, va="center")
    words = " ".join(f"{n}: from {number(v[0])} to {number(v[-1])}." for n, v in lines.items())
    return Picture(
        figure,
        alt=f"{y_label} over d_k from {sizes[0]} to {sizes[-1]}. {words}",
        table=[
            ("d_k", *lines),
            *((str(size), *(number(v[i]) for v in lines.values())) for i, size in enumerate(sizes)),
        ],
    )


def _ticks(axes: Axes, sizes: np.ndarray, limits: tuple[float, float]) -> None:
    """Few ticks, written as plain numbers."""
    axes.minorticks_off()
    axes.set_xticks(sizes[::2], labels=[str(size) for size in sizes[::2]])
    powers = 10.0 ** np.arange(np.ceil(np.log10(limits[0])), np.floor(np.log10(limits[1])) + 1)
    axes.set_yticks(powers, labels=[f"{power:,g}" for power in powers])


def _spread(heights: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """Move names apart that would cover each other; 204 points are the height of the axes."""
    apart = 13 / 204 * np.log(limits[1] / limits[0])
    order = np.argsort(heights, kind="stable")
    placed = np.array(heights, dtype=float)
    for below, above in itertools.pairwise(order):
        placed[above] = max(placed[above], placed[below] + apart)
    return placed
