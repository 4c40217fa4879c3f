"""One block of a decoder, drawn whole, and which of its parts has the numbers and does the work."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.patches import Circle

from ..explorer import Picture
from .flow_marks import card, wire
from .marks import (
    GROUND,
    INK,
    K_COLOR,
    LINE,
    MUTED,
    NOTHING,
    Q_COLOR,
    V_COLOR,
    WEIGHT_COLOR,
    WIDTH,
    box,
    canvas,
    hatch,
    number,
    rounded,
    text,
)

# The parts, in the order in which bars show them, and their colors.
PARTS = {
    "W_Q": Q_COLOR,
    "W_K": K_COLOR,
    "W_V": V_COLOR,
    "scores and sums": WEIGHT_COLOR,
    "W_O": INK,
    "feed-forward": LINE,
}
_MIDDLE, _STREAM = 62, 136  # the height of the branches, and of the stream


def block(counts: Mapping[str, Mapping[str, float]], *, heads: int, kv_heads: int) -> Picture:
    """Draw a block of a decoder, and a bar for each count of what its parts take.

    In a built page a part leads to where it is explained.

    Parameters
    ----------
    counts : mapping of str to mapping of str to float
        One or two counts by their names, such as ``"parameters"``; in each, how much falls to
        ``W_Q``, ``W_K``, ``W_V``, ``scores and sums``, ``W_O`` and ``feed-forward``. What is
        missing is 0.
    heads, kv_heads : int
        How many heads of queries, and of keys and values.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If a count names another part, or there are more than two.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.block({"parameters": {"W_Q": 1, "feed-forward": 3}}, heads=2, kv_heads=1)
    A block: attention with 2 heads of queries and 1 of keys and values, then a feed-forward
    network; both read the residual stream and add to it. parameters: 4, attention 25%.
    """
    other = {part for count in counts.values() for part in count} - set(PARTS)
    if other or not 1 <= len(counts) <= 2:
        raise ValueError(f"counts: {counts}; expected one or two of {', '.join(PARTS)}")
    figure, axes = canvas(_STREAM + 26 + 44 * len(counts))
    links = _attention(axes, heads, kv_heads)
    _network(axes)
    _stream(axes)
    said, rows = [], [("part", *counts)]
    for i, (name, count) in enumerate(counts.items()):
        shares = {part: count.get(part, 0) / sum(count.values()) for part in PARTS}
        total, share = _short(sum(count.values())), 1 - shares["feed-forward"]
        said.append(f"{name}: {total}, attention {share:.0%}")
        top = _STREAM + 34 + 44 * i
        text(axes, 0, top, f"{name}: {total}", align="left", bold=True)
        text(axes, WIDTH - 2, top, f"attention {share:.0%}", align="right", color=WEIGHT_COLOR)
        _bar(axes, top + 10, shares)
    for part in PARTS:
        rows.append((part, *(_short(count.get(part, 0)) for count in counts.values())))
    return Picture(
        figure,
        alt=f"A block: attention with {heads} heads of queries and {kv_heads} of keys and values, "
        "then a feed-forward network; both read the residual stream and add to it. "
        f"{'. '.join(said)}.",
        table=rows,
        links=links,
    )


def _attention(axes: Axes, heads: int, kv_heads: int) -> list[tuple]:
    """The first branch: three matrices, weights, a fourth matrix; and where each part leads."""
    for behind in (6, 3, 0):
        card(axes, 48 + behind, 18 - behind, 122, 92, 1)
    text(axes, 109, 28, "attention", bold=True)
    rows = (("query", f"{heads} q, turned", Q_COLOR), ("keys", f"{kv_heads} k, turned", K_COLOR))
    links = [("heads", axes, 48, 16, 128, 22)]
    for i, (part, words, color) in enumerate([*rows, ("values", f"{kv_heads} v", V_COLOR)]):
        y = 48 + 18 * i
        box(axes, 53, y - 6, 5, 12, fill=color)
        text(axes, 62, y, words, align="left", color=color)
        links.append((part, axes, 50, y - 9, 82, 18))
    rounded(axes, 142, 42, 10, 48, 4, fc=WEIGHT_COLOR, alpha=0.8, lw=0)
    links.append(("weights", axes, 138, 40, 18, 52))
    text(axes, 109, 101, "weights, W_O", color=MUTED)
    wire(axes, [(22, _STREAM), (22, _MIDDLE), (48, _MIDDLE)], MUTED, 1)
    _norm(axes, 22)
    wire(axes, [(176, _MIDDLE), (190, _MIDDLE), (190, _STREAM)], MUTED, 1)
    return links


def _network(axes: Axes) -> None:
    """The second branch: two matrices side by side, multiplied, and a third."""
    wire(axes, [(216, _STREAM), (216, _MIDDLE), (244, _MIDDLE)], MUTED, 1)
    _norm(axes, 216)
    rounded(axes, 240, 18, 95, 92, 6, fc=GROUND, ec=MUTED, lw=1)
    text(axes, 287, 28, "feed-forward", bold=True, room=94)
    for y, words in ((50, "gate · up"), (70, "then down"), (101, "token by token")):
        text(axes, 287, y, words, color=MUTED, room=92)
    wire(axes, [(335, _MIDDLE), (344, _MIDDLE), (344, _STREAM)], MUTED, 1)


def _norm(axes: Axes, x: float) -> None:
    rounded(axes, x - 19, _MIDDLE + 10, 38, 22, 6, fc=GROUND, ec=MUTED, lw=1)
    text(axes, x, _MIDDLE + 21, "norm", color=INK)


def _stream(axes: Axes) -> None:
    """The line that passes all by, and where something is added to it."""
    axes.plot((0, WIDTH - 8), (_STREAM, _STREAM), color=INK, lw=3)
    tip = (WIDTH - 8, WIDTH - 2, WIDTH - 8), (_STREAM - 5, _STREAM, _STREAM + 5)
    axes.plot(*tip, color=INK, lw=2)
    for x in (190, 344):
        axes.add_artist(Circle((x, _STREAM), 8, fc=GROUND, ec=INK, lw=1.5))
        text(axes, x, _STREAM, "+", bold=True)
    text(axes, 100, _STREAM + 14, "residual stream", color=MUTED)


def _bar(axes: Axes, top: float, shares: Mapping[str, float]) -> None:
    x = 0.0
    for part, color in PARTS.items():
        wide = shares[part] * (WIDTH - 2)
        box(axes, x, top, wide, 16, fill=color, strength=0.85 if part != "feed-forward" else 1)
        hatch(axes, x, top, wide if part == "feed-forward" else 0, 16, part == "feed-forward")
        name = part if wide > 9 * len(part) else NOTHING
        text(axes, x + wide / 2, top + 8, name, color=INK if part == "feed-forward" else GROUND)
        x += wide


def _short(value: float) -> str:
    """A count with a word for its size."""
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if value >= size:
            return f"{number(value / size, 2)}{word}"
    return f"{value:,.0f}"
