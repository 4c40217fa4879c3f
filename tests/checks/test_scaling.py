"""The exercises of *Scaling*."""

import math

import numpy as np
import pytest
from exercises import right_answers_pass, softmax, wrong_answers_are_named

from qkvlib.checks.scaling import HEAD_WEIGHTS, SCALED_SCORES, SCORE_SPREAD


def dots(q, k):
    return np.einsum("...id,...jd->...ij", q, k)


def scaled_loop(q, k):
    scores = np.empty((*q.shape[:-1], k.shape[-2]))
    for *batch, i, j in np.ndindex(scores.shape):
        terms = [a * b for a, b in zip(q[(*batch, i)], k[(*batch, j)], strict=True)]
        scores[(*batch, i, j)] = sum(terms) / math.sqrt(len(terms))
    return scores


def unit(x):
    return x / np.sqrt((x * x).sum(-1, keepdims=True))


def test_scaled_scores():
    right_answers_pass(
        SCALED_SCORES,
        [
            scaled_loop,
            lambda q, k: q @ np.swapaxes(k, -1, -2) / np.sqrt(k.shape[-1]),
            lambda q, k: dots(q, k) * q.shape[-1] ** -0.5,
            lambda q, k: dots(q / q.shape[-1] ** 0.25, k / k.shape[-1] ** 0.25),
            lambda q, k: dots(q / np.sqrt(q.shape[-1]), k),
        ],
    )
    wrong_answers_are_named(
        SCALED_SCORES,
        {
            "not scaled": dots,
            "divided by d_k (or": lambda q, k: dots(
                q / np.sqrt(q.shape[-1]), k / np.sqrt(k.shape[-1])
            ),
            "you multiplied": lambda q, k: scaled_loop(q, k) * q.shape[-1],
            "number of keys": lambda q, k: dots(q, k) / math.sqrt(k.shape[-2]),
            "number of queries": lambda q, k: dots(q, k) / math.sqrt(q.shape[-2]),
            "these are cosines": lambda q, k: dots(unit(q), unit(k)),
            "these are weights": lambda q, k: softmax(scaled_loop(q, k)),
            "the batch axis too": lambda q, k: np.matmul(q, k.T) / math.sqrt(q.shape[-1]),
        },
    )


def test_head_weights():
    right_answers_pass(
        HEAD_WEIGHTS,
        [
            lambda q, k: np.array([softmax(scaled_loop(*head)) for head in zip(q, k, strict=True)]),
            lambda q, k: softmax(q @ np.swapaxes(k, 1, 2) / np.sqrt(q.shape[2])),
            lambda q, k: softmax(np.einsum("hid,hjd->hij", q, k) * q.shape[-1] ** -0.5),
        ],
    )
    wrong_answers_are_named(
        HEAD_WEIGHTS,
        {
            "by √d_model": lambda q, k: softmax(dots(q, k) / np.sqrt(q.shape[0] * q.shape[2])),
            "are not scaled": lambda q, k: softmax(dots(q, k)),
            "too even": lambda q, k: softmax(scaled_loop(q, k) / np.sqrt(q.shape[-1])),
            "you multiplied": lambda q, k: softmax(dots(q, k) * np.sqrt(q.shape[-1])),
            "number of heads": lambda q, k: softmax(dots(q, k) / np.sqrt(q.shape[0])),
            "number of keys": lambda q, k: softmax(dots(q, k) / np.sqrt(k.shape[1])),
            "after the softmax": lambda q, k: softmax(dots(q, k)) / q.shape[-1] ** 0.5,
            "scaled scores": scaled_loop,
            "columns sum to 1": lambda q, k: softmax(scaled_loop(q, k), axis=1),
        },
    )


def spread_loop(s_q, s_k):
    variance = 0.0
    for i in range(len(s_q)):
        variance += s_q[i] ** 2 * s_k[i] ** 2
    return math.sqrt(variance)


def test_score_spread():
    right_answers_pass(
        SCORE_SPREAD,
        [
            spread_loop,
            lambda s_q, s_k: np.linalg.norm(s_q * s_k),
            lambda s_q, s_k: np.sqrt(s_q**2 @ s_k**2),
            lambda s_q, s_k: np.sqrt(np.einsum("d,d,d,d->", s_q, s_q, s_k, s_k)),
        ],
    )
    wrong_answers_are_named(
        SCORE_SPREAD,
        {
            "this is √d_k": lambda s_q, s_k: s_q.size**0.5,
            "Spreads do not add": lambda s_q, s_k: s_q @ s_k,
            "root of a sum of spreads": lambda s_q, s_k: math.sqrt(s_q @ s_k),
            "this is the variance": lambda s_q, s_k: spread_loop(s_q, s_k) ** 2,
            "root of the mean": lambda s_q, s_k: spread_loop(s_q, s_k) / len(s_q) ** 0.5,
            "every feature of q meet every": lambda s_q, s_k: np.linalg.norm(np.outer(s_q, s_k)),
            "adds the variances": lambda s_q, s_k: np.hypot(*map(np.linalg.norm, (s_q, s_k))),
            "factor to multiply by": lambda s_q, s_k: spread_loop(s_q, s_k) ** -1,
        },
    )


@pytest.mark.parametrize("case", HEAD_WEIGHTS.cases)
def test_no_softmax_saturates(case):
    """Not even without scaling, so that every mistake shows."""
    weights = softmax(dots(**case))
    assert weights.max() < 0.95 and np.median(weights.max(axis=-1)) < 0.8
