"""Looking things up: weights from positions, weights from contents, one value or a blend of values.

A smoothed number is a weighted average of its neighbors; a lookup is one of values whose keys fit
the query. `smoothing_weights` knows positions only, `kernel_weights` compares contents by a fixed
rule, `hard_lookup` takes what fits best, and `soft_lookup` blends by how well things fit, which is
attention with its scale in the caller's hand. Arrays, batch axes and dtypes are as in `attention`.
"""

import numpy as np

from . import _formula
from ._arrays import as_qk, as_qkv, finite
from ._values import as_flag, as_int, as_positive
from .attention import scaled_dot_product_attention, softmax


def smoothing_weights(n, width):
    """Weigh each of `n` positions by a Gaussian around each other one.

    ``smoothing_weights(n, width) @ values`` smooths a series. The series itself is no argument:
    only how far two positions are apart counts.

    Parameters
    ----------
    n : int
        How many positions there are, one apart.
    width : float
        The standard deviation of the Gaussian, in positions.

    Returns
    -------
    ndarray, shape (n, n)
        Entry [i, j] is what j adds to the smoothed i. Rows sum to 1; columns need not.

    Raises
    ------
    TypeError, ValueError
        If `n` is not an integer of at least 1, or `width` is not a finite number above 0.

    References
    ----------
    Nadaraya (1964) and Watson (1964), with the positions as the regressor.

    Examples
    --------
    >>> from qkvlib import smoothing_weights
    >>> smoothing_weights(4, width=1)[2].round(3)
    array([0.058, 0.258, 0.426, 0.258])
    """
    positions = np.arange(as_int("n", n, 1))[:, None]
    return kernel_weights(positions, positions, width)


def kernel_weights(q, k, width):
    """Weigh each key by a Gaussian of its distance from the query: kernel regression's weights.

    ``kernel_weights(q, k, width) @ v`` is the Nadaraya-Watson estimate at `q` from examples whose
    inputs are `k` and whose outputs are `v`.

    Parameters
    ----------
    q, k : array_like, shapes (..., n_q, d_k) and (..., n_k, d_k)
    width : float
        The standard deviation of the Gaussian, in the unit of the features.

    Returns
    -------
    ndarray, shape (..., n_q, n_k)
        Rows sum to 1, also for a query that is far from every key.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of finite real numbers, d_k is 0, shapes do not match, or `width` is
        not above 0 or too small for the distances.

    References
    ----------
    Nadaraya (1964), "On estimating regression"; Watson (1964), "Smooth regression analysis".

    Examples
    --------
    >>> from qkvlib import kernel_weights
    >>> kernel_weights([[0.0]], [[0.0], [1.0], [3.0]], width=1).round(3)
    array([[0.618, 0.375, 0.007]])
    """
    q, k = as_qk(q, k)
    width = as_positive("width", width)
    apart = finite(np.subtract, "q - k", q[..., :, None, :], k[..., None, :, :], q=q, k=k)
    apart = finite(np.divide, "(q - k) / width", apart, width)
    squares = finite(np.multiply, "((q - k) / width)²", apart, apart)
    # Softmax of the exponents divides by their sum, and no distance makes that sum 0.
    return softmax(finite(lambda: -squares.sum(-1) / 2, "((q - k) / width)²"))


def hard_lookup(q, k, v, *, return_weights=False):
    """Return the value of the key that scores highest, and nothing of the others.

    The weights are one-hot rows. Keys that share the highest score share the weight, so this is the
    limit of `soft_lookup` as its sharpness grows.

    Parameters
    ----------
    q, k, v : array_like, shapes (..., n_q, d_k), (..., n_k, d_k) and (..., n_k, d_v)
    return_weights : bool, default False
        Return the weights as well.

    Returns
    -------
    output : ndarray, shape (..., n_q, d_v)
        All 0 if n_k = 0.
    weights : ndarray, shape (..., n_q, n_k)
        Only if `return_weights`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of finite real numbers, d_k is 0, or shapes do not match.

    References
    ----------
    Xu et al. (2015), "Show, attend and tell", section 4.1, for attention that chooses one place.

    Examples
    --------
    >>> from qkvlib import hard_lookup
    >>> hard_lookup([[0.9, 0.2]], [[1, 0], [0, 1]], [[10], [20]])
    array([[10.]])
    """
    q, k, v = as_qkv(q, k, v)
    scores = finite(_formula.dot, "q @ k.T", _formula.wide(q), _formula.wide(k), q=q, k=k)
    best = scores == scores.max(-1, keepdims=True, initial=-np.inf)
    weights = (best / best.sum(-1, keepdims=True)).astype(np.result_type(q, k))
    output = finite(_formula.product, "weights @ v", weights, v, v=v)
    return (output, weights) if as_flag("return_weights", return_weights) else output


def soft_lookup(q, k, v, *, sharpness=1.0, return_weights=False):
    """Blend the values, each by how well its key fits the query.

    ``softmax(sharpness * q @ k.T / sqrt(d_k)) @ v``: attention at sharpness 1. At 0 it is the plain
    average of the values; as it grows, `hard_lookup`.

    Parameters
    ----------
    q, k, v : array_like, shapes (..., n_q, d_k), (..., n_k, d_k) and (..., n_k, d_v)
    sharpness : float, default 1
        The factor of the scaled scores, at least 0.
    return_weights : bool, default False
        Return the weights as well.

    Returns
    -------
    output : ndarray, shape (..., n_q, d_v)
    weights : ndarray, shape (..., n_q, n_k)
        Only if `return_weights`.

    Raises
    ------
    TypeError, ValueError
        As `scaled_dot_product_attention`, or if `sharpness` is not a finite number of at least 0.

    References
    ----------
    Graves et al. (2014), "Neural Turing Machines", section 3.3.1, where it is the key strength β.

    Examples
    --------
    >>> from qkvlib import soft_lookup
    >>> soft_lookup([[0.9, 0.2]], [[1, 0], [0, 1]], [[10], [20]]).round(2)
    array([[13.79]])
    """
    q, k, v = as_qkv(q, k, v)
    scale = as_positive("sharpness", sharpness, or_zero=True) / q.shape[-1] ** 0.5
    return scaled_dot_product_attention(q, k, v, scale=scale, return_weights=return_weights)
