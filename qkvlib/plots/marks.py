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
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from ..explorer.svg import TO_BASELINE

Q_COLOR, K_COLOR, V_COLOR = "#0072b2", "#d55e00", "#009e73"
WEIGHT_COLOR = "#5b2a86"
PLAIN_COLOR = "#374151"  # of what is no query, key, value or weight: scores, losses, bytes
INK, MUTED, LINE = "#000000", "#5c6370", "#c9ced6"
GROUND = "#ffffff"  # of the page, also in the dark
ON_STRONG = "#fffffe"  # text on a strong cell; unlike white it has no dark twin in the page
STRONG = 0.72  # from this strength on, text on WEIGHT_COLOR reads better in ON_STRONG
WIDTH = 360  # points
SIZE = 12  # of words, in points: a phone shows a point as a pixel
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


def quoted(token: str) -> str:
    """A token as it stands among other words: *its* is a word of English too.

    Examples
    --------
    >>> quoted("its")
    '“its”'
    """
    return f"“{token}”"


def canvas(height: float, *, width: float = WIDTH) -> tuple[Figure, Axes]:
    """A figure whose axes count points from the top left corner."""
    figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    return figure, axes


def chart(height: float, *, x_label: str, y_label: str) -> tuple[Figure, Axes]:
    """A figure with one pair of ordinary axes, for curves and points; both axes are named."""
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor="none")
    return figure, panel(figure, 0, height - 40, x_label=x_label, y_label=y_label)


def panel(
    figure: Figure,
    top: float,
    height: float,
    *,
    x_label: str = "",
    y_label: str,
    left: float = 46,
    right: float = 8,
) -> Axes:
    """Add ordinary axes to a figure, from ``top`` points on: a line for the name, then the plot.

    The numbers of the x-axis and its name stand below, in 40 points more; ``left`` and ``right``
    are the points kept free beside the plot.
    """
    title, whole = 26, figure.get_figheight() * 72
    bottom = 1 - (top + height) / whole
    place = (left / WIDTH, bottom, 1 - (left + right) / WIDTH, (height - title) / whole)
    axes = figure.add_axes(place, facecolor="none")
    axes.tick_params(labelsize=SIZE, colors=MUTED)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(MUTED)
    axes.set_xlabel(x_label, fontsize=SIZE, color=MUTED)
    # Across the top rather than turned on its side: it is read without tilting the head.
    figure.text(0, 1 - (top + 10) / whole, y_label, fontsize=SIZE, color=MUTED, va="center")
    return axes


def spread(places: np.ndarray, apart: float, low: float, high: float) -> np.ndarray:
    """Move names that would cover each other: ``apart``, in their order, from low to high.

    Examples
    --------
    >>> spread([5.0, 5.0, 40.0], 10, 0, 50)
    array([ 5., 15., 40.])
    """
    order = np.argsort(places, kind="stable")
    placed = np.clip(np.asarray(places, dtype=float)[order], low, high)
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + apart)
    placed[-1] = min(placed[-1], high)
    for i in range(len(placed) - 2, -1, -1):  # and back from the end, where there is no more room
        placed[i] = min(placed[i], placed[i + 1] - apart)
    moved = np.empty_like(placed)
    moved[order] = placed
    return moved


def width_of(words: str, *, size: float = SIZE, bold: bool = False) -> float:
    """How much room words take, in Matplotlib's own font: that of a page is narrower."""
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return text_to_path.get_text_width_height_descent(words, font, ismath=False)[0]


def text(
    axes: Axes,
    x: float,
    y: float,
    words: str,
    *,
    size: float = SIZE,
    color: str = INK,
    align: str = "center",
    bold: bool = False,
    room: float = np.inf,
) -> None:
    """Write words whose middle is at height ``y``, smaller if they need more than ``room``."""
    weight = "bold" if bold else "normal"
    if len(words) * size > room:  # it may be too wide: measure it
        size *= min(1, room / width_of(words, size=size, bold=bold))
    axes.text(
        x,
        y + TO_BASELINE * size,
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


def rounded(
    axes: Axes, x: float, y: float, width: float, height: float, radius: float, **look: object
) -> None:
    """A rectangle with round corners."""
    style = f"round,pad=0,rounding_size={radius}"
    axes.add_artist(FancyBboxPatch((x, y), width, height, boxstyle=style, **look))


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
    """The color in which words read well on WEIGHT_COLOR or PLAIN_COLOR of this strength."""
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
    size: float = SIZE,
    hidden: bool | None = None,
    color: str = WEIGHT_COLOR,
) -> None:
    """A cell as strong as its weight, with words in its middle; ``hidden`` may hatch it."""
    box(axes, x, y, width, height, fill=color, strength=strength)
    if hidden is not None:
        hatch(axes, x, y, width, height, hidden)
    middle = x + width / 2, y + height / 2
    text(axes, *middle, words, size=size, color=ink_on(strength), room=width)


def cells(
    axes: Axes, left: float, top: float, size: tuple[float, float], strengths: np.ndarray
) -> None:
    """Cells, as one collection: hundreds of rectangles by themselves take long to draw."""
    wide, high = np.subtract(size, 1)
    shape = Path([(0, 0), (wide, 0), (wide, high), (0, high), (0, 0)])
    rows, columns = np.indices(strengths.shape).reshape(2, -1)
    corners = np.column_stack([left + columns * size[0], top + rows * size[1]])
    colors = [(*to_rgb(WEIGHT_COLOR), strength) for strength in strengths.ravel()]
    points = Affine2D().scale(1 / 72, -1 / 72) + axes.figure.dpi_scale_trans  # down from the top
    axes.add_collection(
        PathCollection(
            [shape],
            offsets=corners,
            offset_transform=axes.transData,
            transform=points,
            facecolors=colors,
            linewidths=0,
            clip_on=False,
        ),
        autolim=False,
    )
