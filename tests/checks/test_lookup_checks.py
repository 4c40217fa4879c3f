"""The exercises of *Lookup*."""

import numpy as np
from exercises import right_answers_pass, wrong_answers_are_named

from qkvlib.checks.lookup import HARD_LOOKUP, SHARPNESS, SOFT_LOOKUP


def scores(q, k):
    return np.array([[sum(a * b for a, b in zip(x, y, strict=True)) for y in k] for x in q])


def hard_loop(q, k, v):
    found = []
    for row in scores(q, k):
        best = 0
        for j in range(len(row)):
            if row[j] > row[best]:
                best = j
        found.append(v[best])
    return np.array(found)


def one_hot(q, k):
    return np.eye(len(k))[np.argmax(q @ k.T, axis=-1)]


def test_hard_lookup():
    right_answers_pass(
        HARD_LOOKUP,
        [
            hard_loop,
            lambda q, k, v: v[(q @ k.T).argmax(1)],
            lambda q, k, v: one_hot(q, k) @ v,
            lambda q, k, v: np.einsum("ij,jd->id", one_hot(q, k), v),
        ],
    )
    wrong_answers_are_named(
        HARD_LOOKUP,
        {
            "the keys that fit best": lambda q, k, v: one_hot(q, k) @ k,
            "the numbers of the best keys": lambda q, k, v: np.argmax(scores(q, k), axis=1),
            "the one-hot weights": lambda q, k, v: one_hot(q, k),
            "for each key you look": lambda q, k, v: v[np.argmax(scores(k, q), axis=1)],
            "fits worst": lambda q, k, v: v[np.argmax(-scores(q, k), axis=1)],
            "compare the queries with the values": lambda q, k, v: one_hot(q, v) @ v,
            "not transposed": lambda q, k, v: v[np.argmax(np.matmul(q, k), axis=1)],
            "multiplied by their scores": lambda q, k, v: (one_hot(q, k) * scores(q, k)) @ v,
            "a soft lookup": lambda q, k, v: shares(np.exp(q @ k.T)) @ v,
            "the nearest key": lambda q, k, v: v[
                [min(range(len(k)), key=lambda j: ((k[j] - x) ** 2).sum()) for x in q]
            ],
        },
    )


def shares(terms):
    return terms / terms.sum(1, keepdims=True)


def soft_loop(q, k, v, sharpness):
    output = np.zeros((len(q), v.shape[1]))
    for i, row in enumerate(scores(q, k)):
        terms = [np.exp(sharpness * score / np.sqrt(q.shape[1])) for score in row]
        for j, term in enumerate(terms):
            output[i] += term / sum(terms) * v[j]
    return output


def fit(q, k, s):
    return np.exp(s * scores(q, k) / q.shape[1] ** 0.5)


def test_soft_lookup():
    right_answers_pass(
        SOFT_LOOKUP,
        [
            soft_loop,
            lambda q, k, v, s: shares(np.exp(s * q @ k.T / np.sqrt(q.shape[1]))) @ v,
            lambda q, k, v, s: np.einsum("ij,jd->id", shares(fit(q, k, s)), v),
            lambda q, k, v, s: fit(q, k, s) @ v / fit(q, k, s).sum(1)[:, None],
        ],
    )
    wrong_answers_are_named(
        SOFT_LOOKUP,
        {
            "of each key sum to 1": lambda q, k, v, s: shares(fit(k, q, s)).T @ v,
            "the whole matrix": lambda q, k, v, s: fit(q, k, s) @ v / fit(q, k, s).sum(),
            "the weights do not sum": lambda q, k, v, s: fit(q, k, s) @ v,
            "not divided by the root": lambda q, k, v, s: shares(np.exp(s * q @ k.T)) @ v,
            "you divide by the sharpness": lambda q, k, v, s: soft_loop(q / s, k, v, 1),
            "is not used": lambda q, k, v, s: soft_loop(q, k, v, 1),
            "too late": lambda q, k, v, s: soft_loop(q, k, s * v, 1),
            "mix the keys": lambda q, k, v, s: soft_loop(q, k, k, s),
            "Keep the axis": lambda q, k, v, s: fit(q, k, s) / fit(q, k, s).sum(1) @ v,
            "keys and values are swapped": lambda q, k, v, s: shares(fit(q, v, s)) @ k,
            "queries and keys are swapped": lambda q, k, v, s: shares(fit(k, q, s)) @ v,
            "not transposed": lambda q, k, v, s: shares(fit(q, k.T, s)) @ v,
            "these are the weights": lambda q, k, v, s: shares(fit(q, k, s)),
            "without exp": lambda q, k, v, s: shares(q @ k.T) @ v,
            "a hard lookup": lambda q, k, v, s: hard_loop(q, k, v),
        },
    )


def test_sharpness():
    def odds(share):
        return share / (1 - share)

    def search(scores, share):
        low, high = 0.0, 1e3
        for _ in range(100):
            middle = (low + high) / 2
            better, other = np.exp(middle * (scores - scores.max()))
            low, high = (low, middle) if better / (better + other) > share else (middle, high)
        return low

    right_answers_pass(
        SHARPNESS,
        [
            search,
            lambda s, p: np.log(p / (1 - p)) / (s[0] - s[1]),
            lambda s, p: (np.log(p) - np.log1p(-p)) / -np.diff(s)[0],
        ],
    )
    wrong_answers_are_named(
        SHARPNESS,
        {
            "the log is missing": lambda s, p: odds(p) / -np.diff(s)[0],
            "the log of the share alone": lambda s, p: np.log(p) / (s[0] - s[1]),
            "the sign is wrong": lambda s, p: -search(s, p),
            "you multiply by the gap": lambda s, p: np.log(odds(p)) * (s[0] - s[1]),
            "the better score": lambda s, p: np.log(odds(p)) / max(s),
            "another base": lambda s, p: np.log(odds(p)) / np.log(2) / (s[0] - s[1]),
            "at sharpness 1": lambda s, p: np.exp(s[0]) / np.exp(s[1]),
        },
    )
