"""Where a weighted sum of values can go, in two of their features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.patches import Polygon

from ..explorer import Picture
from .arguments import as_shape
from .marks import INK, SIZE, V_COLOR, WEIGHT_COLOR, chart, number

_LIMITS = {"xlim": (-0.12, 1.32), "ylim": (-0.14, 0.78)}  # of both features, in one scale


def blend(
    weights: np.ndarray,
    values: np.ndarray,
    tokens: Sequence[str],
    features: Sequence[str],
    *,
    query: str | None = None,
    path: np.ndarray | None = None,
) -> Picture:
    """Draw the values as points, their convex hull, and the weighted sum, tied to each value.

    A line from a value to the sum is as thick as the value's weight.

    Parameters
    ----------
    weights : array, shape (n_k,)
        The weight of each value.
    values : array, shape (n_k, 2)
        Two features of the value vectors; from 0 to 1 the axes are always the same.
    tokens, features : sequence of str
        Names of the values and of the two features.
    query : str, optional
        The token whose weights these are: an outline marks its own value.
    path : array, shape (m, 2), optional
        All places that the output passes as a control moves.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If ``values`` does not have two columns and a row for each weight and each token.

    Examples
    --------
    >>> from qkvlib import plots
    >>> names = ["its", "mom", "puppy"], ["animal", "young"]
    >>> plots.blend([0.5, 0.25, 0.25], [[0, 0], [1, 0], [0, 1]], *names)
    Weights: its 0.50, mom 0.25, puppy 0.25; their sum is 1.00. The output, animal 0.25,
    young 0.25, lies inside of the shape around the values.
    """
    weights = as_shape("weights", weights, len(tokens))
    values = as_shape("values", values, len(tokens), 2)
    output, hull = weights @ values, convex_hull(values)
    where = side_of(output, hull)
    height = 250
    figure, axes = chart(height, x_label=features[0], y_label=features[1])
    if values.min() >= 0 and values.max() <= 1:
        axes.set(**_LIMITS, aspect="equal", xticks=(0, 0.5, 1), yticks=(0, 0.5))
    else:  # a window of the same shape, with room for the names
        middle, (wide, high) = (hull.min(axis=0) + hull.max(axis=0)) / 2, np.ptp(hull, axis=0)
        unit = max(wide, 1.3 * high)
        x_limits, y_limits = (
            m + unit * s * np.array([-1, 1]) for m, s in zip(middle, (1.0, 0.64), strict=True)
        )
        axes.set(xlim=x_limits, ylim=y_limits, aspect="equal")
        axes.locator_params(nbins=4)
    axes.add_artist(Polygon(hull, fc=V_COLOR, alpha=0.15, lw=0))
    axes.add_artist(Polygon(hull, fc="none", ec=V_COLOR, lw=1.5))
    if path is not None:
        path = as_shape("path", path, len(path), 2)
        axes.plot(*path.T, color=INK, lw=1, ls=(0, (3, 2)))
    for weight, value in zip(weights, values, strict=True):
        axes.plot(*np.transpose((value, output)), color=WEIGHT_COLOR, lw=9 * weight, alpha=0.7)
    middle, bottom = values[:, 0].mean(), values[:, 1].min()
    for token, weight, value in zip(tokens, weights, values, strict=True):
        axes.plot(*value, color=V_COLOR, marker="s", ms=9)
        axes.plot(*value, color=INK, marker="s", ms=14, mfc="none", alpha=float(token == query))
        # Away from the hull, so that no name lies on its edge.
        right, low, top = value[0] > middle, value[1] == bottom, value[1] == values[:, 1].max()
        axes.annotate(
            f"{token} {number(weight, 2)}",
            value,
            xytext=(0, -19) if low else (4, 24) if right else (12, 4) if top else (10, -18),
            textcoords="offset points",
            fontsize=SIZE,
            color=INK,
            ha="center" if low else "left" if right or top else "right",
        )
    axes.plot(*output, color=INK, marker="o", ms=11)
    place = ", ".join(f"{f} {number(x, 2)}" for f, x in zip(features, output, strict=True))
    said = {"fontsize": SIZE, "color": INK, "ha": "right", "va": "center"}
    figure.text(1, 1 - 10 / height, f"output: {place}: {where}", **said)  # beside the axis's name
    spoken = ", ".join(f"{t} {number(w, 2)}" for t, w in zip(tokens, weights, strict=True))
    return Picture(
        figure,
        alt=f"Weights: {spoken}; their sum is {number(weights.sum(), 2)}. "
        f"The output, {place}, lies {where} of the shape around the values.",
        handle=(axes, *output),
        table=[
            ("", "weight", *features),
            *(
                (token, number(weight, 2), *(number(x, 2) for x in value))
                for token, weight, value in zip(tokens, weights, values, strict=True)
            ),
            ("output", number(weights.sum(), 2), *(number(x, 2) for x in output)),
        ],
    )


def convex_hull(points: np.ndarray) -> np.ndarray:
    """Return the corners of the smallest convex shape around points of a plane, in order.

    Examples
    --------
    >>> convex_hull(np.array([[0, 0], [2, 0], [1, 1], [2, 2], [0, 2]])).tolist()
    [[0, 0], [2, 0], [2, 2], [0, 2]]

    References
    ----------
    A. M. Andrew, "Another efficient algorithm for convex hulls in two dimensions", 1979.
    """
    ordered = points[np.lexsort(points.T[::-1])]

    def half(along: np.ndarray) -> list[np.ndarray]:
        chain = []
        for point in along:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        return chain[:-1]

    return np.array(half(ordered) + half(ordered[::-1]))


def side_of(point: np.ndarray, hull: np.ndarray) -> str:
    """Say where a point lies: inside of a hull, outside of it, or on its edge."""
    edges = zip(hull, np.roll(hull, -1, axis=0), strict=True)
    turn = min(_turn(a, b, point) for a, b in edges)
    if abs(turn) < 1e-9:
        return "on the edge"
    return "inside" if turn > 0 else "outside"


def _turn(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
    """Positive where the way from a over b to c turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
