"""What a model has learned so far: its curves, where the pronoun looks, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from ..explorer import Picture
from .marks import (
    INK,
    LINE,
    MUTED,
    ON_STRONG,
    STRONG,
    WEIGHT_COLOR,
    WIDTH,
    bars,
    box,
    canvas,
    hatch,
    number,
    text,
)

_IN_A_LINE = 4  # words
_CELL = WIDTH / _IN_A_LINE, 44
_NOTHING = "\N{NO-BREAK SPACE}"


def pronoun(
    words: Sequence[str],
    weights: np.ndarray,
    answers: Mapping[str, float],
    *,
    asked: int,
    referent: int,
    right: str,
    title: str = "",
    hidden: np.ndarray | None = None,
) -> Picture:
    """Draw a sentence shaded by the attention of one of its words, and the answer it comes to.

    Introduced in chapter 12.

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
    title : str
        What is shown; begins the picture's words.
    hidden : array of bool, shape (n,), optional
        True = the mask hides this word.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is not one weight for each word, or ``right`` is not among the answers.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.pronoun(["mom", "she"], [0.9, 0.1], {"sad": 0.8, "happy": 0.2},
    ...               asked=1, referent=0, right="sad")
    she attends to mom 0.90, she 0.10. It answers sad (0.80), which is right.
    """
    return _draw(words, weights, answers, asked, referent, right, title, hidden)


def training(
    steps: Sequence[int],
    losses: np.ndarray,
    accuracies: np.ndarray,
    sentence: Mapping,
    *,
    step: int,
) -> Picture:
    """Draw loss and accuracy over the steps of a training above one sentence at one of them.

    Introduced in chapter 12.

    Parameters
    ----------
    steps : sequence of int
        The steps at which was measured, growing.
    losses, accuracies : array, shape (len(steps),)
    sentence : mapping
        The arguments of `pronoun` at this step, without a title.
    step : int
        One of ``steps``.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        As `pronoun`; or if the curves do not fit ``steps``, or ``step`` is not one of them.
    """
    losses, accuracies = np.asarray(losses, dtype=float), np.asarray(accuracies, dtype=float)
    if losses.shape != (len(steps),) or accuracies.shape != (len(steps),):
        raise ValueError(
            f"losses, accuracies: got shapes {losses.shape} and {accuracies.shape}; one number for "
            f"each of {len(steps)} steps was expected"
        )
    if step not in steps:
        raise ValueError(f"step: got {step}; one of {list(steps)} was expected")
    return _draw(**sentence, curves=(steps, losses, accuracies, step))


def _draw(words, weights, answers, asked, referent, right, title="", hidden=None, curves=None):
    weights = np.asarray(weights, dtype=float)
    if weights.shape != (len(words),):
        raise ValueError(
            f"weights: got shape {weights.shape}; one for each word, ({len(words)},), was expected"
        )
    if right not in answers:
        raise ValueError(f"right: got {right!r}; one of {list(answers)} was expected")
    hidden = np.zeros(len(words), bool) if hidden is None else np.asarray(hidden)
    lines = -(-len(words) // _IN_A_LINE)
    top = 148 if curves else 0
    below = top + 28 + lines * _CELL[1] + 14
    figure, axes = canvas(below + 24 + 22 * len(answers))
    rows = []
    if curves:
        rows = _curves(axes, *curves)
    text(axes, 0, top + 10, f"{words[asked]} attends to", align="left", color=MUTED)
    note = f"outlined: whom {words[asked]} stands for"
    text(axes, WIDTH, top + 10, note, align="right", color=MUTED, size=10)
    _sentence(axes, top + 24, words, weights, hidden, asked, referent)
    best = max(answers, key=answers.get)
    verdict = "right" if best == right else f"wrong: {right}"
    text(axes, 0, below + 2, f"answer: {best}", align="left", bold=True)
    text(axes, WIDTH - 4, below + 2, verdict, align="right", bold=True)
    chosen = list(answers).index(right)
    bars(axes, below + 18, list(answers.items()), limit=1, chosen=chosen, pitch=22, decimals=2)
    seen = ["hidden" if h else number(w, 2) for w, h in zip(weights, hidden, strict=True)]
    attends = ", ".join(f"{word} {w}" for word, w in zip(words, seen, strict=True))
    told = "which is right" if best == right else f"the right answer is {right}"
    start = title or ", ".join(" ".join(row) for row in rows)
    return Picture(
        figure,
        alt=(f"{start}. " if start else "")
        + f"{words[asked]} attends to {attends}. "
        + f"It answers {best} ({number(answers[best], 2)}), {told}.",
        table=[
            ("what", "number"),
            *rows,
            *((f"{words[asked]} → {word}", w) for word, w in zip(words, seen, strict=True)),
            *((f"answer {name}", number(p, 2)) for name, p in answers.items()),
        ],
    )


def _sentence(axes: Axes, top: float, words, weights, hidden, asked: int, referent: int) -> None:
    width, height = _CELL
    hatch(axes, 0, 0, 0, 0, True)  # so that every picture of a series defines the pattern
    for i, (word, weight) in enumerate(zip(words, weights, strict=True)):
        x, y = i % _IN_A_LINE * width, top + i // _IN_A_LINE * height
        place = x + 2, y + 2, width - 4, height - 4
        box(axes, *place, fill=WEIGHT_COLOR, strength=0 if hidden[i] else weight)
        hatch(axes, x + 4, y + 25, width - 8, height - 30, hidden[i])
        box(axes, *place, edge=INK if i == referent else LINE)
        color = ON_STRONG if weight >= STRONG and not hidden[i] else INK
        text(axes, x + width / 2, y + 14, word, color=color, bold=i == asked)
        written = _NOTHING if hidden[i] else number(weight, 2)
        text(axes, x + width / 2, y + 31, written, color=color, size=10)


def _curves(axes: Axes, steps, losses, accuracies, step: int) -> list[tuple[str, str]]:
    """Two small charts side by side; return what they say of this step."""
    at = list(steps).index(step)
    rows = [("step", str(step))]
    top, height, width = 30, 84, 132
    limits = max(2.0, float(losses.max())), 1.0
    for left, name, values, limit in zip(
        (34, 218), ("loss", "accuracy"), (losses, accuracies), limits, strict=True
    ):
        said = number(values[at], 2)
        rows.append((name, said))
        text(axes, left - 24, 10, f"{name} {said}", align="left", bold=True)
        for mark in (0, limit / 2, limit):
            y = top + height * (1 - mark / limit)
            axes.plot((left, left + width), (y, y), color=LINE, lw=1)
            text(axes, left - 5, y, number(mark, 1), align="right", color=MUTED, size=10)
        x = left + width * np.asarray(steps) / steps[-1]
        axes.plot(x, top + height * (1 - values / limit), color=WEIGHT_COLOR, lw=2)
        axes.plot((x[at], x[at]), (top, top + height), color=INK, lw=1)
        y = top + height * (1 - values[at] / limit)
        axes.plot((x[at],), (y,), "o", color=INK, ms=5, lw=0)
        text(axes, left, top + height + 13, "0", color=MUTED, size=10)
        text(
            axes,
            left + width,
            top + height + 13,
            f"{steps[-1]} steps",
            color=MUTED,
            size=10,
            align="right",
        )
    return rows
