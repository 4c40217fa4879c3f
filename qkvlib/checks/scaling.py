"""The exercises of *Scaling*: scaled scores, weights of several heads, how far scores spread."""

from __future__ import annotations

import numpy as np

from ..attention import attention_scores, attention_weights, softmax
from .cases import arrays, blank, loud
from .parts import cosines, scaled
from .verdict import Exercise, Verdict


def _spread(s_q: np.ndarray, s_k: np.ndarray) -> float:
    return np.sqrt(np.sum(s_q**2 * s_k**2))


SCALED_SCORES = Exercise(
    answer=scaled,
    # All sizes differ, so that the root of a wrong one can be told.
    cases=[
        arrays(q=(3, 5), k=(7, 5), seed=7),
        arrays(q=(2, 3, 6), k=(2, 5, 6), seed=7),
        blank(loud(arrays(q=(5, 3), k=(2, 3), seed=9), by=90)),
        arrays(q=(2, 3, 2, 5), k=(2, 3, 6, 5), seed=11),
    ],
    mistakes={
        "these scores are not scaled. Divide them by √d_k.": attention_scores,
        "you divided by d_k (or q and k by √d_k each). Divide by √d_k, once.": (
            lambda q, k: attention_scores(q, k) / q.shape[-1]
        ),
        "you multiplied by √d_k. Divide: large scores must become smaller.": (
            lambda q, k: attention_scores(q, k) * np.sqrt(q.shape[-1])
        ),
        "you divided by the root of the number of keys. d_k counts features: q.shape[-1].": (
            lambda q, k: attention_scores(q, k) / np.sqrt(k.shape[-2])
        ),
        "you divided by the root of the number of queries. d_k counts features: q.shape[-1].": (
            lambda q, k: attention_scores(q, k) / np.sqrt(q.shape[-2])
        ),
        "these are cosines: you divided by the lengths of the vectors. Divide by √d_k.": cosines,
        "these are weights. Leave the softmax out; it comes after scaling.": attention_weights,
        "k.T turns all axes around, the batch axis too. Use np.swapaxes(k, -1, -2).": (
            lambda q, k: q @ k.T / np.sqrt(q.shape[-1])
        ),
    },
    praise="right: divided by the root of the number of features, in a batch too.",
)

HEAD_WEIGHTS = Exercise(
    answer=attention_weights,
    cases=[
        arrays(q=(3, 5, 6), k=(3, 7, 6), seed=7),
        arrays(q=(2, 3, 8), k=(2, 3, 8), seed=7),
        blank(arrays(q=(5, 2, 3), k=(5, 4, 3), seed=9, spread=0.8)),
    ],
    mistakes={
        "your weights are what you get when you scale by √d_model, all heads together. Each head "
        "has its own scores: use √d_head.": (
            lambda q, k: attention_weights(q, k, scale=(len(q) * q.shape[-1]) ** -0.5)
        ),
        "the scores are not scaled. Divide them by √d_head before the softmax.": (
            lambda q, k: attention_weights(q, k, scale=1)
        ),
        "you scaled by d_head (or q and k by √d_head each). These weights are too even: use "
        "√d_head, once.": (lambda q, k: attention_weights(q, k, scale=1 / q.shape[-1])),
        "you multiplied by √d_head. Divide: large scores must become smaller.": (
            lambda q, k: attention_weights(q, k, scale=q.shape[-1] ** 0.5)
        ),
        "you scaled by the root of the number of heads. Use √d_head.": (
            lambda q, k: attention_weights(q, k, scale=len(q) ** -0.5)
        ),
        "you scaled by the root of the number of keys. Use √d_head.": (
            lambda q, k: attention_weights(q, k, scale=k.shape[-2] ** -0.5)
        ),
        "you divided after the softmax, so the weights no longer sum to 1. Scale the scores.": (
            lambda q, k: attention_weights(q, k, scale=1) / np.sqrt(q.shape[-1])
        ),
        "these are the scaled scores. Now let qkv.softmax make weights of them.": scaled,
        "the columns sum to 1, not the rows: each query shares its weights among the keys, "
        "axis=-1.": (lambda q, k: softmax(scaled(q, k), axis=-2)),
    },
    praise="right. Every head is scaled by its own number of features.",
    attends=lambda weights: weights,
)

SCORE_SPREAD = Exercise(
    answer=_spread,
    cases=[
        {"s_q": np.array([1.0, 0.5, 2.0, 1.5]), "s_k": np.array([0.5, 1.2, 0.8, 2.0])},
        {"s_q": np.array([0.3, 0.9, 1.4]), "s_k": np.array([1.1, 0.2, 0.7])},
        {"s_q": np.array([0.613, 83.717]), "s_k": np.array([1.237, 0.318])},
        {"s_q": np.array([0.0421, 0.0313, 0.5]), "s_k": np.array([0.0717, 90.1, 0.0])},
    ],
    mistakes={
        "this is √d_k, which is right only if every spread is 1. Use s_q and s_k.": (
            lambda s_q, s_k: np.sqrt(len(s_q))
        ),
        "this adds up the spreads. Spreads do not add; variances do: square them first.": (
            lambda s_q, s_k: np.sum(s_q * s_k)
        ),
        "this is the root of a sum of spreads. Square each product before you add.": (
            lambda s_q, s_k: np.sqrt(np.sum(s_q * s_k))
        ),
        "this is the variance. The spread is its square root.": (
            lambda s_q, s_k: np.sum(s_q**2 * s_k**2)
        ),
        "this is the root of the mean. The variances of the features add up: use their sum.": (
            lambda s_q, s_k: np.sqrt(np.mean(s_q**2 * s_k**2))
        ),
        "this lets every feature of q meet every one of k. A dot product pairs each with its own: "
        "multiply first, then add.": (
            lambda s_q, s_k: np.sqrt(np.sum(s_q**2)) * np.sqrt(np.sum(s_k**2))
        ),
        "this adds the variances of q and k. Each term of a dot product is a product, so its "
        "variance is the product of the two.": (lambda s_q, s_k: np.sqrt(np.sum(s_q**2 + s_k**2))),
        "this is the factor to multiply by. Asked is the spread, to divide by.": (
            lambda s_q, s_k: 1 / _spread(s_q, s_k)
        ),
    },
    praise="right. With all spreads 1 it is √d_k.",
)


def check_scaled_scores(function) -> Verdict:
    """Check ``function(q, k)``: the scores divided by √d_k, shape (..., n_q, n_k).

    The queries have shape (..., n_q, d_k), the keys (..., n_k, d_k).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_scaled_scores
    >>> def scaled_scores(q, k):
    ...     return q @ np.swapaxes(k, -1, -2) / q.shape[-1]
    >>> check_scaled_scores(scaled_scores)
    ✗ scaled_scores(q of shape (3, 5), k of shape (7, 5)): you divided by d_k (or q and k by
    √d_k each). Divide by √d_k, once.
      For q = [[0.2, 0.4]], k = [[-1, -1]]: you return -0.3000 at [0, 0]; expected -0.4243.
    """
    return SCALED_SCORES.check(function)


def check_head_weights(function) -> Verdict:
    """Check ``function(q, k)``: the weights of each head, shape (num_heads, n_q, n_k).

    The queries have shape (num_heads, n_q, d_head), the keys (num_heads, n_k, d_head), where
    d_model = num_heads · d_head.

    Examples
    --------
    >>> from qkvlib import attention_weights, check_head_weights
    >>> def head_weights(q, k):
    ...     return attention_weights(q, k)
    >>> check_head_weights(head_weights)
    ✓ head_weights: right. Every head is scaled by its own number of features.
    """
    return HEAD_WEIGHTS.check(function)


def check_score_spread(function) -> Verdict:
    """Check ``function(s_q, s_k)``: the standard deviation of a dot product, one number.

    Feature i of the query has mean 0 and standard deviation s_q[i], that of the key s_k[i]; all are
    independent. Both arguments have shape (d_k,).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_score_spread
    >>> def spread(s_q, s_k):
    ...     return np.linalg.norm(s_q * s_k)
    >>> check_score_spread(spread)
    ✓ spread: right. With all spreads 1 it is √d_k.
    """
    return SCORE_SPREAD.check(function)
