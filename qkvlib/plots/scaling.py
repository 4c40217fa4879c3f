"""What the size of a score does: to one row of weights, and over the number of features."""

from __future__ import annotations

from collections.abc import Mapping

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
    SIZE,
    WEIGHT_COLOR,
    WIDTH,
    box,
    canvas,
    chart,
    number,
    panel,
    spread,
    text,
)

_REACH = 64  # what lies further away from 0 is drawn at the edge, or not at all
_STYLES = ((INK, "o"), (MUTED, "s"), (INK, "^"))


def widening(dots: np.ndarray, scores: np.ndarray, *, d_k: int, scaled: bool) -> Picture:
    """Draw how far dot products spread, above the weights that one row of them makes.

    Parameters
    ----------
    dots : array, shape (n,)
        Dot products of many pairs of vectors with ``d_k`` features.
    scores : array, shape (n_k,)
        Those of one query with its keys.
    d_k : int
        The number of features.
    scaled : bool
        Divide all of them by the root of ``d_k``.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the dot products or the scores are not one row.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.widening([-2.0, 2.0], [2.0, 0.0], d_k=4, scaled=True)
    2 dot products of 4 features, divided by 2: spread 1.00. Weights of one query: key 0, score \
1.00, 0.731; key 1, score 0.00, 0.269.
    """
    scale = d_k**-0.5 if scaled else 1.0
    dots, scores = (np.asarray(part, dtype=float) * scale for part in (dots, scores))
    for name, row in (("dots", dots), ("scores", scores)):
        if row.ndim != 1 or not len(row):
            raise ValueError(f"{name}: shape {row.shape}; expected one row, (n,)")
    weights, spread_of = softmax(scores), number(dots.std(), 2)
    figure, axes = canvas(246)
    plot = panel(figure, 0, 104, y_label="how often which dot product", left=14, right=14)
    counts, edges = np.histogram(dots, bins=np.arange(-_REACH - 0.5, _REACH + 1))
    plot.stairs(counts / counts.max(), edges, fill=True, color=PLAIN_COLOR, alpha=0.4, lw=0)
    plot.set(xlim=(-_REACH, _REACH), ylim=(0, 1.04), yticks=())
    plot.set_xticks(range(-_REACH, _REACH + 1, _REACH // 2))
    plot.spines["left"].set_visible(False)
    shown = scores.clip(-_REACH, _REACH)
    plot.plot(shown, np.zeros(len(scores)), "o", color=INK, ms=5, clip_on=False)
    text(axes, WIDTH, 8.5, f"spread {spread_of}", align="right", bold=True)
    _columns(axes, 14 + (shown / _REACH + 1) * (WIDTH - 28) / 2, weights)
    keys = [
        (f"key {j}", number(score, 2), number(weight))
        for j, (score, weight) in enumerate(zip(scores, weights, strict=True))
    ]
    said = "; ".join(f"{key}, score {score}, {weight}" for key, score, weight in keys)
    divided = f", divided by {d_k**0.5:.3g}" if scaled else ""
    return Picture(
        figure,
        alt=f"{len(dots):,} dot products of {d_k:,} features{divided}: spread {spread_of}. "
        f"Weights of one query: {said}.",
        table=[("key", "score", "weight"), *keys],
    )


def _columns(axes: Axes, dots: np.ndarray, weights: np.ndarray) -> None:
    """A column for each key, in the order of their dots: a line leads from one to the other."""
    pitch, top, foot, height = WIDTH / len(weights), 142, 230, 70
    axes.plot((0, WIDTH), (foot, foot), color=MUTED, lw=1)
    for place, j in enumerate(np.argsort(dots, kind="stable")):
        x, high, bold = (place + 0.5) * pitch, height * weights[j], j == weights.argmax()
        # Below the numbers of the axis they fan out.
        axes.plot((dots[j], dots[j], x, x), (106, 124, top, foot - high - 17), color=LINE, lw=1)
        box(axes, x - 12, foot - high, 24, high, fill=WEIGHT_COLOR)
        text(axes, x, foot - high - 9, number(weights[j], 2), bold=bold, room=pitch)
        text(axes, x, foot + 10, f"key {j}", bold=bold, room=pitch - 2)


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
    figure, axes = chart(236, x_label="dₖ (features)", y_label=y_label)
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
    for name, color, y in zip(lines, colors, spread(ends, 15 / 170, 0.04, 1), strict=True):
        axes.text(
            sizes[-1] * 1.25,
            y,
            name,
            fontsize=SIZE,
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
