"""The project after *Output*: attention over a sentence of one's own, judged by its properties."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..attention import attention_weights
from .design import Design
from .verdict import Verdict

LEAST_TOKENS, LEAST_TARGETS, LEAST_WEIGHT = 5, 3, 0.5
_RETURNS = ("x", "w_q", "w_k", "w_v", "wanted")


def _fails(x, w_q, w_k, w_v, wanted) -> Iterator[str]:
    if said := list(_misfits(x, w_q, w_k, w_v, wanted)):
        yield said[0]
        return
    wanted = wanted.astype(int)
    yield from _dull(x, wanted)
    weights = attention_weights(x @ w_q, x @ w_k)
    for i, j in enumerate(wanted):
        best = int(weights[i].argmax())
        if weights[i, best] > weights[i, j]:
            yield f"token {i} attends most to token {best} ({weights[i, best]:.2f}), wanted {j}."
        elif not weights[i, j] > LEAST_WEIGHT:
            yield f"token {i} gives token {j} {weights[i, j]:.2f}; wanted more than {LEAST_WEIGHT}."
    keys, values = x @ w_k, x @ w_v
    if keys.shape == values.shape and np.allclose(keys, values):
        yield "keys and values are the same. A word should give something else than it is found by."


def _misfits(x, w_q, w_k, w_v, wanted) -> Iterator[str]:
    """What keeps the matrices from being multiplied, or the numbers from being tokens."""
    for name, array, axes in (("x", x, 2), ("w_q", w_q, 2), ("w_k", w_k, 2), ("w_v", w_v, 2)):
        if array.ndim != axes or not array.size:
            yield f"{name} has shape {array.shape}; expected rows and columns."
    if x.ndim != 2:
        return
    n, d_model = x.shape
    if n < LEAST_TOKENS:
        yield f"x has {n} rows; expected at least {LEAST_TOKENS} tokens, a row each."
    for name, w in (("w_q", w_q), ("w_k", w_k), ("w_v", w_v)):
        if w.ndim == 2 and len(w) != d_model:
            yield f"{name} has {len(w)} rows; expected {d_model}, one for each feature of x."
    if w_q.shape != w_k.shape:
        yield f"w_q has shape {w_q.shape}, w_k {w_k.shape}; expected the same: queries meet keys."
    if wanted.shape != (n,):
        yield f"wanted has shape {wanted.shape}; expected {(n,)}, a number for each token."
    elif not (np.isin(wanted, np.arange(n))).all():
        yield f"wanted holds {wanted.tolist()}; expected numbers of tokens, from 0 to {n - 1}."


def _dull(x, wanted) -> Iterator[str]:
    """What is wanted, and asks for no design."""
    n, d_model = x.shape
    if d_model >= n:
        yield (
            f"x has {d_model} features for {n} tokens: enough to list each pair. Use fewer "
            "features than tokens, so that words share them."
        )
    if len({*wanted.tolist()}) < LEAST_TARGETS:
        yield (
            f"the tokens want {len({*wanted.tolist()})} different ones; expected at least "
            f"{LEAST_TARGETS}, so that words ask differently."
        )
    if (own := (wanted == np.arange(n)).sum()) > 1:
        yield f"{own} tokens want themselves; expected one at most."


OWN_SENTENCE = Design(
    returns=_RETURNS,
    fails=_fails,
    praise="right. Words share features, ask differently, and find what you wanted.",
)


def check_own_sentence(function) -> Verdict:
    """Check ``function()``: tokens and matrices of one's own, and whom each token should find.

    It returns ``x``, a row of features for each token, ``w_q``, ``w_k``, ``w_v``, and ``wanted``,
    for each token the number of the one that it should attend to most.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_own_sentence
    >>> def sentence():
    ...     return np.eye(5), np.eye(5), np.eye(5), np.eye(5), [0, 1, 2, 3, 4]
    >>> check_own_sentence(sentence).message.partition(": ")[2]
    'x has 5 features for 5 tokens: enough to list each pair. Use fewer features than tokens, \
so that words share them. And 7 more.'
    """
    return OWN_SENTENCE.check(function)
