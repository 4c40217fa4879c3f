"""Several heads: what each looks at, and what a token gets from it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..explorer import Picture
from .arguments import as_shape
from .marks import MUTED, V_COLOR, WIDTH, box, canvas, cell, number, quoted, text


def by_head(
    weights: np.ndarray,
    output: np.ndarray,
    tokens: Sequence[str],
    features: Sequence[str],
    *,
    query: str,
) -> Picture:
    """Draw one row for each feature that a token receives, with the weights it was mixed by.

    Features of one head share their weights; their rows stand together.

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
    “its” with 1 head. Head 0: puppy 0.25, mom 0.75, gives animal 0.50.
    """
    weights, output = np.asarray(weights, dtype=float), as_shape("output", output, len(features))
    if weights.ndim != 2 or weights.shape[1] != len(tokens):
        raise ValueError(f"weights: shape {weights.shape}; expected (heads, {len(tokens)})")
    num_heads = len(weights)
    if len(features) % num_heads:
        raise ValueError(f"features: {len(features)}; expected a multiple of {num_heads} heads")
    own = len(features) // num_heads
    left, right, top, height, gap = 106, 308, 44, 30, 8
    width = (right - left) / len(tokens)
    # As high as with one head for each feature, so that the picture keeps its size.
    figure, axes = canvas(top + (height + gap) * len(features))
    text(axes, (left + right) / 2, 10, f"{quoted(query)} attends to", color=MUTED)
    text(axes, WIDTH - 4, 10, "and gets", color=MUTED, align="right")
    choices = []
    for j, token in enumerate(tokens):
        text(axes, left + (j + 0.5) * width, 32, token, bold=True, room=width - 2)
        choices.append((token, axes, left + j * width, 18, width, 26))
    for feature, name in enumerate(features):
        head = feature // own
        y = top + feature * height + head * gap
        text(axes, 0, y + height / 2, f"head {head}", align="left", color=MUTED)
        text(axes, left - 8, y + height / 2, name, align="right", bold=True, room=54)
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
        alt=f"{quoted(query)} with {num_heads} head{'s' if num_heads > 1 else ''}. {words}",
        choices=choices,
        table=[
            ("feature", "head", *tokens, "output"),
            *(
                (name, str(f // own), *map(number, weights[f // own]), number(output[f]))
                for f, name in enumerate(features)
            ),
        ],
    )
