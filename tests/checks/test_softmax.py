"""The exercises of *Softmax*."""

import math

import numpy as np
from exercises import right_answers_pass, softmax, wrong_answers_are_named

from qkvlib.checks.softmax import JACOBIAN, SOFTMAX, WEIGHTS


def softmax_loop(scores):
    top = max(scores)
    terms = [math.exp(score - top) for score in scores]
    return [term / sum(terms) for term in terms]


def terms_of(q, k, scale=None, less=False):
    d_k = q.shape[-1]
    scores = np.einsum("...id,...jd->...ij", q, k) * (scale or d_k**-0.5)
    return np.exp(scores - scores.max(-1, keepdims=True) if less else scores)


def weights_loop(q, k):
    weights = np.empty((*q.shape[:-1], k.shape[-2]))
    for place in np.ndindex(weights.shape[:-1]):
        row = [sum(q[place] * key) / math.sqrt(q.shape[-1]) for key in k[place[:-1]]]
        weights[place] = softmax_loop(row)
    return weights


def rows_to_1(terms):
    return terms / terms.sum(-1)[..., None]


def test_softmax():
    def above(scores, what):
        terms = np.exp(np.subtract(scores, what))
        return terms / np.sum(terms)

    right_answers_pass(
        SOFTMAX,
        [
            softmax_loop,
            lambda scores: above(scores, scores.max()),
            lambda scores: above(scores, np.logaddexp.reduce(scores)),
            lambda scores: 1 / np.exp(scores[None, :] - scores[:, None]).sum(-1),
        ],
    )
    wrong_answers_are_named(
        SOFTMAX,
        {
            "e to 1000 overflows": lambda scores: above(scores, 0),
            "math.exp gives up": lambda scores: [
                math.exp(s) / sum(math.exp(t) for t in scores) for s in scores
            ],
            "subtracting their mean": lambda scores: above(scores, np.mean(scores)),
            "subtracting the smallest": lambda scores: above(scores, sorted(scores)[0]),
            "scores divided by their sum": lambda scores: scores / np.sum(scores),
            "these are the exponentials": lambda scores: math.e**scores,
            "e to (score − largest)": lambda scores: np.exp(scores - np.max(scores)),
            "powers of 2": lambda scores: np.exp2(scores) / np.exp2(scores).sum(),
            "the smallest score got": lambda scores: above(-scores, 0),
            "logarithms of the weights": lambda scores: scores - np.log(np.sum(np.exp(scores))),
        },
    )


def test_weights():
    right_answers_pass(
        WEIGHTS,
        [
            weights_loop,
            lambda q, k: rows_to_1(terms_of(q, k, less=True)),
            lambda q, k: softmax(q / q.shape[-1] ** 0.5 @ np.swapaxes(k, -1, -2)),
        ],
    )
    wrong_answers_are_named(
        WEIGHTS,
        {
            "are not scaled": lambda q, k: rows_to_1(terms_of(q, k, 1)),
            "divided by d_k": lambda q, k: rows_to_1(terms_of(q, k, 1 / q.shape[-1])),
            "multiplied by √d_k": lambda q, k: rows_to_1(terms_of(q, k, q.shape[-1] ** 0.5)),
            "the weights are divided": lambda q, k: (
                rows_to_1(terms_of(q, k, 1)) * q.shape[-1] ** -0.5
            ),
            "number of keys": lambda q, k: rows_to_1(terms_of(q, k, k.shape[-2] ** -0.5)),
            "your columns sum to 1": lambda q, k: np.swapaxes(
                rows_to_1(np.swapaxes(terms_of(q, k), -1, -2)), -1, -2
            ),
            "only if there is no batch axis": lambda q, k: (
                terms_of(q, k) / terms_of(q, k).sum(1, keepdims=True)
            ),
            "all weights together": lambda q, k: (
                terms_of(q, k) / terms_of(q, k).sum((-2, -1))[..., None, None]
            ),
            "divided by the sum of a row": lambda q, k: np.divide(
                terms_of(q, k), terms_of(q, k).sum(-1)
            ),
            "The softmax is missing": lambda q, k: np.log(terms_of(q, k)),
            "without the transpose": lambda q, k: rows_to_1(
                np.exp(np.matmul(q, k) * q.shape[-1] ** -0.5)
            ),
            "are swapped": lambda q, k: weights_loop(k, q),
        },
    )


def test_jacobian():
    def loop(weights):
        n = len(weights)
        return [[weights[j] * ((j == i) - weights[i]) for i in range(n)] for j in range(n)]

    right_answers_pass(
        JACOBIAN,
        [
            loop,
            lambda w: np.diag(w) - np.outer(w, w),
            lambda w: np.einsum("i,ij->ij", w, np.eye(len(w)) - w),
            lambda w: w[:, None] * (np.eye(len(w)) - w[None, :]),
        ],
    )
    wrong_answers_are_named(
        JACOBIAN,
        {
            "the entries of the diagonal": lambda w: w - w**2,
            "only the diagonal is right": lambda w: np.eye(len(w)) * (w - w**2),
            "the sign is turned": lambda w: -np.array(loop(w)),
            "the products are added": lambda w: w[:, None] * (np.eye(len(w)) + w),
            "is not enough": lambda w: np.eye(len(w)) * w,
            "missing on the diagonal": lambda w: -w[:, None] * w,
            "is a row": lambda w: np.eye(len(w)) * w - w**2,
            "is one number": lambda w: np.diag(w) - np.dot(w, w),
        },
    )
