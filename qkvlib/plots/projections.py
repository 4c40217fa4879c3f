"""From an embedding to a query, key or value: one product traced, and the shapes of all."""

from __future__ import annotations

import numpy as np

from .._values import as_num_heads
from ..explorer import Picture
from .arguments import place_of
from .marks import INK, K_COLOR, MUTED, Q_COLOR, V_COLOR, WIDTH, box, canvas, number, text

VIEWS = {"query": ("W_Q", Q_COLOR), "key": ("W_K", K_COLOR), "value": ("W_V", V_COLOR)}
_SCALE = 96 / 512  # points for each row or column


def projection(x: np.ndarray, w: np.ndarray, *, token: str, view: str, feature: int = 0) -> Picture:
    """Trace one number of a query, key or value: an embedding times one column of a matrix.

    Introduced in chapter 3.

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

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If ``view`` is none of the three, the shapes do not fit, or there is no such column.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.projection([2.0, 1.0], [[0.5, 0.0], [3.0, 1.0]], token="its", view="query")
    Query of its, feature 0: 2.0 × 0.5 + 1.0 × 3.0 = 4.00. All its features: 4.00, 1.00.
    """
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    place_of("view", view, VIEWS)
    if x.ndim != 1 or w.ndim != 2 or len(x) != len(w):
        raise ValueError(
            f"x, w: shapes {x.shape}, {w.shape}; expected (d_model,) and (d_model, d_k)"
        )
    place_of("feature", feature, range(w.shape[1]))
    name, color = VIEWS[view]
    made, products = x @ w, x * w[:, feature]
    left, pitch, row, top = 84, min(48, 192 / w.shape[1]), 34, 22
    figure, axes = canvas(top + row * (len(x) + 1) + 8)
    text(axes, 0, 8, f"x {token}", bold=True, align="left")
    text(axes, left + pitch * w.shape[1] / 2, 8, name, bold=True, color=color)
    text(axes, WIDTH - 28, 8, "products", color=MUTED)
    for i, entry in enumerate(x):
        y = top + i * row
        box(axes, 6, y, 48, 26, edge=INK)
        text(axes, 30, y + 13, number(entry, 1))
        text(axes, 68, y + 13, "×", color=MUTED)
        for j, value in enumerate(w[i]):
            chosen = j == feature
            strength, edge = (0.45, color) if chosen else (0.12, "none")
            place = left + j * pitch
            box(axes, place, y, pitch - 8, 26, fill=color, strength=strength, edge=edge)
            middle = place + (pitch - 8) / 2
            text(axes, middle, y + 13, number(value, 1), bold=chosen, room=pitch - 10)
        text(axes, WIDTH - 62, y + 13, "+" if i else "=", color=MUTED)
        text(axes, WIDTH - 6, y + 13, number(products[i], 2), align="right")
    y = top + row * len(x) + 10
    axes.plot((left, WIDTH), (y - 7, y - 7), color=MUTED, lw=1)
    text(axes, left - 10, y + 13, f"{view[0]} {token}", align="right", bold=True)
    for j, value in enumerate(made):
        middle = left + (j + 0.5) * pitch - 4
        text(axes, middle, y + 13, number(value, 2), bold=j == feature, room=pitch - 4)
    total = number(made[feature], 2)
    text(axes, WIDTH - 6, y + 13, total, align="right", bold=True, size=13)
    terms = " + ".join(
        f"{number(a, 1)} × {number(b, 1)}" for a, b in zip(x, w[:, feature], strict=True)
    )
    everything = ", ".join(number(value, 2) for value in made)
    return Picture(
        figure,
        alt=f"{view.capitalize()} of {token}, feature {feature}: {terms} = {total}. "
        f"All its features: {everything}.",
        table=[
            ("", *(f"number {i}" for i in range(len(x))), "sum"),
            (f"x {token}", *(number(value, 1) for value in x), ""),
            (f"{name}, column {feature}", *(number(value, 1) for value in w[:, feature]), ""),
            ("product", *(number(value, 2) for value in products), total),
        ],
    )


def shapes(seq_len: int, d_model: int, num_heads: int) -> Picture:
    """Draw X · W_Q = Q as rectangles to scale, above the number of learned parameters.

    Introduced in chapter 3.

    Parameters
    ----------
    seq_len, d_model, num_heads : int
        Each head has d_k = d_v = d_model / num_heads features.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError, ValueError
        If ``num_heads`` is not an integer that divides ``d_model``.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.shapes(10, 512, 8)
    X 10 × 512 times W_Q 512 × 64 is Q 10 × 64. Learned: 98,304 numbers in one head, \
786,432 in all heads (8).
    """
    d_k = d_model // as_num_heads(num_heads, "d_model", d_model)
    one_head = 3 * d_model * d_k
    parts = {"X": (seq_len, d_model), "W_Q": (d_model, d_k), "Q": (seq_len, d_k)}
    figure, axes = canvas(194)
    for index, (name, (rows, columns)) in enumerate(parts.items()):
        middle = 54 + 126 * index
        height, width = _SCALE * rows, _SCALE * columns
        color = INK if name == "X" else Q_COLOR
        x, y = middle - width / 2, 70 - height / 2
        box(axes, x, y, width, height, fill=color, strength=0.25, edge=color)
        text(axes, middle, 8, name, bold=True, color=color)
        text(axes, middle, 130, f"{rows} × {columns}")
        if index:
            text(axes, middle - 63, 70, "×="[index - 1], size=14, color=MUTED)
    for y, words, count in (
        (160, "learned numbers in one head", one_head),
        (184, "in all heads together", one_head * num_heads),
    ):
        text(axes, 0, y, words, align="left", color=MUTED)
        text(axes, WIDTH - 6, y, f"{count:,}", align="right", bold=True)
    said = " ".join(
        f"{word} {name} {rows} × {columns}".strip()
        for word, (name, (rows, columns)) in zip(("", "times", "is"), parts.items(), strict=True)
    )
    return Picture(
        figure,
        alt=f"{said}. Learned: {one_head:,} numbers in one head, "
        f"{one_head * num_heads:,} in all heads ({num_heads}).",
        table=[
            ("", "rows", "columns"),
            *((name, str(rows), str(columns)) for name, (rows, columns) in parts.items()),
            ("learned, one head", f"3 × {d_model} × {d_k}", f"{one_head:,}"),
            ("learned, all heads", f"× {num_heads}", f"{one_head * num_heads:,}"),
        ],
    )
