"""Masks: who may attend to whom.

A boolean mask says True where a query may attend to a key; a floating mask is added to the scores,
so -inf forbids. Either acts before the softmax, where a forbidden key gets the weight 0 and the
others still sum to 1. Boolean masks combine with ``&``.
"""

import numpy as np

from ._arrays import as_integers, as_mask, as_scores, fit_mask
from ._values import as_int


def causal_mask(n_q, n_k=None):
    """Let query i attend to the keys 0 to i, and to nothing later.

    Parameters
    ----------
    n_q : int
        Number of queries.
    n_k : int, optional
        Number of keys, `n_q` unless given. The first query stays with the first key (top-left
        aligned), as with PyTorch's `is_causal`.

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
    """
    n_q = as_int("n_q", n_q, 0)
    n_k = n_q if n_k is None else as_int("n_k", n_k, 0)
    return np.tri(n_q, n_k, dtype=bool)


def padding_mask(lengths, n_k):
    """Let every query attend to the first `lengths` keys, and not to the padding after them.

    Parameters
    ----------
    lengths : array_like of int, shape (...)
        How many keys of each sequence are real, from 0 to `n_k`.
    n_k : int
        Number of keys, padding included.

    Returns
    -------
    ndarray of bool, shape (..., 1, n_k)
        True = may attend. The axis of size 1 stands for the queries, so that it serves as `mask`.

    Raises
    ------
    TypeError, ValueError
        If a length or `n_k` is not an integer, or out of range.

    References
    ----------
    Vaswani et al. (2017), section 3.2.3, for masks by −∞; padding is another use of them.

    Examples
    --------
    >>> from qkvlib import padding_mask
    >>> padding_mask([2, 3], n_k=3)
    array([[[ True,  True, False]],
    <BLANKLINE>
           [[ True,  True,  True]]])
    """
    n_k = as_int("n_k", n_k, 0)
    return np.arange(n_k) < as_integers("lengths", lengths, n_k)[..., None, None]


def sliding_window_mask(n_q, n_k=None, *, window):
    """Let query i attend to the keys less than `window` places away, on both sides.

    Together with `causal_mask`, by ``&``, each query sees the last `window` keys, its own included.

    Parameters
    ----------
    n_q : int
        Number of queries.
    n_k : int, optional
        Number of keys, `n_q` unless given; the first query stays with the first key.
    window : int
        At least 1: a window of 1 is the token itself.

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
    Beltagy et al. (2020), section 3.1; Child et al. (2019).

    Examples
    --------
    >>> from qkvlib import sliding_window_mask
    >>> sliding_window_mask(4, window=2)
    array([[ True,  True, False, False],
           [ True,  True,  True, False],
           [False,  True,  True,  True],
           [False, False,  True,  True]])
    """
    n_q = as_int("n_q", n_q, 0)
    n_k = n_q if n_k is None else as_int("n_k", n_k, 0)
    window = as_int("window", window, 1)
    return abs(np.arange(n_q)[:, None] - np.arange(n_k)) < window


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
    scores = as_scores("scores", scores)
    mask = fit_mask(as_mask(mask), scores.shape)
    if mask.dtype == bool:
        return np.where(mask, scores, -np.inf)
    with np.errstate(over="ignore"):  # downward, -inf is what was meant; upward, raise below
        masked = scores + mask.astype(scores.dtype)
    if np.isposinf(masked).any():
        raise ValueError(f"mask: scores + mask overflows {masked.dtype}; expected smaller numbers")
    return masked
