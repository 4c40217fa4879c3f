"""Writing a text token by token: what a decoder keeps.

A new token needs its own query, but the keys and values of all tokens before it. `KVCache` keeps
them, so that nothing is computed twice. How to keep less of them: a `window` here, fewer heads and
fewer features in `sharing`, fewer bits in `bits`.
"""

import numpy as np

from ._arrays import as_array, check_batch, check_size
from ._values import as_int


class KVCache:
    """The keys and values of all tokens so far, or of those in a window.

    When the room is used up it doubles, so that a token is copied about twice on average, however
    long the text gets.

    Parameters
    ----------
    window : int, optional
        What a token may see of those before it, as in `sliding_window_mask`, itself included; older
        ones are forgotten at the next `append`. Several tokens appended at once still need that
        mask, each for its own window.
    sink : int, default 0
        With a window: so many of the first tokens are never forgotten.

    References
    ----------
    Shazeer (2019), who writes out attention one token at a time. Xiao et al. (2024), section 3.2,
    for a window with a sink.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import KVCache, scaled_dot_product_attention
    >>> cache, tokens = KVCache(), np.eye(3)  # each is its own query, key and value
    >>> keys, values = cache.append(tokens[:1], tokens[:1])
    >>> keys, values = cache.append(tokens[1:], tokens[1:])
    >>> len(cache), cache.q_start, keys.shape
    (3, 1, (3, 3))
    >>> where = {"is_causal": True, "q_start": cache.q_start}
    >>> scaled_dot_product_attention(tokens[1:], keys, values, **where).round(2)
    array([[0.36, 0.64, 0.  ],
           [0.26, 0.26, 0.47]])
    """

    def __init__(self, *, window=None, sink=0):
        self._window = None if window is None else as_int("window", window, 1)
        self._sink = as_int("sink", sink, 0)
        self._length = self._new = self._position = 0
        self._rooms = None  # keys and values, each (..., capacity, d)

    def __len__(self):
        """Return how many tokens are kept."""
        return self._length

    def __bool__(self):
        """Return True: a cache is there when nothing is in it yet."""
        return True

    @property
    def position(self):
        """The place in the text of the next token: how many came before it, kept or forgotten."""
        return self._position

    @property
    def q_start(self):
        """The place of the latest tokens' first query among the keys, for masks and attention."""
        return self._length - self._new

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
            If `k` or `v` is not of finite real numbers, or shapes or dtypes do not match. The cache
            is then as it was.
        """
        new = {"k": as_array("k", k, "n_new, d_k"), "v": as_array("v", v, "n_new, d_v")}
        check_size("n_new", k=(new["k"], -2), v=(new["v"], -2))
        check_batch(**new)
        if self._rooms is None:
            self._rooms = [a[..., :0, :].copy() for a in new.values()]
        for room, (name, a) in zip(self._rooms, new.items(), strict=True):
            _check_fits(name, a, room)
        self._forget()
        self._new = new["k"].shape[-2]
        self._position += self._new
        start, self._length = self._length, self._length + self._new
        self._rooms = [_with_room(room, start, self._length) for room in self._rooms]
        for room, a in zip(self._rooms, new.values(), strict=True):
            room[..., start : self._length, :] = a
        return tuple(_read_only(room[..., : self._length, :]) for room in self._rooms)

    def _forget(self):
        """Keep the sink, and what the next token's window holds beside itself."""
        if self._window is None or self._length < self._sink + self._window:
            return
        first, last = slice(self._sink), slice(self._length - self._window + 1, self._length)
        self._rooms = [
            np.concatenate([room[..., first, :], room[..., last, :]], axis=-2)
            for room in self._rooms
        ]
        self._length = self._sink + self._window - 1


def _check_fits(name, array, room):
    """Raise unless `array` differs from what is kept in its number of tokens only."""
    alike = array.shape[:-2] == room.shape[:-2] and array.shape[-1:] == room.shape[-1:]
    if not alike or array.dtype != room.dtype:
        sizes = ", ".join(map(str, (*room.shape[:-2], "n_new", room.shape[-1])))
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
