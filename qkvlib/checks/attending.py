"""What can go wrong between queries, keys and weights, in any exercise that attends."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..attention import attention_scores, softmax
from .parts import cosines, hide, lower, scaled, shares, unkept


def _scaled_by(scale: Callable) -> Callable:
    return lambda q, k: softmax(attention_scores(q, k) * scale(q, k))


_WEIGHTS = {
    "the scores are not scaled. Divide them by √d_k before the softmax.": (
        _scaled_by(lambda q, k: 1.0)
    ),
    "the scores are divided by d_k. Take the root: √d_k.": (
        _scaled_by(lambda q, k: 1 / q.shape[-1])
    ),
    "the scores are multiplied by √d_k. Divide.": _scaled_by(lambda q, k: np.sqrt(q.shape[-1])),
    "the scores are divided by the root of the number of keys. d_k counts features.": (
        _scaled_by(lambda q, k: k.shape[-2] ** -0.5)
    ),
    "the scores are divided by the root of the number of queries. d_k counts features.": (
        _scaled_by(lambda q, k: q.shape[-2] ** -0.5)
    ),
    "the weights are divided by √d_k, after the softmax. Divide the scores.": (
        lambda q, k: softmax(attention_scores(q, k)) / np.sqrt(q.shape[-1])
    ),
    "there is no softmax: scores stand where weights belong.": scaled,
    "there is neither a scale nor a softmax: scores stand where weights belong.": attention_scores,
    "the weights are not divided by the sum of their row.": lambda q, k: np.exp(scaled(q, k)),
    "all weights together sum to 1. Each row should, by itself: axis=-1.": (
        lambda q, k: shares(np.exp(scaled(q, k)), axis=None)
    ),
    "the softmax runs over the queries. Each row, one query's keys, must sum to 1: axis=-1.": (
        lambda q, k: softmax(scaled(q, k), axis=-2)
    ),
    "each column is divided by the sum of a row. Keep the axis: keepdims=True.": (
        lambda q, k: unkept(np.exp(scaled(q, k)))
    ),
    "a causal mask is in it. None is asked for.": (
        lambda q, k: softmax(hide(scaled(q, k), lower(scaled(q, k))))
    ),
    "only the best key counts. Softmax lets the others count too.": (
        lambda q, k: 1.0 * (scaled(q, k) == scaled(q, k).max(axis=-1, keepdims=True))
    ),
    "all weights of a row are equal. They should follow the scores.": (
        lambda q, k: softmax(0 * scaled(q, k))
    ),
    "a softmax is taken twice. Leave one out.": lambda q, k: softmax(softmax(scaled(q, k))),
    "the smallest score gets the largest weight: a minus sign too much.": (
        lambda q, k: softmax(-scaled(q, k))
    ),
    "the scores are cosines. Do not divide by the lengths of the vectors.": (
        lambda q, k: softmax(cosines(q, k))
    ),
    "the scores are made of distances. They are dot products: q @ k.T.": (
        lambda q, k: softmax(
            -((q[..., :, None, :] - k[..., None, :, :]) ** 2).sum(-1) / np.sqrt(q.shape[-1])
        )
    ),
    "the rows of the scores are keys: they are transposed. Queries make the rows.": (
        lambda q, k: np.swapaxes(softmax(scaled(q, k)), -1, -2)
    ),
    "the queries are compared with themselves: q @ q.T. Compare with the keys.": (
        lambda q, k: softmax(scaled(q, q))
    ),
}


def attending(build: Callable[[Callable], Callable] | None) -> dict[str, Callable]:
    """Make the mistakes of an exercise: ``build`` makes an answer of a way to get weights.

    Examples
    --------
    >>> mistakes = attending(lambda weights: lambda q, k, v: weights(q, k) @ v)
    >>> len(mistakes)
    21
    """
    return {said: build(weights) for said, weights in _WEIGHTS.items()} if build else {}
