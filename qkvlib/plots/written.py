"""What the values of one head write, in the model's own words."""

from __future__ import annotations

from collections.abc import Sequence

from ..explorer import Picture
from .marks import INK, LINE, MUTED, V_COLOR, WIDTH, canvas, quoted, rounded, text

_TOP, _ROW, _LEFT = 46, 30, 84
_COUNT = 4  # words for each token


def written(words: Sequence[Sequence[str]], tokens: Sequence[str], *, title: str) -> Picture:
    """Draw a row for each token: the words that its value makes likelier, the first four.

    Parameters
    ----------
    words : sequence of sequence of str
        For each token at least four words.
    tokens : sequence of str
        Whose values they are.
    title : str
        Which head this is.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is not one row of words for each token, or one is too short.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.written([["pu", " puppy", " Pu", " P"]], [" puppy"], title="L23H2")
    L23H2. The value of “puppy” writes “pu”, “puppy”, “Pu”, “P”.
    """
    if len(words) != len(tokens) or min(map(len, words)) < _COUNT:
        sizes = [len(row) for row in words]
        raise ValueError(f"words: rows of {sizes}; expected {len(tokens)} of at least {_COUNT}")
    rows = [[word.strip() or "␣" for word in row[:_COUNT]] for row in words]
    names = [token.strip() or "␣" for token in tokens]
    figure, axes = canvas(_TOP + _ROW * len(tokens))
    text(axes, 0, 8, title, align="left", bold=True)
    text(axes, 0, 30, "value of", align="left", color=MUTED)
    text(axes, _LEFT, 30, "words it makes likelier, the first four", align="left", color=MUTED)
    wide = (WIDTH - _LEFT) / _COUNT
    for i, (name, row) in enumerate(zip(names, rows, strict=True)):
        y = _TOP + i * _ROW
        rounded(axes, 1, y + 2, _LEFT - 14, 22, 6, fc="none", ec=V_COLOR, lw=1.5)
        text(axes, 1 + (_LEFT - 14) / 2, y + 13, name, bold=True, room=_LEFT - 22)
        for j, word in enumerate(row):
            x = _LEFT + j * wide
            rounded(axes, x + 1, y + 2, wide - 4, 22, 6, fc="none", ec=LINE, lw=1)
            text(axes, x + wide / 2 - 1, y + 13, word, color=INK, room=wide - 10)
    said = "; ".join(
        f"The value of {quoted(name)} writes {', '.join(map(quoted, row))}"
        for name, row in zip(names, rows, strict=True)
    )
    heads = [str(i + 1) for i in range(_COUNT)]
    return Picture(
        figure,
        alt=f"{title}. {said}.",
        table=[("value of", *heads), *((n, *row) for n, row in zip(names, rows, strict=True))],
    )
