"""The last exercise of *Multi-head attention*: all of multi-head attention."""

from __future__ import annotations

import numpy as np

from ..attention import scaled_dot_product_attention, softmax
from ..heads import merge_heads, multi_head_attention, split_heads
from .cases import arrays, blank, loud
from .heads import merge_by_reshape, split_by_reshape
from .parts import scaled
from .verdict import Exercise, Verdict


def _attend(
    x,
    w_q,
    w_k,
    w_v,
    w_o,
    num_heads,
    *,
    split=split_heads,
    merge=merge_heads,
    attend=scaled_dot_product_attention,
    mix=np.matmul,
):
    """Multi-head attention with a part exchanged."""
    q, k, v = (split(x @ w, num_heads) for w in (w_q, w_k, w_v))
    return mix(merge(attend(q, k, v)), w_o)


def _wrong(**parts):
    return lambda *arguments: _attend(*arguments, **parts)


def _by_scale(scale):
    """Divide the scores by something else: ``scale`` is given q, one head's and all of them."""
    return _wrong(attend=lambda q, k, v: scaled_dot_product_attention(q, k, v, scale=1 / scale(q)))


def _softmax_over(axis):
    def attend(q, k, v):
        return softmax(scaled(q, k), axis=axis) @ v

    return _wrong(attend=attend)


def _first_rows(merged_heads, w_o):
    """Multiply every head by the rows of W_O that belong to head 0, and add up."""
    d_head = merged_heads.shape[-1]
    return (merged_heads @ w_o[:d_head]).sum(axis=-3)


def _one_mean_of_weights(q, k, v):
    _, weights = scaled_dot_product_attention(q, k, v, return_weights=True)
    return np.broadcast_to(weights.mean(axis=-3, keepdims=True), weights.shape) @ v


_MATRICES = dict.fromkeys(("w_q", "w_k", "w_v", "w_o"), (6, 6))

MULTI_HEAD = Exercise(
    answer=lambda x, w_q, w_k, w_v, w_o, num_heads: multi_head_attention(
        x, w_q, w_k, w_v, w_o, num_heads=num_heads
    ),
    cases=[
        arrays(x=(4, 6), **_MATRICES) | {"num_heads": 2},
        arrays(x=(5, 6), **_MATRICES, seed=10) | {"num_heads": 3},
        blank(arrays(x=(3, 6), **_MATRICES, seed=20)) | {"num_heads": 2},
        loud(arrays(x=(5, 6), **_MATRICES, seed=30), "x", by=250) | {"num_heads": 2},
    ],
    mistakes={
        "W_O is missing. Multiply the merged heads by it at the end.": _wrong(
            mix=lambda merged, w_o: merged
        ),
        "the scores are divided by √d_model. Each head compares d_head features: use √d_head.": (
            _by_scale(lambda q: np.sqrt(q.shape[-1] * q.shape[-3]))
        ),
        "the scores are not scaled. Divide those of each head by √d_head.": _by_scale(lambda q: 1),
        "the scores are divided by d_head. Take the root: √d_head.": _by_scale(
            lambda q: q.shape[-1]
        ),
        "the heads are split by reshape alone, which mixes tokens. Swap axes after reshaping.": (
            _wrong(split=split_by_reshape)
        ),
        "the heads are merged by reshape alone, which mixes tokens. Swap axes back first.": (
            _wrong(merge=merge_by_reshape)
        ),
        "split and merge both reshape without swapping axes. Each undoes the other, but in "
        "between the tokens of a head are not the sentence's.": (
            _wrong(split=split_by_reshape, merge=merge_by_reshape)
        ),
        "the heads are merged in the wrong order: the columns of head 0 come first.": _wrong(
            merge=lambda x: merge_heads(np.flip(x, axis=-3))
        ),
        "every head is multiplied by the same rows of W_O. Merge first, then multiply by all of "
        "it: head h meets its own rows.": _wrong(merge=lambda x: x, mix=_first_rows),
        "W_O is transposed. The merged heads are rows: multiply merged @ w_o.": _wrong(
            mix=lambda merged, w_o: merged @ w_o.T
        ),
        "this is one head as wide as d_model. Split q, k and v before you compare.": (
            lambda x, w_q, w_k, w_v, w_o, num_heads: _attend(x, w_q, w_k, w_v, w_o, 1)
        ),
        "all heads use the mean of their weights. Each keeps its own.": _wrong(
            attend=_one_mean_of_weights
        ),
        "the softmax runs over the queries. Each row, one query's keys, must sum to 1: axis=-1.": (
            _softmax_over(-2)
        ),
        "the softmax runs over the heads. They do not compete: normalize over the keys, axis=-1.": (
            _softmax_over(-3)
        ),
        "queries and keys are swapped. Row i belongs to query i.": _wrong(
            attend=lambda q, k, v: scaled_dot_product_attention(k, q, v)
        ),
        "keys and values are swapped. The weights come from q and k, and average v.": _wrong(
            attend=lambda q, k, v: scaled_dot_product_attention(q, v, k)
        ),
        "W_O comes before the heads. It joins them: multiply by it at the end.": (
            lambda x, w_q, w_k, w_v, w_o, num_heads: _attend(
                x @ w_o, w_q, w_k, w_v, np.eye(len(w_o)), num_heads
            )
        ),
        "there is no softmax: scores stand where weights belong.": (
            _wrong(attend=lambda q, k, v: scaled(q, k) @ v)
        ),
        "a causal mask is in it. None is asked for: every token sees every other.": (
            _wrong(attend=lambda q, k, v: scaled_dot_product_attention(q, k, v, is_causal=True))
        ),
    },
    praise="right. Several attentions, one matrix to join them.",
    attends=lambda weights: _wrong(attend=lambda q, k, v: weights(q, k) @ v),
    replaces=[multi_head_attention],
)


def check_multi_head_attention(function) -> Verdict:
    """Check ``function(x, w_q, w_k, w_v, w_o, num_heads)``: the output, shape (n, d_model).

    All matrices have shape (d_model, d_model).

    Examples
    --------
    >>> from qkvlib import check_multi_head_attention, multi_head_attention
    >>> def attend(x, w_q, w_k, w_v, w_o, num_heads):
    ...     return multi_head_attention(x, w_q, w_k, w_v, w_o, num_heads=num_heads)
    >>> check_multi_head_attention(attend)
    ✗ attend: right or not, it calls multi_head_attention, which it should replace. Write it \
without.
    """
    return MULTI_HEAD.check(function)
