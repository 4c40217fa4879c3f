"""Several attentions side by side: split into heads, attend in each, merge.

The heads are one more batch axis. `split_heads` cuts each vector into `num_heads` pieces and moves
the heads before the tokens; attention runs on all of them at once; `merge_heads` undoes the cut.
"""

import numpy as np

from . import _formula
from ._arrays import as_array, as_floats, as_mask, check_batch, check_size, finite, fit
from ._values import as_num_heads


def split_heads(x, num_heads):
    """Cut each token's vector into one piece for each head.

    Parameters
    ----------
    x : array_like, shape (..., n, d_model)
    num_heads : int
        Must divide d_model.

    Returns
    -------
    ndarray, shape (..., num_heads, n, d_head)
        With d_head = d_model / num_heads; head h holds columns h * d_head to (h + 1) * d_head.
        A view of `x` where possible.

    Raises
    ------
    TypeError, ValueError
        If `x` is not of finite real numbers, or `num_heads` does not divide d_model.

    References
    ----------
    Vaswani et al. (2017), section 3.2.2.

    Examples
    --------
    >>> from qkvlib import split_heads
    >>> split_heads([[1, 2, 3, 4], [5, 6, 7, 8]], num_heads=2)
    array([[[1., 2.],
            [5., 6.]],
    <BLANKLINE>
           [[3., 4.],
            [7., 8.]]])
    """
    x = as_array("x", x, "n, d_model")
    return split(x, as_num_heads(num_heads, "d_model", x.shape[-1]))


def merge_heads(x):
    """Join the pieces of all heads into one vector for each token; the inverse of `split_heads`.

    Parameters
    ----------
    x : array_like, shape (..., num_heads, n, d_head)

    Returns
    -------
    ndarray, shape (..., n, num_heads * d_head)

    Raises
    ------
    TypeError, ValueError
        If `x` is not of finite real numbers, or has fewer than three axes.

    References
    ----------
    Vaswani et al. (2017), section 3.2.2.

    Examples
    --------
    >>> from qkvlib import merge_heads
    >>> merge_heads([[[1, 2], [5, 6]], [[3, 4], [7, 8]]])
    array([[1., 2., 3., 4.],
           [5., 6., 7., 8.]])
    """
    return merge(as_array("x", x, "num_heads, n, d_head"))


def multi_head_attention(
    x,
    w_q,
    w_k,
    w_v,
    w_o,
    *,
    num_heads,
    context=None,
    mask=None,
    is_causal=False,
    q_start=0,
    scale=None,
    return_weights=False,
    b_q=None,
    b_k=None,
    b_v=None,
    b_o=None,
):
    """Project, attend in each head, merge the heads and mix them by `w_o`.

    Parameters
    ----------
    x : array_like, shape (..., n_q, d_model)
        The tokens that ask.
    w_q : array_like, shape (..., d_model, num_heads * d_k)
    w_k : array_like, shape (..., d_context, num_heads * d_k)
    w_v : array_like, shape (..., d_context, num_heads * d_v)
    w_o : array_like, shape (..., num_heads * d_v, d_out)
    num_heads : int
        Must divide the columns of `w_q`, `w_k` and `w_v`.
    context : array_like, shape (..., n_k, d_context), optional
        The tokens that answer, `x` itself unless given: keys and values come from it.
    mask : array_like, bool or floating, optional
        As in `attention_weights`. With fewer axes than the weights it holds for all heads and
        broadcasts to (..., n_q, n_k); with as many, its axis -3 is the heads.
    is_causal, q_start, scale
        As in `attention_weights`.
    return_weights : bool, default False
        Return the weights of each head as well.
    b_q, b_k, b_v, b_o : array_like, optional
        Biases: one number for each column of the matrix of that name, added to every row of the
        product.

    Returns
    -------
    output : ndarray, shape (..., n_q, d_out)
    weights : ndarray, shape (..., num_heads, n_q, n_k)
        Only if `return_weights`.

    Raises
    ------
    TypeError, ValueError
        As `attention_weights`; or if `num_heads` does not divide.

    References
    ----------
    Vaswani et al. (2017), sections 3.2.2 and 3.2.3.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import multi_head_attention
    >>> x, w = [[1.0, 0.0], [0.0, 2.0]], np.eye(2)
    >>> output, weights = multi_head_attention(x, w, w, w, w, num_heads=2, return_weights=True)
    >>> weights[:, 0].round(2)  # token 0 in two heads: the second does not see what it has
    array([[0.73, 0.27],
           [0.5 , 0.5 ]])
    """
    x = as_floats("x", x, "n_q, d_model")
    source, size = ("x", "d_model") if context is None else ("context", "d_context")
    context = x if context is None else as_floats("context", context, "n_k, d_context")
    w_q = as_floats("w_q", w_q, "d_model, num_heads * d_k")
    w_k = as_floats("w_k", w_k, "d_context, num_heads * d_k")
    w_v = as_floats("w_v", w_v, "d_context, num_heads * d_v")
    w_o = as_floats("w_o", w_o, "num_heads * d_v, d_out")
    # Checked here, since further down the same errors would name q, k and v.
    check_size("d_model", x=(x, -1), w_q=(w_q, -2))
    check_size(size, **{source: (context, -1)}, w_k=(w_k, -2))
    check_size(size, **{source: (context, -1)}, w_v=(w_v, -2))
    check_size("num_heads * d_k", w_q=(w_q, -1), w_k=(w_k, -1))
    check_size("num_heads * d_v", w_v=(w_v, -1), w_o=(w_o, -2))
    check_batch(**{"x": x, source: context, "w_q": w_q, "w_k": w_k, "w_v": w_v, "w_o": w_o})
    num_heads = as_num_heads(num_heads, "w_q.shape[-1]", w_q.shape[-1])
    as_num_heads(num_heads, "w_v.shape[-1]", w_v.shape[-1])
    b_q, b_k = _as_bias("b_q", b_q, "w_q", w_q), _as_bias("b_k", b_k, "w_k", w_k)
    b_v, b_o = _as_bias("b_v", b_v, "w_v", w_v), _as_bias("b_o", b_o, "w_o", w_o)

    q = split(_linear(x, w_q, b_q, x=x, w_q=w_q), num_heads)  # (..., num_heads, n_q, d_k)
    k = split(_linear(context, w_k, b_k, **{source: context}, w_k=w_k), num_heads)
    v = split(_linear(context, w_v, b_v, w_v=w_v), num_heads)  # (..., num_heads, n_k, d_v)
    if mask is not None:
        batch = np.broadcast_shapes(q.shape[:-2], k.shape[:-2])
        mask = _for_each_head(as_mask(mask), (*batch, q.shape[-2], k.shape[-2]))
    how = _formula.as_how(q, k, mask, is_causal, q_start, scale)
    heads, weights = _formula.attend(q, k, v, *how)
    heads = merge(heads).astype(np.result_type(q, k, v), copy=False)
    output = _linear(heads, w_o, b_o, w_o=w_o)
    return _formula.given(output, weights, (output,), (q, k), return_weights)


def split(x, num_heads):
    """As `split_heads`, unchecked."""
    *batch, n, width = x.shape
    pieces = x.reshape(*batch, n, num_heads, width // num_heads)
    return np.swapaxes(pieces, -3, -2)  # a reshape alone would mix tokens into heads


def merge(x):
    """As `merge_heads`, unchecked."""
    *batch, num_heads, n, d_head = x.shape
    return np.swapaxes(x, -3, -2).reshape(*batch, n, num_heads * d_head)


def _as_bias(name, bias, matrix, w):
    """Return `bias` as floats, one for each column of `w`; 0, which changes nothing, for none."""
    if bias is None:
        return 0
    bias = as_array(name, bias, "columns")
    if bias.shape != w.shape[-1:]:  # two axes would give each token a bias of its own
        raise ValueError(
            f"{name}: shape {bias.shape}; expected {w.shape[-1:]}, one for each column of {matrix}"
        )
    return bias


def _linear(x, w, bias, /, **unseen):
    return finite(lambda: _formula.product(x, w) + bias, "x @ w + b", **unseen)


def _for_each_head(mask, shape):
    """Give `mask`, if it has none, the axis of heads of the weights' `shape`."""
    if mask.ndim == len(shape):
        return fit("mask", mask, shape)
    return fit("mask", mask, shape[:-3] + shape[-2:])[..., None, :, :]
