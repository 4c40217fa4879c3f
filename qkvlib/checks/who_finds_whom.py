"""A design of *Projections*: matrices with which each word finds the one it needs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..attention import attention_weights
from .design import Design
from .verdict import Verdict

TOKENS = ("puppy", "followed", "its", "mom")
FEATURES = ("noun", "verb", "pronoun", "parent")
X = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 1]], dtype=float)
WANTED = {"puppy": "followed", "followed": "puppy", "its": "puppy", "mom": "its"}
LEAST = 0.5


def _fails(w_q: np.ndarray, w_k: np.ndarray) -> Iterator[str]:
    rows = len(FEATURES)
    for name, w in (("w_q", w_q), ("w_k", w_k)):
        if w.ndim != 2 or len(w) != rows:
            yield f"{name} has shape {w.shape}; expected {rows} rows, one for each feature."
            return
    if w_q.shape != w_k.shape:
        yield f"w_q has {w_q.shape[1]} columns, w_k {w_k.shape[1]}: queries meet keys, so as many."
        return
    lost = list(misses(attention_weights(X @ w_q, X @ w_k), TOKENS, WANTED, LEAST))
    if lost and not list(misses(attention_weights(X @ w_k, X @ w_q), TOKENS, WANTED, LEAST)):
        yield "the two are swapped: it is right as w_k, w_q. Return w_q, w_k."
        return
    yield from lost


def misses(weights, tokens, wanted, least) -> Iterator[str]:
    """Say of each token that does not find what it should, what it finds.

    Examples
    --------
    >>> weights = np.array([[0.2, 0.8], [0.55, 0.45]])
    >>> next(misses(weights, ["a", "b"], {"a": "a", "b": "a"}, 0.5))
    "'a' attends most to 'b' (0.80), wanted 'a'."
    """
    for asker, answers in wanted.items():
        row, place = weights[tokens.index(asker)], tokens.index(answers)
        best = int(np.argmax(row))
        if best != place and row[best] > row[place]:
            most = f"attends most to '{tokens[best]}' ({row[best]:.2f})"
            yield f"'{asker}' {most}, wanted '{answers}'."
        elif not row[place] > least:
            yield (
                f"'{asker}' gives '{answers}' a weight of {row[place]:.2f}; wanted more than "
                f"{least}. Larger numbers widen the gaps."
            )


FINDERS = Design(
    returns=("w_q", "w_k"),
    fails=_fails,
    praise="right. Four words of one sentence ask differently, by what they are.",
)


def check_finders(function) -> Verdict:
    """Check ``function()``: W_Q and W_K with which each of four words finds the one it needs.

    Both have a row for each of the features *noun, verb, pronoun, parent*, and as many columns as
    you like. Any two that do it are right.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_finders
    >>> def finders():
    ...     return np.eye(4), np.eye(4)
    >>> check_finders(finders)
    ✗ finders: 'puppy' attends most to 'puppy' (0.31), wanted 'followed'. And 3 more.
      'followed' attends most to 'followed' (0.35), wanted 'puppy'.
      'its' attends most to 'its' (0.35), wanted 'puppy'.
      'mom' attends most to 'mom' (0.43), wanted 'its'.
    """
    return FINDERS.check(function)
