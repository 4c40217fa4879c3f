"""Several heads: how vectors are cut among them, and what each looks at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..explorer import Picture
from .arguments import as_shape
from .marks import INK, LINE, MUTED, Q_COLOR, V_COLOR, WIDTH, box, canvas, cell, number, text


def by_head(
    weights: np.ndarray,
    output: np.ndarray,
    tokens: Sequence[str],
    features: Sequence[str],
    *,
    query: str,
) -> Picture:
    """Draw one row for each feature that a token receives, with the weights it was mixed by.

    Features of one head share their weights; their rows stand together. Introduced in chapter 9.

    Parameters
    ----------
    weights : array, shape (num_heads, n_k)
        The attention weights of the token ``query`` in each head.
    output : array, shape (num_heads * d_v,)
        What it receives: the outputs of its heads, joined.
    tokens : sequence of str
        Names of the keys.
    features : sequence of str
        Names of the output's features; each head has the same number of them.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the names do not fit, or ``num_heads`` does not divide the features.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.by_head([[0.25, 0.75]], [0.5], ["puppy", "mom"], ["animal"], query="its")
    its with 1 head. Head 0: puppy 0.25, mom 0.75, gives animal 0.50.
    """
    weights, output = np.asarray(weights, dtype=float), as_shape("output", output, len(features))
    if weights.ndim != 2 or weights.shape[1] != len(tokens):
        raise ValueError(f"weights: got shape {weights.shape}; (heads, {len(tokens)}) was expected")
    num_heads = len(weights)
    if len(features) % num_heads:
        raise ValueError(f"features: {num_heads} heads cannot share {len(features)} evenly")
    own = len(features) // num_heads
    left, right, top, height, gap = 106, 308, 44, 30, 8
    width = (right - left) / len(tokens)
    # As high as with one head for each feature, so that the picture keeps its size.
    figure, axes = canvas(top + (height + gap) * len(features))
    text(axes, (left + right) / 2, 10, f"{query} attends to", color=MUTED)
    text(axes, WIDTH - 4, 10, "and gets", color=MUTED, align="right")
    for j, token in enumerate(tokens):
        text(axes, left + (j + 0.5) * width, 32, token, bold=True, size=10, room=width - 2)
    for feature, name in enumerate(features):
        head = feature // own
        y = top + feature * height + head * gap
        text(axes, 0, y + height / 2, f"head {head}", align="left", color=MUTED)
        text(axes, left - 8, y + height / 2, name, align="right", bold=True)
        for j, weight in enumerate(weights[head]):
            place = left + j * width + 1, y + 1, width - 2, height - 2
            cell(axes, *place, number(weight), strength=weight)
        box(axes, right + 8, y + 2, WIDTH - right - 8, height - 4, fill=V_COLOR, strength=0.18)
        text(axes, WIDTH - 5, y + height / 2, number(output[feature]), align="right")
    words = " ".join(
        f"Head {head}: "
        + ", ".join(f"{t} {number(w, 2)}" for t, w in zip(tokens, row, strict=True))
        + ", gives "
        + ", ".join(
            f"{features[f]} {number(output[f], 2)}" for f in range(head * own, head * own + own)
        )
        + "."
        for head, row in enumerate(weights)
    )
    return Picture(
        figure,
        alt=f"{query} with {num_heads} head{'s' if num_heads > 1 else ''}. {words}",
        table=[
            ("feature", "head", *tokens, "output"),
            *(
                (name, str(f // own), *map(number, weights[f // own]), number(output[f]))
                for f, name in enumerate(features)
            ),
        ],
    )


def head_split(x: np.ndarray, places: np.ndarray, tokens: Sequence[str], *, head: int) -> Picture:
    """Draw which numbers of ``x`` end up where in one head, right or wrong.

    Introduced in chapter 9.

    Parameters
    ----------
    x : array, shape (n, d_model)
        One row for each token, before the split.
    places : array of int, shape (n, d_head)
        For each number of the head, its position in ``x.ravel()``: split ``np.arange(x.size)`` in
        the shape of ``x`` as you split ``x``.
    tokens : sequence of str
        Names of the rows.
    head : int
        Which head this is.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the shapes do not fit, or a place is outside of ``x``.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.head_split([[1, 2], [3, 4]], [[0], [1]], ["its", "mom"], head=0)
    Head 0. Row of its: 1.00 from its. Row of mom: 2.00 from its, the wrong word.
    """
    x, places = np.asarray(x, dtype=float), np.asarray(places)
    if x.ndim != 2 or len(x) != len(tokens):
        raise ValueError(f"x: got shape {x.shape}; ({len(tokens)}, d_model) was expected")
    if places.ndim != 2 or len(places) != len(x):
        raise ValueError(f"places: got shape {places.shape}; ({len(x)}, d_head) was expected")
    if places.dtype.kind not in "iu" or places.min() < 0 or places.max() >= x.size:
        raise ValueError(f"places: expected integers from 0 to {x.size - 1}")
    rows, columns = np.divmod(places, x.shape[1])
    left, gap, top, height = 66, 38, 44, 34
    wide = (WIDTH - left - gap - 72) / (x.shape[1] + places.shape[1])
    start, end = left + wide * x.shape[1] + gap, WIDTH - 68
    figure, axes = canvas(top + height * len(x) + 2)
    text(axes, left + wide * x.shape[1] / 2, 10, "all features", color=MUTED)
    text(axes, start + wide * places.shape[1] / 2, 10, f"head {head}", color=MUTED)
    text(axes, end, 10, "row is from", color=MUTED, align="left")
    for j in range(x.shape[1]):
        text(axes, left + (j + 0.5) * wide, 30, str(j), color=MUTED, size=10)
    table = [("row of", "is from", *(f"number {j}" for j in range(places.shape[1])))]
    for i, token in enumerate(tokens):
        y = top + (i + 0.5) * height
        text(axes, left - 8, y, token, align="right", bold=True)
        for j, value in enumerate(x[i]):
            _number(axes, left + j * wide, y, wide, value, taken=i * x.shape[1] + j in places)
        for j, source in enumerate(rows[i]):
            origin = top + (source + 0.5) * height
            axes.plot((start - gap + 3, start - 3), (origin, y), color=MUTED, lw=1.5)
            _number(axes, start + j * wide, y, wide, x[source, columns[i, j]], taken=True)
        sources = " and ".join(dict.fromkeys(tokens[source] for source in rows[i]))
        wrong = sources != token
        text(axes, end, y, f"{'✗' if wrong else '✓'} {sources}", align="left", bold=wrong)
        table.append((token, sources, *(number(value, 2) for value in x.ravel()[places[i]])))
    words = " ".join(
        f"Row of {token}: {', '.join(numbers)} from {sources}"
        + ("." if sources == token else ", the wrong word.")
        for token, sources, *numbers in table[1:]
    )
    return Picture(figure, alt=f"Head {head}. {words}", table=table)


def _number(axes, x, y, width, value, *, taken):
    edge = Q_COLOR if taken else LINE
    # Untaken cells are filled too, invisibly: the picture keeps its parts when another is taken.
    strength = 0.3 if taken else 0.0
    box(axes, x + 1, y - 14, width - 2, 28, fill=Q_COLOR, strength=strength, edge=edge)
    color = INK if taken else MUTED
    text(axes, x + width / 2, y, number(value, 2), color=color, room=width - 2)
