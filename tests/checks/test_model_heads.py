"""The first exercises of *A real model*: a head of a real model."""

import numpy as np
from exercises import right_answers_pass, softmax, wrong_answers_are_named

from qkvlib.checks.model_heads import LOOKS_BACK, MODEL_HEAD


def head(x, w_q, w_k, b_q, num_heads, head, *, divisor=None, bias=True, axis=-1, own=None):
    d_k = w_q.shape[1] // num_heads
    own = own(d_k) if own else slice(head * d_k, head * d_k + d_k)
    q = x @ w_q[:, own] + (b_q[own] if bias is True else bias)
    scores = q @ (x @ w_k[:, own]).T
    return softmax(scores / (divisor or d_k**0.5), axis)


def head_by_reshape(x, w_q, w_k, b_q, num_heads, head):
    n = len(x)
    q, k = ((x @ w).reshape(n, num_heads, -1)[:, head] for w in (w_q, w_k))
    q = q + b_q.reshape(num_heads, -1)[head]
    return softmax(np.einsum("id,jd->ij", q, k) / np.sqrt(q.shape[1]))


def head_by_loop(x, w_q, w_k, b_q, num_heads, head):
    n, d_k = len(x), w_q.shape[1] // num_heads
    q, k = x @ w_q + b_q, x @ w_k + 7.0  # a bias of the keys cancels
    weights = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            weights[i, j] = sum(
                q[i, c] * k[j, c] for c in range(head * d_k, (head + 1) * d_k)
            ) / np.sqrt(d_k)
        terms = [np.exp(score - max(weights[i])) for score in weights[i]]
        weights[i] = np.array(terms) / sum(terms)
    return weights


def with_head(**options):
    return lambda *arguments: head(*arguments, **options)


def test_model_head():
    right_answers_pass(MODEL_HEAD, [head, head_by_reshape, head_by_loop])
    wrong_answers_are_named(
        MODEL_HEAD,
        {
            "bias is missing": with_head(bias=0),
            "bias is head 0's": lambda x, w_q, w_k, b_q, n, h: head(
                x, w_q, w_k, b_q, n, h, bias=b_q[: w_q.shape[1] // n]
            ),
            "√d_model": lambda x, *rest: head(x, *rest, divisor=np.sqrt(len(x.T))),
            "not scaled": with_head(divisor=1),
            "divided by d_k. Take": lambda x, w_q, w_k, b_q, n, h: head(
                x, w_q, w_k, b_q, n, h, divisor=w_q.shape[1] / n
            ),
            "columns of the next head": lambda x, w_q, w_k, b_q, n, h: head_by_reshape(
                x, w_q, w_k, b_q, n, h + 1
            ),
            "columns of the head before": lambda x, w_q, w_k, b_q, n, h: head_by_reshape(
                x, w_q, w_k, b_q, n, h - 1
            ),
            "every num_heads-th": lambda x, w_q, w_k, b_q, n, h: head(
                x, w_q, w_k, b_q, n, h, own=lambda d_k: np.arange(d_k) * n + h
            ),
            "all columns": lambda x, w_q, w_k, b_q, n, h: head(x, w_q, w_k, b_q, 1, 0),
            "over the queries": with_head(axis=-2),
        },
    )


def back(maps, step=1):
    n = maps.shape[-1]
    return sum(maps[..., i, i - step] for i in range(step, n)) / (n - step)


def back_by_mask(maps):
    before = np.eye(maps.shape[-1], k=-1, dtype=bool)
    return maps[..., before].mean(axis=-1)


def back_by_einsum(maps):
    return np.einsum("...ii->...", maps[..., 1:, :-1]) / (maps.shape[-1] - 1)


def test_looks_back():
    right_answers_pass(LOOKS_BACK, [back, back_by_mask, back_by_einsum])
    wrong_answers_are_named(
        LOOKS_BACK,
        {
            "the next token": lambda maps: back(np.swapaxes(maps, -1, -2)),
            "on itself": lambda maps: back(maps, 0),
            "two before": lambda maps: back(maps, 2),
            "the sum": lambda maps: back(maps) * (maps.shape[-1] - 1),
            "divides by n.": lambda maps: back(maps) * (maps.shape[-1] - 1) / maps.shape[-1],
            "wraps around": lambda maps: np.mean(
                np.diagonal(np.roll(maps, 1, axis=-1), 0, -2, -1), axis=-1
            ),
            "one number for all": lambda maps: back(maps).mean(),
        },
    )
