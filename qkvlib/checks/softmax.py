"""The exercises of *Softmax*: one softmax, the weights of all queries, and the slopes."""

from __future__ import annotations

import math

import numpy as np

from ..attention import attention_scores, attention_weights, softmax
from .cases import arrays, blank, loud
from .parts import naive_softmax, scaled, shares, sums_to_1
from .verdict import Exercise, Verdict

_ROW = np.array([0.9, -0.4, 0.2, 1.3])


def _without_keepdims(q: np.ndarray, k: np.ndarray) -> np.ndarray:
    terms = np.exp(scaled(q, k))
    return terms / terms.sum(axis=-1)


SOFTMAX = Exercise(
    answer=softmax,
    # The last rows are wide: there it matters what is subtracted.
    cases=[
        {"scores": _ROW},
        {"scores": np.array([1000.875, 999.625, 1000.25])},
        {"scores": np.array([-999.125, -1000.375, -999.75, -998.75])},
        {"scores": np.array([0.5, -1500.0, 1.0])},
        {"scores": np.array([0.5, -4000.0, 1.0])},
        {"scores": np.array([0.0, 0.313, -2.127])},
        {"scores": np.array([-1000.0, 900.0, -3000.0, 2000.0, -0.5])},
        {"scores": np.array([-1700.5, -1701.25])},
        {"scores": np.array([3000.75, 3000.25, 0.0])},
    ],
    mistakes={
        "e to 1000 overflows to inf, and inf / inf is nan. Subtract the largest score first.": (
            naive_softmax
        ),
        "math.exp gives up above 709. Subtract the largest score first.": (
            lambda scores: shares(np.array([math.exp(score) for score in scores]))
        ),
        "right until the scores lie far apart: then subtracting their mean does not help. "
        "Subtract the largest.": (lambda scores: naive_softmax(scores - scores.mean())),
        "right until the scores lie far apart: subtracting the smallest leaves the others huge. "
        "Subtract the largest.": (lambda scores: naive_softmax(scores - scores.min())),
        "these are scores divided by their sum. Raise e to each score first.": shares,
        "these are the exponentials. Divide them by their sum.": np.exp,
        "these are e to (score − largest). Divide them by their sum.": (
            lambda scores: np.exp(scores - scores.max())
        ),
        "these are powers of 2. Use e: np.exp.": lambda scores: shares(2.0**scores),
        "the smallest score got the largest weight. Use e to the score, not to minus the score.": (
            lambda scores: naive_softmax(-scores)
        ),
        "these are logarithms of the weights. Leave out the last logarithm.": (
            lambda scores: np.log(naive_softmax(scores))
        ),
        "each score is squeezed by itself, 1 / (1 + e to −score). Divide by the sum over all.": (
            lambda scores: 1 / (1 + np.exp(-scores))
        ),
        "this is the largest score alone. The others have their share too: use exp.": (
            lambda scores: 1.0 * (scores == scores.max())
        ),
        "the largest score divides. Subtract it.": (
            lambda scores: naive_softmax(scores / scores.max())
        ),
        "the largest is subtracted above the line and not below it. Do it in both.": (
            lambda scores: np.exp(scores - scores.max()) / np.exp(scores).sum()
        ),
        "these are squares divided by their sum. Raise e to each score.": (
            lambda scores: shares(scores**2)
        ),
        "the scores are shifted and divided by their sum. Raise e to each score first.": (
            lambda scores: shares(scores - scores.min())
        ),
    },
    praise="right, also far from zero.",
)

WEIGHTS = Exercise(
    answer=attention_weights,
    # The first case is square, so that a wrong axis runs and can be named.
    cases=[
        arrays(q=(4, 4), k=(4, 4)),
        arrays(q=(3, 5), k=(2, 5), seed=1),
        arrays(q=(2, 3, 5), k=(2, 4, 5), seed=2),
        blank(arrays(q=(5, 3), k=(6, 3), seed=6, spread=1.5)),
        loud(arrays(q=(7, 3), k=(6, 3), seed=7), "k"),
    ],
    mistakes={
        "the scores are not scaled. Divide them by √d_k before the softmax.": (
            lambda q, k: softmax(attention_scores(q, k))
        ),
        "the scores are divided by d_k. Divide by its square root.": (
            lambda q, k: softmax(attention_scores(q, k) / q.shape[-1])
        ),
        "the scores are multiplied by √d_k. Divide.": (
            lambda q, k: softmax(attention_scores(q, k) * np.sqrt(q.shape[-1]))
        ),
        "the weights are divided by √d_k, so that rows do not sum to 1. Divide the scores.": (
            lambda q, k: softmax(attention_scores(q, k)) / np.sqrt(q.shape[-1])
        ),
        "the scores are divided by the root of the number of keys. d_k counts features.": (
            lambda q, k: softmax(attention_scores(q, k) / np.sqrt(k.shape[-2]))
        ),
        "your columns sum to 1. Keys are the last axis: axis=-1.": (
            lambda q, k: softmax(scaled(q, k), axis=-2)
        ),
        "axis=1 holds the keys only if there is no batch axis. Use axis=-1.": (
            lambda q, k: softmax(scaled(q, k), axis=1)
        ),
        "all weights together sum to 1. Each row must: sum over axis=-1 alone.": (
            lambda q, k: shares(np.exp(scaled(q, k)), axis=(-1, -2))
        ),
        "each column is divided by the sum of a row. Keep the axis: sum(..., keepdims=True).": (
            _without_keepdims
        ),
        "these are the scaled scores. The softmax is missing.": scaled,
        "this is q @ k without the transpose. Keys are rows; turn them.": (
            lambda q, k: softmax(q @ k / np.sqrt(q.shape[-1]))
        ),
        "queries and keys are swapped: queries make the rows.": lambda q, k: softmax(scaled(k, q)),
    },
    praise="right. Each query's weights sum to 1.",
    attends=lambda weights: weights,
)

JACOBIAN = Exercise(
    answer=lambda weights: np.diag(weights) - np.outer(weights, weights),
    cases=[
        {"weights": np.array([0.1, 0.5, 0.4])},
        {"weights": softmax(_ROW)},
        {"weights": np.eye(3)[1]},
    ],
    mistakes={
        "these are the entries of the diagonal. Each weight also moves with every other score.": (
            lambda weights: weights * (1 - weights)
        ),
        "only the diagonal is right. A rise of one score lowers the other weights.": (
            lambda weights: np.diag(weights * (1 - weights))
        ),
        "the sign is turned: a weight must rise with its own score.": (
            lambda weights: np.outer(weights, weights) - np.diag(weights)
        ),
        "the products are added. Subtract them: the other weights fall.": (
            lambda weights: np.diag(weights) + np.outer(weights, weights)
        ),
        "the diagonal is not enough. Subtract the product of each two weights.": np.diag,
        "the weights themselves are missing on the diagonal: np.diag(weights) − ...": (
            lambda weights: -np.outer(weights, weights)
        ),
        "weights * weights is a row. Every pair needs its product: np.outer.": (
            lambda weights: np.diag(weights) - weights * weights
        ),
        "weights @ weights is one number. Every pair needs its product: np.outer.": (
            lambda weights: np.diag(weights) - weights @ weights
        ),
        "1 stands on the diagonal where the weight itself belongs: np.diag(weights).": (
            lambda weights: np.eye(len(weights)) - np.outer(weights, weights)
        ),
        "the diagonal is 0. A weight moves with its own score too: np.diag(weights) − ...": (
            lambda weights: np.diag(weights**2) - np.outer(weights, weights)
        ),
        "the weights are added in pairs. Multiply them: np.outer.": (
            lambda weights: np.diag(weights) - (weights[:, None] + weights)
        ),
        "this is w · (1 − w) for every pair. Off the diagonal it is −w · w.": (
            lambda weights: np.outer(weights, 1 - weights)
        ),
    },
    praise="right. Each row sums to 0: what one weight gains, the others lose.",
    valid=sums_to_1,
)


def check_softmax(function) -> Verdict:
    """Check ``function(scores)``: the weights of one row of scores, shape (n_k,).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_softmax
    >>> def weights(scores):
    ...     return np.exp(scores) / np.exp(scores).sum()
    >>> check_softmax(weights)
    ✗ weights(scores of shape (3,)): e to 1000 overflows to inf, and inf / inf is nan.
    Subtract the largest score first.
      For scores = [1001]: you return nan at [0]; expected 1.0000.
    """
    return SOFTMAX.check(function)


def check_attention_weights(function) -> Verdict:
    """Check ``function(q, k)``: the weights of all queries, shape (..., n_q, n_k).

    The queries have shape (..., n_q, d_k), the keys (..., n_k, d_k).

    Examples
    --------
    >>> from qkvlib import check_attention_weights, softmax
    >>> def weights(q, k):
    ...     return softmax(q @ k.T / q.shape[-1] ** 0.5, axis=0)
    >>> check_attention_weights(weights)
    ✗ weights(q of shape (4, 4), k of shape (4, 4)): your columns sum to 1. Keys are the last
    axis: axis=-1.
      For q = [[0.3, 0.1], [-0.1, 0.4]], k = [[0.4, 0.7], [0.7, 0.5]]: you return 0.4912 at
    [0, 0]; expected 0.4876.
    """
    return WEIGHTS.check(function)


def check_softmax_jacobian(function) -> Verdict:
    """Check ``function(weights)``: the slopes of all weights, shape (n_k, n_k).

    Entry [j, l] is the slope of weight j as score l rises; the weights have shape (n_k,).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_softmax_jacobian
    >>> def slopes(weights):
    ...     return np.diag(weights) - np.outer(weights, weights)
    >>> check_softmax_jacobian(slopes)
    ✓ slopes: right. Each row sums to 0: what one weight gains, the others lose.
    """
    return JACOBIAN.check(function)
