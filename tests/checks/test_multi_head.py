"""The last exercise of *Multi-head attention*."""

import numpy as np
from exercises import right_answers_pass, softmax, wrong_answers_are_named

from qkvlib.checks.multi_head import MULTI_HEAD


def head(q, k, v, *, divisor=None, axis=-1):
    scores = np.einsum("...id,...jd->...ij", q, k) / (divisor or q.shape[-1] ** 0.5)
    return softmax(scores, axis) @ v


def columns(h, x, w, num_heads):
    """What head ``h`` sees of the projection."""
    d_head = w.shape[1] // num_heads
    return x @ w[:, h * d_head : (h + 1) * d_head]


def by_loop(x, w_q, w_k, w_v, w_o, num_heads, *, order=1, attend=head):
    heads = [
        attend(*(columns(h, x, w, num_heads) for w in (w_q, w_k, w_v))) for h in range(num_heads)
    ]
    return np.concatenate(heads[::order], axis=-1) @ w_o


def by_sum(x, w_q, w_k, w_v, w_o, num_heads, *, rows=lambda h: h):
    """Merge and W_O in one: each head by its own rows of W_O, added up."""
    d_head = w_q.shape[1] // num_heads
    return sum(
        head(*(columns(h, x, w, num_heads) for w in (w_q, w_k, w_v)))
        @ w_o[rows(h) * d_head : (rows(h) + 1) * d_head]
        for h in range(num_heads)
    )


def by_einsum(x, w_q, w_k, w_v, w_o, num_heads):
    d_model = len(w_q)
    q, k, v = (
        np.einsum("nm,mhd->hnd", x, w.reshape(d_model, num_heads, -1)) for w in (w_q, w_k, w_v)
    )
    return np.einsum("hnd,hdo->no", head(q, k, v), w_o.reshape(num_heads, -1, d_model))


def by_matmul(x, w_q, w_k, w_v, w_o, num_heads, *, swap=(True, True), axis=-1, mean=False):
    n, d_model = x.shape

    def split(y):
        if not swap[0]:
            return y.reshape(num_heads, n, -1)
        return y.reshape(n, num_heads, -1).transpose(1, 0, 2)

    q, k, v = (split(x @ w) for w in (w_q, w_k, w_v))
    weights = softmax(q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1]), axis)
    heads = (weights.mean(0) if mean else weights) @ v
    return (heads.transpose(1, 0, 2) if swap[1] else heads).reshape(n, d_model) @ w_o


def scaled(divisor):
    """``divisor`` is given d_model and num_heads."""
    return lambda x, w_q, w_k, w_v, w_o, num_heads: by_loop(
        *(x, w_q, w_k, w_v, w_o, num_heads),
        attend=lambda q, k, v: head(q, k, v, divisor=divisor(len(w_q), num_heads)),
    )


def with_attend(attend):
    return lambda *arguments: by_loop(*arguments, attend=attend)


def with_matmul(**options):
    return lambda *arguments: by_matmul(*arguments, **options)


STYLES = [by_loop, by_sum, by_einsum, by_matmul]
WRONG = {
    "W_O is missing": lambda x, w_q, w_k, w_v, w_o, h: by_loop(
        x, w_q, w_k, w_v, np.eye(len(w_o)), h
    ),
    "divided by √d_model": scaled(lambda d_model, num_heads: d_model**0.5),
    "not scaled": scaled(lambda d_model, num_heads: 1),
    "divided by d_head": scaled(lambda d_model, num_heads: d_model / num_heads),
    "split by reshape alone": with_matmul(swap=(False, True)),
    "merged by reshape alone": with_matmul(swap=(True, False)),
    "split and merge both": with_matmul(swap=(False, False)),
    "merged in the wrong order": lambda *arguments: by_loop(*arguments, order=-1),
    "same rows of W_O": lambda *arguments: by_sum(*arguments, rows=lambda h: 0),
    "W_O is transposed": lambda x, w_q, w_k, w_v, w_o, h: by_loop(x, w_q, w_k, w_v, w_o.T, h),
    "one head as wide": lambda x, w_q, w_k, w_v, w_o, h: head(x @ w_q, x @ w_k, x @ w_v) @ w_o,
    "mean of their weights": with_matmul(mean=True),
    "over the queries": with_attend(lambda q, k, v: head(q, k, v, axis=0)),
    "over the heads": with_matmul(axis=0),
    "queries and keys are swapped": with_attend(lambda q, k, v: head(k, q, v)),
    "keys and values are swapped": with_attend(lambda q, k, v: head(q, v, k)),
}


def test_multi_head_attention():
    right_answers_pass(MULTI_HEAD, STYLES)
    wrong_answers_are_named(MULTI_HEAD, WRONG)
