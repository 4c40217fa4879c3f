"""From an embedding to a query, key or value: one product traced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from ..explorer import Picture
from .arguments import place_of
from .marks import INK, K_COLOR, MUTED, Q_COLOR, V_COLOR, WIDTH, box, canvas, number, text

VIEWS = {"query": ("W_Q", Q_COLOR), "key": ("W_K", K_COLOR), "value": ("W_V", V_COLOR)}
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_PALE, _CHOSEN = 0.08, 0.45  # how much of the color fills a cell
_PRODUCT = 272  # where the numbers of the products end
_ROW = 27  # points from one row of the matrix to the next


def projection(
    x: np.ndarray,
    w: np.ndarray,
    *,
    token: str,
    view: str,
    feature: int = 0,
    features: Sequence[str] | None = None,
) -> Picture:
    """Trace one number of a query, key or value: an embedding times one column of a matrix.

    Parameters
    ----------
    x : array, shape (d_model,)
        The embedding of ``token``.
    w : array, shape (d_model, d_k)
        The matrix that makes the ``view``.
    view : {"query", "key", "value"}
        Gives the matrix its name and color.
    feature : int
        The column to trace.
    features : sequence of str, optional
        What the view's features are called, where they can be read; else they are counted.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If ``view`` is none of the three, the shapes or names do not fit, or there is no such
        column.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.projection([2.0, 1.0], [[0.5, 0.0], [3.0, 1.0]], token="its", view="query")
    Query of its, feature 0: 2.0 × 0.5 + 1.0 × 3.0 = 4.00. All: feature 0 4.00, feature 1 1.00.
    """
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    place_of("view", view, VIEWS)
    if x.ndim != 1 or w.ndim != 2 or len(x) != len(w):
        raise ValueError(
            f"x, w: shapes {x.shape}, {w.shape}; expected (d_model,) and (d_model, d_k)"
        )
    d_k = w.shape[1]
    place_of("feature", feature, range(d_k))
    names = [f"feature {j}" for j in range(d_k)] if features is None else list(features)
    if len(names) != d_k:
        raise ValueError(f"features: {len(names)} names; expected {d_k}, one for each column of w")
    name, color = VIEWS[view]
    made, products, column = x @ w, x * w[:, feature], w[:, feature]
    bottom = 24 + _ROW * len(x)
    figure, axes = canvas(bottom + 90)
    text(axes, 62, 8, name, bold=True, color=color)
    _matrix(axes, w, feature, color)
    text(axes, 158, 8, f"x {token}", color=MUTED, room=88)
    text(axes, _PRODUCT, 8, "product", color=MUTED, align="right")
    # All columns have one scale, so that their pictures compare.
    unit = 42 / max(np.abs(x[:, None] * w).max(), np.abs(made).max(), 1e-9)
    _terms(axes, x, column, unit, color)
    text(axes, 0, bottom + 74, f"{view[0]} {token}", align="left", bold=True, room=80)
    _view(axes, bottom + 50, made, names, feature, color)
    total = number(made[feature], 2)
    terms = " + ".join(f"{number(a, 1)} × {number(b, 1)}" for a, b in zip(x, column, strict=True))
    everything = ", ".join(f"{n} {number(value, 2)}" for n, value in zip(names, made, strict=True))
    return Picture(
        figure,
        alt=f"{view.capitalize()} of {token}, {names[feature]}: {terms} = {total}. "
        f"All: {everything}.",
        table=[
            ("", *(f"number {i}" for i in range(len(x))), "sum"),
            (f"x {token}", *(number(value, 1) for value in x), ""),
            (f"{name}, column {feature}", *(number(value, 1) for value in column), ""),
            ("product", *(number(value, 2) for value in products), total),
        ],
    )


def _matrix(axes: Axes, w: np.ndarray, feature: int, color: str) -> None:
    """The matrix, pale but for the column that is used."""
    pitch = 124 / w.shape[1]
    for (i, j), entry in np.ndenumerate(w):
        x, y = j * pitch, 24 + i * _ROW
        strength, ink = (_CHOSEN, INK) if j == feature else (_PALE, MUTED)
        box(axes, x, y, pitch - 3, 23, fill=color, strength=strength)
        middle = x + (pitch - 3) / 2
        text(axes, middle, y + 11.5, number(entry, 1), color=ink, room=pitch - 5)


def _terms(axes: Axes, x: np.ndarray, column: np.ndarray, unit: float, color: str) -> None:
    """A line for each product, a bar to either side of 0, and their sum."""
    zero, bottom = WIDTH - 42, 24 + _ROW * len(x)

    def add(y, value, strength, **options):
        text(axes, _PRODUCT, y, number(value, 2), align="right", **options)
        left = zero + min(value * unit, 0)
        box(axes, left, y - 9, abs(value * unit), 18, fill=color, strength=strength)

    for i, (entry, factor) in enumerate(zip(x, column, strict=True)):
        y = 24 + _ROW * i + 11.5
        text(axes, 131, y, f"x{i}".translate(_BELOW), color=MUTED)
        box(axes, 141, y - 11.5, 34, 23, edge=INK)
        text(axes, 158, y, number(entry, 1))
        text(axes, 179, y, "×", color=MUTED)
        box(axes, 184, y - 11.5, 34, 23, fill=color, strength=_CHOSEN)
        text(axes, 201, y, number(factor, 1))
        text(axes, 226, y, "=", color=MUTED)
        add(y, entry * factor, _CHOSEN)
    axes.plot((141, WIDTH), (bottom + 2, bottom + 2), color=MUTED, lw=1)
    text(axes, 141, bottom + 17, "sum", align="left", color=MUTED)
    add(bottom + 17, x @ column, 1, bold=True, size=13)
    axes.plot((zero, zero), (21, bottom + 29), color=MUTED, lw=1)


def _view(
    axes: Axes, top: float, made: np.ndarray, names: Sequence[str], feature: int, color: str
) -> None:
    """All that the matrix made of the word; the sum above is one number of it."""
    pitch = (WIDTH - 84) / len(made)
    for j, (name, value) in enumerate(zip(names, made, strict=True)):
        x, chosen = 84 + j * pitch, j == feature
        strength, edge = (_CHOSEN, INK) if chosen else (_PALE, "none")
        text(axes, x + pitch / 2 - 1, top + 4, name, color=MUTED, room=pitch - 4)
        box(axes, x + 1, top + 13, pitch - 4, 24, fill=color, strength=strength, edge=edge)
        middle = x + pitch / 2 - 1
        text(axes, middle, top + 25, number(value, 2), bold=chosen, room=pitch - 6)
