"""The exercises of *Projections*: one token projected, three views of all, tokens as columns."""

from __future__ import annotations

import numpy as np

from ..attention import attention_scores, project
from .cases import arrays, blank, loud
from .verdict import Exercise, Verdict


def _views(x, w_q, w_k, w_v):
    return project(x, w_q), project(x, w_k), project(x, w_v)


ONE_TOKEN = Exercise(
    answer=lambda x, w: project(x[None], w)[0],
    # The first case is square, so that a row taken for a column runs and can be named.
    cases=[
        arrays(x=(4,), w=(4, 4)),
        arrays(x=(5,), w=(5, 3), seed=2),
        {"x": np.array([0.0, -71.3, 2.4]), "w": blank(loud(arrays(w=(3, 2), seed=4), by=90))["w"]},
    ],
    mistakes={
        "these are the rows of w times x, w @ x. Each number of the result belongs to a column: "
        "x @ w.": (lambda x, w: w @ x),
        "these are all the products. Now add up each column of them.": (
            lambda x, w: x[:, None] * w
        ),
        "x * w pairs the numbers of x with the columns of w. They belong to its rows: "
        "x[:, None] * w.": (lambda x, w: x * w),
        "x * w pairs the numbers of x with the columns of w, and then each column was added. "
        "They belong to its rows: x[:, None] * w.": (lambda x, w: (x * w).sum(axis=0)),
        "these are the sums of the columns of w. Multiply each entry by its number of x first.": (
            lambda x, w: w.sum(axis=0)
        ),
        "these are means. A projection adds the products and does not divide.": (
            lambda x, w: (x @ w) / len(x)
        ),
        "the last number of x is missing. range(n) already ends before n.": (
            lambda x, w: x[:-1] @ w[:-1]
        ),
        "each sum goes on from the one before. Start from 0 for every column.": (
            lambda x, w: np.cumsum(x @ w)
        ),
        "this is one number, all columns together. Keep one sum for each column.": (
            lambda x, w: (x @ w).sum()
        ),
        "the sums on the way are collected too. Collect each one when it is done, after its "
        "loop.": (lambda x, w: np.cumsum(x[:, None] * w, axis=0).T.ravel()),
    },
    praise="right. One number for each column of the matrix.",
)

THREE_VIEWS = Exercise(
    answer=_views,
    cases=[
        arrays(x=(4, 4), w_q=(4, 4), w_k=(4, 4), w_v=(4, 4), seed=3),
        arrays(x=(3, 6), w_q=(6, 2), w_k=(6, 2), w_v=(6, 5), seed=3),
        arrays(x=(2, 3, 6), w_q=(6, 2), w_k=(6, 2), w_v=(6, 5), seed=3),
        blank(loud(arrays(x=(2, 3), w_q=(3, 4), w_k=(3, 4), w_v=(3, 5), seed=7), by=90)),
    ],
    mistakes={
        "all three are made by w_q. Each view has its own matrix.": (
            lambda x, w_q, w_k, w_v: _views(x, w_q, w_q, w_q)
        ),
        "queries and keys are made by the same matrix, so their scores would be symmetric.": (
            lambda x, w_q, w_k, w_v: _views(x, w_q, w_q, w_v)
        ),
        "the keys stand in for the values. Values have a matrix of their own, w_v.": (
            lambda x, w_q, w_k, w_v: _views(x, w_q, w_k, w_k)
        ),
        "the values are the embeddings themselves. They need their own matrix too: x @ w_v.": (
            lambda x, w_q, w_k, w_v: (x @ w_q, x @ w_k, x)
        ),
        "keys and values are swapped. The order is q, k, v.": (
            lambda x, w_q, w_k, w_v: _views(x, w_q, w_v, w_k)
        ),
        "queries and keys are swapped. The order is q, k, v.": (
            lambda x, w_q, w_k, w_v: _views(x, w_k, w_q, w_v)
        ),
        "a view is projected again: k from q, or v from k. All three start from x.": (
            lambda x, w_q, w_k, w_v: (x @ w_q, x @ w_q @ w_k, x @ w_q @ w_k @ w_v)
        ),
        "this is x @ w.T. Here w has shape (d_model, d_k) and is used as it is.": (
            lambda x, w_q, w_k, w_v: (x @ w_q.T, x @ w_k.T, x @ w_v.T)
        ),
        "* multiplies entry by entry. A projection is a matrix product: @.": (
            lambda x, w_q, w_k, w_v: (x * w_q, x * w_k, x * w_v)
        ),
    },
    praise="right, also for a batch, and when d_v is not d_k.",
)

COLUMN_SCORES = Exercise(
    answer=lambda x, w_q, w_k: attention_scores(project(x.T, w_q), project(x.T, w_k)),
    cases=[
        arrays(x=(4, 4), w_q=(4, 4), w_k=(4, 4)),
        arrays(x=(5, 3), w_q=(5, 2), w_k=(5, 2)),
        blank(loud(arrays(x=(3, 5), w_q=(3, 4), w_k=(3, 4), seed=4), by=90)),
    ],
    mistakes={
        "this reads the rows of x as tokens. Here the tokens are its columns.": (
            lambda x, w_q, w_k: (x @ w_q) @ (x @ w_k).T
        ),
        "this is features with features, q @ k.T. With tokens as columns it is q.T @ k.": (
            lambda x, w_q, w_k: (w_q.T @ x) @ (w_k.T @ x).T
        ),
        "this is the transpose: entry [j, i]. Queries make the rows of the scores, q.T @ k.": (
            lambda x, w_q, w_k: (w_k.T @ x).T @ (w_q.T @ x)
        ),
        "this projects by w @ x. The columns of w meet the columns of x: w.T @ x.": (
            lambda x, w_q, w_k: (w_q @ x).T @ (w_k @ x)
        ),
        "queries and keys are made by the same matrix. The keys need w_k.": (
            lambda x, w_q, w_k: (w_q.T @ x).T @ (w_q.T @ x)
        ),
        "no matrix was used: these are the embeddings with each other, x.T @ x.": (
            lambda x, w_q, w_k: x.T @ x
        ),
        "these scores are divided by √d_k already. Right, but not asked for here: leave it out.": (
            lambda x, w_q, w_k: (w_q.T @ x).T @ (w_k.T @ x) / np.sqrt(w_q.shape[1])
        ),
    },
    praise="right. The same scores, whichever way the tokens lie.",
)


def check_project_token(function) -> Verdict:
    """Check ``function(x, w)``: one token, shape (d_model,), times w, shape (d_model, d_k).

    Examples
    --------
    >>> from qkvlib import check_project_token
    >>> def project_token(x, w):
    ...     return x @ w
    >>> check_project_token(project_token)
    ✓ project_token: right. One number for each column of the matrix.
    """
    return ONE_TOKEN.check(function)


def check_views(function) -> Verdict:
    """Check ``function(x, w_q, w_k, w_v)``: queries, keys and values, a tuple of three arrays.

    The tokens have shape (..., n, d_model), the matrices (d_model, d_k) or (d_model, d_v).

    Examples
    --------
    >>> from qkvlib import check_views
    >>> def views(x, w_q, w_k, w_v):
    ...     return x @ w_q, x @ w_v, x @ w_k
    >>> check_views(views)
    ✗ views(x of shape (4, 4), w_q of shape (4, 4), w_k of shape (4, 4), w_v of shape (4, 4)):
    keys and values are swapped. The order is q, k, v.
      For x = [[1]], w_q = [[-0.2]], w_k = [[-0.3]], w_v = [[1]]: you return 1.0000 at [0, 0]
    in result 2 of 3; expected -0.3000.
    """
    return THREE_VIEWS.check(function)


def check_column_scores(function) -> Verdict:
    """Check ``function(x, w_q, w_k)``: the scores, shape (n, n), of tokens that are columns.

    The tokens have shape (d_model, n), the matrices (d_model, d_k).

    Examples
    --------
    >>> from qkvlib import check_column_scores
    >>> def column_scores(x, w_q, w_k):
    ...     return (w_q.T @ x).T @ (w_k.T @ x)
    >>> check_column_scores(column_scores)
    ✓ column_scores: right. The same scores, whichever way the tokens lie.
    """
    return COLUMN_SCORES.check(function)
