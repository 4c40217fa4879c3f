"""Masks: who may attend to whom, by where they stand.

A boolean mask says True where a query may attend to a key; a floating mask is added to the scores,
so -inf forbids. Either acts before the softmax, where a forbidden key gets the weight 0 and the
others still sum to 1. Boolean masks combine with ``&``. Masks of several sentences in a batch, or
in one row, are in `batches`.
"""

import numpy as np

from . import _formula
from ._arrays import as_integers, as_mask, as_scores, fit
from ._values import as_int, as_places
from .batches import padding_mask


def causal_mask(n_q, n_k=None, *, q_start=0):
    """Let each query attend to the keys up to its own place, and to nothing later.

    Parameters
    ----------
    n_q : int
        Number of queries.
    n_k : int, optional
        Number of keys, ``q_start + n_q`` unless given.
    q_start : int, default 0
        The place of the first query among the keys. By default the first query stands with the
        first key (top-left aligned), as with PyTorch's `is_causal`; where the queries are the last
        tokens, it is ``n_k - n_q`` (bottom-right aligned).

    Returns
    -------
    ndarray of bool, shape (n_q, n_k)
        True = may attend.

    Raises
    ------
    TypeError, ValueError
        If a size is not an integer, or negative.

    References
    ----------
    Vaswani et al. (2017), section 3.2.3.

    Examples
    --------
    >>> from qkvlib import causal_mask
    >>> causal_mask(3)
    array([[ True, False, False],
           [ True,  True, False],
           [ True,  True,  True]])
    >>> causal_mask(1, q_start=2)  # one new token after two others
    array([[ True,  True,  True]])
    """
    return _formula.causal(*as_places(n_q, n_k, q_start))


def sliding_window_mask(n_q, n_k=None, *, window, sink=0, q_start=0):
    """Let each query attend to the keys less than `window` places away, on both sides.

    Together with `causal_mask`, by ``&``, each query sees the last `window` keys, its own included.

    Parameters
    ----------
    n_q, n_k, q_start
        As for `causal_mask`.
    window : int
        At least 1: a window of 1 is the token itself.
    sink : int, default 0
        So many of the first keys are seen from everywhere.

    Returns
    -------
    ndarray of bool, shape (n_q, n_k)
        True = may attend.

    Raises
    ------
    TypeError, ValueError
        If a size is not an integer, or out of range.

    References
    ----------
    Beltagy et al. (2020), section 3.1; Child et al. (2019). Xiao et al. (2024), section 3, for
    sinks.

    Examples
    --------
    >>> from qkvlib import sliding_window_mask
    >>> sliding_window_mask(4, window=2)
    array([[ True,  True, False, False],
           [ True,  True,  True, False],
           [False,  True,  True,  True],
           [False, False,  True,  True]])
    """
    window, sink = as_int("window", window, 1), as_int("sink", sink, 0)
    n_q, n_k, q_start = as_places(n_q, n_k, q_start)
    i, j = q_start + np.arange(n_q)[:, None], np.arange(n_k)
    return (abs(i - j) < window) | (j < sink)


def prefix_mask(n_q, n_k=None, *, prefix, q_start=0, heads_axis=False):
    """Let each query attend to the whole prefix, and causally to what comes after it.

    Parameters
    ----------
    n_q, n_k, q_start
        As for `causal_mask`.
    prefix : array_like of int, shape (...)
        How many of the first keys belong to the prefix: one number, or one of each sentence.
    heads_axis : bool, default False
        As for `padding_mask`.

    Returns
    -------
    ndarray of bool, shape (..., n_q, n_k), or (..., 1, n_q, n_k) with `heads_axis`
        True = may attend.

    Raises
    ------
    TypeError, ValueError
        If a size is not an integer, or out of range; or as `padding_mask`.

    References
    ----------
    Raffel et al. (2020), "Exploring the limits of transfer learning", for causal masks with a
    prefix, https://arxiv.org/abs/1910.10683.

    Examples
    --------
    >>> from qkvlib import prefix_mask
    >>> prefix_mask(3, prefix=2)
    array([[ True,  True, False],
           [ True,  True, False],
           [ True,  True,  True]])
    """
    n_q, n_k, q_start = as_places(n_q, n_k, q_start)
    inside = padding_mask(as_integers("prefix", prefix, n_k), n_k, heads_axis=heads_axis)
    return _formula.causal(n_q, n_k, q_start) | inside


def apply_mask(scores, mask):
    """Write a mask into the scores, ready for the softmax.

    Parameters
    ----------
    scores : array_like, shape (..., n_k)
        Finite numbers or −∞.
    mask : array_like, bool or floating, broadcasts to the shape of `scores`
        Boolean: False becomes −∞. Floating (finite or −∞): added, in the dtype of `scores`.

    Returns
    -------
    ndarray, same shape and dtype as `scores`

    Raises
    ------
    TypeError
        If `mask` is neither boolean nor floating: of integers, 1 could mean either.
    ValueError
        If `mask` would enlarge `scores`, or either holds NaN or +inf.

    References
    ----------
    Vaswani et al. (2017), section 3.2.3.

    Examples
    --------
    >>> from qkvlib import apply_mask
    >>> apply_mask([3.0, 2.0], [True, False])
    array([  3., -inf])
    >>> apply_mask([3.0, 2.0], [0.5, -0.5])
    array([3.5, 1.5])
    """
    scores, mask = as_scores("scores", scores), as_mask(mask)
    fit("mask", mask, scores.shape)
    with np.errstate(all="ignore"):
        return _formula.write_masks(scores.copy(), [mask])
