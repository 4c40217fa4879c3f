"""Matrices as cells with their numbers, tokens on both axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._arrays import as_array
from ..explorer import Picture
from .arguments import as_shape, place_of
from .marks import (
    INK,
    MUTED,
    NOTHING,
    PLAIN_COLOR,
    WEIGHT_COLOR,
    WIDTH,
    box,
    canvas,
    cell,
    hatch,
    number,
    quoted,
    text,
)


def heatmap(
    matrix: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str] | None = None,
    *,
    title: str,
    row_axis: str = "query",
    column_axis: str = "key",
    decimals: int = 3,
    masked: np.ndarray | None = None,
    sums: bool = False,
    limit: float | None = None,
    of_weights: bool = True,
    chosen: tuple[str, str] | None = None,
    caption: str = "",
) -> Picture:
    """Draw a matrix of numbers, larger ones stronger; what is not above 0 has no color.

    Parameters
    ----------
    matrix : array, shape (n_rows, n_columns)
        What is written in the cells, and how strong they are.
    rows, columns : sequence of str
        One label for each; ``row_axis`` and ``column_axis`` say what they are. Columns are named
        as the rows are, unless given.
    title : str
        What the numbers are; stands above them and begins the picture's words.
    decimals : int
        How many are written.
    masked : array of bool, shape (n_rows, n_columns), optional
        True = hidden: the cell is hatched and has no number, whatever the matrix holds there.
    sums : bool, default False
        Write the sum of each row beside it, masked cells left out.
    limit : float, optional
        The number that is drawn strongest. Unless given, it is the largest one but at least 1,
        so that all maps of weights compare.
    of_weights : bool, default True
        Whether the numbers are weights, which have a color of their own.
    chosen : (str, str), optional
        The labels of a cell to outline. Where controls are called as the axes are and offer the
        labels, a click on a cell in a built page chooses it.
    caption : str
        A sentence for below.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the labels or ``masked`` do not fit the matrix, or a number is not finite or above
        ``limit``.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.heatmap([[0.5, 2.0]], ["its"], ["puppy", "mom"], title="Scores", decimals=1)
    Scores, one row for each query, one column for each key. its: puppy 0.5, mom 2.0.
    >>> plots.heatmap(
    ...     [[1.0, 0.0]], ["its"], ["puppy", "mom"], title="Weights", decimals=1,
    ...     masked=[[False, True]], sums=True,
    ... )
    Weights, one row for each query, one column for each key. its: puppy 1.0, mom hidden, sum 1.0.
    """
    columns = rows if columns is None else columns
    matrix = as_shape("matrix", matrix, len(rows), len(columns))
    hidden = np.zeros(matrix.shape, bool) if masked is None else np.asarray(masked)
    if hidden.dtype != bool or hidden.shape != matrix.shape:
        raise ValueError(
            f"masked: {hidden.dtype} of shape {hidden.shape}; expected bool of the matrix's shape "
            f"{matrix.shape} (True = hidden)"
        )
    matrix = as_array("matrix", np.where(hidden, 0, matrix), "rows, columns")
    left, top, height = 78, 46, 34
    right = WIDTH - 46 * sums
    width = (right - left) / len(columns)
    figure, axes = canvas(top + height * len(rows) + 2)
    across = f"{column_axis} →"
    text(axes, 0, 10, title, align="left", bold=True, room=right - 8 * len(across))
    text(axes, right - 2, 10, across, color=MUTED, align="right")
    text(axes, left - 10, 32, f"{row_axis} ↓", color=MUTED, align="right")
    for j, label in enumerate(columns):
        text(axes, left + (j + 0.5) * width, 32, label, bold=True, room=width - 2)
    if sums:
        text(axes, WIDTH - 2, 32, "sum", color=MUTED, align="right")
    if masked is not None:
        hatch(axes, 0, 0, 0, 0, True)  # so that every picture of a series defines the pattern
    largest = matrix.max(initial=0)
    if limit is not None and not limit >= largest:
        raise ValueError(f"limit: {limit!r}; expected a number of at least {largest}")
    color = WEIGHT_COLOR if of_weights else PLAIN_COLOR
    choices = []
    strengths = matrix.clip(min=0) / (limit or max(1, largest))
    for i, label in enumerate(rows):
        y = top + i * height
        text(axes, left - 10, y + height / 2, label, align="right", bold=True)
        for j, strength in enumerate(strengths[i]):
            place = left + j * width + 1, y + 1, width - 2, height - 2
            written = NOTHING if hidden[i, j] else number(matrix[i, j], decimals)
            hatched = None if masked is None else hidden[i, j]
            look = {"strength": strength, "hidden": hatched, "color": color}
            cell(axes, *place, written, **look)
            choices.append(({row_axis: label, column_axis: columns[j]}, axes, *place))
        if sums:
            total = number(matrix[i].sum(), decimals)
            text(axes, WIDTH - 2, y + height / 2, total, align="right")
    outlined, at = "", None
    if chosen is not None:
        outlined = f" Outlined: {row_axis} {quoted(chosen[0])}, {column_axis} {quoted(chosen[1])}."
        at = i, j = place_of("row", chosen[0], rows), place_of("column", chosen[1], columns)
        box(axes, left + j * width, top + i * height, width, height, edge=INK)
    names = [*columns, *(["sum"] if sums else [])]
    cells = [
        ["hidden" if h else number(v, decimals) for v, h in zip(row, hidden_row, strict=True)]
        + ([number(row.sum(), decimals)] if sums else [])
        for row, hidden_row in zip(matrix, hidden, strict=True)
    ]
    words = "; ".join(
        f"{label}: " + ", ".join(f"{name} {cell}" for name, cell in zip(names, row, strict=True))
        for label, row in zip(rows, cells, strict=True)
    )
    return Picture(
        figure,
        alt=f"{title}, one row for each {row_axis}, one column for each {column_axis}. {words}."
        + outlined,
        caption=caption,
        choices=choices if chosen else (),
        table=[
            (f"{row_axis} ↓ {column_axis} →", *names),
            *(
                (label, *("▸ " * ((i, j) == at) + said for j, said in enumerate(row)))
                for i, (label, row) in enumerate(zip(rows, cells, strict=True))
            ),
        ],
    )
