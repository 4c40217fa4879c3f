"""One query against the keys: the terms of a dot product, and its geometry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from ..explorer import Picture
from .arguments import as_shape, place_of
from .bars import FINGER, bars, rows_to_choose
from .marks import (
    INK,
    K_COLOR,
    LINE,
    MUTED,
    PLAIN_COLOR,
    Q_COLOR,
    WIDTH,
    arrow,
    box,
    canvas,
    number,
    quoted,
    text,
)

_SCORE = 44  # points for each score beside a plane


def dot_product(
    q: np.ndarray, keys: np.ndarray, tokens: Sequence[str], *, query: str, key: str
) -> Picture:
    """Trace one dot product term by term, above the scores that the query gives every key.

    Parameters
    ----------
    q : array, shape (d_k,)
        The query vector of the token ``query``.
    keys : array, shape (n_k, d_k)
        The key vector of each token.
    tokens : sequence of str
        The tokens' names; ``key`` is one of them.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is not one key of the query's size for each token, or ``key`` is not a token.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.dot_product([2.0], [[0.5], [1.0]], ["its", "mom"], query="its", key="mom")
    Query of “its” times key of “mom”: 2.00 × 1.00 = 2.000. Scores of query “its”, best first: \
mom 2.000, its 1.000.
    """
    q = as_shape("q", q, len(q))
    keys = as_shape("keys", keys, len(tokens), len(q))
    k = keys[place_of("key", key, tokens)]
    products, scores = q * k, keys @ q
    left, pitch = 80, min(45, 180 / len(q))
    figure, axes = canvas(132 + FINGER * len(tokens))
    operands = ((0, f"q {query}", q, Q_COLOR, "×"), (40, f"k {key}", k, K_COLOR, "="))
    for y, label, vector, color, sign in operands:
        text(axes, left - 10, y + 14, label, align="right", bold=True)
        for j, value in enumerate(vector):
            x = left + j * pitch
            box(axes, x, y + 1, pitch - 7, 26, fill=color, strength=0.18, edge=color)
            text(axes, x + (pitch - 7) / 2, y + 14, number(value, 2), room=pitch - 12)
            text(axes, x + (pitch - 7) / 2, y + 34, sign, color=MUTED)
    text(axes, left - 10, 88, "products", align="right", bold=True)
    for j, value in enumerate(products):
        x = left + j * pitch
        text(axes, x + (pitch - 7) / 2, 88, number(value), room=pitch - 12)
        text(axes, x + pitch - 3, 88, "+" if j + 1 < len(q) else "=", color=MUTED)
    text(axes, left + len(q) * pitch + 6, 88, number(q @ k), bold=True, size=13, align="left")
    text(axes, 0, 117, f"scores of {quoted(query)}, best first", align="left", color=MUTED)
    order = np.argsort(-scores, kind="stable")
    ranked = [(tokens[j], scores[j]) for j in order]
    place = [name for name, _ in ranked].index(key)
    style = {"chosen": place, "signed": bool(scores.min() < 0), "color": PLAIN_COLOR}
    bars(axes, 134, ranked, limit=abs(scores).max() or 1, pitch=FINGER, **style)
    rows = rows_to_choose(axes, 134, [{"key": name} for name, _ in ranked])
    terms = " + ".join(f"{number(a, 2)} × {number(b, 2)}" for a, b in zip(q, k, strict=True))
    in_words = ", ".join(f"{name} {number(score)}" for name, score in ranked)
    columns = [f"feature {j}" for j in range(len(q))]
    return Picture(
        figure,
        alt=f"Query of {quoted(query)} times key of {quoted(key)}: {terms} = {number(q @ k)}. "
        f"Scores of query {quoted(query)}, best first: {in_words}.",
        choices=rows,
        table=[
            ("", *columns, "sum"),
            (f"q {query}", *(number(value, 2) for value in q), ""),
            (f"k {key}", *(number(value, 2) for value in k), ""),
            ("product", *map(number, products), number(q @ k)),
        ],
    )


def plane(
    q: np.ndarray, keys: np.ndarray, tokens: Sequence[str], *, longest: float, limit: float
) -> Picture:
    """Draw a query and keys of two features as arrows, beside the scores they make.

    A thin line drops from each key to the query's line: the feet stand in the order of the scores.

    Parameters
    ----------
    q : array, shape (2,)
        The query.
    keys : array, shape (n_k, 2)
        The keys, drawn as large as they fit; the query has a scale of its own.
    tokens : sequence of str
        The keys' names.
    longest : float
        The length of a query that reaches the circle.
    limit : float
        The score whose bar is full, so that pictures can be compared; a larger one takes its place.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the query or a key does not have two features, or the query points nowhere.

    Examples
    --------
    >>> from qkvlib import plots
    >>> names = ["puppy", "mom"]
    >>> plots.plane([1.0, 0.0], [[0.5, 0.5], [0.0, 1.0]], names, longest=2, limit=1)
    A query of length 1.00 at 0° and 2 keys as arrows. Scores: puppy 0.500, mom 0.000.
    Highest: puppy.
    """
    q, keys = as_shape("q", q, 2), as_shape("keys", keys, len(tokens), 2)
    if not q.any():
        raise ValueError(f"q: {q}; expected a vector that points somewhere")
    scores, lengths = keys @ q, np.linalg.norm(keys, axis=1)
    best = int(np.argmax(scores))
    x, y, radius = 112, 124, 94
    figure, axes = canvas(max(248, 30 + _SCORE * len(tokens)))
    axes.add_artist(Circle((x, y), radius, fc="none", ec=LINE))
    for dx, dy in ((radius, 0), (0, radius)):
        axes.plot((x - dx, x + dx), (y - dy, y + dy), color=LINE, lw=1)
    text(axes, x - radius + 6, y + 10, "feature 0", color=MUTED, align="left")
    text(axes, x - 5, y + radius - 14, "feature 1", color=MUTED, align="right")
    direction = q / np.linalg.norm(q)
    upward = direction if direction[1] >= 0 else -direction
    end = direction * radius
    axes.plot((x - end[0], x + end[0]), (y + end[1], y - end[1]), color=Q_COLOR, lw=1, ls=":")
    scale = 0.94 * radius / (lengths.max() or 1)
    for label, key in zip(tokens, keys, strict=True):
        tip = key * scale
        foot = direction * (tip @ direction)
        axes.plot((x + tip[0], x + foot[0]), (y - tip[1], y - foot[1]), color=MUTED, lw=1)
        arrow(axes, x, y, tip, K_COLOR)
        # Away from the query's line; below a flat key, above a steep one, so off its neighbors.
        is_left = upward[0] * key[1] > upward[1] * key[0]
        down = 7 if key[0] > key[1] and not is_left else -6
        text(
            axes,
            x + tip[0] + (-7 if is_left else 7),
            y - tip[1] + down,
            label,
            align="right" if is_left else "left",
            bold=label == tokens[best],
        )
    tip = q / longest * radius
    arrow(axes, x, y, tip, Q_COLOR)
    name = end + direction * 12
    text(axes, x + name[0], y - name[1], "q", color=Q_COLOR, bold=True)
    axes.plot((x,), (y,), color=INK, marker="o", ms=4)
    _scores(axes, 256, tokens, scores, max(limit, abs(scores).max()), best)
    cosines = scores / lengths / np.linalg.norm(q)
    in_words = ", ".join(f"{t} {number(s)}" for t, s in zip(tokens, scores, strict=True))
    degrees = np.degrees(np.arctan2(q[1], q[0]))
    return Picture(
        figure,
        alt=f"A query of length {number(np.linalg.norm(q), 2)} at {number(degrees, 0)}° and "
        f"{len(keys)} keys as arrows. Scores: {in_words}. Highest: {tokens[best]}.",
        handle=(axes, x + tip[0], y - tip[1]),
        table=[
            ("key", "length of q", "length of k", "cosine", "score"),
            *(
                (token, number(np.linalg.norm(q), 2), *map(number, row))
                for token, *row in zip(tokens, lengths, cosines, scores, strict=True)
            ),
        ],
    )


def _scores(
    axes: Axes, left: float, tokens: Sequence[str], scores: np.ndarray, limit: float, best: int
) -> None:
    """Bars in a narrow column, each under its name and number; 0 is in the middle."""
    zero = (left + WIDTH) / 2
    text(axes, left, 14, "scores", color=MUTED, align="left")
    for j, (token, score) in enumerate(zip(tokens, scores, strict=True)):
        y, length = 40 + _SCORE * j, score / limit * (WIDTH - zero)
        text(axes, left, y, token, align="left", bold=j == best)
        text(axes, WIDTH, y, number(score), align="right", bold=j == best)
        strength, edge = (1.0, INK) if j == best else (0.55, "none")
        place = zero + min(length, 0), y + 10, abs(length), 13
        box(axes, *place, fill=PLAIN_COLOR, strength=strength, edge=edge)
        axes.plot((zero, zero), (y + 8, y + 25), color=MUTED, lw=1)
