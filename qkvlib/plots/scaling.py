"""What the size of a score does: one row of weights, and curves over the number of features."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from ..attention import softmax
from ..explorer import Picture
from .arguments import as_shape
from .bars import bars
from .marks import INK, MUTED, WEIGHT_COLOR, WIDTH, canvas, chart, number, text

_STYLES = ((WEIGHT_COLOR, "o"), (INK, "s"), (MUTED, "^"))


def scaled_row(scores: np.ndarray, *, scale: float) -> Picture:
    """Draw the weights that a softmax makes of one row of scores after scaling.

    Parameters
    ----------
    scores : array, shape (n_k,)
        One query with each key.
    scale : float
        The factor of the scores.

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
    >>> plots.scaled_row([2.0, 0.0], scale=0.5)
    Scaled scores and weights: key 0, 1.00, weighs 0.731; key 1, 0.00, weighs 0.269.
    """
    scaled = np.asarray(scores, dtype=float) * scale
    if scaled.ndim != 1 or not len(scaled):
        raise ValueError(f"scores: shape {scaled.shape}; expected one row, (n_k,)")
    weights = softmax(scaled)
    best, top, left, pitch = int(weights.argmax()), 28, 122, 25
    figure, axes = canvas(top + pitch * len(scaled) + 2)
    text(axes, 0, 10, "key", align="left", color=MUTED)
    text(axes, left - 10, 10, "scaled score", align="right", color=MUTED)
    text(axes, left, 10, "softmax", align="left", color=MUTED)
    text(axes, WIDTH - 4, 10, "weight", align="right", color=MUTED)
    named = [(number(score, 2), weight) for score, weight in zip(scaled, weights, strict=True)]
    bars(axes, top, named, limit=1, chosen=best, pitch=pitch, left=left)
    for j in range(len(scaled)):
        text(axes, 0, top + pitch * j + 9, f"key {j}", align="left", bold=j == best)
    rows = [(score, number(weight)) for score, weight in named]
    said = "; ".join(f"key {j}, {score}, weighs {w}" for j, (score, w) in enumerate(rows))
    return Picture(
        figure,
        alt=f"Scaled scores and weights: {said}.",
        table=[
            ("key", "score", "scaled", "weight"),
            *((f"key {j}", number(scores[j], 2), *row) for j, row in enumerate(rows)),
        ],
    )


def over_features(
    sizes: np.ndarray,
    curves: Mapping[str, np.ndarray],
    *,
    y_label: str,
    limits: tuple[float, float],
    theory: np.ndarray | None = None,
    theory_name: str = "theory",
) -> Picture:
    """Draw measured curves over d_k, and the line that theory draws for one of them.

    Parameters
    ----------
    sizes : array, shape (n,)
        The values of d_k, growing.
    curves : mapping of str to array, shape (n,)
        Up to three named curves; what lies below the axes is cut off.
    y_label : str
        What is measured.
    limits : (float, float)
        Smallest and largest number on the vertical axis, which is logarithmic unless it begins
        at 0.
    theory : array, shape (n,), optional
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
    variance over dₖ from 1 to 4. measured: from 1.100 to 3.900. theory: from 1.000 to 4.000.
    """
    if len(curves) > len(_STYLES):
        raise ValueError(f"curves: {len(curves)}; expected at most {len(_STYLES)}")
    curves = {n: as_shape(f"curves[{n!r}]", curve, len(sizes)) for n, curve in curves.items()}
    lines, colors = dict(curves), [color for color, _ in _STYLES[: len(curves)]]
    figure, axes = chart(270, x_label="dₖ (features)", y_label=y_label)
    axes.set(xscale="log", ylim=limits, xlim=(sizes[0] * 0.8, sizes[-1] * 12))
    axes.set_yscale("log" if limits[0] else "linear")
    _ticks(axes, sizes, limits)
    if theory is not None:
        lines[theory_name] = as_shape("theory", theory, len(sizes))
        colors.append(MUTED)
        axes.plot(sizes, theory, color=MUTED, ls=(0, (1, 1)), lw=2)
    for (color, marker), values in zip(_STYLES, curves.values(), strict=False):
        axes.plot(sizes, values, color=color, marker=marker, ms=5, lw=0.8)
    to_fraction = axes.transData - axes.transAxes
    ends = [to_fraction.transform((1, max(values[-1], limits[0])))[1] for values in lines.values()]
    for name, color, y in zip(lines, colors, _spread(ends), strict=True):
        axes.text(
            sizes[-1] * 1.25,
            y,
            name,
            fontsize=10,
            color=color,
            va="center",
            transform=axes.get_xaxis_transform(),
        )
    words = " ".join(f"{n}: from {number(v[0])} to {number(v[-1])}." for n, v in lines.items())
    return Picture(
        figure,
        alt=f"{y_label} over dₖ from {sizes[0]:,} to {sizes[-1]:,}. {words}",
        table=[
            ("dₖ", *lines),
            *(
                (f"{size:,}", *(number(v[i]) for v in lines.values()))
                for i, size in enumerate(sizes)
            ),
        ],
    )


def _ticks(axes: Axes, sizes: np.ndarray, limits: tuple[float, float]) -> None:
    """Few ticks, written as plain numbers."""
    axes.minorticks_off()
    axes.set_xticks(sizes[::2], labels=[f"{size:,}" for size in sizes[::2]])
    if limits[0]:
        powers = 10.0 ** np.arange(np.ceil(np.log10(limits[0])), np.floor(np.log10(limits[1])) + 1)
        axes.set_yticks(powers, labels=[f"{power:,g}" for power in powers])


def _spread(heights: Sequence[float]) -> np.ndarray:
    """Move names apart that would cover each other; 204 points are the height of the axes."""
    order = np.argsort(heights, kind="stable")
    placed = np.clip(heights, 0.04, 1)
    for below, above in itertools.pairwise(order):
        placed[above] = max(placed[above], placed[below] + 13 / 204)
    return placed
