"""What a mask does: who notices that a token has changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..explorer import Picture
from .arguments import place_of
from .bars import FINGER, bars, rows_to_choose
from .marks import MUTED, V_COLOR, canvas, number, quoted, text


def movement(
    before: np.ndarray, after: np.ndarray, tokens: Sequence[str], *, changed: str, limit: float
) -> Picture:
    """Draw how far each token's output moves when one token's input changes.

    Only what is equal bit for bit is said not to move.

    Parameters
    ----------
    before, after : array, shape (n, d_v)
        The outputs of all tokens.
    tokens : sequence of str
        The tokens' names, in order; ``changed`` is the one whose input changed.
    limit : float
        The distance whose bar is full, so that pictures can be compared.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the outputs differ in shape or do not have a row for each token, or ``changed`` is not
        one of them.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.movement([[0.0], [1.0]], [[0.0], [1.5]], ["its", "mom"], changed="mom", limit=1)
    The embedding of mom changes. The outputs move by: its not at all, mom 0.500.
    """
    before, after = np.asarray(before), np.asarray(after)
    if before.shape != after.shape or len(before) != len(tokens):
        raise ValueError(
            f"before, after: shapes {before.shape}, {after.shape}; expected the same shape with "
            f"{len(tokens)} rows"
        )
    place = place_of("changed", changed, tokens)
    distances = np.linalg.norm(after - before, axis=1)
    still = [np.array_equal(a, b) for a, b in zip(before, after, strict=True)]
    moves = ["not at all" if s else number(d) for d, s in zip(distances, still, strict=True)]
    figure, axes = canvas(24 + FINGER * len(tokens))
    words = f"the embedding of {quoted(changed)} changes; outputs move by"
    text(axes, 0, 8, words, align="left", color=MUTED)
    named = list(zip(tokens, distances, strict=True))
    style = {"color": V_COLOR, "chosen": place, "pitch": FINGER, "said": moves}
    bars(axes, 24, named, limit=limit, **style)
    in_words = ", ".join(f"{token} {move}" for token, move in zip(tokens, moves, strict=True))
    return Picture(
        figure,
        alt=f"The embedding of {changed} changes. The outputs move by: {in_words}.",
        choices=rows_to_choose(axes, 24, tokens),
        table=[
            ("token", *tokens),
            ("input", *("changed" if token == changed else "same" for token in tokens)),
            ("output moves by", *moves),
        ],
    )
