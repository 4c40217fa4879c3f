"""The exercises of *Projections*."""

import itertools

import numpy as np
from exercises import right_answers_pass, wrong_answers_are_named

from qkvlib.checks.projections import COLUMN_SCORES, ONE_TOKEN, THREE_VIEWS


def token_loop(x, w):
    made = []
    for j in range(w.shape[1]):
        total = 0.0
        for i in range(len(x)):
            total += x[i] * w[i, j]
        made.append(total)
    return np.array(made)


def running_total(x, w):
    made, total = [], 0.0
    for column in w.T:
        total += sum(x * column)
        made.append(total)
    return made


def test_one_token():
    right_answers_pass(
        ONE_TOKEN,
        [
            token_loop,
            lambda x, w: x @ w,
            lambda x, w: np.einsum("m,mk->k", x, w),
            lambda x, w: (x[:, None] * w).sum(axis=0),
            lambda x, w: [np.dot(x, column) for column in w.T],
        ],
    )
    wrong_answers_are_named(
        ONE_TOKEN,
        {
            "rows of w times x": lambda x, w: np.einsum("m,km->k", x, w),
            "all the products": lambda x, w: np.einsum("m,mk->mk", x, w),
            "x * w pairs the numbers of x with the columns of w. They": np.multiply,
            "and then each column was added": lambda x, w: np.einsum("k,mk->k", x, w),
            "sums of the columns": lambda x, w: [sum(column) for column in w.T],
            "these are means": lambda x, w: (x[:, None] * w).mean(axis=0),
            "last number of x is missing": lambda x, w: token_loop(x[:-1], w),
            "goes on from the one before": running_total,
            "this is one number": lambda x, w: np.sum(x[:, None] * w),
        },
    )


def views_loop(x, *matrices):
    return tuple(
        np.array([token_loop(token, w) for token in x.reshape(-1, x.shape[-1])]).reshape(
            *x.shape[:-1], w.shape[1]
        )
        for w in matrices
    )


def chained(x, w_q, w_k, w_v):
    q = np.dot(x, w_q)
    k = np.dot(q, w_k)
    return q, k, np.dot(k, w_v)


def test_three_views():
    def times(x, *matrices):
        return tuple(np.einsum("...m,mk->...k", x, w) for w in matrices)

    right_answers_pass(
        THREE_VIEWS, [views_loop, times, lambda x, w_q, w_k, w_v: (x @ w_q, x @ w_k, x @ w_v)]
    )
    wrong_answers_are_named(
        THREE_VIEWS,
        {
            "all three are made by w_q": lambda x, w_q, w_k, w_v: times(x, w_q, w_q, w_q),
            "same matrix": lambda x, w_q, w_k, w_v: views_loop(x, w_q, w_q, w_v),
            "keys stand in for the values": lambda x, w_q, w_k, w_v: times(x, w_q, w_k, w_k),
            "the embeddings themselves": lambda x, w_q, w_k, w_v: (*times(x, w_q, w_k), x),
            "keys and values are swapped": lambda x, w_q, w_k, w_v: times(x, w_q, w_v, w_k),
            "queries and keys are swapped": lambda x, w_q, w_k, w_v: times(x, w_k, w_q, w_v),
            "projected again": chained,
            "this is x @ w.T": lambda x, *ws: tuple(np.einsum("...m,km->...k", x, w) for w in ws),
            "* multiplies entry by entry": lambda x, *ws: tuple(np.multiply(x, w) for w in ws),
        },
    )


def columns_loop(x, w_q, w_k):
    n = x.shape[1]
    scores = np.zeros((n, n))
    for i, j in itertools.product(range(n), repeat=2):
        scores[i, j] = token_loop(x[:, i], w_q) @ token_loop(x[:, j], w_k)
    return scores


def test_column_scores():
    def with_axes(axes):
        return lambda x, w_q, w_k: np.einsum(axes, x, w_q, x, w_k)

    right_answers_pass(
        COLUMN_SCORES,
        [
            columns_loop,
            with_axes("mi,mf,nj,nf->ij"),
            lambda x, w_q, w_k: (w_q.T @ x).T @ (w_k.T @ x),
            lambda x, w_q, w_k: x.T @ w_q @ w_k.T @ x,
        ],
    )
    wrong_answers_are_named(
        COLUMN_SCORES,
        {
            "reads the rows of x": with_axes("im,mf,jn,nf->ij"),
            "features with features": with_axes("mi,mf,ni,ng->fg"),
            "this is the transpose": with_axes("mi,mf,nj,nf->ji"),
            "projects by w @ x": with_axes("mi,fm,nj,fn->ij"),
            "the same matrix": lambda x, w_q, w_k: columns_loop(x, w_q, w_q),
            "no matrix was used": lambda x, w_q, w_k: np.einsum("mi,mj->ij", x, x),
            "divided by √d_k": lambda x, w_q, w_k: columns_loop(x, w_q, w_k) / len(w_q.T) ** 0.5,
        },
    )
