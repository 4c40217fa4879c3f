"""Exercises of *Cost* and *Cache*: a causal window; one step of a decoder, shared heads."""

from __future__ import annotations

import numpy as np

from ..attention import scaled_dot_product_attention
from ..masks import causal_mask, sliding_window_mask
from ..sharing import grouped_query_attention
from .cases import arrays, blank, loud, normal
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
        {"scores": 90 * normal(4, 4, seed=2), "window": 2},
        {"scores": np.zeros((3, 3)), "window": 2},
        {"scores": normal(4, 4, seed=3), "window": 4},
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
        "the window stands still at the first keys. It moves along with the query: j > i - "
        "window.": (
            lambda scores, window: hide(
                scores, lower(scores) & (np.arange(scores.shape[1]) < window)
            )
        ),
        "+∞ is larger than any score: what is hidden gets all the weight. Use -np.inf.": (
            lambda scores, window: np.where(_window(scores, window), scores, np.inf)
        ),
        "the diagonal is hidden. The window counts the token itself.": (
            lambda scores, window: hide(scores, lower(scores, -1) & _window(scores, window + 1))
        ),
        "only one diagonal is left, at the distance of the window. Keep all keys up to there.": (
            lambda scores, window: hide(
                scores, lower(scores, -window) & ~lower(scores, -window - 1)
            )
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
        blank(arrays(q=(6, 4, 3), k=(2, 5, 3), v=(2, 5, 7), seed=6, spread=1.5)),
        loud(arrays(q=(4, 9, 3), k=(2, 3, 3), v=(2, 3, 5), seed=14), "k", "v"),
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
        "keys and values are swapped. The weights come from q and k, and mix v.": (
            lambda q, k, v: scaled_dot_product_attention(q, _repeat(v, q), _repeat(k, q))
        ),
        "the weights mix the keys. Compare with the keys, but mix the values: weights @ v.": (
            lambda q, k, v: grouped_query_attention(q, k, k)
        ),
        "a causal mask is in it. None is asked for: every query sees every key.": (
            lambda q, k, v: scaled_dot_product_attention(
                q, _repeat(k, q), _repeat(v, q), is_causal=True
            )
        ),
        "all heads use the last head of the keys and values: each group has its own.": (
            lambda q, k, v: scaled_dot_product_attention(q, k[-1:], v[-1:])
        ),
        "all heads use the sum of the keys and values: each group has its own.": (
            lambda q, k, v: scaled_dot_product_attention(q, k.sum(0), v.sum(0))
        ),
    },
    praise="right. The cache holds one head of keys and values for each group.",
    attends=lambda weights: lambda q, k, v: weights(q, _repeat(k, q)) @ _repeat(v, q),
    replaces=[grouped_query_attention],
)


def _step(q, k, v, keys, values, attend=scaled_dot_product_attention):
    keys, values = np.concatenate([keys, k]), np.concatenate([values, v])
    return attend(q, keys, values), keys, values


_NEW = {"q": (1, 5), "k": (1, 5), "v": (1, 3)}

DECODE_STEP = Exercise(
    answer=_step,
    cases=[
        arrays(**_NEW, keys=(4, 5), values=(4, 3)),
        arrays(**_NEW, keys=(1, 5), values=(1, 3), seed=7),
        blank(arrays(**_NEW, keys=(3, 5), values=(3, 3), seed=14, spread=1.5), "keys", "v"),
        blank(arrays(**_NEW, keys=(2, 5), values=(2, 3), seed=14, spread=1.5), "q", "k", "values"),
        *(loud(arrays(**_NEW, keys=(3, 5), values=(3, 3), seed=s), "k", "keys") for s in (21, 25)),
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
    attends=lambda weights: lambda *case: _step(*case, attend=lambda q, k, v: weights(q, k) @ v),
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
    ✗ hide(scores of shape (6, 6), window 3): the future is hidden, but no key is too old.
    Hide j <= i - window as well.
      For scores = [[0.3, 0.1], [1, 0.8]], window = 1: you return 1.0000 at [1, 0]; expected -inf.
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
    ✗ attend(q of shape (4, 3, 5), k of shape (2, 6, 5), v of shape (2, 6, 2)): all heads use
    head 0 of the keys and values. That is multi-query attention.
      For q = [[[0.3]], [[-0.2]]], k = [[[0.4]], [[1.5]]], v = [[[0.313432, -0.113649]],
    [[0.00270566, -0.275288]]]: you return 0.3134 at [1, 0, 0]; expected 0.0027.
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
