"""The first exercises of *Multi-head attention*: split into heads, and merge them."""

from __future__ import annotations

import numpy as np

from ..heads import merge_heads, split_heads
from .cases import blank, normal
from .verdict import Exercise, Verdict


def _swap(x: np.ndarray) -> np.ndarray:
    return np.swapaxes(x, -3, -2)


def _cut(x: np.ndarray, *sizes: int) -> np.ndarray:
    """Reshape, leaving batch axes alone; -1 stands for the tokens' axis."""
    return x.reshape(*x.shape[:-2], *sizes)


def split_by_reshape(x, num_heads):
    """Split as is often tried: right shape, wrong numbers."""
    n, d_model = x.shape[-2:]
    return _cut(x, num_heads, n, d_model // num_heads)


def merge_by_reshape(x):
    """Undo `split_by_reshape`, and nothing else."""
    num_heads, n, d_head = x.shape[-3:]
    return x.reshape(*x.shape[:-3], n, num_heads * d_head)


SPLIT = Exercise(
    answer=split_heads,
    cases=[
        {"x": normal(4, 6), "num_heads": 2},
        {"x": normal(5, 6, seed=1), "num_heads": 3},
        {"x": normal(2, 3, 8, seed=2), "num_heads": 4},
        {"x": 90 * blank({"x": normal(2, 3, 5, 6, seed=3)})["x"], "num_heads": 2},
    ],
    mistakes={
        "reshape alone does not cut columns: rows of a head are then pieces of another token. "
        "Reshape to (n, num_heads, d_head) first, then swap the two front axes.": split_by_reshape,
        "the heads are still behind the tokens. Swap those two axes: heads first.": (
            lambda x, h: _cut(x, x.shape[-2], h, x.shape[-1] // h)
        ),
        "each head took every num_heads-th column. A head owns neighboring columns: "
        "reshape to (n, num_heads, d_head), not (n, d_head, num_heads).": (
            lambda x, h: np.moveaxis(_cut(x, x.shape[-2], x.shape[-1] // h, h), -1, -3)
        ),
        "the heads are in the wrong order. Head 0 owns the first columns.": (
            lambda x, h: np.flip(split_heads(x, h), axis=-3)
        ),
        "this cuts the tokens among the heads. Every head sees all tokens; cut the features.": (
            lambda x, h: _cut(x, h, x.shape[-2] // h, x.shape[-1])
        ),
        "in each head, tokens and features have changed places. Swap heads with tokens, no more.": (
            lambda x, h: np.swapaxes(split_heads(x, h), -1, -2)
        ),
        "you made d_head heads of num_heads features. It is the other way round.": (
            lambda x, h: split_heads(x, x.shape[-1] // h)
        ),
        "the batch axes got mixed in. Count axes from the end: np.swapaxes(..., -3, -2).": (
            lambda x, h: np.swapaxes(_cut(x, x.shape[-2], h, x.shape[-1] // h), 0, 1)
        ),
    },
    praise="right, with and without batch axes. Head h holds its own columns of every token.",
)

MERGE = Exercise(
    answer=merge_heads,
    cases=[
        {"heads": normal(2, 4, 3)},
        {"heads": normal(2, 3, 5, 2, seed=1)},
        {"heads": 90 * blank({"heads": normal(2, 5, 3, 4, 6, seed=2)})["heads"]},
    ],
    mistakes={
        "reshape alone joins pieces of different tokens. Swap heads and tokens back first.": (
            merge_by_reshape
        ),
        "the heads are joined in the wrong order. Head 0 owns the first columns.": (
            lambda x: merge_heads(np.flip(x, axis=-3))
        ),
        "the features of the heads alternate. Keep those of one head together: "
        "the axes must be (n, num_heads, d_head) before you reshape.": (
            lambda x: np.moveaxis(x, -3, -1).reshape(*x.shape[:-3], x.shape[-2], -1)
        ),
        "this is the mean of the heads. Join them side by side; nothing is averaged.": (
            lambda x: x.mean(axis=-3)
        ),
        "this is the sum of the heads. Join them side by side; nothing is added.": (
            lambda x: x.sum(axis=-3)
        ),
        "the heads stand below each other. They belong side by side, one row for each token.": (
            lambda x: x.reshape(*x.shape[:-3], -1, x.shape[-1])
        ),
        "the axes are swapped, but the heads are not joined yet. Reshape them into one row.": _swap,
        "the batch axes got mixed in. Count axes from the end: np.swapaxes(..., -3, -2).": (
            lambda x: np.swapaxes(x, 0, 1).reshape(*x.shape[:-3], x.shape[-2], -1)
        ),
    },
    praise="right. Merging undoes splitting.",
)


def check_split_heads(function) -> Verdict:
    """Check ``function(x, num_heads)``: (..., n, d_model) to (..., num_heads, n, d_head).

    Examples
    --------
    >>> from qkvlib import check_split_heads
    >>> def split(x, num_heads):
    ...     return x.reshape(len(x), num_heads, -1).swapaxes(0, 1)
    >>> check_split_heads(split).passed  # the last case has a batch axis
    False
    """
    return SPLIT.check(function)


def check_merge_heads(function) -> Verdict:
    """Check ``function(heads)``: (..., num_heads, n, d_head) to (..., n, num_heads * d_head).

    Examples
    --------
    >>> from qkvlib import check_merge_heads
    >>> def merge(heads):
    ...     return heads.mean(axis=-3)
    >>> check_merge_heads(merge)
    ✗ merge(heads of shape (2, 4, 3)): this is the mean of the heads. \
Join them side by side; nothing is averaged.
      For heads = [[[0.3]], [[-1.2]]]: you return shape (1, 1); expected (1, 2).
    """
    return MERGE.check(function)
