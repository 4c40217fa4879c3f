"""From scores to weights: the steps of a softmax, and its slopes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..attention import softmax
from ..explorer import Picture
from .arguments import as_shape, place_of
from .bars import FINGER, PITCH, bars, rows_to_choose
from .marks import (
    LINE,
    MUTED,
    NOTHING,
    PLAIN_COLOR,
    WEIGHT_COLOR,
    WIDTH,
    box,
    canvas,
    number,
    quoted,
    text,
)


def softmax_steps(
    scores: np.ndarray, tokens: Sequence[str], *, query: str, subtract_largest: bool
) -> Picture:
    """Draw the arithmetic of one softmax as floating point does it, overflow and all.

    Parameters
    ----------
    scores : array, shape (n_k,)
        The scaled scores of the token ``query``.
    tokens : sequence of str
        The keys' names.
    subtract_largest : bool
        Subtract the largest score from all of them first.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is not one score for each token.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.softmax_steps([0.0, 0.0], ["its", "mom"], query="its", subtract_largest=False)
    Softmax of the scores of “its”, largest 0.000, nothing subtracted. its: e to the 0.0000 is
    1.000, weight 0.5000; mom: e to the 0.0000 is 1.000, weight 0.5000. The weights sum to 1.0000.
    """
    scores = as_shape("scores", scores, len(tokens))
    exponents = scores - scores.max() if subtract_largest else scores
    with np.errstate(all="ignore"):  # what goes wrong is what the picture shows
        terms = np.exp(exponents)
        total = terms.sum()
        weights = terms / total
    header = ("score", "− largest" if subtract_largest else "as it is", "e to that")
    figure, axes = canvas(52 + 22 * len(tokens))
    ends = (134, 206, 272, WIDTH - 2)
    for x, words in zip(ends, (*header, "weight"), strict=True):
        text(axes, x, 10, words, color=MUTED, align="right")
    lines = [
        (token, number(score, 4), number(exponent, 4), _any_size(term), number(weight, 4))
        for token, score, exponent, term, weight in zip(
            tokens, scores, exponents, terms, weights, strict=True
        )
    ]
    lines.append(("sum", "", "", _any_size(total), number(weights.sum(), 4)))
    for i, (token, *cells) in enumerate(lines):
        y = 30 + 22 * i + 6 * (i == len(tokens))
        text(axes, 0, y, token, align="left", bold=True)
        for x, cell in zip(ends, cells, strict=True):
            text(axes, x, y, cell or NOTHING, align="right", bold=x == ends[-1])
        if i < len(tokens):
            box(axes, 280, y - 8, 34 * np.nan_to_num(weights[i]), 16, fill=WEIGHT_COLOR)
    axes.plot((0, WIDTH), (y - 14, y - 14), color=LINE, lw=1)
    in_words = "; ".join(f"{t}: e to the {e} is {m}, weight {w}" for t, _, e, m, w in lines[:-1])
    return Picture(
        figure,
        alt=f"Softmax of the scores of {quoted(query)}, largest {number(scores.max())}, "
        f"{'the largest subtracted first' if subtract_largest else 'nothing subtracted'}. "
        f"{in_words}. The weights sum to {lines[-1][-1]}.",
        table=[("key", *header, "weight"), *lines],
    )


def slopes(scores: np.ndarray, tokens: Sequence[str], *, query: str, nudged: str) -> Picture:
    """Draw the weights, above how fast each moves as one score is raised.

    The slopes are a column of the softmax's Jacobian.

    Parameters
    ----------
    scores : array, shape (n_k,)
        The scaled scores of the token ``query``.
    tokens : sequence of str
        The keys' names; ``nudged`` is the one whose score is raised.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is not one score for each token, or ``nudged`` is not one of them.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.slopes([0.0, 0.0], ["its", "mom"], query="its", nudged="mom")
    Query “its” attends to its 0.5000, mom 0.5000. Slopes of the weights as the score of mom rises:
    its −0.2500, mom 0.2500.
    """
    scores = as_shape("scores", scores, len(tokens))
    place = place_of("nudged", nudged, tokens)
    weights = softmax(scores)
    column = weights * ((np.arange(len(tokens)) == place) - weights[place])
    top = 22 + PITCH * len(tokens) + 32
    figure, axes = canvas(top + FINGER * len(tokens))
    text(axes, 0, 8, f"{quoted(query)} attends to", align="left", color=MUTED)
    bars(axes, 22, list(zip(tokens, weights, strict=True)), limit=1, decimals=4)
    words = f"raise the score of {quoted(nudged)}: slope of each weight"
    text(axes, 0, top - 15, words, align="left", color=MUTED)
    named = list(zip(tokens, column, strict=True))
    style = {"chosen": place, "signed": True, "decimals": 4, "pitch": FINGER, "color": PLAIN_COLOR}
    bars(axes, top, named, limit=0.25, **style)
    attends = ", ".join(f"{t} {number(w, 4)}" for t, w in zip(tokens, weights, strict=True))
    in_words = ", ".join(f"{t} {number(s, 4)}" for t, s in named)
    return Picture(
        figure,
        alt=f"Query {quoted(query)} attends to {attends}. "
        f"Slopes of the weights as the score of {nudged} rises: {in_words}.",
        choices=rows_to_choose(axes, top, tokens),
        table=[
            ("key", "score", "weight", f"slope for {nudged}"),
            *(
                (token, number(score, 4), number(weight, 4), number(slope, 4))
                for token, score, weight, slope in zip(tokens, scores, weights, column, strict=True)
            ),
        ],
    )


def _any_size(value: float) -> str:
    """A number between 0 and inf in few characters."""
    if value == 0 or 1e-3 <= value < 1e5 or not np.isfinite(value):
        return number(value)
    return f"{value:.1e}".replace("-", "\N{MINUS SIGN}")
