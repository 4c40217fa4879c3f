"""What is lost when a model sees only the latest tokens, and when it keeps the first one too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..explorer import Picture
from .arguments import as_shape
from .marks import MUTED, SIZE, V_COLOR, WEIGHT_COLOR, chart, number

_HEIGHT = 232


def window_loss(
    losses: np.ndarray, windows: Sequence[int], *, whole: float, title: str, limit: float
) -> Picture:
    """Draw the loss over the size of the window, without token 0 and with it.

    Parameters
    ----------
    losses : array, shape (2, n)
        Without token 0, then with it.
    windows : sequence of int
        The n sizes, tokens that are seen besides.
    whole : float
        The loss of the model that sees all.
    title : str
        Whose losses these are.
    limit : float
        Where the axis of the loss ends, so that several texts compare.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there are not two losses for each window.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.window_loss([[7, 5], [4, 3.5]], [4, 16], whole=3, title="A text", limit=8)
    A text. Window 4: loss 7.00, with token 0 4.00; window 16: loss 5.00, with token 0 3.50. The \
whole text: 3.00.
    """
    losses = as_shape("losses", losses, 2, len(windows))
    figure, axes = chart(_HEIGHT, x_label="window (tokens)", y_label=f"loss, {title}")
    axes.set(xscale="log", xlim=(windows[0] * 0.8, windows[-1] * 1.9), ylim=(0, limit))
    axes.minorticks_off()
    axes.set_xticks(windows, labels=[str(window) for window in windows])
    axes.axhline(whole, color=MUTED, lw=1, ls=(0, (4, 2)))
    styles = (("without token 0", WEIGHT_COLOR, "o"), ("with token 0", V_COLOR, "s"))
    for row, (name, color, marker) in zip(losses, styles, strict=True):
        axes.plot(windows, row, color=color, marker=marker, ms=6, lw=2)
        up = name.startswith("without")
        for window, loss in zip(windows, row, strict=True):
            said = {"fontsize": SIZE, "color": color, "ha": "center"}
            where = {"xytext": (0, 7 if up else -17), "textcoords": "offset points"}
            axes.annotate(number(loss, 1), (window, loss), **said, **where)
    names = [*styles, (f"dashed: all tokens, {number(whole, 2)}", MUTED, "")]
    for (name, color, _), top in zip(names, (10, 26, 42), strict=True):
        place = 1, 1 - top / _HEIGHT
        figure.text(
            *place, name, color=color, fontsize=SIZE, ha="right", va="center", weight="bold"
        )
    words = "; ".join(
        f"window {window}: loss {number(without, 2)}, with token 0 {number(kept, 2)}"
        for window, without, kept in zip(windows, *losses, strict=True)
    )
    rows = zip(windows, *losses, strict=True)
    return Picture(
        figure,
        alt=f"{title}. {words[0].upper()}{words[1:]}. The whole text: {number(whole, 2)}.",
        table=[
            ("window", "without token 0", "with token 0"),
            *((str(window), number(a, 2), number(b, 2)) for window, a, b in rows),
            ("all", number(whole, 2), number(whole, 2)),
        ],
    )
