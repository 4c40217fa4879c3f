"""Matrices as cells with their numbers, tokens on both axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..explorer import Picture
from .marks import INK, MUTED, ON_STRONG, STRONG, WEIGHT_COLOR, WIDTH, box, canvas, number, text


def heatmap(
    matrix: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    title: str,
    row_axis: str = "query",
    column_axis: str = "key",
    decimals: int = 3,
) -> Picture:
    """Draw a matrix of numbers that are not negative, the largest one strongest.

    Introduced in chapter 4.

    Parameters
    ----------
    matrix : array, shape (n_rows, n_columns)
        What is written in the cells, and how strong they are.
    rows, columns : sequence of str
        One label for each; ``row_axis`` and ``column_axis`` say what they are.
    title : str
        What the numbers are; begins the picture's words.
    decimals : int
        How many are written.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the labels do not fit the matrix, or a number is negative or not finite.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.heatmap([[0.5, 2.0]], ["its"], ["puppy", "mom"], title="Scores", decimals=1)
    Scores, one row for each query, one column for each key. its: puppy 0.5, mom 2.0.
    """
    matrix = np.asarray(matrix, dtype=float)
    if matrix.shape != (len(rows), len(columns)):
        raise ValueError(
            f"matrix: got shape {matrix.shape}; with {len(rows)} rows and {len(columns)} columns "
            f"named, ({len(rows)}, {len(columns)}) was expected"
        )
    if not np.isfinite(matrix).all() or (matrix < 0).any():
        raise ValueError("matrix: every number must be finite and at least 0")
    left, top, height = 78, 46, 34
    width = (WIDTH - left) / len(columns)
    figure, axes = canvas(top + height * len(rows) + 2)
    text(axes, (left + WIDTH) / 2, 10, f"{column_axis} →", color=MUTED)
    text(axes, left - 10, 32, f"{row_axis} ↓", color=MUTED, align="right")
    for j, label in enumerate(columns):
        text(axes, left + (j + 0.5) * width, 32, label, bold=True)
    strengths = matrix / (matrix.max(initial=0) or 1)
    for i, label in enumerate(rows):
        y = top + i * height
        text(axes, left - 10, y + height / 2, label, align="right", bold=True)
        for j, strength in enumerate(strengths[i]):
            x = left + j * width
            box(axes, x + 1, y + 1, width - 2, height - 2, fill=WEIGHT_COLOR, strength=strength)
            color = ON_STRONG if strength >= STRONG else INK
            written = number(matrix[i, j], decimals)
            text(axes, x + width / 2, y + height / 2, written, color=color)
    cells = [[number(value, decimals) for value in row] for row in matrix]
    words = "; ".join(
        f"{label}: " + ", ".join(f"{name} {cell}" for name, cell in zip(columns, row, strict=True))
        for label, row in zip(rows, cells, strict=True)
    )
    return Picture(
        figure,
        alt=f"{title}, one row for each {row_axis}, one column for each {column_axis}. {words}.",
        table=[
            (f"{row_axis} ↓ {column_axis} →", *columns),
            *((label, *row) for label, row in zip(rows, cells, strict=True)),
        ],
    )
