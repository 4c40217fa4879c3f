"""A text as the model reads it: one token asks, the tokens so far answer, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..explorer import Picture
from .arguments import as_shape, place_of
from .bars import PITCH, bars
from .marks import (
    INK,
    LINE,
    MUTED,
    NOTHING,
    Q_COLOR,
    WEIGHT_COLOR,
    WIDTH,
    canvas,
    ink_on,
    number,
    quoted,
    rounded,
    text,
    width_of,
)

_HEIGHT, _LINE, _GAP = 24, 45, 5  # of a token's box, from line to line, between boxes
_TOP = 20  # where the first line begins
_LATER = 0.35  # how much is left of a word that is not there yet


def reading(
    weights: np.ndarray,
    tokens: Sequence[str],
    *,
    place: int,
    words: Sequence[str] = (),
    shares: Sequence[float] = (),
    given: int | None = None,
    title: str = "attention weights (rounded)",
) -> Picture:
    """Draw what one token of a text attends to; what comes after it is faint, for it cannot see it.

    Where a control offers the places, a click on a token in a built page asks from it.

    Parameters
    ----------
    weights : array, shape (n,)
        The attention weights of the token at ``place``; those of later tokens are 0.
    tokens : sequence of str
        The text, n tokens, with their blanks.
    place : int
        Which of them asks, counted from 0.
    words, shares : sequence of str, of float, optional
        What may come next, and how likely it is; the word that does come is bold.
    given : int, optional
        How many tokens were given; the others were written by the model, and are underlined.
    title : str
        What the numbers are.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If weights do not fit the tokens, there is no such place, or the token at ``place`` attends
        to a later one.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.reading([0.75, 0.25, 0], ["The", " puppy", "."], place=1, words=["."], shares=[0.5])
    “puppy”, token 1, attends to The 0.75, puppy 0.25. Next may come: . 0.50.
    """
    weights = as_shape("weights", weights, len(tokens))
    place_of("place", place, range(len(tokens)))
    if weights[place + 1 :].any():
        raise ValueError(f"weights: {weights}; expected 0 after place {place}")
    names = [token.strip() or "␣" for token in tokens]
    boxes, last = _places(names)
    below = last + _HEIGHT + 26
    figure, axes = canvas(below + (14 + PITCH * len(words) if len(words) else -6))
    text(axes, 0, 8, title, align="left", color=MUTED)
    choices = []
    for i, (name, (x, y, width)) in enumerate(zip(names, boxes, strict=True)):
        asks, later = i == place, i > place
        strength = round(float(weights[i]), 2)
        rounded(axes, x, y, width, _HEIGHT, 6, fc=WEIGHT_COLOR, alpha=strength, lw=0)
        edge = Q_COLOR if asks else LINE
        rounded(axes, x, y, width, _HEIGHT, 6, fc="none", ec=edge, lw=3 if asks else 1)
        color = MUTED if later else ink_on(strength)
        text(axes, x + width / 2, y + _HEIGHT / 2, name, color=color, bold=not later)
        written = given is not None and i >= given
        line = {"color": INK, "lw": 1 if written else 0, "alpha": _LATER if later else 1}
        axes.plot((x + 5, x + width - 5), (y + _HEIGHT - 4,) * 2, **line)
        under = NOTHING if later else number(weights[i], 2).removeprefix("0")
        role = Q_COLOR if asks else INK
        text(axes, x + width / 2, y + _HEIGHT + 9, under, color=role, bold=asks, room=width + 4)
        choices.append((i, axes, x - 2, y - 3, width + 4, _LINE - 4))
    after = names[place + 1] if place + 1 < len(names) else None
    table = [("token", "weight"), *zip(_numbered(names), map(_two, weights), strict=True)]
    alt = f"{quoted(names[place])}, token {place}, attends to " + ", ".join(
        f"{name} {_two(weight)}" for name, weight in zip(names[: place + 1], weights, strict=False)
    )
    if len(words):
        rows = [(word.strip() or "␣", share) for word, share in zip(words, shares, strict=True)]
        text(axes, 0, below - 4, "what may come next", align="left", color=MUTED)
        comes = next((i for i, (word, _) in enumerate(rows) if word == after), None)
        bars(axes, below + 10, rows, limit=1, names=96, decimals=2, chosen=comes, color=INK)
        alt += ". Next may come: " + ", ".join(f"{word} {_two(share)}" for word, share in rows)
    return Picture(figure, alt=f"{alt}.", table=table, choices=choices)


def _places(names: Sequence[str]) -> tuple[list[tuple[float, float, float]], float]:
    """Left, top and width of each box, line by line, and the top of the last line."""
    x, y, found = 2.0, float(_TOP), []
    for name in names:
        width = max(28, width_of(name, bold=True) + 12)
        if x + width > WIDTH - 2 and found:
            x, y = 2.0, y + _LINE
        found.append((x, y, width))
        x += width + _GAP
    return found, y


def _numbered(names: Sequence[str]) -> list[str]:
    return [f"{i} {name}" for i, name in enumerate(names)]


def _two(value: float) -> str:
    return number(float(value), 2)
