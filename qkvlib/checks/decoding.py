"""Exercises of *Cost*: a causal window, shared heads, one step of a decoder."""

from __future__ import annotations

import numpy as np

from ..attention import scaled_dot_product_attention
from ..masks import causal_mask, sliding_window_mask
from ..sharing import grouped_query_attention
from .cases import arrays, normal
from .parts import hide, lower
from .verdict import Exercise, Verdict


def _window(scores: np.ndarray, window: int, causal: bool = True) -> np.ndarray:
    may = sliding_window_mask(*scores.shape, window=window)
    return may & causal_mask(*scores.shape) if causal else may


CAUSAL_WINDOW = Exercise(
    answer=lambda scores, window: hide(scores, _window(scores, window)),
    cases=[
        {"scores": normal(6, 6), "window": 3},
        {"scores": normal(5, 5, seed=1), "window": 1},
        {"scores": normal(4, 6, seed=2), "window": 2},
    ],
    mistakes={
        "one key too many is seen: the window counts the token itself. Hide j <= i - window.": (
            lambda scores, window: hide(scores, _window(scores, window + 1))
        ),
        "one key too few is seen: the window counts the token itself once.": (
            lambda scores, window: hide(
                scores, causal_mask(*scores.shape) & ~lower(scores, 1 - window)
            )
        ),
        "the future is seen: hide j > i as well.": (
            lambda scores, window: hide(scores, _window(scores, window, causal=False))
        ),
        "the window looks ahead: keep the keys before the query, i - window < j <= i.": (
            lambda scores, window: hide(
                scores, sliding_window_mask(*scores.shape, window=window) & ~lower(scores, -1)
            )
        ),
        "the future is hidden, but no key is too old. Hide j <= i - window as well.": (
            lambda scores, window: hide(scores, causal_mask(*scores.shape))
        ),
        "inverted: what may be seen is hidden, and the rest is seen.": (
            lambda scores, window: hide(scores, ~_window(scores, window))
        ),
        "hidden scores are 0, and e to 0 is 1: they still get weight. Use -np.inf.": (
            lambda scores, window: scores * _window(scores, window)
        ),
    },
    praise="right. Each row keeps at most `window` keys, so the work grows with n.",
)


def _repeat(x: np.ndarray, q: np.ndarray) -> np.ndarray:
    return np.repeat(x, len(q) // len(x), axis=0)


def _tile(x: np.ndarray, q: np.ndarray) -> np.ndarray:
    return np.tile(x, (len(q) // len(x), 1, 1))


def _groups(q: np.ndarray, k: np.ndarray) -> np.ndarray:
    return q.reshape(len(k), -1, *q.shape[1:])


GROUPED_QUERIES = Exercise(
    answer=grouped_query_attention,
    cases=[
        arrays(q=(4, 3, 5), k=(2, 6, 5), v=(2, 6, 2)),
        arrays(q=(6, 2, 3), k=(3, 4, 3), v=(3, 4, 3), seed=3),
    ],
    mistakes={
        "neighbors share a head: 0, 0, 1, 1. You have 0, 1, 0, 1: np.repeat, not np.tile.": (
            lambda q, k, v: scaled_dot_product_attention(q, _tile(k, q), _tile(v, q))
        ),
        "keys and values of a head must belong together: you repeat one and tile the other.": (
            lambda q, k, v: scaled_dot_product_attention(q, _repeat(k, q), _tile(v, q))
        ),
        "all heads use head 0 of the keys and values. That is multi-query attention.": (
            lambda q, k, v: scaled_dot_product_attention(q, k[:1], v[:1])
        ),
        "all heads use the average of the keys and values: each group has its own.": (
            lambda q, k, v: scaled_dot_product_attention(q, k.mean(0), v.mean(0))
        ),
        "the queries of a group are averaged. Only keys and values are shared.": (
            lambda q, k, v: scaled_dot_product_attention(_groups(q, k).mean(1), k, v)
        ),
        "heads of queries are left out: every one of them attends.": (
            lambda q, k, v: scaled_dot_product_attention(q[: len(k)], k, v)
        ),
        "the groups are in reverse order: head 0 of the queries uses head 0 of the keys.": (
            lambda q, k, v: grouped_query_attention(q, k[::-1], v[::-1])
        ),
        "the scores are not scaled. Divide them by √d_k.": (
            lambda q, k, v: grouped_query_attention(q, k, v, scale=1.0)
        ),
    },
    praise="right. The cache holds one head of keys and values for each group.",
)


def _step(q, k, v, keys, values, attend=scaled_dot_product_attention):
    keys, values = np.concatenate([keys, k]), np.concatenate([values, v])
    return attend(q, keys, values), keys, values


_NEW = {"q": (1, 4), "k": (1, 4), "v": (1, 3)}

DECODE_STEP = Exercise(
    answer=_step,
    cases=[
        arrays(**_NEW, keys=(4, 4), values=(4, 3)),
        arrays(**_NEW, keys=(1, 4), values=(1, 3), seed=7),
    ],
    mistakes={
        "the new token does not see itself: append its key and value first, then attend.": (
            lambda q, k, v, keys, values: (
                scaled_dot_product_attention(q, keys, values),
                *_step(q, k, v, keys, values)[1:],
            )
        ),
        "is_causal is for queries that start with the first key: your one query sees only key 0. "
        "It is the last token, so it needs no mask.": (
            lambda *case: _step(
                *case, attend=lambda *qkv: scaled_dot_product_attention(*qkv, is_causal=True)
            )
        ),
        "the output is right, but the cache has not grown: return the longer keys and values.": (
            lambda q, k, v, keys, values: (_step(q, k, v, keys, values)[0], keys, values)
        ),
        "the new token stands first in the cache. The output is the same, since attention does "
        "not know the order, but a mask or a position would be wrong: append at the end.": (
            lambda q, k, v, keys, values: (
                _step(q, k, v, keys, values)[0],
                np.concatenate([k, keys]),
                np.concatenate([v, values]),
            )
        ),
        "the newest token in the cache is overwritten. A cache only grows.": (
            lambda q, k, v, keys, values: _step(q, k, v, keys[:-1], values[:-1])
        ),
        "the oldest token has dropped out. That is a sliding window; here the cache grows.": (
            lambda q, k, v, keys, values: _step(q, k, v, keys[1:], values[1:])
        ),
        "the new token sees only itself: it must attend to the whole cache.": (
            lambda q, k, v, keys, values: (v, *_step(q, k, v, keys, values)[1:])
        ),
        "the scores are not scaled. Divide them by √d_k.": (
            lambda *case: _step(
                *case, attend=lambda *qkv: scaled_dot_product_attention(*qkv, scale=1.0)
            )
        ),
    },
    praise="right. One row of scores for a new token, and nothing computed twice.",
)


def check_causal_window(function) -> Verdict:
    """Check ``function(scores, window)``: −∞ but for the last `window` keys up to the query.

    The scores have shape (n_q, n_k).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_causal_window
    >>> def hide(scores, window):
    ...     return np.where(np.tri(*scores.shape), scores, -np.inf)
    >>> check_causal_window(hide)
    ✗ hide(scores of shape (6, 6), window 3): the future is hidden, but no key is too old. \
Hide j <= i - window as well.
    """
    return CAUSAL_WINDOW.check(function)


def check_grouped_query_attention(function) -> Verdict:
    """Check ``function(q, k, v)``: attention whose heads share keys and values.

    The queries have shape (num_heads, n_q, d_k), the keys (num_kv_heads, n_k, d_k), the values
    (num_kv_heads, n_k, d_v).

    Examples
    --------
    >>> from qkvlib import check_grouped_query_attention, scaled_dot_product_attention
    >>> def attend(q, k, v):
    ...     return scaled_dot_product_attention(q, k[:1], v[:1])
    >>> check_grouped_query_attention(attend)
    ✗ attend(q of shape (4, 3, 5), k of shape (2, 6, 5), v of shape (2, 6, 2)): all heads use \
head 0 of the keys and values. That is multi-query attention.
    """
    return GROUPED_QUERIES.check(function)


def check_decode_step(function) -> Verdict:
    """Check ``function(q, k, v, keys, values)``: a new token's output, and the longer cache.

    The new token has q, k and v of shapes (1, d_k), (1, d_k) and (1, d_v), the cache keys and
    values of shapes (n, d_k) and (n, d_v).

    Examples
    --------
    >>> from qkvlib import KVCache, check_decode_step, scaled_dot_product_attention
    >>> def step(q, k, v, keys, values):
    ...     cache = KVCache()
    ...     cache.append(keys, values)
    ...     keys, values = cache.append(k, v)
    ...     return scaled_dot_product_attention(q, keys, values), keys, values
    >>> check_decode_step(step)
    ✓ step: right. One row of scores for a new token, and nothing computed twice.
    """
    return DECODE_STEP.check(function)
