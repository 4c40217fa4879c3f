"""The exercises of *Lookup*: a hard lookup, a soft one, and how sharp is sharp enough."""

from __future__ import annotations

import numpy as np

from ..attention import softmax
from ..lookup import hard_lookup
from .cases import arrays, blank, loud, normal
from .parts import cosines, shares, unkept
from .verdict import Exercise, Verdict


def _distances(q: np.ndarray, k: np.ndarray) -> np.ndarray:
    return np.linalg.norm(q[:, None] - k, axis=-1)


HARD_LOOKUP = Exercise(
    answer=hard_lookup,
    # The first case is square, so that what is swapped or not transposed runs and can be named.
    cases=[
        arrays(q=(4, 4), k=(4, 4), v=(4, 4)),
        arrays(q=(3, 2), k=(5, 2), v=(5, 4), seed=3),
        # Queries of every kind: all keys below 0, the best far down, one key that is all 0.
        blank(arrays(q=(9, 2), k=(7, 2), v=(7, 4), seed=6, spread=1.5), "k"),
        loud(arrays(q=(8, 3), k=(6, 3), v=(6, 2), seed=9), by=100),
        loud(arrays(q=(12, 3), k=(9, 3), v=(9, 1), seed=12), "q", by=0.01),
        # All scores below 0, and close together.
        {"q": -1 - normal(6, 2) ** 2, "k": 1 + normal(5, 2, seed=1) ** 2, "v": normal(5, 1)},
        {"q": 1 + normal(6, 2), "k": 1 + 0.003 * normal(5, 2, seed=1), "v": normal(5, 1, seed=2)},
    ],
    mistakes={
        "these are the keys that fit best. Return the values that belong to them.": (
            lambda q, k, v: k[(q @ k.T).argmax(1)]
        ),
        "these are the numbers of the best keys. Use them to pick rows of v.": (
            lambda q, k, v: (q @ k.T).argmax(1)
        ),
        "these are the one-hot weights. Multiply them by the values: weights @ v.": (
            lambda q, k, v: hard_lookup(q, k, v, return_weights=True)[1]
        ),
        "for each key you look for the best query. Turn it around: argmax over axis=1.": (
            lambda q, k, v: v[(q @ k.T).argmax(0)]
        ),
        "this takes the key that fits worst: argmax, not argmin.": (
            lambda q, k, v: v[(q @ k.T).argmin(1)]
        ),
        "you compare the queries with the values. Compare with the keys.": (
            lambda q, k, v: v[(q @ v.T).argmax(1)]
        ),
        "the keys are not transposed: q @ k.T compares rows with rows.": (
            lambda q, k, v: v[(q @ k).argmax(1)]
        ),
        "the values come multiplied by their scores. A score chooses; it is not handed on.": (
            lambda q, k, v: v[(q @ k.T).argmax(1)] * (q @ k.T).max(1)[:, None]
        ),
        "this is a soft lookup: it blends all values. Take the best one alone.": (
            lambda q, k, v: softmax(q @ k.T) @ v
        ),
        "this takes the nearest key. Here the best key has the largest dot product.": (
            lambda q, k, v: v[_distances(q, k).argmin(1)]
        ),
        "the keys are compared by direction alone, by the cosine. A dot product counts lengths "
        "too.": (lambda q, k, v: v[cosines(q, k).argmax(1)]),
        "every query gets the value of one key, the best of all. Each has its own: "
        "argmax(axis=1).": (lambda q, k, v: v[[(q @ k.T).max(0).argmax()] * len(q)]),
        "minus signs are dropped: the best key has the largest score, not the largest size of "
        "it.": (lambda q, k, v: v[np.abs(q @ k.T).argmax(1)]),
        "this is one value for all queries. Each has its own: argmax(axis=1).": (
            lambda q, k, v: v[(q @ k.T).max(0).argmax()]
        ),
    },
    praise="right. One key wins, and its value is returned whole.",
)


def _fit(q, k, sharpness):
    return sharpness * (q @ k.T) / np.sqrt(q.shape[-1])


def _blend(q, k, v, sharpness, axis=-1):
    return softmax(_fit(q, k, sharpness), axis=axis) @ v


def _unnormalized(q, k, sharpness):
    return np.exp(_fit(q, k, sharpness))


SOFT_LOOKUP = Exercise(
    answer=_blend,
    cases=[
        arrays(q=(4, 4), k=(4, 4), v=(4, 4)) | {"sharpness": 1.5},
        arrays(q=(3, 2), k=(5, 2), v=(5, 4), seed=3) | {"sharpness": 0.537},
        blank(arrays(q=(4, 3), k=(2, 3), v=(2, 5), seed=6, spread=1.5)) | {"sharpness": 1.237},
        loud(arrays(q=(3, 5), k=(4, 5), v=(4, 2), seed=9), by=100) | {"sharpness": 4.3e-4},
        arrays(q=(6, 3), k=(5, 3), v=(5, 2), seed=12, spread=2) | {"sharpness": 3.1},
    ],
    mistakes={
        "the weights of each key sum to 1, not those of each query. Sum over axis=1.": (
            lambda q, k, v, sharpness: _blend(q, k, v, sharpness, axis=0)
        ),
        "the whole matrix of weights sums to 1. Each row must: sum over axis=1.": (
            lambda q, k, v, sharpness: shares(_unnormalized(q, k, sharpness), axis=None) @ v
        ),
        "the weights do not sum to 1. Divide each row by its own sum.": (
            lambda q, k, v, sharpness: _unnormalized(q, k, sharpness) @ v
        ),
        "the scores are not divided by the root of the number of features, q.shape[1].": (
            lambda q, k, v, sharpness: softmax(sharpness * (q @ k.T)) @ v
        ),
        "you divide by the sharpness. Multiply: a larger one makes larger gaps.": (
            lambda q, k, v, sharpness: _blend(q, k, v, 1 / sharpness)
        ),
        "the sharpness is not used: multiply the scores by it, before exp.": (
            lambda q, k, v, sharpness: _blend(q, k, v, 1)
        ),
        "the sharpness comes too late. Multiply the scores by it, before exp.": (
            lambda q, k, v, sharpness: sharpness * _blend(q, k, v, 1)
        ),
        "the weights mix the keys. Compare with the keys, but mix the values: weights @ v.": (
            lambda q, k, v, sharpness: _blend(q, k, k, sharpness)
        ),
        "each column is divided by the sum of a row. Keep the axis: sum(axis=-1, keepdims=True).": (
            lambda q, k, v, sharpness: unkept(_unnormalized(q, k, sharpness)) @ v
        ),
        "keys and values are swapped: compare with k, blend v.": (
            lambda q, k, v, sharpness: _blend(q, v, k, sharpness)
        ),
        "queries and keys are swapped: each row of scores belongs to a query, q @ k.T.": (
            lambda q, k, v, sharpness: _blend(k, q, v, sharpness)
        ),
        "the keys are not transposed: q @ k.T compares rows with rows.": (
            lambda q, k, v, sharpness: softmax(_fit(q, k.T, sharpness)) @ v
        ),
        "these are the weights. Multiply them by the values: weights @ v.": (
            lambda q, k, v, sharpness: softmax(_fit(q, k, sharpness))
        ),
        "the weights are the scores' shares without exp, which can be negative. Use exp first.": (
            lambda q, k, v, sharpness: shares(q @ k.T) @ v
        ),
        "this is a hard lookup: only the best key counts. Let every key have its share.": (
            lambda q, k, v, sharpness: hard_lookup(q, k, v)
        ),
        "the scores are divided by the root of the number of keys. Its features count: "
        "q.shape[1].": (
            lambda q, k, v, sharpness: softmax(sharpness * (q @ k.T) / np.sqrt(len(k))) @ v
        ),
        "the scores are divided by the number of features. Divide by its root.": (
            lambda q, k, v, sharpness: _blend(q, k, v, sharpness / np.sqrt(q.shape[1]))
        ),
        "the scores are multiplied by the root of the number of features. Divide.": (
            lambda q, k, v, sharpness: _blend(q, k, v, sharpness * q.shape[1])
        ),
        "there is no softmax: scores stand where weights belong. Use exp, and divide by the sum.": (
            lambda q, k, v, sharpness: _fit(q, k, sharpness) @ v
        ),
        "the scores are divided by the root of d_v. What is compared has q.shape[1] features.": (
            lambda q, k, v, sharpness: softmax(sharpness * (q @ k.T) / np.sqrt(v.shape[1])) @ v
        ),
    },
    praise="right. At sharpness 1, this is attention.",
    attends=lambda weights: lambda q, k, v, sharpness: weights(sharpness * q, k) @ v,
)


def _gap(scores: np.ndarray) -> float:
    return scores[0] - scores[1]


SHARPNESS = Exercise(
    answer=lambda scores, share: np.log(share / (1 - share)) / _gap(scores),
    cases=[
        {"scores": np.array([3.4, 2.3]), "share": 0.95},
        {"scores": np.array([0.5, -0.2]), "share": 0.6},
        {"scores": np.array([-0.313, -1.427]), "share": 0.9137},
        {"scores": np.array([0.0, -97.3]), "share": 0.731},
        {"scores": np.array([83.7, 0.0]), "share": 0.519},
    ],
    mistakes={
        "the log is missing: exp(sharpness · gap) is share / (1 − share).": (
            lambda scores, share: share / (1 - share) / _gap(scores)
        ),
        "you take the log of the share alone. Its odds, share / (1 − share), are what counts.": (
            lambda scores, share: np.log(share) / _gap(scores)
        ),
        "the sign is wrong: the odds are those of the better key, share / (1 − share).": (
            lambda scores, share: np.log((1 - share) / share) / _gap(scores)
        ),
        "you multiply by the gap. Divide: the wider the gap, the less sharpness it takes.": (
            lambda scores, share: np.log(share / (1 - share)) * _gap(scores)
        ),
        "you divide by the better score. Only the gap between the two matters.": (
            lambda scores, share: np.log(share / (1 - share)) / scores[0]
        ),
        "the logarithm has another base. exp is undone by np.log.": (
            lambda scores, share: np.log2(share / (1 - share)) / _gap(scores)
        ),
        "these are the odds at sharpness 1. Solve for the sharpness that gives the share.": (
            lambda scores, share: np.exp(_gap(scores))
        ),
        "the logarithm has base 10. exp is undone by np.log.": (
            lambda scores, share: np.log10(share / (1 - share)) / _gap(scores)
        ),
        "e is raised to the odds. What undoes exp is np.log.": (
            lambda scores, share: np.exp(share / (1 - share)) / _gap(scores)
        ),
        "this is the gap that sharpness 1 would need. Divide it by the gap of these two scores.": (
            lambda scores, share: np.log(share / (1 - share))
        ),
        "you divide by the sum of the scores. The gap is their difference.": (
            lambda scores, share: np.log(share / (1 - share)) / (scores[0] + scores[1])
        ),
        "you divide by the ratio of the scores. The gap is their difference.": (
            lambda scores, share: np.log(share / (1 - share)) / (scores[0] / scores[1])
        ),
        "the gap is squared. Divide by it once.": (
            lambda scores, share: np.log(share / (1 - share)) / _gap(scores) ** 2
        ),
    },
    praise="right. Half the gap takes twice the sharpness.",
    valid=lambda scores, share: len(scores) == 2 and scores[0] > scores[1],
)


def check_hard_lookup(function) -> Verdict:
    """Check ``function(q, k, v)``: the value of the best key for each query, shape (n_q, d_v).

    Shapes (n_q, d_k), (n_k, d_k) and (n_k, d_v).

    Examples
    --------
    >>> from qkvlib import check_hard_lookup
    >>> def lookup(q, k, v):
    ...     return k[(q @ k.T).argmax(axis=1)]
    >>> check_hard_lookup(lookup)
    ✗ lookup(q of shape (4, 4), k of shape (4, 4), v of shape (4, 4)): these are the keys that
    fit best. Return the values that belong to them.
      For q = [[0.3]], k = [[0.4]], v = [[0.3]]: you return 0.4000 at [0, 0]; expected 0.3000.
    """
    return HARD_LOOKUP.check(function)


def check_soft_lookup(function) -> Verdict:
    """Check ``function(q, k, v, sharpness)``: a blend for each query, shape (n_q, d_v).

    Shapes (n_q, d_k), (n_k, d_k) and (n_k, d_v).

    Examples
    --------
    >>> from qkvlib import check_soft_lookup, softmax
    >>> def lookup(q, k, v, sharpness):
    ...     return softmax(sharpness * q @ k.T / q.shape[1] ** 0.5) @ v
    >>> check_soft_lookup(lookup)
    ✓ lookup: right. At sharpness 1, this is attention.
    """
    return SOFT_LOOKUP.check(function)


def check_sharpness(function) -> Verdict:
    """Check ``function(scores, share)``: the sharpness that gives the better of two keys a share.

    ``scores`` has shape (2,), the better one first; ``share`` is above 1/2 and below 1.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_sharpness
    >>> def sharpness(scores, share):
    ...     return np.log(share / (1 - share)) / (scores[0] - scores[1])
    >>> check_sharpness(sharpness)
    ✓ sharpness: right. Half the gap takes twice the sharpness.
    """
    return SHARPNESS.check(function)
