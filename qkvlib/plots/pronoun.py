"""Whom a pronoun attends to in its sentence, and what is answered for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from ..explorer import Picture
from .arguments import as_shape, place_of
from .bars import PITCH, bars
from .marks import (
    INK,
    LINE,
    MUTED,
    NOTHING,
    PLAIN_COLOR,
    WEIGHT_COLOR,
    WIDTH,
    box,
    canvas,
    hatch,
    ink_on,
    number,
    quoted,
    text,
)

_IN_A_LINE = 6  # words
_CELL = WIDTH / _IN_A_LINE, 38
_TOP = 16  # where the sentence begins
_LEVELS = 20  # strengths of a cell: its number says more


def pronoun(
    words: Sequence[str],
    weights: np.ndarray,
    answers: Mapping[str, float],
    *,
    asked: int,
    referent: int,
    right: str,
    hidden: np.ndarray | None = None,
) -> Picture:
    """Draw a sentence shaded by the attention of one of its words, and the answer it comes to.

    Parameters
    ----------
    words : sequence of str
        The sentence.
    weights : array, shape (n,)
        How much the word at ``asked`` attends to each.
    answers : mapping of str to float
        Each possible answer and its probability; ``right`` is one of them.
    asked, referent : int
        The places of the word that asks and of the one it stands for.
    hidden : array of bool, shape (n,), optional
        True = the mask hides this word.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is not one weight for each word, ``right`` is not among the answers, or a place is
        not in the sentence.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.pronoun(["mom", "she"], [0.9, 0.1], {"sad": 0.8, "happy": 0.2},
    ...               asked=1, referent=0, right="sad")
    Query she attends to mom 0.90, she 0.10. It answers sad (0.80), which is right.
    """
    figure, axes = canvas(height_for(words, answers))
    said, rows = draw_pronoun(axes, WIDTH, words, weights, answers, asked, referent, right, hidden)
    return Picture(figure, alt=said, table=[("what", "number"), *rows])


def height_for(words: Sequence[str], answers: Mapping[str, float]) -> float:
    """How many points ``draw_pronoun`` needs."""
    return below(words) + 26 + PITCH * len(answers)


def below(words: Sequence[str]) -> float:
    """How many points the sentence takes, and the line above it."""
    return _TOP + -(-len(words) // _IN_A_LINE) * _CELL[1]


def draw_pronoun(
    axes: Axes, width: float, words, weights, answers, asked, referent, right, hidden=None
) -> tuple[str, list[tuple[str, str]]]:
    """Draw what `pronoun` takes, the answers as wide as told; say it, and give a table's rows."""
    weights = as_shape("weights", weights, len(words))
    chosen = place_of("right", right, answers)
    for name, place in (("asked", asked), ("referent", referent)):
        place_of(name, place, range(len(words)))
    hidden = np.zeros(len(words), bool) if hidden is None else np.asarray(hidden)
    token = quoted(words[asked])
    text(axes, 0, 8, f"{token} attends to", align="left", color=MUTED)
    text(axes, WIDTH, 8, f"outlined: whom {token} stands for", align="right", color=MUTED)
    _sentence(axes, words, weights, hidden, asked, referent)
    best, top = max(answers, key=answers.get), below(words)
    verdict = "right" if best == right else f"wrong: {right}"
    text(axes, 0, top + 13, f"answer: {best}, {verdict}", align="left", bold=True, room=width)
    style = {"chosen": chosen, "decimals": 2, "right": width, "color": PLAIN_COLOR}
    shown = [(name, round(p, 2)) for name, p in answers.items()]
    bars(axes, top + 28, shown, limit=1, **style)
    seen = ["hidden" if h else number(w, 2) for w, h in zip(weights, hidden, strict=True)]
    attends = ", ".join(f"{word} {w}" for word, w in zip(words, seen, strict=True))
    told = "which is right" if best == right else f"the right answer is {right}"
    said = (
        f"Query {words[asked]} attends to {attends}. "
        f"It answers {best} ({number(answers[best], 2)}), {told}."
    )
    return said, [
        *((f"{words[asked]} → {word}", w) for word, w in zip(words, seen, strict=True)),
        *((f"answer {name}", number(p, 2)) for name, p in answers.items()),
    ]


def _sentence(axes: Axes, words, weights, hidden, asked: int, referent: int) -> None:
    width, height = _CELL
    hatch(axes, 0, 0, 0, 0, True)  # so that every picture of a series defines the pattern
    for i, (word, weight) in enumerate(zip(words, weights, strict=True)):
        x, y = i % _IN_A_LINE * width, _TOP + i // _IN_A_LINE * height
        place = x + 1.5, y + 1.5, width - 3, height - 3
        strength = 0 if hidden[i] else round(weight * _LEVELS) / _LEVELS
        box(axes, *place, fill=WEIGHT_COLOR, strength=strength)
        hatch(axes, x + 4, y + 20, width - 8, height - 24, hidden[i])
        box(axes, *place, edge=INK if i == referent else LINE)
        color = ink_on(strength)
        text(axes, x + width / 2, y + 11, word, color=color, bold=i == asked, room=width - 5)
        written = NOTHING if hidden[i] else number(weight, 2)
        text(axes, x + width / 2, y + 27, written, color=color)
