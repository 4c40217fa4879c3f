"""The shapes of a projection, and how many numbers it learns."""

from __future__ import annotations

from .._values import as_num_heads
from ..explorer import Picture
from .marks import INK, MUTED, Q_COLOR, WIDTH, box, canvas, text

_SCALE = 96 / 512  # points for each row or column


def shapes(seq_len: int, d_model: int, num_heads: int) -> Picture:
    """Draw X · W_Q = Q as rectangles to scale, above the number of learned parameters.

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
        (160, f"W_Q, W_K and W_V of one head: 3 × {d_model} × {d_k}", one_head),
        (184, f"of all heads together: {num_heads} × {one_head:,}", one_head * num_heads),
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
