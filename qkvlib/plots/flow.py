"""How attention flows: one drawing of the whole, some of it lit and the rest dimmed.

Every token keeps its row from left to right, and a column is a step: embeddings, keys, the scores
of one token's query, what is done to them, weights, values, what the token takes away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes

from ..attention import attention_scores, attention_weights, project
from ..explorer import Picture
from .arguments import place_of
from .bars import FINGER
from .flow_marks import DIM, card, gate, product, ribbon, strip, token, wire
from .marks import (
    INK,
    K_COLOR,
    MUTED,
    PLAIN_COLOR,
    Q_COLOR,
    V_COLOR,
    WEIGHT_COLOR,
    canvas,
    number,
    quoted,
    text,
)

# Each part: its name, where that stands (from the left, and in which line: over the card, above the
# rows, below them, last), its color, and from where to where the part reaches.
PARTS = {
    "embeddings": ("x", 78, "above", INK, 66, 92),
    "query": ("query", 122, "last", Q_COLOR, 100, 138),
    "keys": ("keys", 116, "above", K_COLOR, 101, 132),
    "scores": ("scores", 176, "above", INK, 136, 190),
    "scaling": ("÷√dₖ", 184, "below", INK, 191, 207),
    "masking": ("mask", 215, "last", INK, 207, 223),
    "softmax": ("softmax", 241, "below", INK, 223, 239),
    "weights": ("weights", 252, "above", WEIGHT_COLOR, 241, 282),
    "values": ("values", 312, "above", V_COLOR, 285, 315),
    "output": ("output", 321, "below", V_COLOR, 317, 349),
    "heads": ("heads", 336, "over", INK, 316, 357),
}
_ROW, _FIRST = FINGER, 38  # the height of a row, and where the first begins
_X, _K, _DOT, _SCORE, _WEIGHT, _V, _OUT = 68, 106, 144, 176, 257, 291, 328
_GATES = "scaling", "masking", "softmax"  # each in the middle of its part
_MASK = 215  # where the mask stands
_THICK = 14  # points, of a line whose weight is 1


def flow(
    x: np.ndarray,
    w_q: np.ndarray,
    w_k: np.ndarray,
    w_v: np.ndarray,
    tokens: Sequence[str],
    query: str,
    *,
    lit: str | Iterable[str] = tuple(PARTS),
    scale: float | None = None,
    is_causal: bool = False,
    caption: str = "",
) -> Picture:
    """Draw how one token's query becomes its output; what is not lit is dimmed.

    In a built page a part leads to where it is explained, and where a control offers the tokens, a
    click on one asks for it.

    Parameters
    ----------
    x : array, shape (n, d_model)
        The embeddings of the tokens.
    w_q, w_k : array, shape (d_model, d_k)
        The matrices that make queries and keys.
    w_v : array, shape (d_model, d_v)
        The matrix that makes values.
    tokens : sequence of str
        The n tokens.
    query : str
        The one of them that asks.
    lit : str or iterable of str
        Some of the parts, in a str with spaces between them: embeddings, query, keys, scores,
        scaling, masking, softmax, weights, values, output, heads. All of them unless told
        otherwise.
    scale, is_causal
        As for `scaled_dot_product_attention`.
    caption : str
        A sentence for below.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If ``query`` is not one of the tokens, or something lit is not one of the parts.

    References
    ----------
    A. Vaswani et al., "Attention is all you need", 2017, figure 2, draws the same steps as boxes.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.flow([[1, 0], [0, 1]], *[[[1, 0], [0, 1]]] * 3, ["puppy", "its"], "its")
    How “its” attends. Scores: puppy 0.00, its 1.00. Weights: puppy 0.33, its 0.67.
    """
    lit = lit.split() if isinstance(lit, str) else list(lit)
    for part in lit:
        place_of("lit", part, PARTS)
    shown = {part: 1.0 if part in lit else DIM for part in PARTS}
    asker = place_of("query", query, tokens)
    q, k, v = (project(x, w) for w in (w_q, w_k, w_v))
    how = {"scale": scale, "is_causal": is_causal}
    scores, weights = attention_scores(q, k)[asker], attention_weights(q, k, **how)[asker]
    hidden = [is_causal and i > asker for i in range(len(tokens))]
    rows = [_FIRST + _ROW * (i + 0.5) for i in range(len(tokens))]
    asking, last = rows[asker], rows[-1]
    lane = last + 32  # of the query, below all rows

    figure, axes = canvas(last + 62)
    choices = []
    for behind in (8, 4, 0):
        card(axes, 98 + behind, 24 - behind, 251, last + 28, shown["heads"])
    for y, word, embedding, key, value in zip(rows, tokens, x, k, v, strict=True):
        token(axes, y, word, asks=word == query)
        choices.append((word, axes, 0, y - _ROW / 2, 64, _ROW))
        # The way of a value leads below the scores.
        way = [(_X + 20, y + 5), (_X + 26, y + 9), (_V - 6, y + 9), (_V, y + 5)]
        wire(axes, way, V_COLOR, shown["values"], width=1)
        wire(axes, [(_X + 20, y), (_K, y)], K_COLOR, shown["keys"])
        wire(axes, [(_K + 20, y), (_DOT, y)], K_COLOR, shown["scores"])
        strip(axes, _X, y, embedding, MUTED, shown["embeddings"])
        strip(axes, _K, y, key, K_COLOR, shown["keys"])
        strip(axes, _V, y, value, V_COLOR, shown["values"])
    # The query goes below the rows and rises to meet every key.
    wire(axes, [(_X + 10, asking + 6), (_X + 10, lane), (_K, lane)], Q_COLOR, shown["query"])
    strip(axes, _K, lane, q[asker], Q_COLOR, shown["query"])
    up = [(_K + 20, lane), (_DOT, lane), (_DOT, rows[0])]
    wire(axes, up, Q_COLOR, shown["scores"], width=2)
    through = max(shown[part] for part in _GATES)
    for y, score, weight, cut in zip(rows, scores, weights, hidden, strict=True):
        product(axes, _DOT, y, shown["scores"])
        wire(axes, [(_DOT + 6, y), (_SCORE - 15, y)], PLAIN_COLOR, shown["scores"])
        _write(axes, _SCORE, y, number(score, 2), INK, shown["scores"], bold=False)
        wire(axes, [(_SCORE + 15, y), (_MASK, y)], PLAIN_COLOR, through)
        wire(axes, [(_MASK, y), (_WEIGHT - 12, y)], PLAIN_COLOR, 0 if cut else through)
        _write(axes, _WEIGHT, y, number(weight, 2).removeprefix("0"), INK, shown["weights"])
        # From here on a line carries a weight.
        thick = _THICK * weight
        wire(axes, [(_WEIGHT + 13, y), (_V, y)], WEIGHT_COLOR, shown["output"], width=thick)
        ribbon(axes, (_V + 20, y), (_OUT, asking), thick, shown["output"])
    strip(axes, _OUT, asking, weights @ v, V_COLOR, shown["output"])
    for part in _GATES:
        *_, left, right = PARTS[part]
        ends = rows[0] - 10, last + 10
        gate(axes, (left + right) / 2, *ends, shown[part], hatched=part == "masking")
    lines = {"over": 9, "above": 31, "below": last + 24, "last": last + 44}
    links = []
    for part, (name, place, line, color, left, right) in PARTS.items():
        _write(axes, place, lines[line], name, color, shown[part])
        top = {"over": 0, "above": 23}.get(line, rows[0] - 12)
        end = {"over": 16, "above": last + 12}.get(line, lines[line] + 9)
        if part == "query":
            top = lane - 9
        links.append((part, axes, left, top, right - left, end - top))
    said = {
        "scores": [number(score, 2) for score in scores],
        "weights": [
            "hidden" if cut else number(weight, 2)
            for weight, cut in zip(weights, hidden, strict=True)
        ],
    }
    words = " ".join(
        f"{name.title()}: {', '.join(map(' '.join, zip(tokens, row, strict=True)))}."
        for name, row in said.items()
    )
    bright = "" if len(lit) == len(PARTS) else f" Lit: {', '.join(lit)}."
    return Picture(
        figure,
        alt=f"How {quoted(query)} attends. {words}{bright}",
        table=[(query, *tokens), *((name, *row) for name, row in said.items())],
        caption=caption,
        choices=choices,
        links=links,
    )


def _write(
    axes: Axes, x: float, y: float, words: str, color: str, shown: float, *, bold: bool = True
) -> None:
    """Words beside a part, quiet where it is dimmed."""
    lit = shown == 1
    text(axes, x, y, words, color=color if lit else MUTED, bold=bold and lit)
