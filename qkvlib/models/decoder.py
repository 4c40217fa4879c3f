"""A whole language model from this book's parts: blocks around `grouped_query_attention`.

A block adds to every token what its heads fetched from the tokens before it, then what a small
network makes of it; unlike the encoder's, it normalizes what goes in. After the last block each
token's vector is compared with the vector of every word: the logits of what comes next.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .._arrays import as_array, as_integers, finite
from .._threads import on_one_thread, one_is_faster
from ..cache import KVCache
from ..heads import merge, split
from ..rotary import as_turns, rotary_frequencies, turned_neighbors
from ..sharing import grouped_query_attention
from .own_attention import as_own
from .parts import as_heads, linear, rms_norm, silu

_ROWS = 32  # that attend at once, for speed: no score with a later key is computed


@dataclass(frozen=True)
class Decoder:
    """The matrices of a decoder, and the few numbers about it that are none.

    Parameters
    ----------
    embedding : ndarray, shape (n_words, d_model)
        A vector for each word of the vocabulary, read at both ends.
    blocks : tuple of dict of str to ndarray
        Of each block ``w_q, w_k, w_v``, shape (d_model, heads * d_k), ``w_o`` back again,
        ``w_gate, w_up``, shape (d_model, d_inner), ``w_down`` back again, ``norm_1, norm_2``, shape
        (d_model,).
    norm : ndarray, shape (d_model,)
    num_heads, num_kv_heads : int
    base : float
        Of `rotary_frequencies`; neighboring features are a pair.
    eps : float
        So that no size is 0.
    """

    embedding: np.ndarray
    blocks: tuple
    norm: np.ndarray
    num_heads: int
    num_kv_heads: int
    base: float = 100_000.0
    eps: float = 1e-5

    def new_caches(self, **window):
        """Return an empty `KVCache` for each block, with ``window`` and ``sink`` if given."""
        return [KVCache(**window) for _ in self.blocks]

    @cached_property
    def holds_threads(self):
        """Whether one row meets the matrices faster on one thread than on several: measured once.

        Then the time goes into reading them, and what one thread can read differs by machine.
        """
        row = np.ones((1, len(self.norm)), self.embedding.dtype)
        return one_is_faster(lambda: [row @ block["w_gate"] for block in self.blocks])


def decode(decoder, ids, *, caches=None, mask=None, without=(), trace=None, attend=None):
    """Read tokens, each with those before it, and return their vectors after the last block.

    Parameters
    ----------
    decoder : Decoder
    ids : array_like of int, shape (..., n)
    caches : list of KVCache, optional
        ``decoder.new_caches()``, or what earlier calls left in it: `ids` then come after theirs,
        and their keys and values are appended.
    mask : array_like, bool or floating, broadcasts to (..., num_heads, n, n_k), optional
        In each block, besides the causal one.
    without : sequence of (int, int), optional
        Heads to remove, as (layer, head) counted from 0: nothing of what they fetch is passed on.
    trace : list, optional
        Is given a dict for each block: ``x``, its input, ``q`` and ``k``, turned, ``v``, the
        ``weights`` of each head, and what it fetched, its ``output``.
    attend : callable, optional
        ``attend(q, k, v)`` in place of the causal one; without `caches`, `mask` and `trace`.

    Returns
    -------
    ndarray, shape (..., n, d_model)
        Normalized; `next_word_logits` says what comes next.

    Raises
    ------
    TypeError, ValueError
        If `ids` are no integers within the vocabulary, there is no such head, there is not one
        cache for each block, or `attend` does not fit.

    References
    ----------
    Touvron et al. (2023), "LLaMA", section 2.2, https://arxiv.org/abs/2302.13971.

    Examples
    --------
    >>> from qkvlib import decode, load_decoder, next_word_logits
    >>> decoder, tokenizer = load_decoder()  # doctest: +SKIP
    >>> x = decode(decoder, tokenizer.ids("The puppy followed its"))  # doctest: +SKIP
    >>> tokenizer.text([next_word_logits(decoder, x)[-1].argmax()])  # doctest: +SKIP
    ' tail'
    """
    ids = as_integers("ids", ids, len(decoder.embedding) - 1)
    if ids.ndim == 0 or ids.shape[-1] == 0:
        raise ValueError(f"ids: shape {ids.shape}; expected (..., n) with n > 0")
    own = as_own(attend, caches=caches, mask=mask, trace=trace)
    without = as_heads(without, len(decoder.blocks), decoder.num_heads)
    caches = decoder.new_caches() if caches is None else caches
    if len(caches) != len(decoder.blocks):
        raise ValueError(f"caches: {len(caches)}; expected {len(decoder.blocks)}, one for a block")
    n, d_k = ids.shape[-1], decoder.blocks[0]["w_q"].shape[-1] // decoder.num_heads
    frequencies = rotary_frequencies(d_k, base=decoder.base)
    x = decoder.embedding[ids]
    turns = as_turns(caches[0].position + np.arange(n), frequencies, x.dtype)  # (n, d_k / 2)
    with on_one_thread(n == 1 and decoder.holds_threads):
        for layer, (block, cache) in enumerate(zip(decoder.blocks, caches, strict=True)):
            removed = [head for where, head in without if where == layer]
            x = x + _attended(decoder, block, x, turns, cache, mask, removed, trace, own)
            x = x + _transformed(block, rms_norm(x, block["norm_2"], decoder.eps))
    return rms_norm(x, decoder.norm, decoder.eps)


def next_word_logits(decoder, x):
    """Compare tokens' vectors with the vector of every word, to say what comes next.

    Parameters
    ----------
    decoder : Decoder
    x : array_like, shape (..., d_model)
        From `decode`, or some of its rows.

    Returns
    -------
    ndarray, shape (..., n_words)

    Raises
    ------
    TypeError, ValueError
        If `x` is not of finite real numbers, or not as wide as the model.

    References
    ----------
    Press and Wolf (2017), https://arxiv.org/abs/1608.05859, for one table at both ends.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import Decoder, next_word_logits
    >>> words = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> next_word_logits(Decoder(words, (), np.ones(2), 1, 1), [2.0, 3.0])
    array([2., 3., 5.])
    """
    x = as_array("x", x, "d_model")
    if x.shape[-1] != decoder.embedding.shape[-1]:
        raise ValueError(f"x: shape {x.shape}; expected (..., {decoder.embedding.shape[-1]})")
    with on_one_thread(x.size == x.shape[-1] and decoder.holds_threads):
        return finite(linear, "x @ embedding.T", x, decoder.embedding.T)


def _attended(decoder, block, x, turns, cache, mask, removed, trace, own):
    """What the heads fetch from the tokens so far."""
    given = rms_norm(x, block["norm_1"], decoder.eps)
    q = turned_neighbors(split(linear(given, block["w_q"]), decoder.num_heads), turns)
    k = turned_neighbors(split(linear(given, block["w_k"]), decoder.num_kv_heads), turns)
    v = split(linear(given, block["w_v"]), decoder.num_kv_heads)
    k, v = cache.append(k, v)
    heads, weights = (own or _attend)(q, k, v, cache.q_start, mask, trace is not None)
    if removed:
        heads[..., removed, :, :] = 0
    if trace is not None:
        trace.append({"x": x, "q": q, "k": k, "v": v, "weights": weights, "output": heads})
    return linear(merge(heads), block["w_o"])


def _attend(q, k, v, q_start, mask, return_weights):
    """Attend from a few rows at a time, unless all weights are wanted: no row meets later keys."""
    n, how = q.shape[-2], {"is_causal": True, "return_weights": return_weights}
    if n <= _ROWS or mask is not None or return_weights:
        result = grouped_query_attention(q, k, v, mask=mask, q_start=q_start, **how)
        return result if return_weights else (result, None)
    parts = []
    for first in range(0, n, _ROWS):
        rows, keys = slice(first, first + _ROWS), slice(q_start + first + _ROWS)
        seen = q[..., rows, :], k[..., keys, :], v[..., keys, :]
        parts.append(grouped_query_attention(*seen, q_start=q_start + first, **how))
    return np.concatenate(parts, axis=-2), None


def _transformed(block, x):
    """What a small network makes of each token: one half says how much of the other passes."""
    inner = silu(linear(x, block["w_gate"]))
    inner *= linear(x, block["w_up"])
    return linear(inner, block["w_down"])
