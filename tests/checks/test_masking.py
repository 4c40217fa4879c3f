"""The exercises of *Masking*."""

import math

import numpy as np
from exercises import right_answers_pass, wrong_answers_are_named

from qkvlib import softmax
from qkvlib.checks.masking import CAUSAL_WEIGHTS, HIDE_FUTURE
from qkvlib.checks.padding import BATCH_WEIGHTS


def hidden(scores, keep):
    """The scores with -inf where ``keep(query, key)`` is false; a loop, so a second way."""
    masked = np.array(scores, dtype=float)
    for place in np.ndindex(masked.shape):
        if not keep(*place[-2:]):
            masked[place] = -math.inf
    return masked


def test_hide_future():
    def offset(scores):
        n_q, n_k = scores.shape[-2:]
        return np.arange(n_k)[None, :] - np.arange(n_q)[:, None]

    right_answers_pass(
        HIDE_FUTURE,
        [
            lambda scores: hidden(scores, lambda i, j: j <= i),
            lambda scores: np.where(offset(scores) > 0, -np.inf, scores),
            lambda scores: scores + np.triu(np.full(scores.shape[-2:], -np.inf), 1),
        ],
    )
    wrong_answers_are_named(
        HIDE_FUTURE,
        {
            "the diagonal is hidden": lambda scores: hidden(scores, lambda i, j: j < i),
            "one future token": lambda scores: hidden(scores, lambda i, j: j <= i + 1),
            "the mask is inverted": lambda scores: hidden(scores, lambda i, j: j > i),
            "the past is hidden": lambda scores: hidden(scores, lambda i, j: j >= i),
            "hidden scores are 0": np.tril,
            "hides nothing": lambda scores: scores + np.tril(np.ones(scores.shape[-2:])),
            "0 times infinity": lambda scores: (
                scores + np.triu(np.ones(scores.shape[-2:]), 1) * -math.inf
            ),
            "far below, but not hidden": lambda scores: np.where(
                offset(scores) > 0, float("-1e9"), scores
            ),
            "these are weights": lambda scores: softmax(hidden(scores, lambda i, j: j <= i)),
            "score of 0 is hidden too": lambda scores: np.where(
                np.tril(scores) == 0, -np.inf, scores
            ),
        },
    )


def scaled(q, k):
    return np.einsum("...id,...jd->...ij", q, k) / math.sqrt(q.shape[-1])


def stable(scores):
    return naive(scores - scores.max(-1, keepdims=True))


def naive(scores):
    terms = np.exp(scores)
    return terms / terms.sum(-1)[..., None]


def test_causal_weights():
    def loop(q, k):
        weights = np.zeros((*q.shape[:-1], k.shape[-2]))
        for *batch, i in np.ndindex(q.shape[:-1]):
            place = tuple(batch)
            row = [q[place][i] @ k[place][j] / q.shape[-1] ** 0.5 for j in range(i + 1)]
            terms = [math.exp(score - max(row)) for score in row]
            weights[place][i, : i + 1] = np.array(terms) / sum(terms)
        return weights

    def with_diagonal(q, k, diagonal, shares=softmax):
        return shares(hidden(scaled(q, k), lambda i, j: j <= i + diagonal))

    def shared_again(q, k):
        kept = np.tril(softmax(scaled(q, k)))
        return kept / kept.sum(-1, keepdims=True)

    def square(q):
        return np.ones((q.shape[-2], q.shape[-2]))

    right_answers_pass(
        CAUSAL_WEIGHTS,
        [
            loop,
            lambda q, k: softmax(hidden(scaled(q, k), lambda i, j: j <= i)),
            lambda q, k: softmax(scaled(q, k) + np.triu(-np.inf * square(q), 1)),
        ],
    )
    wrong_answers_are_named(
        CAUSAL_WEIGHTS,
        {
            "nothing is hidden": lambda q, k: naive(scaled(q, k)),
            "masked after the softmax": lambda q, k: np.tril(naive(scaled(q, k))),
            "scores times 0": lambda q, k: naive(np.tril(scaled(q, k))),
            "adding 1 and 0": lambda q, k: naive(scaled(q, k) + np.tril(square(q))),
            "the first token sees nothing": lambda q, k: with_diagonal(q, k, -1),
            "the first row is nan": lambda q, k: with_diagonal(q, k, -1, naive),
            "one future token": lambda q, k: with_diagonal(q, k, 1),
            "sees the future only": lambda q, k: softmax(hidden(scaled(q, k), lambda i, j: j > i)),
            "the last row is nan": lambda q, k: naive(hidden(scaled(q, k), lambda i, j: j > i)),
            "divided again": shared_again,
            "a low number is not −∞": lambda q, k: softmax(
                np.where(np.tril(square(q)) > 0, scaled(q, k), -100.0)
            ),
            "score of 0 is hidden too": lambda q, k: softmax(
                np.where(np.tril(scaled(q, k)) == 0, -np.inf, scaled(q, k))
            ),
            "are not scaled": lambda q, k: with_diagonal(q * q.shape[-1] ** 0.5, k, 0),
            "divided by d_k": lambda q, k: with_diagonal(q / q.shape[-1] ** 0.5, k, 0),
            "your columns sum to 1": lambda q, k: np.swapaxes(
                naive(np.swapaxes(hidden(scaled(q, k), lambda i, j: j <= i), -1, -2)), -1, -2
            ),
        },
    )


def test_batch_weights():
    def under(scores, lengths, keep, shares=softmax):
        """Weights of what ``keep(query, key, length)`` keeps."""
        masked = [
            hidden(one, lambda i, j, n=n: keep(i, j, n))
            for one, n in zip(scores, lengths, strict=True)
        ]
        return shares(np.array(masked))

    def loop(scores, lengths):
        weights = np.zeros_like(scores)
        for b, i in np.ndindex(scores.shape[:2]):
            seen = min(i + 1, lengths[b])
            if seen:
                terms = np.exp(scores[b, i, :seen] - max(scores[b, i, :seen]))
                weights[b, i, :seen] = terms / terms.sum()
        return weights

    def shared_again(scores, lengths):
        j = np.arange(scores.shape[-1])
        keep = (j[:, None] >= j) & (j < lengths[:, None, None])
        kept = np.where(keep, scores, -1e300)
        terms = np.exp(kept - kept.max(-1, keepdims=True)) * keep
        total = terms.sum(-1, keepdims=True)
        return np.divide(terms, total, out=np.zeros_like(terms), where=total > 0)

    right_answers_pass(
        BATCH_WEIGHTS,
        [
            loop,
            shared_again,
            lambda scores, lengths: under(scores, lengths, lambda i, j, n: j <= i and j < n),
            lambda scores, lengths: np.nan_to_num(
                under(scores, lengths, lambda i, j, n: j <= i and j < n, stable)
            ),
        ],
    )
    width = 4  # of the first case

    def by_rows(scores, lengths):
        j = np.arange(scores.shape[-1])
        return softmax(np.where((j[:, None] >= j) & (j < lengths[:, np.newaxis]), scores, -np.inf))

    def far_below(scores, lengths):
        masked = under(scores, lengths, lambda i, j, n: j <= i and j < n, np.asarray)
        return naive(np.maximum(masked, -1e9) - np.maximum(masked, -1e9).max(-1, keepdims=True))

    wrong_answers_are_named(
        BATCH_WEIGHTS,
        {
            "nothing to attend to is nan": lambda s, n: under(
                s, n, lambda i, j, n: j <= i and j < n, naive
            ),
            "got weights": far_below,
            "the padding is not hidden": lambda s, n: under(s, n, lambda i, j, n: j <= i),
            "the future is not hidden": lambda s, n: under(s, n, lambda i, j, n: j < n),
            "either mask allows it": lambda s, n: under(s, n, lambda i, j, n: j <= i or j < n),
            "wrong side": lambda s, n: under(
                s, n, lambda i, j, n: j <= i and j >= (width if len(s[0]) == width else 3) - n
            ),
            "one padding token": lambda s, n: under(s, n, lambda i, j, n: j <= i and j <= n),
            "only the padding is seen": lambda s, n: under(s, n, lambda i, j, n: j <= i and j >= n),
            "the queries of padding": lambda s, n: under(
                s, n, lambda i, j, n: j <= i and j < n and i < n
            ),
            "masked after the softmax": lambda s, n: np.where(loop(s, n) > 0, naive(s), 0),
            "an axis for the queries": by_rows,
        },
    )
