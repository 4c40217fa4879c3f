"""The colors and marks that all figures share.

Q, K and V have the same colors everywhere (Okabe and Ito's, safe for color-blind readers), and a
weight is one hue that grows stronger. Positions are points on a canvas as wide as a phone, so
that text keeps one size in all figures.

References
----------
M. Okabe and K. Ito, "Color Universal Design", 2008.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.textpath import text_to_path

Q_COLOR, K_COLOR, V_COLOR = "#0072b2", "#d55e00", "#009e73"
WEIGHT_COLOR = "#5b2a86"
INK, MUTED, LINE = "#000000", "#5c6370", "#c9ced6"
ON_STRONG = "#fffffe"  # text on a strong cell; unlike white it has no dark twin in the page
STRONG = 0.72  # from this strength on, text on WEIGHT_COLOR reads better in ON_STRONG
WIDTH = 360  # points
NOTHING = "\N{NO-BREAK SPACE}"  # keeps the place of words: Matplotlib drops an empty text

_MINUS = "\N{MINUS SIGN}"


def number(value: float, decimals: int = 3) -> str:
    """Format for the reader: fixed decimals, a true minus sign, no negative zero.

    Examples
    --------
    >>> from qkvlib.plots import number
    >>> number(-0.0001), number(2.5, 1)
    ('0.000', '2.5')
    """
    return f"{value:z.{decimals}f}".replace("-", _MINUS)


def canvas(height: float) -> tuple[Figure, Axes]:
    """A figure whose axes count points from the top left corner."""
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    axes.axis("off")
    return figure, axes


def chart(height: float, *, x_label: str, y_label: str) -> tuple[Figure, Axes]:
    """A figure with one pair of ordinary axes, for curves and points; both axes are named."""
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor="none")
    return figure, panel(figure, 0, height - 40, x_label=x_label, y_label=y_label)


def panel(figure: Figure, top: float, height: float, *, x_label: str = "", y_label: str) -> Axes:
    """Add ordinary axes to a figure, from ``top`` points on: a line for the name, then the plot.

    The numbers of the x-axis and its name stand below, in 40 points more.
    """
    left, title, whole = 46, 26, figure.get_figheight() * 72
    bottom = 1 - (top + height) / whole
    place = (left / WIDTH, bottom, 1 - (left + 8) / WIDTH, (height - title) / whole)
    axes = figure.add_axes(place, facecolor="none")
    axes.tick_params(labelsize=10, colors=MUTED)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(MUTED)
    axes.set_xlabel(x_label, fontsize=11, color=MUTED)
    # Across the top rather than turned on its side: it is read without tilting the head.
    figure.text(0, 1 - (top + 10) / whole, y_label, fontsize=11, color=MUTED, va="center")
    return axes


def width_of(words: str, *, size: float = 11, bold: bool = False) -> float:
    """How much room words take, in Matplotlib's own font: that of a page is narrower."""
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return text_to_path.get_text_width_height_descent(words, font, ismath=False)[0]


def text(
    axes: Axes,
    x: float,
    y: float,
    words: str,
    *,
    size: float = 11,
    color: str = INK,
    align: str = "center",
    bold: bool = False,
    room: float = np.inf,
) -> None:
    """Write words whose middle is at height ``y``, smaller if they need more than ``room``."""
    weight = "bold" if bold else "normal"
    if len(words) * size > room:  # it may be too wide: measure it
        size *= min(1, room / width_of(words, size=size, bold=bold))
    # Browsers agree on the baseline of a line, not on its middle.
    axes.text(
        x,
        y + 0.36 * size,
        words,
        fontsize=size,
        color=color,
        ha=align,
        va="baseline",
        fontweight=weight,
    )


def box(
    axes: Axes,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str = "none",
    strength: float = 1.0,
    edge: str = "none",
) -> None:
    """A rectangle; ``strength`` is how much of the fill covers the page's own background."""
    if fill != "none":
        axes.add_artist(Rectangle((x, y), width, height, fc=fill, alpha=strength, lw=0))
    if edge != "none":
        axes.add_artist(Rectangle((x, y), width, height, fc="none", ec=edge, lw=1.5))


def hatch(axes: Axes, x: float, y: float, width: float, height: float, on: bool) -> None:
    """Hatch what is masked, or put an empty mark there: every picture has the same elements."""
    pattern = "///" if on else None
    axes.add_artist(Rectangle((x, y), width, height, fc="none", ec=MUTED, lw=0, hatch=pattern))


def arrow(axes: Axes, x: float, y: float, vector: np.ndarray, color: str) -> None:
    """An arrow from (x, y) along ``vector``, whose second component points up."""
    axes.add_artist(
        FancyArrowPatch(
            (x, y),
            (x + vector[0], y - vector[1]),
            arrowstyle="-|>",
            mutation_scale=12,
            lw=2.5,
            color=color,
            shrinkA=0,
            shrinkB=0,
        )
    )


def ink_on(strength: float) -> str:
    """The color in which words read well on WEIGHT_COLOR of this strength."""
    return ON_STRONG if strength >= STRONG else INK


def cell(
    axes: Axes,
    x: float,
    y: float,
    width: float,
    height: float,
    words: str,
    *,
    strength: float,
    size: float = 11,
    hidden: bool | None = None,
) -> None:
    """A cell as strong as its weight, with words in its middle; ``hidden`` may hatch it."""
    box(axes, x, y, width, height, fill=WEIGHT_COLOR, strength=strength)
    if hidden is not None:
        hatch(axes, x, y, width, height, hidden)
    middle = x + width / 2, y + height / 2
    text(axes, *middle, words, size=size, color=ink_on(strength), room=width)
