"""Exercises of *Cost*."""

import math

import numpy as np
from exercises import right_answers_pass, wrong_answers_are_named

from qkvlib import softmax
from qkvlib.checks.decoding import CAUSAL_WINDOW, DECODE_STEP, GROUPED_QUERIES


def kept(scores, keep):
    """The scores where ``keep(query, key)``, and -inf elsewhere."""
    result = np.full(scores.shape, -math.inf)
    for i, j in np.ndindex(scores.shape):
        if keep(i, j):
            result[i, j] = scores[i, j]
    return result


def test_causal_window():
    def distance(scores):
        return np.arange(scores.shape[0])[:, None] - np.arange(scores.shape[1])

    right_answers_pass(
        CAUSAL_WINDOW,
        [
            lambda scores, w: kept(scores, lambda i, j: i - w < j <= i),
            lambda scores, w: np.where(
                (distance(scores) >= 0) & (distance(scores) < w), scores, -np.inf
            ),
            lambda scores, w: np.where(
                np.triu(np.tril(np.ones(scores.shape)), 1 - w) == 1, scores, -np.inf
            ),
        ],
    )
    wrong_answers_are_named(
        CAUSAL_WINDOW,
        {
            "one key too many": lambda s, w: kept(s, lambda i, j: i - w <= j <= i),
            "one key too few": lambda s, w: kept(s, lambda i, j: i - w + 1 < j <= i),
            "the future is seen": lambda s, w: kept(s, lambda i, j: abs(i - j) < w),
            "looks ahead": lambda s, w: kept(s, lambda i, j: i <= j < i + w),
            "no key is too old": lambda s, w: kept(s, lambda i, j: j <= i),
            "inverted": lambda s, w: kept(s, lambda i, j: not i - w < j <= i),
            "hidden scores are 0": lambda s, w: np.where(
                np.isneginf(kept(s, lambda i, j: i - w < j <= i)), 0, s
            ),
        },
    )


def attend(q, k, v):
    return softmax(q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])) @ v


def by_head(q, k, v, which):
    """One head of queries after the other; ``which`` names the head of keys and of values."""
    heads = [attend(q[h], k[which(h)], v[which(h)]) for h in range(len(q))]
    return np.stack(heads)


def test_grouped_queries():
    def group(q, k):
        return len(q) // len(k)

    def einsum(q, k, v):
        q = q.reshape(len(k), -1, *q.shape[1:])
        weights = softmax(np.einsum("kgid,kjd->kgij", q, k) / math.sqrt(q.shape[-1]))
        return np.einsum("kgij,kjd->kgid", weights, v).reshape(-1, q.shape[2], v.shape[-1])

    def mixed(q, k, v):
        own = [k[h // group(q, k)] for h in range(len(q))]
        return attend(q, np.stack(own), np.stack([v[h % len(v)] for h in range(len(q))]))

    right_answers_pass(
        GROUPED_QUERIES,
        [
            lambda q, k, v: by_head(q, k, v, lambda h: h // group(q, k)),
            lambda q, k, v: attend(q, np.repeat(k, group(q, k), 0), np.repeat(v, group(q, k), 0)),
            einsum,
        ],
    )
    wrong_answers_are_named(
        GROUPED_QUERIES,
        {
            "np.repeat, not np.tile": lambda q, k, v: by_head(q, k, v, lambda h: h % len(k)),
            "must belong together": mixed,
            "multi-query attention": lambda q, k, v: by_head(q, k, v, lambda h: 0),
            "the average of the keys": lambda q, k, v: attend(q, sum(k) / len(k), sum(v) / len(v)),
            "queries of a group are averaged": lambda q, k, v: attend(
                np.stack([part.mean(0) for part in np.split(q, len(k))]), k, v
            ),
            "left out": lambda q, k, v: np.stack([attend(*h) for h in zip(q, k, v, strict=False)]),
            "reverse order": lambda q, k, v: by_head(
                q, k, v, lambda h: len(k) - 1 - h // group(q, k)
            ),
            "not scaled": lambda q, k, v: by_head(
                q * math.sqrt(q.shape[-1]), k, v, lambda h: h // group(q, k)
            ),
        },
    )


def test_decode_step():
    def longer(k, v, keys, values):
        return np.vstack([keys, k]), np.vstack([values, v])

    def loop(q, k, v, keys, values):
        keys, values = [*keys, k[0]], [*values, v[0]]
        scores = [q[0] @ key / math.sqrt(len(key)) for key in keys]
        terms = [math.exp(score - max(scores)) for score in scores]
        output = sum(t * value for t, value in zip(terms, values, strict=True)) / sum(terms)
        return output[None], np.array(keys), np.array(values)

    def whole(q, k, v, keys, values):
        """The last row of the causal pass; the other queries do not matter."""
        keys, values = longer(k, v, keys, values)
        scores = np.vstack([keys[:-1], q]) @ keys.T / math.sqrt(q.shape[1])
        weights = softmax(scores + np.log(np.tri(len(keys))))
        return (weights @ values)[-1:], keys, values

    def matmul(q, k, v, keys, values):
        keys, values = longer(k, v, keys, values)
        return attend(q, keys, values), keys, values

    with np.errstate(divide="ignore"):
        right_answers_pass(DECODE_STEP, [loop, whole, matmul])
    wrong_answers_are_named(
        DECODE_STEP,
        {
            "does not see itself": lambda q, k, v, *old: (attend(q, *old), *longer(k, v, *old)),
            "only key 0": lambda q, k, v, *old: (old[1][:1], *longer(k, v, *old)),
            "has not grown": lambda q, k, v, *old: (loop(q, k, v, *old)[0], *old),
            "stands first": lambda q, k, v, *old: (
                loop(q, k, v, *old)[0],
                np.vstack([k, old[0]]),
                np.vstack([v, old[1]]),
            ),
            "overwritten": lambda q, k, v, *old: matmul(q, k, v, *(a[: len(a) - 1] for a in old)),
            "dropped out": lambda q, k, v, *old: matmul(
                q, k, v, *(np.delete(a, 0, axis=0) for a in old)
            ),
            "only itself": lambda q, k, v, *old: (attend(q, k, v), *longer(k, v, *old)),
            "not scaled": lambda q, k, v, *old: matmul(math.sqrt(5) * q, k, v, *old),
        },
    )
