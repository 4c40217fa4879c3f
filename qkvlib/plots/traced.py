"""Matrices as HTML in which every number shows the arithmetic that made it.

Each number is a radio button: pointing at it, tapping it or walking to it with the arrow keys shows
its arithmetic, and the style sheet outlines the numbers it was made of. No script takes part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape

import numpy as np

from .marks import STRONG, number

MOST_DECIMALS = 4
NO_SIGN = "\N{FIGURE SPACE}"  # keeps the place of a sign

# Lines of HTML, how many cells each has, and what stands before the last "=". Each element, and
# each text between elements, is a cell of a grid: few elements, since a step replaces all of them.
Arithmetic = tuple[Sequence[str], int, str]


@dataclass(frozen=True)
class Traced:
    """A matrix whose numbers know where they come from.

    Parameters
    ----------
    name, formula : str
        As HTML, such as ``"Q"`` and ``"X W<sub>Q</sub>"``.
    looks : str
        The class that colors it: x, w, q, k, v, or s and a, scores and attention weights (a cell
        as strong as its number is large).
    values : array, shape (n_rows, n_columns)
    axes : pair of str
        What one row and one column are.
    rows, columns : sequence of str
        Their labels.
    source : str or callable
        Words for numbers that are given; else the arithmetic of the number at (row, column).
    spare : int
        How many more decimals an operand has than a cell, if the cells had to be rounded.
    """

    name: str
    formula: str
    looks: str
    values: np.ndarray
    axes: tuple[str, str]
    rows: Sequence[str]
    columns: Sequence[str]
    source: str | Callable[[int, int], Arithmetic]
    spare: int = 1

    def transposed(self) -> Traced:
        """The same numbers with their arithmetic, rows and columns exchanged."""
        return replace(
            self,
            name=f"{self.name}<sup>T</sup>",
            values=self.values.T,
            axes=self.axes[::-1],
            rows=self.columns,
            columns=self.rows,
            source=lambda i, j: self.source(j, i),
        )

    @cached_property
    def decimals(self) -> int:
        """The fewest that write all numbers exactly, at most four."""
        return next((d for d in range(1, MOST_DECIMALS) if self._fits(d)), MOST_DECIMALS)

    @cached_property
    def digits(self) -> int:
        """The decimals of a number as an operand."""
        return self.decimals + (0 if self._fits(self.decimals) else self.spare)

    def _fits(self, decimals: int) -> bool:
        return np.allclose(self.values, self.values.round(decimals), rtol=0, atol=1e-9)

    def is_shaded(self) -> bool:
        """Whether a cell is as strong as its number is large."""
        return self.looks in {"s", "a"}

    def written(self, i: int, j: int) -> str:
        """A number as it stands in its cell."""
        return number(self.values[i, j], self.decimals)

    def operand(self, i: int, j: int) -> str:
        """A number as it stands in the arithmetic of another."""
        return number(self.values[i, j], self.digits)

    def tinted(self, i: int, j: int) -> str:
        """An operand in the color of its matrix, as HTML."""
        return f'<b class="{self.looks}">{self.operand(i, j)}</b>'

    def to_html(self, slot: str, *, chosen: int | None = None) -> str:
        """Draw the matrix; as a result it names its formula and starts at the chosen row."""
        formula = f" = {self.formula}" if slot == "result" else ""
        size = " × ".join(map(str, self.values.shape))
        head = "".join(f"<span>{escape(label)}</span>" for label in self.columns)
        start = (chosen, 0) if slot == "result" else None
        rows = "".join(
            f'<div class="walk-row{" walk-chosen" if i == chosen else ""}">'
            f"<span>{escape(label)}</span>"
            + "".join(self._cell(slot, i, j, (i, j) == start) for j in range(len(self.columns)))
            + "</div>"
            for i, label in enumerate(self.rows)
        )
        return (
            f'<div class="walk-matrix walk-{slot}" style="--n:{len(self.columns)}">'
            f"<p><b>{self.name}{formula}</b> <span>{' × '.join(self.axes)}, {size}</span></p>"
            f'<div><div class="walk-row walk-head"><span></span>{head}</div>{rows}</div></div>'
        )

    def _cell(self, slot: str, i: int, j: int, checked: bool) -> str:
        largest = max(1, self.values.max())  # so that weights compare, as in `heatmap`
        strength = max(self.values[i, j], 0) / largest if self.is_shaded() else 0
        style = f' style="--s:{100 * strength:.0f}%"' if self.is_shaded() else ""
        looks = f"{self.looks} strong" if strength >= STRONG else self.looks
        start = ' checked=""' if checked else ""
        # What is not shown cannot slow the page down, and still names the button for who listens.
        place = f"{slot}-{i}-{j}"
        return (
            f'<label class="n r{i} c{j} {looks}"{style}><input type="radio" name="number" '
            f'aria-labelledby="{place}" autocomplete="off"{start}/><b>{self.written(i, j)}</b>'
            f'<span id="{place}">{self._explained(i, j)}</span></label>'
        )

    def _explained(self, i: int, j: int) -> str:
        """Where a number stands and how it was made."""
        row, column = escape(self.rows[i]), escape(self.columns[j])
        place = f"<em>{self.name}: {self.axes[0]} {row}, {self.axes[1]} {column}</em>"
        written = f"<strong>{self.written(i, j)}</strong>"
        if isinstance(self.source, str):
            return f"{place} {written} <span>{self.source}</span>"
        lines, cells, last = self.source(i, j)
        return (
            f'{place} <span class="walk-sum"><span style="--n:{cells}">{" ".join(lines)}</span> '
            f"<span>{last} = {written}</span></span>"
        )


def products(left: Traced, i: int, right: Traced, j: int) -> Arithmetic:
    """Row i of ``left`` times column j of ``right``, one line for each term."""
    lines = []
    for t in range(len(right.values)):
        # Of the numbers as written, so that a reader who checks a line finds it right.
        product = left.values[i, t].round(left.digits) * right.values[t, j].round(right.digits)
        result = number(product, left.digits + right.digits)
        sign = "+" if t else NO_SIGN
        lines.append(f"{sign} {left.tinted(i, t)} × {right.tinted(t, j)} <i>= {result}</i>")
    return lines, 5, ""


def outlines(size: int) -> str:
    """The CSS that outlines the operands of the number that is pointed at, or else chosen."""

    def when(kind: str, slot: str, cell: str, then: str) -> str:
        cell = f".walk-{slot} {cell}"
        active = f":is(:has({cell}:hover),:not(:has(.n:hover)):has({cell} :checked))"
        return f".walk-{kind}{active} .walk-{then}"

    lines, places = range(size), [(i, j) for i in range(size) for j in range(size)]
    selectors = [
        *(when("product", "result", f".r{i}", f"left .r{i}") for i in lines),
        *(when("product", "result", f".c{j}", f"top .c{j}") for j in lines),
        *(when("softmax", "result", f".r{i}", f"top .r{i}") for i in lines),
        *(when("softmax", "top", f".r{i}.c{j}", f"left .r{i}.c{j}") for i, j in places),
        *(when("each", "result", f".r{i}.c{j}", f"left .r{i}.c{j}") for i, j in places),
    ]
    return ",\n".join(selectors) + " { outline: 2px solid var(--x-ink); z-index: 1; }\n"
