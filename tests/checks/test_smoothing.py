"""The exercises of *Context*."""

import numpy as np
from exercises import right_answers_pass, wrong_answers_are_named

from qkvlib.checks.smoothing import KERNEL_REGRESSION, SMOOTHING_WEIGHTS, WEIGHTED_AVERAGE


def average_loop(closeness, values):
    total = whole = 0.0
    for c, value in zip(closeness, values, strict=True):
        total, whole = total + c * value, whole + c
    return total / whole


def test_weighted_average():
    right_answers_pass(
        WEIGHTED_AVERAGE,
        [
            average_loop,
            lambda c, v: (c / c.sum()) @ v,
            lambda c, v: np.einsum("n,n->", c, v) / c.sum(),
            lambda c, v: np.average(v, weights=c),
        ],
    )
    wrong_answers_are_named(
        WEIGHTED_AVERAGE,
        {
            "the sum of the products": lambda c, v: sum(a * b for a, b in zip(c, v, strict=True)),
            "how many values there are": lambda c, v: c @ v / len(v),
            "the sum of the values": lambda c, v: np.sum(c * v) / np.sum(v),
            "the plain average": lambda c, v: sum(v) / len(v),
            "the terms": lambda c, v: c / np.sum(c) * v,
            "the closest one alone": lambda c, v: v[list(c).index(max(c))],
            "these are the weights": lambda c, v: c / np.linalg.norm(c, 1),
        },
    )


def weights_loop(positions, width):
    weights = np.empty((len(positions), len(positions)))
    for i, here in enumerate(positions):
        for j, there in enumerate(positions):
            weights[i, j] = np.exp(-((here - there) ** 2) / 2 / width**2)
        weights[i] /= weights[i].sum()
    return weights


def bell(positions, width):
    return np.exp(-0.5 * (np.subtract.outer(positions, positions) / width) ** 2)


def test_smoothing_weights():
    def by_rows(terms):
        return (terms.T / terms.sum(1)).T

    right_answers_pass(
        SMOOTHING_WEIGHTS,
        [
            weights_loop,
            lambda p, w: by_rows(bell(p, w)),
            lambda p, w: np.einsum("ij,i->ij", bell(p, w), 1 / bell(p, w).sum(1)),
            lambda p, w: np.stack([row / row.sum() for row in bell(p, w)]),
        ],
    )
    wrong_answers_are_named(
        SMOOTHING_WEIGHTS,
        {
            "the rows do not sum to 1": bell,
            "the columns sum to 1": lambda p, w: bell(p, w) / bell(p, w).sum(0),
            "the whole matrix sums to 1": lambda p, w: bell(p, w) / np.sum(bell(p, w)),
            "area of the whole bell": lambda p, w: bell(p, w) / w / (2 * np.pi) ** 0.5,
            "the 2 is missing": lambda p, w: by_rows(bell(p, w) ** 2),
            "square the width": lambda p, w: by_rows(
                np.exp(-(np.subtract.outer(p, p) ** 2) / (2 * w))
            ),
            "(a / 2) · b": lambda p, w: by_rows(np.exp(-(np.subtract.outer(p, p) ** 2) / 2 * w**2)),
            "not squared": lambda p, w: by_rows(np.exp(-abs(np.subtract.outer(p, p)) / (2 * w**2))),
            "minus sign": lambda p, w: by_rows(np.exp(np.subtract.outer(p, p) ** 2 / (2 * w**2))),
        },
    )


def squares(q, k):
    return np.array([[sum((a - b) ** 2) for b in k] for a in q])


def estimate_loop(q, k, v, width):
    estimates = np.zeros((len(q), v.shape[1]))
    for i in range(len(q)):
        closeness = [np.exp(-sum((q[i] - key) ** 2) / (2 * width**2)) for key in k]
        for share, value in zip(closeness, v, strict=True):
            estimates[i] += share / sum(closeness) * value
    return estimates


def test_kernel_regression():
    def near(q, k, width):
        return np.exp(-squares(q, k) / (2 * width**2))

    def rows(terms):
        return terms / terms.sum(1)[:, None]

    right_answers_pass(
        KERNEL_REGRESSION,
        [
            estimate_loop,
            lambda q, k, v, w: rows(near(q, k, w)) @ v,
            lambda q, k, v, w: near(q, k, w) @ v / near(q, k, w).sum(1, keepdims=True),
            lambda q, k, v, w: np.einsum("ij,jd->id", rows(near(q, k, w)), v),
        ],
    )
    wrong_answers_are_named(
        KERNEL_REGRESSION,
        {
            "its own sum, over the keys": lambda q, k, v, w: (
                (near(q, k, w) / near(q, k, w).sum(0)) @ v
            ),
            "the weights do not sum to 1": lambda q, k, v, w: near(q, k, w) @ v,
            "nearest key alone": lambda q, k, v, w: v[np.argmax(near(q, k, w), axis=-1)],
            "plain average": lambda q, k, v, w: np.ones((len(q), 1)) * v.mean(0, keepdims=True),
            "average the squared differences": lambda q, k, v, w: (
                rows(near(q, k, w * q.shape[1] ** 0.5)) @ v
            ),
            "(a / 2) · b": lambda q, k, v, w: rows(np.exp(-squares(q, k) / 2 * w**2)) @ v,
            "Keep the axis": lambda q, k, v, w: (
                np.exp(-squares(q, k) / (2 * w**2))
                / np.exp(-squares(q, k) / (2 * w**2)).sum(axis=1)
                @ v
            ),
            "the dot product": lambda q, k, v, w: rows(np.exp(q @ k.T / w**2)) @ v,
            "not squared": lambda q, k, v, w: (
                rows(np.exp(-np.linalg.norm(q[:, None] - k, axis=-1) / (2 * w**2))) @ v
            ),
            "averages the keys": lambda q, k, v, w: rows(near(q, k, w)) @ k,
            "these are the weights": lambda q, k, v, w: rows(near(q, k, w)),
        },
    )
