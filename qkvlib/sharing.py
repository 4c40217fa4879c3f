"""Keys and values that heads share, so that a cache is smaller.

`grouped_query_attention` lets several heads of queries share one head of keys and values, which
makes the cache smaller by that factor. `latent_attention` lets all heads make their keys and values
from one short vector of each token, and never makes them.
"""

import numpy as np

from ._arrays import as_array, as_floats, check_batch, check_size, finite
from ._formula import as_how, attend, given, product
from ._values import as_scale


def grouped_query_attention(
    q, k, v, *, mask=None, is_causal=False, q_start=0, scale=None, return_weights=False
):
    """Attend with fewer heads of keys and values than of queries.

    With num_heads / num_kv_heads = g, heads 0 to g - 1 of `q` share head 0 of `k` and `v`, the next
    g share head 1, and so on. One head of keys and values is multi-query attention; as many as of
    queries is multi-head attention.

    Parameters
    ----------
    q : array_like, shape (..., num_heads, n_q, d_k)
    k, v : array_like, shapes (..., num_kv_heads, n_k, d_k) and (..., num_kv_heads, n_k, d_v)
        num_kv_heads must divide num_heads. Keys and values are not copied.
    mask : array_like, bool or floating, broadcasts to (..., num_heads, n_q, n_k), optional
    is_causal, q_start, scale
        As in `attention_weights`.
    return_weights : bool, default False
        Return the weights as well.

    Returns
    -------
    output : ndarray, shape (..., num_heads, n_q, d_v)
    weights : ndarray, shape (..., num_heads, n_q, n_k)
        Only if `return_weights`.

    Raises
    ------
    TypeError, ValueError
        As `scaled_dot_product_attention`; or if num_kv_heads does not divide num_heads.

    References
    ----------
    Ainslie et al. (2023), section 2.2; Shazeer (2019), section 3, for one head.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import grouped_query_attention
    >>> q, kv = np.ones((4, 3, 2)), np.arange(12.0).reshape(2, 3, 2)
    >>> grouped_query_attention(q, kv, kv)[:, 0].round(2)  # two heads share what two others do not
    array([[ 3.88,  4.88],
           [ 3.88,  4.88],
           [ 9.88, 10.88],
           [ 9.88, 10.88]])
    """
    q = as_floats("q", q, "num_heads, n_q, d_k")
    k, v = as_floats("k", k, "num_kv_heads, n_k, d_k"), as_floats("v", v, "num_kv_heads, n_k, d_v")
    check_size("num_kv_heads", k=(k, -3), v=(v, -3))
    check_size("d_k", q=(q, -1), k=(k, -1))
    check_size("n_k", k=(k, -2), v=(v, -2))
    check_batch(3, q=q, k=k, v=v)
    num_heads, kv_heads = q.shape[-3], k.shape[-3]
    if kv_heads == 0 or num_heads % kv_heads:
        raise ValueError(
            f"q, k: num_heads is {num_heads} in q of shape {q.shape}, num_kv_heads is {kv_heads} "
            f"in k of shape {k.shape}; expected num_kv_heads to divide num_heads"
        )
    masks, scale = as_how(q, k[..., :1, :, :], mask, is_causal, q_start, scale)
    whole = num_heads, q.shape[-2], k.shape[-2]
    masks = [np.broadcast_to(one, (*one.shape[:-3], *whole)) for one in masks]
    # The queries of a group stand below one another: one product for each head of keys.
    masks = [_in_groups(one, kv_heads) for one in masks]
    output, weights = attend(_in_groups(q, kv_heads), k, v, masks, scale)
    output = output.reshape(*output.shape[:-3], *whole[:2], v.shape[-1])
    weights = weights.reshape(*weights.shape[:-3], *whole)
    return given(output, weights, (q, k, v), (q, k), return_weights)


def _in_groups(x, kv_heads):
    """Put the rows of a group's heads together: (..., kv_heads, group * n, d)."""
    *batch, num_heads, n, d = x.shape
    return x.reshape(*batch, kv_heads, num_heads // kv_heads * n, d)


def latent_attention(
    q, latent, w_k, w_v, *, mask=None, is_causal=False, q_start=0, scale=None, return_weights=False
):
    """Attend to keys and values that are never made: `latent` is all that a cache must keep.

    Equal to ``scaled_dot_product_attention(q, latent @ w_k, latent @ w_v)``, where each head has
    matrices of its own. Since q @ (latent @ w_k).T is (q @ w_k.T) @ latent.T, `w_k` turns each
    query instead of every key, and `w_v` what a query has fetched: a low-rank cache (multi-head
    latent attention) in its absorbed form.

    Parameters
    ----------
    q : array_like, shape (..., num_heads, n_q, d_k)
    latent : array_like, shape (..., n_k, d_latent)
        A few features of each token, of which all heads make their keys and values.
    w_k : array_like, shape (..., num_heads, d_latent, d_k)
    w_v : array_like, shape (..., num_heads, d_latent, d_v)
    mask : array_like, bool or floating, broadcasts to (..., num_heads, n_q, n_k), optional
    is_causal, q_start, scale
        As in `attention_weights`.
    return_weights : bool, default False
        Return the weights as well.

    Returns
    -------
    output : ndarray, shape (..., num_heads, n_q, d_v)
    weights : ndarray, shape (..., num_heads, n_q, n_k)
        Only if `return_weights`.

    Raises
    ------
    TypeError, ValueError
        As `scaled_dot_product_attention`.

    Notes
    -----
    Rotated keys cannot be made of `latent` by one matrix, since each place turns them otherwise.
    They are kept beside it, one head for all: append them to `latent`, the rotated queries to `q`,
    and to `w_k` the rows and columns that let them through.

    References
    ----------
    DeepSeek-AI (2024), "DeepSeek-V2", section 2.1, https://arxiv.org/abs/2405.04434.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import latent_attention, scaled_dot_product_attention
    >>> rng = np.random.default_rng(0)
    >>> q, latent = rng.normal(size=(4, 1, 8)), rng.normal(size=(9, 3))  # four heads, nine tokens
    >>> w_k, w_v = rng.normal(size=(2, 4, 3, 8))
    >>> plain = scaled_dot_product_attention(q, latent @ w_k, latent @ w_v)
    >>> np.allclose(latent_attention(q, latent, w_k, w_v), plain)
    True
    """
    q = as_floats("q", q, "num_heads, n_q, d_k")
    latent = as_array("latent", latent, "n_k, d_latent")
    w_k = as_floats("w_k", w_k, "num_heads, d_latent, d_k")
    w_v = as_floats("w_v", w_v, "num_heads, d_latent, d_v")
    check_size("num_heads", q=(q, -3), w_k=(w_k, -3), w_v=(w_v, -3))
    check_size("d_k", q=(q, -1), w_k=(w_k, -1))
    check_size("d_latent", latent=(latent, -1), w_k=(w_k, -2), w_v=(w_v, -2))
    shared = latent[..., None, :, :]  # one head for all
    check_batch(3, q=q, latent=shared, w_k=w_k, w_v=w_v)
    turned = finite(product, "q @ w_k.T", q, np.swapaxes(w_k, -1, -2), q=q, w_k=w_k)
    masks, _ = as_how(turned, shared, mask, is_causal, q_start, scale)
    fetched, weights = attend(turned, shared, shared, masks, as_scale(scale, q.shape[-1]))
    output = finite(product, "weights @ latent @ w_v", fetched, w_v, w_v=w_v)
    of_weights = q, latent, w_k
    return given(output, weights, (*of_weights, w_v), of_weights, return_weights)
