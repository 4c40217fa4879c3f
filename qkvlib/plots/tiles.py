"""Which tiles of a score matrix have to be computed."""

from __future__ import annotations

import numpy as np

from .._values import as_int
from ..explorer import Picture
from .marks import MUTED, NOTHING, PLAIN_COLOR, WIDTH, canvas, cell, hatch, number, text

_STRENGTHS = {"whole": 1.0, "partly": 0.5, "skipped": 0.0}


def tiles(allowed: np.ndarray, *, size: int, title: str) -> Picture:
    """Draw the tiles of a mask: computed whole, computed and partly hidden, or skipped.

    Parameters
    ----------
    allowed : array of bool, shape (n_q, n_k)
        True = may attend.
    size : int
        Queries and keys of a tile; the last tiles may be smaller.
    title : str
        What the mask is; begins the picture's words.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError, ValueError
        If ``allowed`` is not a boolean matrix, or ``size`` is not a positive integer.

    Examples
    --------
    >>> from qkvlib import causal_mask, plots
    >>> plots.tiles(causal_mask(4), size=2, title="Causal")
    Causal. Of 4 tiles 1 is computed whole, 2 are computed and partly hidden, 1 is skipped: \
75% of the work.
    """
    allowed = np.asarray(allowed)
    if allowed.dtype != bool or allowed.ndim != 2:
        raise ValueError(
            f"allowed: {allowed.dtype} of shape {allowed.shape}; expected bool of shape (n_q, n_k) "
            "(True = may attend)"
        )
    size = as_int("size", size, 1)
    n_q, n_k = allowed.shape
    places = [
        [allowed[i : i + size, j : j + size] for j in range(0, n_k, size)]
        for i in range(0, n_q, size)
    ]
    left, top = 66, 22
    width = (WIDTH - left) / len(places[0])
    height = min(width, 22)
    figure, axes = canvas(top + height * len(places) + 38)
    text(axes, WIDTH - 2, 8, "key →", color=MUTED, align="right")
    text(axes, left - 10, 30, "query ↓", color=MUTED, align="right")
    hatch(axes, 0, 0, 0, 0, True)  # so that every picture of a series defines the pattern
    counts = dict.fromkeys(_STRENGTHS, 0)
    table = [("query ↓ key →", *(f"{j * size}–" for j in range(len(places[0]))))]
    for i, row in enumerate(places):
        words = []
        for j, tile in enumerate(row):
            kind = "whole" if tile.all() else "partly" if tile.any() else "skipped"
            counts[kind] += 1
            words.append(kind)
            place = left + j * width + 1, top + i * height + 1, width - 2, height - 2
            mark = "part" if kind == "partly" else NOTHING
            how = {"strength": _STRENGTHS[kind], "hidden": kind == "skipped", "color": PLAIN_COLOR}
            cell(axes, *place, mark, **how)
        table.append((f"{i * size}–", *words))
    total = sum(counts.values())
    share = number(100 * (total - counts["skipped"]) / total, 0)
    y = top + height * len(places) + 12
    text(
        axes,
        0,
        y,
        f"{total - counts['skipped']} of {total} tiles computed: {share}% of the work",
        align="left",
        bold=True,
    )
    text(
        axes,
        0,
        y + 18,
        f"{counts['partly']} of them partly hidden (part), {counts['skipped']} skipped (hatched)",
        align="left",
        color=MUTED,
    )

    def are(kind: str) -> str:
        return f"{counts[kind]} {'is' if counts[kind] == 1 else 'are'}"

    return Picture(
        figure,
        alt=f"{title}. Of {total} tiles {are('whole')} computed whole, {are('partly')} computed "
        f"and partly hidden, {are('skipped')} skipped: {share}% of the work.",
        table=table,
    )
