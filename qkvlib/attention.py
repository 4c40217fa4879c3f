"""Attention from a projection to an output, one function for each step of the formula.

`project` makes queries, keys and values; `attention_scores` compares each query with each key;
`softmax` turns a row of scores into weights; `scaled_dot_product_attention` averages the values by
those weights. Rows are tokens, and any axes before the last two are batch axes, which broadcast as
in `numpy.matmul`. Floating dtypes are kept, integers become float64, and no input is changed.
The source is Vaswani et al. (2017), "Attention Is All You Need", https://arxiv.org/abs/1706.03762.
"""

import numpy as np

from . import _formula
from ._arrays import as_floats, as_qk, as_qkv, as_scores, check_batch, check_size, finite
from ._values import as_int


def project(x, w):
    """Multiply each token (a row of `x`) by a matrix: Q, K or V, according to `w`.

    Parameters
    ----------
    x, w : array_like, shapes (..., n, d_model) and (..., d_model, d_k)

    Returns
    -------
    ndarray, shape (..., n, d_k)
        ``x @ w``.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of finite real numbers, a last axis is empty, or shapes do not match.

    References
    ----------
    Vaswani et al. (2017), section 3.2.2.

    Examples
    --------
    >>> from qkvlib import project
    >>> project([[1.0, 0.0], [0.5, 2.0]], [[3.0, 1.0], [0.0, 1.0]])  # two tokens
    array([[3. , 1. ],
           [1.5, 2.5]])
    """
    x, w = as_floats("x", x, "n, d_model"), as_floats("w", w, "d_model, d_k")
    check_size("d_model", x=(x, -1), w=(w, -2))
    check_batch(x=x, w=w)
    return finite(_formula.product, "x @ w", x, w, x=x, w=w)


def attention_scores(q, k):
    """Compare each query with each key by their dot product.

    Parameters
    ----------
    q, k : array_like, shapes (..., n_q, d_k) and (..., n_k, d_k)

    Returns
    -------
    ndarray, shape (..., n_q, n_k)
        Entry [i, j] is query i with key j, not scaled.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of finite real numbers, d_k is 0, or shapes do not match.

    References
    ----------
    Vaswani et al. (2017), section 3.2.1.

    Examples
    --------
    >>> from qkvlib import attention_scores
    >>> attention_scores([[1.0, 2.0]], [[3.0, 0.0], [0.0, 2.0], [1.0, -1.0]])  # three keys
    array([[ 3.,  4., -1.]])
    """
    q, k = as_qk(q, k)
    return finite(_formula.product, "q @ k.T", q, np.swapaxes(k, -1, -2), q=q, k=k)


def softmax(scores, *, axis=-1):
    """Turn scores into weights: positive numbers that sum to 1 along `axis`.

    A score of −∞ gets the weight 0, exactly. Where all scores are −∞ the weights are all 0, since
    there is nothing to attend to.

    Parameters
    ----------
    scores : array_like, shape (..., n_k)
        Finite numbers or −∞.
    axis : int, default -1
        The axis to normalize: for scores of shape (..., n_q, n_k) the keys are the last.

    Returns
    -------
    ndarray, same shape as `scores`

    Raises
    ------
    TypeError, ValueError
        If `scores` is not of real numbers, holds NaN or +inf, or has no such axis.

    References
    ----------
    Vaswani et al. (2017), section 3.2.1.

    Examples
    --------
    >>> from qkvlib import softmax
    >>> softmax([0.0, 0.0, -float("inf")])
    array([0.5, 0.5, 0. ])
    """
    scores = as_scores("scores", scores)
    axis = as_int("axis", axis, -scores.ndim, scores.ndim - 1)
    with np.errstate(all="ignore"):  # far below the top rounds to 0, as it should
        weights = _formula.softmax(_formula.wide(scores), axis)
    return weights.astype(scores.dtype, copy=False)


def attention_weights(q, k, *, mask=None, is_causal=False, q_start=0, scale=None):
    """Say how much each query attends to each key: ``softmax(q @ k.T * scale)``, masked.

    Parameters
    ----------
    q, k : array_like, shapes (..., n_q, d_k) and (..., n_k, d_k)
    mask : array_like, bool or floating, broadcasts to (..., n_q, n_k), optional
        Boolean: True = may attend. Floating: added to the scaled scores. Axes are matched from the
        last on, so a mask of each sentence needs an axis of heads if `q` has one.
    is_causal : bool, default False
        Apply `causal_mask` as well: with `mask`, a key must pass both.
    q_start : int, default 0
        The place of the first query among the keys, for `is_causal`. By default the first query
        stands with the first key, as in PyTorch. New tokens after others in a `KVCache` stand at
        its `q_start`.
    scale : float, optional
        The factor of the scores, 1 / sqrt(d_k) unless given.

    Returns
    -------
    ndarray, shape (..., n_q, n_k)
        Rows sum to 1, or are 0 where the mask leaves nothing to attend to.

    Raises
    ------
    TypeError, ValueError
        As `attention_scores` and `apply_mask`; or if `scale` is not a finite number, `q_start` not
        an integer of at least 0, or `is_causal` not True or False.

    References
    ----------
    Vaswani et al. (2017), section 3.2.1.

    Examples
    --------
    >>> from qkvlib import attention_weights
    >>> q, k = [[2.0, 0.0]], [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]
    >>> attention_weights(q, k).round(2)  # most to the key that points where the query does
    array([[0.77, 0.19, 0.05]])
    """
    q, k = as_qk(q, k)
    weights = _formula.weigh(q, k, *_formula.as_how(q, k, mask, is_causal, q_start, scale))
    return weights.astype(np.result_type(q, k), copy=False)


def scaled_dot_product_attention(
    q, k, v, *, mask=None, is_causal=False, q_start=0, scale=None, return_weights=False
):
    """Average the values by the attention weights: ``softmax(q @ k.T / sqrt(d_k)) @ v``.

    Behaves as PyTorch's function of this name, except that `mask` and `is_causal` may be given
    together, and `q_start`.

    Parameters
    ----------
    q, k, v : array_like, shapes (..., n_q, d_k), (..., n_k, d_k) and (..., n_k, d_v)
    mask, is_causal, q_start, scale
        As in `attention_weights`.
    return_weights : bool, default False
        Return the weights as well.

    Returns
    -------
    output : ndarray, shape (..., n_q, d_v)
        Rows with nothing to attend to are 0; so are all rows if n_k = 0.
    weights : ndarray, shape (..., n_q, n_k)
        Only if `return_weights`.

    Raises
    ------
    TypeError, ValueError
        As `attention_weights`.

    References
    ----------
    Vaswani et al. (2017), section 3.2.1, equation 1.

    Examples
    --------
    >>> from qkvlib import scaled_dot_product_attention
    >>> q, k, v = [[4.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]], [[10.0], [20.0]]
    >>> scaled_dot_product_attention(q, k, v).round(2)  # the second query likes both alike
    array([[10.56],
           [15.  ]])
    """
    q, k, v = as_qkv(q, k, v)
    how = _formula.as_how(q, k, mask, is_causal, q_start, scale)
    return _formula.given(*_formula.attend(q, k, v, *how), (q, k, v), (q, k), return_weights)
