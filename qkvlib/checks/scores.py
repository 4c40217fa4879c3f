"""The exercises of *Scores*: a score, all scores, and what a score is made of."""

from __future__ import annotations

import numpy as np

from ..attention import attention_scores
from .cases import arrays, blank, loud
from .parts import cosines, lengths, scaled, transposed
from .verdict import Exercise, Verdict


def _score_parts(q, k, *, length=lengths):
    both = length(q)[:, None] * length(k)
    return both, attention_scores(q, k) / both


ONE_SCORE = Exercise(
    answer=lambda q, k: q @ k,
    cases=[
        arrays(q=(4,), k=(4,)),
        arrays(q=(7,), k=(7,), seed=2),
        {"q": np.array([0.7, -0.4, 0.0]), "k": np.array([-1.3, 0.9, 2.2])},  # below 0
        {"q": np.array([83.1, 0.6]), "k": np.array([12.7, -90.3])},
        {"q": np.array([0.5, -1.5, 2.0]), "k": np.array([1.0, 3.0, 2.0])},  # exactly 0
        {"q": np.array([0.5, -1.5]), "k": np.array([-2.0, 0.0])},
    ],
    mistakes={
        "these are the products. Add them up to one number.": np.multiply,
        "this is the mean of the products. A score is the sum of them.": (
            lambda q, k: (q * k).mean()
        ),
        "this is the product of the two sums. Multiply first, then add.": (
            lambda q, k: q.sum() * k.sum()
        ),
        "this is the sum of both vectors. Multiply feature by feature.": (
            lambda q, k: (q + k).sum()
        ),
        "this is the cosine. A score is not divided by the lengths.": (
            lambda q, k: q @ k / (lengths(q) * lengths(k))
        ),
        "this is the distance. A score multiplies, it never subtracts.": (
            lambda q, k: lengths(q - k)
        ),
        "the last feature is missing. range(n) already ends before n.": (
            lambda q, k: q[:-1] @ k[:-1]
        ),
        "these are the products of each feature with every other. Only those of one place meet.": (
            np.outer
        ),
        "these are differences. Multiply feature by feature.": (lambda q, k: (q - k).sum()),
        "this is the largest product alone. Add up all of them.": (lambda q, k: (q * k).max()),
        "the sum starts at 1. Start at 0.": (lambda q, k: q @ k + 1),
        "both are squared before they are multiplied. Multiply them as they are.": (
            lambda q, k: (q**2 * k**2).sum()
        ),
        "the products are multiplied with each other. Add them up.": (lambda q, k: np.prod(q * k)),
    },
    praise="right. One query, one key, one number.",
)

ALL_SCORES = Exercise(
    answer=attention_scores,
    # The first case is square, so that a product without the transpose runs and can be named.
    cases=[
        arrays(q=(4, 4), k=(4, 4)),
        arrays(q=(3, 5), k=(2, 5), seed=2),
        arrays(q=(2, 3, 5), k=(2, 4, 5), seed=4),
        blank(loud(arrays(q=(2, 3), k=(5, 3), seed=6), by=90)),
    ],
    mistakes={
        "these are the numbers of q @ k. The keys are rows; transpose them: q @ k.T.": (
            lambda q, k: q @ k
        ),
        "this is k with q: the transpose of what is asked. Queries make rows, keys columns.": (
            lambda q, k: k @ transposed(q)
        ),
        "this is features with features, q.T @ k. Transpose the keys, not the queries.": (
            lambda q, k: transposed(q) @ k
        ),
        "this is q * k: feature by feature, never added up, and each query meets one key only.": (
            lambda q, k: q * k
        ),
        "these scores are divided by √d_k already. Right, but not asked for here: leave it out.": (
            scaled
        ),
        "these are cosines. A score keeps the lengths: do not divide by them.": cosines,
        "k.T turns all axes around, the batch axis too. Use np.swapaxes(k, -1, -2).": (
            lambda q, k: q @ k.T
        ),
        "this is the distance, squared. A score multiplies, it never subtracts.": (
            lambda q, k: ((q[..., :, None, :] - k[..., None, :, :]) ** 2).sum(-1)
        ),
        "query and key are added, feature by feature. Multiply them.": (
            lambda q, k: (q[..., :, None, :] + k[..., None, :, :]).sum(-1)
        ),
        "these are products of two sums. Multiply feature by feature first, then add.": (
            lambda q, k: q.sum(-1)[..., :, None] * k.sum(-1)[..., None, :]
        ),
    },
    praise="right, with and without batch axes. Entry [i, j] is query i with key j.",
)

SCORE_PARTS = Exercise(
    answer=_score_parts,
    cases=[
        arrays(q=(4, 4), k=(4, 4)),
        arrays(q=(3, 5), k=(2, 5), seed=2),
        loud(arrays(q=(2, 3), k=(5, 3), seed=4), by=90),
        {"q": np.array([[3.0, 4.0]]), "k": np.array([[0.0, 0.1], [-4.0, 3.0]])},
    ],
    mistakes={
        "each query needs each key: turn the lengths of q into a column, [:, None], first.": (
            lambda q, k: (
                lengths(q) * lengths(k),
                attention_scores(q, k) / (lengths(q) * lengths(k)),
            )
        ),
        "these are lengths of columns. A vector is a row: take the norm over axis=-1.": (
            lambda q, k: _score_parts(q, k, length=lambda x: lengths(x.T))
        ),
        "these are squared lengths. Take the square root.": (
            lambda q, k: _score_parts(q, k, length=lambda x: (x**2).sum(axis=-1))
        ),
        "these are sums of absolute values. A length is the root of the sum of squares.": (
            lambda q, k: _score_parts(q, k, length=lambda x: abs(x).sum(axis=-1))
        ),
        "the two results are swapped: lengths first, then cosines.": (
            lambda q, k: _score_parts(q, k)[::-1]
        ),
        "the second result is the scores. Divide them by the lengths to get cosines.": (
            lambda q, k: (_score_parts(q, k)[0], attention_scores(q, k))
        ),
        "one norm for the whole matrix is not enough: each row is a vector, so use axis=-1.": (
            lambda q, k: _score_parts(q, k, length=lambda x: np.full(len(x), np.linalg.norm(x)))
        ),
        "the two lengths are added. Multiply them.": (
            lambda q, k: (
                lengths(q)[:, None] + lengths(k),
                q @ k.T / (lengths(q)[:, None] + lengths(k)),
            )
        ),
        "the second result is the angle. Its cosine is asked for: leave out the arccos.": (
            lambda q, k: (_score_parts(q, k)[0], np.arccos(cosines(q, k)))
        ),
        "the first result is the scores. It is the products of the two lengths.": (
            lambda q, k: (attention_scores(q, k), cosines(q, k))
        ),
        "the scores are multiplied by the lengths. Divide.": (
            lambda q, k: (_score_parts(q, k)[0], attention_scores(q, k) * _score_parts(q, k)[0])
        ),
        "the cosines are divided by the lengths twice. Once is enough.": (
            lambda q, k: (_score_parts(q, k)[0], cosines(q, k) / _score_parts(q, k)[0])
        ),
    },
    praise="right. Lengths times cosines give back the scores.",
)


def check_score(function) -> Verdict:
    """Check ``function(q, k)``: the score of one query, shape (d_k,), with one key, shape (d_k,).

    Examples
    --------
    >>> from qkvlib import check_score
    >>> def score(q, k):
    ...     return q @ k
    >>> check_score(score)
    ✓ score: right. One query, one key, one number.
    """
    return ONE_SCORE.check(function)


def check_attention_scores(function) -> Verdict:
    """Check ``function(q, k)``: all scores, shape (..., n_q, n_k).

    The queries have shape (..., n_q, d_k), the keys (..., n_k, d_k).

    Examples
    --------
    >>> from qkvlib import check_attention_scores
    >>> def scores(q, k):
    ...     return q @ k
    >>> check_attention_scores(scores)
    ✗ scores(q of shape (4, 4), k of shape (4, 4)): these are the numbers of q @ k. The keys
    are rows; transpose them: q @ k.T.
      For q = [[0.3, 0.1], [-0.1, 0.4]], k = [[0.41, 0.69], [0.74, 0.47]]: you return 0.1970
    at [0, 0]; expected 0.1920.
    """
    return ALL_SCORES.check(function)


def check_score_parts(function) -> Verdict:
    """Check ``function(q, k)``: lengths and cosines, two arrays of shape (n_q, n_k).

    The queries have shape (n_q, d_k), the keys (n_k, d_k).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import attention_scores, check_score_parts
    >>> def parts(q, k):
    ...     lengths = np.linalg.norm(q, axis=-1)[:, None] * np.linalg.norm(k, axis=-1)
    ...     return lengths, attention_scores(q, k) / lengths
    >>> check_score_parts(parts)
    ✓ parts: right. Lengths times cosines give back the scores.
    """
    return SCORE_PARTS.check(function)
