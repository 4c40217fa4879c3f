"""The way back through attention: how the loss moves with each number that went in.

Each function here takes the gradient of the loss with respect to a result, called ``grad_...``
after the result, and returns the gradients with respect to what the result was made from. The
backward pass runs the steps of `attention` in reverse; `differences` checks it.
"""

import numpy as np

from ._arrays import as_array, as_qkv, check_batch, check_size, finite
from ._formula import as_how, weigh, wide
from ._values import as_int


def project_gradients(x, w, grad):
    """Go back through ``project(x, w)``.

    Parameters
    ----------
    x, w : array_like, shapes (..., n, d_model) and (..., d_model, d_k)
        What was multiplied.
    grad : array_like, shape (..., n, d_k)
        The gradient with respect to ``x @ w``.

    Returns
    -------
    grad_x, grad_w : ndarray, shapes of `x` and of `w`
        ``grad @ w.T`` and ``x.T @ grad``; of a matrix that serves a whole batch, summed over it.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of finite real numbers, or shapes do not match.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 6.5.6.

    Examples
    --------
    >>> from qkvlib import project_gradients
    >>> grad_x, grad_w = project_gradients([[1.0, 2.0]], [[3.0], [4.0]], [[10.0]])
    >>> grad_x
    array([[30., 40.]])
    >>> grad_w
    array([[10.],
           [20.]])
    """
    x, w = as_array("x", x, "n, d_model"), as_array("w", w, "d_model, d_k")
    check_size("d_model", x=(x, -1), w=(w, -2))
    check_batch(x=x, w=w)
    batch = np.broadcast_shapes(x.shape[:-2], w.shape[:-2])
    grad = _as_gradient("grad", grad, (*batch, x.shape[-2], w.shape[-1]))
    # Not all sentences in one product: small ones stay on one thread, and training takes many.
    grad_w = finite(_product, "x.T @ grad", _transpose(x), grad, w.shape)
    return finite(_product, "grad @ w.T", grad, _transpose(w), x.shape), grad_w


def softmax_gradient(weights, grad_weights, *, axis=-1):
    """Go back through ``softmax(scores)``.

    Parameters
    ----------
    weights, grad_weights : array_like, shape (..., n_k)
        What the softmax gave, and the gradient with respect to it.
    axis : int, default -1
        The axis that was normalized.

    Returns
    -------
    ndarray, same shape
        The gradient with respect to the scores: each weight times how far its own gradient lies
        above the weighted mean of its row. It sums to 0 along `axis`, and is 0 where the weight is.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of finite real numbers, or the shapes differ.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 6.2.2.3, for how a softmax saturates.

    Examples
    --------
    >>> from qkvlib import softmax_gradient
    >>> softmax_gradient([0.75, 0.25], [1.0, 0.0])
    array([ 0.1875, -0.1875])
    """
    weights = as_array("weights", weights, "n_k")
    grad_weights = _as_gradient("grad_weights", grad_weights, weights.shape)
    axis = as_int("axis", axis, -weights.ndim, weights.ndim - 1)
    return finite(_through_softmax, "weights * grad_weights", weights, grad_weights, axis)


def attention_gradients(q, k, v, grad_output, *, mask=None, is_causal=False, q_start=0, scale=None):
    """Go back through ``scaled_dot_product_attention(q, k, v)``.

    Batch axes that were broadcast are summed.

    Parameters
    ----------
    q, k, v : array_like, shapes (..., n_q, d_k), (..., n_k, d_k) and (..., n_k, d_v)
    grad_output : array_like, shape (..., n_q, d_v)
        The gradient with respect to the output.
    mask, is_causal, q_start, scale
        As they were on the way forward. A floating mask has a gradient too, which is not returned.

    Returns
    -------
    grad_q, grad_k, grad_v : ndarray, shapes of `q`, `k` and `v`
        A key and a value that no query may attend to have a gradient of 0, exactly.

    Raises
    ------
    TypeError, ValueError
        As `scaled_dot_product_attention`; or if `grad_output` has not the output's shape.

    References
    ----------
    Dao et al. (2022), appendix B.2, https://arxiv.org/abs/2205.14135.

    Examples
    --------
    >>> from qkvlib import attention_gradients
    >>> q, k, v = [[2.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]], [[3.0], [5.0]]
    >>> grad_q, grad_k, grad_v = attention_gradients(q, k, v, [[-1.0]])  # the output is to grow
    >>> grad_v.round(2)  # minus the weights
    array([[-0.8],
           [-0.2]])
    """
    q, k, v = as_qkv(q, k, v)
    batch = np.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
    grad_output = _as_gradient("grad_output", grad_output, (*batch, q.shape[-2], v.shape[-1]))
    masks, scale = as_how(q, k, mask, is_causal, q_start, scale)
    weights = weigh(q, k, masks, scale)
    arrays = q, k, v, grad_output, weights, scale
    what = "gradient of q, k and v by grad_output"
    return finite(_through_attention, what, *arrays, v=v)


def _as_gradient(name, value, shape):
    gradient = as_array(name, value, "n")
    if gradient.shape != shape:
        raise ValueError(f"{name}: shape {gradient.shape}; expected {shape}")
    return gradient


def _through_attention(q, k, v, grad_output, weights, scale):
    grad_weights = _product(wide(grad_output), _transpose(wide(v)), weights.shape)
    grad_scores = _through_softmax(weights, grad_weights) * scale
    return (
        _product(grad_scores, wide(k), q.shape).astype(q.dtype, copy=False),
        _product(_transpose(grad_scores), wide(q), k.shape).astype(k.dtype, copy=False),
        _product(_transpose(weights), wide(grad_output), v.shape).astype(v.dtype, copy=False),
    )


def _through_softmax(weights, grad_weights, axis=-1):
    mean = (weights * grad_weights).sum(axis, keepdims=True)
    return weights * (grad_weights - mean)


def _transpose(array):
    return np.swapaxes(array, -1, -2)


def _product(a, b, shape):
    """Multiply, and sum over the axes along which an array of this shape was repeated."""
    gradient = a @ b
    if gradient.shape == shape:
        return gradient
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    repeated = tuple(i for i, n in enumerate(shape) if n == 1 and gradient.shape[i] != 1)
    return gradient.sum(axis=repeated, keepdims=True)
