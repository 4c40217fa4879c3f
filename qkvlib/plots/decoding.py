"""A text that is written token by token: what is computed, what is kept, what is gone."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from .._values import as_flag, as_int
from ..explorer import Picture
from .marks import (
    INK,
    K_COLOR,
    MUTED,
    NOTHING,
    Q_COLOR,
    V_COLOR,
    WEIGHT_COLOR,
    WIDTH,
    box,
    canvas,
    hatch,
    text,
)

_NAMES, _VECTORS, _GAP, _TOP, _ROW = 64, 34, 6, 44, 34
_COLORS = {"q": Q_COLOR, "k": K_COLOR, "v": V_COLOR}


def decoding(tokens: Sequence[str], *, step: int, cached: bool) -> Picture:
    """Draw which queries, keys, values and scores are computed at one step, and which are kept.

    Parameters
    ----------
    tokens : sequence of str
        The text; at each step its next token comes.
    step : int
        From 1, when the first token comes.
    cached : bool
        Whether keys and values are kept; if not, all is computed anew.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError, ValueError
        If there is no such step, or ``cached`` is neither True nor False.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.decoding(["its", "mom"], step=2, cached=True)
    Step 2, “mom” comes. Computed: 1 query, 1 key, 1 value, 2 scores. Read from the cache: 1 key, \
1 value.
    """
    n = as_int("step", step, 1, len(tokens))
    first = n - 1 if as_flag("cached", cached) else 0  # the first token that is computed now
    left = _NAMES + 3 * _VECTORS + _GAP
    width = (WIDTH - left) / len(tokens)
    figure, axes = canvas(_TOP + _ROW * len(tokens) + 44)
    for column, name in enumerate("qkv"):
        x = _NAMES + column * _VECTORS + _VECTORS / 2
        text(axes, x, 34, name, color=_COLORS[name], bold=True)
    text(axes, left + (WIDTH - left) / 2, 12, "scores", color=WEIGHT_COLOR, bold=True)
    for j, token in enumerate(tokens):
        text(axes, left + j * width + width / 2, 34, token, color=MUTED, room=width - 3)
    table = [("token", "q", "k", "v", "scores")]
    for i, token in enumerate(tokens):
        y, here, new = _TOP + i * _ROW, i < n, first <= i < n
        text(axes, _NAMES - 8, y + 15, token, align="right", bold=i == n - 1, room=_NAMES - 8)
        states = []
        for column, name in enumerate("qkv"):
            kept = here and not new and name != "q"
            state = "new" if new else "kept" if kept else "gone" if here else ""
            place = _NAMES + column * _VECTORS + 1, y, _VECTORS - 3, _ROW - 4
            _cell(axes, *place, _COLORS[name], state)
            states.append(state)
        for j in range(len(tokens)):
            state = "new" if new and j <= i else "hidden" if here and i < j < n else ""
            state = "gone" if here and not new and j <= i else state
            _cell(axes, left + j * width + 1, y, width - 3, _ROW - 4, WEIGHT_COLOR, state)
        scores = f"{i + 1} {'new' if new else 'gone'}" if here else ""
        table.append((token, *states, scores))
    read = ("read", "0", str(first), str(first), "") if cached else ("no cache", *[""] * 4)
    table.append(read)
    count, scores = n - first, sum(range(first + 1, n + 1))
    y = _TOP + _ROW * len(tokens) + 10
    computed = f"computed now: {3 * count} vectors and {scores} score{'s' * (scores > 1)}"
    text(axes, 0, y, computed, align="left", bold=True)
    below = f"read from the cache: {2 * first} vectors" if cached else "nothing is kept"
    text(axes, 0, y + 20, below, align="left", color=MUTED)
    one = [f"{count} {'query' if count == 1 else 'queries'}"]
    one += [f"{count} {word}{'s' * (count > 1)}" for word in ("key", "value")]
    kept = ", ".join(f"{first} {word}{'s' * (first != 1)}" for word in ("key", "value"))
    return Picture(
        figure,
        alt=f"Step {n}, “{tokens[n - 1]}” comes. Computed: {', '.join(one)}, "
        f"{scores} score{'s' * (scores > 1)}. "
        + (f"Read from the cache: {kept}." if cached else "Nothing is kept."),
        table=table,
    )


def _cell(axes: Axes, x: float, y: float, width: float, height: float, color: str, state: str):
    """A vector or a score: new is strong, kept is light, what is hidden is hatched."""
    strength = {"new": 0.5, "kept": 0.14}.get(state, 0.0)
    box(axes, x, y, width, height, fill=color, strength=strength)
    edge = {"new": color, "kept": color}.get(state, MUTED if state else "none")
    box(axes, x, y, width, height, edge=edge)
    hatch(axes, x, y, width, height, state == "hidden")
    words = state if state in ("new", "kept", "gone") else NOTHING
    ink, bold = MUTED if state == "gone" else INK, state == "new"
    text(axes, x + width / 2, y + height / 2, words, color=ink, bold=bold, room=width - 2)
