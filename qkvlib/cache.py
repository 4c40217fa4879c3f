"""Writing a text token by token: what a decoder keeps, and how to keep less.

A new token needs its own query, but the keys and values of all tokens before it. `KVCache` keeps
them, so that nothing is computed twice. `grouped_query_attention` lets several query heads share
one head of keys and values, which makes the cache smaller by that factor.
"""

import numpy as np

from ._arrays import as_array, as_mask, check_batch, check_size, fit_mask
from .attention import scaled_dot_product_attention


class KVCache:
    """The keys and values of all tokens so far, with room to grow.

    When the room is used up it doubles, so that a token is copied about twice on average, however
    long the text gets.

    References
    ----------
    Shazeer (2019), who writes out attention one token at a time.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import KVCache, scaled_dot_product_attention
    >>> cache = KVCache()
    >>> for token in np.eye(3):  # its own query, key and value
    ...     keys, values = cache.append([token], [token])
    ...     output = scaled_dot_product_attention([token], keys, values)
    >>> len(cache), keys.shape
    (3, (3, 3))
    >>> output.round(2)  # the last token heard all three
    array([[0.26, 0.26, 0.47]])
    """

    def __init__(self):
        self._length = 0
        self._rooms = None  # keys and values, each (..., capacity, d)

    def __len__(self):
        """Return how many tokens are kept."""
        return self._length

    @property
    def nbytes(self):
        """Bytes of the keys and values that are kept, without the spare room."""
        if self._rooms is None:
            return 0
        return sum(room[..., : self._length, :].nbytes for room in self._rooms)

    def append(self, k, v):
        """Keep the keys and values of one or more new tokens, and return those of all.

        Parameters
        ----------
        k, v : array_like, shapes (..., n_new, d_k) and (..., n_new, d_v)
            Everything but n_new must be as at the first call.

        Returns
        -------
        keys, values : ndarray, shapes (..., n, d_k) and (..., n, d_v)
            Read-only views, which later calls leave alone.

        Raises
        ------
        TypeError, ValueError
            If `k` or `v` is not of finite real numbers, or shapes or dtypes do not match.
        """
        new = {"k": as_array("k", k, "n_new, d_k"), "v": as_array("v", v, "n_new, d_v")}
        check_size("n_new", k=(new["k"], -2), v=(new["v"], -2))
        check_batch(**new)
        if self._rooms is None:
            self._rooms = [a[..., :0, :].copy() for a in new.values()]
        for room, (name, a) in zip(self._rooms, new.items(), strict=True):
            _check_fits(name, a, room)
        start, self._length = self._length, self._length + new["k"].shape[-2]
        self._rooms = [_with_room(room, start, self._length) for room in self._rooms]
        for room, a in zip(self._rooms, new.values(), strict=True):
            room[..., start : self._length, :] = a
        return tuple(_read_only(room[..., : self._length, :]) for room in self._rooms)


def _check_fits(name, array, room):
    """Raise unless `array` differs from what is kept in its number of tokens only."""
    expected = (*room.shape[:-2], "n_new", room.shape[-1])
    if (*array.shape[:-2], "n_new", array.shape[-1]) != expected or array.dtype != room.dtype:
        sizes = ", ".join(map(str, expected))
        raise ValueError(
            f"{name}: shape {array.shape}, dtype {array.dtype}; expected ({sizes}) and "
            f"{room.dtype}, as in the cache"
        )


def _with_room(room, used, needed):
    """Return `room` itself, or one at least twice as large where `needed` tokens do not fit."""
    *batch, capacity, d = room.shape
    if needed <= capacity:
        return room
    larger = np.empty((*batch, max(needed, 2 * capacity), d), room.dtype)
    larger[..., :used, :] = room[..., :used, :]
    return larger


def _read_only(view):
    view.flags.writeable = False
    return view


def grouped_query_attention(q, k, v, *, mask=None, is_causal=False, scale=None):
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
    is_causal, scale
        As in `attention_weights`.

    Returns
    -------
    ndarray, shape (..., num_heads, n_q, d_v)

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
    q = as_array("q", q, "num_heads, n_q, d_k")
    k, v = as_array("k", k, "num_kv_heads, n_k, d_k"), as_array("v", v, "num_kv_heads, n_k, d_v")
    # Checked here, since further down the same errors would show the shapes of groups.
    check_size("num_kv_heads", k=(k, -3), v=(v, -3))
    check_size("d_k", q=(q, -1), k=(k, -1))
    check_size("n_k", k=(k, -2), v=(v, -2))
    check_batch(3, q=q, k=k, v=v)
    *batch, num_heads, n_q, _ = q.shape
    kv_heads = k.shape[-3]
    if kv_heads == 0 or num_heads % kv_heads:
        raise ValueError(
            f"q, k: num_heads is {num_heads} in q of shape {q.shape}, num_kv_heads is {kv_heads} "
            f"in k of shape {k.shape}; expected num_kv_heads to divide num_heads"
        )
    if mask is not None:
        outer = np.broadcast_shapes(tuple(batch), k.shape[:-3])
        mask = fit_mask(as_mask(mask), (*outer, num_heads, n_q, k.shape[-2]))
        mask = _in_groups(mask, kv_heads)
    output = scaled_dot_product_attention(
        _in_groups(q, kv_heads),
        k[..., :, None, :, :],
        v[..., :, None, :, :],
        mask=mask,
        is_causal=is_causal,
        scale=scale,
    )
    return output.reshape(*output.shape[:-4], num_heads, *output.shape[-2:])


def _in_groups(x, kv_heads):
    """Split the axis of heads: (..., num_heads, n, d) to (..., kv_heads, group, n, d)."""
    *batch, num_heads, n, d = x.shape
    return x.reshape(*batch, kv_heads, num_heads // kv_heads, n, d)
