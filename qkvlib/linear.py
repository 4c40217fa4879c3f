"""Linear attention: soft lookup with another kernel, which needs no row of scores.

With e to the (q · k) replaced by φ(q) · φ(k), the sums over the keys can be formed before a query
comes: what is kept of the past has one size, however long it is. `linear_attention` is the matrix
form, in which weights can be seen; `linear_attention_step` keeps the running sums.
"""

import numpy as np

from ._arrays import as_array, as_qkv, check_batch, check_size, check_values, finite
from ._formula import causal, dot, given, wide
from ._values import as_flag, as_int


def linear_attention(q, k, v, *, is_causal=False, q_start=0, return_weights=False):
    """Average the values by weights in proportion to φ(q) · φ(k): the matrix form.

    φ(x) is x + 1 above 0 and e to the x below, so that no weight is negative.

    Parameters
    ----------
    q, k, v : array_like, shapes (..., n_q, d_k), (..., n_k, d_k) and (..., n_k, d_v)
    is_causal, q_start
        As in `attention_weights`.
    return_weights : bool, default False
        Return the weights as well.

    Returns
    -------
    output : ndarray, shape (..., n_q, d_v)
        Rows with nothing to attend to are 0.
    weights : ndarray, shape (..., n_q, n_k)
        Only if `return_weights`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of finite real numbers, d_k is 0, or shapes do not match.

    References
    ----------
    Katharopoulos et al. (2020), https://arxiv.org/abs/2006.16236.

    Examples
    --------
    >>> from qkvlib import linear_attention
    >>> q, k, v = [[2.0, 0.0]], [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]], [[1.0], [2.0], [3.0]]
    >>> output, weights = linear_attention(q, k, v, return_weights=True)
    >>> weights.round(2)  # flatter than softmax's
    array([[0.5 , 0.35, 0.15]])
    """
    q, k, v = as_qkv(q, k, v)
    check_values(q=q, k=k, v=v)  # φ(-inf) is 0, and shows in no result
    q_start = as_int("q_start", q_start, 0)
    kernel = finite(_kernel, "φ(q) · φ(k)", wide(q), wide(k))
    if as_flag("is_causal", is_causal):
        kernel *= causal(*kernel.shape[-2:], q_start)
    weights = finite(lambda: _shares(kernel, kernel.sum(-1, keepdims=True)), "φ(q) · φ(k)")
    output = finite(np.matmul, "weights @ v", weights, wide(v))
    return given(output, weights, (q, k, v), (q, k), return_weights)


def linear_attention_step(state, total, q, k, v):
    """Add new keys and values to the running sums, and let the new queries ask them.

    Start with zeros. Token by token this gives the rows of causal `linear_attention`; all tokens in
    one step give those without a mask.

    Parameters
    ----------
    state : array_like, shape (..., d_k, d_v)
        The sum of φ(k) times v, over the keys so far.
    total : array_like, shape (..., d_k)
        The sum of φ(k).
    q, k, v : array_like, shapes (..., n_q, d_k), (..., n_k, d_k) and (..., n_k, d_v)
        Of the new tokens.

    Returns
    -------
    state, total : ndarray
        As given, with the new keys; in single precision at least.
    output : ndarray, shape (..., n_q, d_v)

    Raises
    ------
    TypeError, ValueError
        If an argument is not of finite real numbers, or shapes do not match.

    References
    ----------
    Katharopoulos et al. (2020), "Transformers are RNNs", https://arxiv.org/abs/2006.16236.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import linear_attention_step
    >>> state, total = np.zeros((2, 1)), np.zeros(2)
    >>> for token in ([[1.0, 0.0]], [[0.0, 1.0]]):  # its own query and key
    ...     state, total, output = linear_attention_step(state, total, token, token, [[10.0]])
    >>> total, output
    (array([3., 3.]), array([[10.]]))
    """
    state, total = as_array("state", state, "d_k, d_v"), as_array("total", total, "d_k")
    q, k, v = as_qkv(q, k, v)
    check_values(q=q, k=k, v=v)
    check_size("d_k", state=(state, -2), total=(total, -1), k=(k, -1))
    check_size("d_v", state=(state, -1), v=(v, -1))
    check_batch(state=state, total=total[..., None], q=q, k=k, v=v)
    keys, queries = finite(lambda: (_features(wide(k)), _features(wide(q))), "φ(k), φ(q)")
    state = finite(lambda: state + np.swapaxes(keys, -1, -2) @ wide(v), "state + φ(k).T @ v")
    total = finite(lambda: total + keys.sum(-2), "total + φ(k), summed")
    output = finite(
        lambda: _shares(queries @ state, queries @ total[..., None]),
        "φ(q) @ state / (φ(q) @ total)",
    )
    return state, total, output.astype(np.result_type(q, k, v), copy=False)


def _features(x):
    """φ: positive everywhere, without a step or a corner at 0."""
    return np.maximum(x, 0) + np.exp(np.minimum(x, 0))


def _kernel(q, k):
    return dot(_features(q), _features(k))


def _shares(parts, total):
    """Divide; where the total is 0, there is nothing to share."""
    return parts / np.where(total == 0, 1, total)
