"""What may come next: the likeliest words of a language model, and all others together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..explorer import Picture
from .arguments import as_shape
from .bars import PITCH, bars
from .marks import INK, MUTED, WIDTH, canvas, hatch, number, quoted, text

_NAMES, _TOP = 112, 24


def next_words(
    weights: np.ndarray, words: Sequence[str], *, text_so_far: str, others: float = 0
) -> Picture:
    """Draw how likely each word is to come next; one that may not come is hatched.

    Parameters
    ----------
    weights : array, shape (n,)
        The probability of each word; 0 is one that may not come.
    words : sequence of str
        The n words, the likeliest first.
    text_so_far : str
        What they come after.
    others : float
        The probability of all other words of the vocabulary together.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is not one probability for each word, or they are more than 1 together.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.next_words([0.5, 0.0], [" tail", " nose"], text_so_far="its", others=0.5)
    After “its” comes tail with 0.50, nose 0 (may not come), all others 0.50.
    """
    weights = as_shape("weights", weights, len(words))
    if (weights < 0).any() or not weights.sum() + others <= 1.01:
        raise ValueError(f"weights: {weights}, others {others}; expected shares of 1")
    figure, axes = canvas(_TOP + PITCH * (len(words) + 1))
    text(axes, 0, 8, f"after {quoted(text_so_far)}", align="left", color=MUTED, room=WIDTH)
    names = [word.strip() or "␣" for word in words]
    rows = [*zip(names, weights, strict=True), ("all others", others)]
    said = [number(share, 2) if share else "0" for _, share in rows]
    bars(axes, _TOP, rows, limit=1, names=_NAMES, said=said, decimals=2, color=INK)
    hatch(axes, 0, 0, 0, 0, True)  # so that every picture of a series defines the pattern
    for i, (_, share) in enumerate(rows):
        place = _NAMES + 18, _TOP + i * PITCH + 2, WIDTH - _NAMES - 40, PITCH - 8
        hatch(axes, *(place if share == 0 else (0, 0, 0, 0)), share == 0)
    words_said = ", ".join(
        f"{name} {said[i]}" if share else f"{name} 0 (may not come)"
        for i, (name, share) in enumerate(rows)
    ).replace(" ", " with ", 1)
    return Picture(
        figure,
        alt=f"After {quoted(text_so_far)} comes {words_said}.",
        table=[("next word", "probability"), *zip([name for name, _ in rows], said, strict=True)],
    )
