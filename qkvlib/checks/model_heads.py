"""The exercises of *A real model* on a real head: its weights, and what it looks at."""

from __future__ import annotations

import numpy as np

from ..attention import attention_weights, softmax
from .cases import arrays, blank, loud, normal
from .parts import scaled, sums_to_1
from .verdict import Exercise, Verdict


def _columns(a, num_heads, head):
    """Cut out what belongs to one head."""
    d_k = a.shape[-1] // num_heads
    return a[..., head * d_k : (head + 1) * d_k]


def _head_weights(x, w_q, w_k, b_q, num_heads, head, *, pick=_columns, scale=None, bias=None):
    q = x @ pick(w_q, num_heads, head)
    q = q + (pick if bias is None else bias)(b_q, num_heads, head)
    return attention_weights(q, x @ pick(w_k, num_heads, head), scale=scale)


def _wrong_head(**parts):
    return lambda *arguments: _head_weights(*arguments, **parts)


def _by_scale(scale):
    """Scale by something else: ``scale`` is given d_model and d_k."""

    def mistake(x, w_q, w_k, b_q, num_heads, head):
        given = scale(x.shape[-1], w_q.shape[-1] // num_heads)
        return _head_weights(x, w_q, w_k, b_q, num_heads, head, scale=given)

    return mistake


def _over_queries(x, w_q, w_k, b_q, num_heads, head):
    q = x @ _columns(w_q, num_heads, head) + _columns(b_q, num_heads, head)
    return softmax(scaled(q, x @ _columns(w_k, num_heads, head)), axis=0)


MODEL_HEAD = Exercise(
    answer=_head_weights,
    # Head 1 of 3, so that neither the first columns nor the last pass for it.
    cases=[
        arrays(x=(4, 5), w_q=(5, 6), w_k=(5, 6), b_q=(6,)) | {"num_heads": 3, "head": 1},
        arrays(x=(5, 6), w_q=(6, 12), w_k=(6, 12), b_q=(12,), seed=10)
        | {"num_heads": 4, "head": 2},
        blank(arrays(x=(3, 4), w_q=(4, 10), w_k=(4, 10), b_q=(10,), seed=20))
        | {"num_heads": 2, "head": 1},
        loud(arrays(x=(7, 5), w_q=(5, 9), w_k=(5, 9), b_q=(9,), seed=31), "x", by=90)
        | {"num_heads": 3, "head": 2},
        loud(arrays(x=(7, 5), w_q=(5, 9), w_k=(5, 9), b_q=(9,), seed=40), "b_q", "x", by=200)
        | {"num_heads": 3, "head": 1},
    ],
    mistakes={
        "the bias is missing. Add the head's part of b_q to every query.": _wrong_head(
            bias=lambda b, num_heads, head: 0
        ),
        "this bias is head 0's. Each head has its own part of b_q.": _wrong_head(
            bias=lambda b, num_heads, head: b[: len(b) // num_heads]
        ),
        "the scores are divided by √d_model. The head compares d_k features: use √d_k.": _by_scale(
            lambda d_model, d_k: d_model**-0.5
        ),
        "the scores are not scaled. Divide them by √d_k.": _by_scale(lambda d_model, d_k: 1),
        "the scores are divided by d_k. Take the root: √d_k.": _by_scale(
            lambda d_model, d_k: 1 / d_k
        ),
        "these are the columns of the next head. Heads count from 0: start at head * d_k.": (
            lambda x, w_q, w_k, b_q, num_heads, head: _head_weights(
                x, w_q, w_k, b_q, num_heads, (head + 1) % num_heads
            )
        ),
        "these are the columns of the head before. Heads count from 0: start at head * d_k.": (
            lambda x, w_q, w_k, b_q, num_heads, head: _head_weights(
                x, w_q, w_k, b_q, num_heads, head - 1
            )
        ),
        "every num_heads-th column is taken. A head's columns stand side by side.": _wrong_head(
            pick=lambda a, num_heads, head: a[..., head::num_heads]
        ),
        "all columns are used: this is one head as wide as all together. Cut out the head's.": (
            _wrong_head(pick=lambda a, num_heads, head: a)
        ),
        "the softmax runs over the queries. Each row, one query's keys, must sum to 1: axis=-1.": (
            _over_queries
        ),
        "queries and keys are swapped: queries make the rows, q @ k.T.": (
            lambda x, w_q, w_k, b_q, num_heads, head: attention_weights(
                x @ _columns(w_k, num_heads, head),
                x @ _columns(w_q, num_heads, head) + _columns(b_q, num_heads, head),
            )
        ),
        "these are the scaled scores. The softmax is missing.": (
            lambda x, w_q, w_k, b_q, num_heads, head: scaled(
                x @ _columns(w_q, num_heads, head) + _columns(b_q, num_heads, head),
                x @ _columns(w_k, num_heads, head),
            )
        ),
        "these are the columns of head 0, whatever `head` says.": (
            lambda x, w_q, w_k, b_q, num_heads, head: _head_weights(x, w_q, w_k, b_q, num_heads, 0)
        ),
        "the keys are those of head 0. Cut out the same columns as for the queries.": (
            lambda x, w_q, w_k, b_q, num_heads, head: attention_weights(
                x @ _columns(w_q, num_heads, head) + _columns(b_q, num_heads, head),
                x @ _columns(w_k, num_heads, 0),
            )
        ),
        "the scores are divided by the root of the number of heads. Use √d_k.": (
            lambda x, w_q, w_k, b_q, num_heads, head: _head_weights(
                x, w_q, w_k, b_q, num_heads, head, scale=num_heads**-0.5
            )
        ),
    },
    praise="right. That is a head as a trained model has it.",
    attends=lambda weights: (
        lambda x, w_q, w_k, b_q, num_heads, head: weights(
            x @ _columns(w_q, num_heads, head) + _columns(b_q, num_heads, head),
            x @ _columns(w_k, num_heads, head),
        )
    ),
    valid=lambda x, w_q, w_k, b_q, num_heads, head: w_q.shape[-1] % num_heads == 0,
)


def _on_diagonal(maps, offset):
    return np.diagonal(maps, offset, -2, -1)


LOOKS_BACK = Exercise(
    answer=lambda maps: _on_diagonal(maps, -1).mean(axis=-1),
    cases=[
        {"maps": softmax(normal(4, 4, seed=1, spread=1.5))},
        {"maps": softmax(normal(2, 3, 5, 5, spread=1.5))},
        {"maps": softmax(normal(7, 7, seed=2, spread=1.5))},
    ],
    mistakes={
        "this is the next token. Row i, the query, looks at column i − 1: offset=-1.": (
            lambda maps: _on_diagonal(maps, 1).mean(axis=-1)
        ),
        "this is each token's weight on itself. The one before stands one column to the left.": (
            lambda maps: _on_diagonal(maps, 0).mean(axis=-1)
        ),
        "this is the token two before. One step left of the diagonal is enough.": (
            lambda maps: _on_diagonal(maps, -2).mean(axis=-1)
        ),
        "this is the sum. Divide it by the number of tokens that have one before them, n − 1.": (
            lambda maps: _on_diagonal(maps, -1).sum(axis=-1)
        ),
        "this divides by n. The first token has none before it: divide by n − 1.": (
            lambda maps: _on_diagonal(maps, -1).sum(axis=-1) / maps.shape[-1]
        ),
        "the first token looks at the last here: index −1 wraps around. Begin with row 1.": (
            lambda maps: np.mean([maps[..., i, i - 1] for i in range(maps.shape[-1])], axis=0)
        ),
        "this is one number for all heads. Average over the tokens only, the last axis.": (
            lambda maps: _on_diagonal(maps, -1).mean()
        ),
        "this is the largest of these weights. Take the mean.": (
            lambda maps: _on_diagonal(maps, -1).max(axis=-1)
        ),
        "this is the last token's weight alone. Average over all tokens that have one before "
        "them.": (lambda maps: maps[..., -1, -2]),
    },
    praise="right, for every head at once.",
    valid=lambda maps: sums_to_1(maps) and maps.shape[-1] > 1,
)


def check_model_head(function) -> Verdict:
    """Check ``function(x, w_q, w_k, b_q, num_heads, head)``: one head's weights, shape (n, n).

    ``x`` has shape (n, d_model), the matrices (d_model, num_heads * d_k) and the bias of the
    queries (num_heads * d_k,), for all heads side by side.

    Examples
    --------
    >>> from qkvlib import attention_weights, check_model_head
    >>> def head_weights(x, w_q, w_k, b_q, num_heads, head):
    ...     d_k = w_q.shape[1] // num_heads
    ...     own = slice(head * d_k, (head + 1) * d_k)
    ...     return attention_weights(x @ w_q[:, own], x @ w_k[:, own])
    >>> check_model_head(head_weights)
    ✗ head_weights(x of shape (4, 5), w_q of shape (5, 6), w_k of shape (5, 6), b_q of shape
    (6,), num_heads 3, head 1): the bias is missing. Add the head's part of b_q to every
    query.
      For x = [[0.3], [0.4], [-0.2]], w_q = [[0.4, 0.7]], w_k = [[0.3, -0.1]], b_q = [1, -1],
    num_heads = 2, head = 1: you return 0.3324 at [0, 0]; expected 0.3368.
    """
    return MODEL_HEAD.check(function)


def check_looks_back(function) -> Verdict:
    """Check ``function(maps)``: the mean weight on the token before, for weights (..., n, n).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_looks_back
    >>> def looks_back(maps):
    ...     return np.diagonal(maps, -1, -2, -1).mean(axis=-1)
    >>> check_looks_back(looks_back)
    ✓ looks_back: right, for every head at once.
    """
    return LOOKS_BACK.check(function)
