"""Attention without the n × n matrix: one tile of scores at a time.

`online_softmax_step` is the idea: a softmax that has seen some of the keys can take in more, if it
keeps the largest score and the sum so far. `tiled_attention` runs it over tiles of queries and
keys, and equals `scaled_dot_product_attention`. The score matrix never exists as a whole, so that
memory grows with n and not with n².
"""

import itertools

import numpy as np

from ._arrays import (
    as_array,
    as_mask,
    as_qkv,
    as_scores,
    check_batch,
    check_size,
    check_values,
    finite,
    fit,
)
from ._formula import write_masks
from ._threads import on_threads
from ._tiles import LOG2_E, Running, is_calm, largest_score, visible_tiles
from ._values import as_flag, as_int, as_scale


def online_softmax_step(top, total, output, scores, v):
    """Let a running softmax take in one more tile of keys.

    Start with ``top = -inf``, ``total = 0`` and ``output = 0``; after the last tile, ``output /
    total`` is the attention output.

    Parameters
    ----------
    top, total : array_like, shape (..., n_q)
        The largest score so far, and the sum of e to the (score − top).
    output : array_like, shape (..., n_q, d_v)
        The values so far, each times e to the (its score − top), added up.
    scores : array_like, shape (..., n_q, n_k)
        The scaled scores of the new keys, at least one; −∞ is masked.
    v : array_like, shape (..., n_k, d_v)
        Their values.

    Returns
    -------
    top, total, output : ndarray
        As given, for all keys so far.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of real numbers, `total` is below 0, or shapes do not match.

    References
    ----------
    Milakov and Gimelshein (2018), algorithm 3; Rabe and Staats (2021), section 3, for the values.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import online_softmax_step
    >>> state = [-np.inf], [0.0], [[0.0]]
    >>> state = online_softmax_step(*state, scores=[[1.0, 2.0]], v=[[10.0], [20.0]])
    >>> top, total, output = online_softmax_step(*state, scores=[[3.0]], v=[[30.0]])
    >>> (output / total).round(3)
    array([[25.752]])
    """
    top, total = as_scores("top", top, "n_q"), as_scores("total", total, "n_q")
    output, v = as_array("output", output, "n_q, d_v"), as_array("v", v, "n_k, d_v")
    scores = as_scores("scores", scores, "n_q, n_k")
    if (total < 0).any():
        raise ValueError(f"total: {total.min()}; expected sums of exponentials, at least 0")
    if scores.shape[-1] == 0:
        raise ValueError(f"scores: shape {scores.shape}; expected at least one key")
    check_size("n_k", scores=(scores, -1), v=(v, -2))
    check_size("n_q", top=(top, -1), total=(total, -1), output=(output, -2), scores=(scores, -2))
    check_size("d_v", output=(output, -1), v=(v, -1))
    check_batch(top=top[..., None], total=total[..., None], output=output, scores=scores, v=v)
    new_top = np.maximum(top, scores.max(-1))
    reference = np.maximum(new_top, np.finfo(new_top.dtype).min)  # -inf - -inf is not a number
    with np.errstate(all="ignore"):  # far below the top rounds to 0, as it should
        keep = np.exp(top - reference)
        terms = np.exp(scores - reference[..., None])
    total = finite(np.add, "total", keep * total, terms.sum(-1))
    new = finite(np.matmul, "exp(scores - top) @ v", terms, v)
    return new_top, total, finite(np.add, "output", keep[..., None] * output, new)


def tiled_attention(
    q,
    k,
    v,
    *,
    mask=None,
    is_causal=False,
    q_start=0,
    window=None,
    scale=None,
    block_size=512,
    threads=None,
):
    """Compute `scaled_dot_product_attention` in memory that grows with n, not with n².

    Tiles that a mask hides wholly are skipped. Where the lengths of queries and keys show that no
    exponential can overflow, the largest score is not looked for; looking for it takes about a
    third more time (``make bench`` measures both).

    Parameters
    ----------
    q, k, v : array_like, shapes (..., n_q, d_k), (..., n_k, d_k) and (..., n_k, d_v)
    mask, is_causal, q_start, scale
        As in `attention_weights`. A mask is read tile by tile; one that broadcasts, such as a
        `padding_mask`, stays small.
    window : int, optional
        Apply `sliding_window_mask` as well.
    block_size : int, default 512
        Queries and keys of a tile.
    threads : int, optional
        How many blocks of queries to work on at once: as many as there are processors unless
        given, or 1 where threadpoolctl is not installed, since the threads of the matrix products
        would get in the way.

    Returns
    -------
    ndarray, shape (..., n_q, d_v)
        Rows with nothing to attend to are 0.

    Raises
    ------
    TypeError, ValueError
        As `scaled_dot_product_attention`; if a size is not a positive integer; or if a sum of n_k
        values would overflow.

    References
    ----------
    Dao et al. (2022), algorithm 1; Rabe and Staats (2021).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import scaled_dot_product_attention, tiled_attention
    >>> q, k, v = np.random.default_rng(0).normal(size=(3, 5, 2))  # five tokens
    >>> whole = scaled_dot_product_attention(q, k, v)
    >>> np.allclose(tiled_attention(q, k, v, block_size=2), whole)
    True
    """
    q, k, v = as_qkv(q, k, v)
    check_values(q=q, k=k, v=v)  # in tiles that are skipped they would show in no result
    scale = as_scale(scale, q.shape[-1])
    is_causal, q_start = as_flag("is_causal", is_causal), as_int("q_start", q_start, 0)
    window = None if window is None else as_int("window", window, 1)
    size = as_int("block_size", block_size, 1)
    threads = None if threads is None else as_int("threads", threads, 1)
    batch = np.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
    n_q, n_k = q.shape[-2], k.shape[-2]
    if mask is not None:
        outer = np.broadcast_shapes(q.shape[:-2], k.shape[:-2])
        mask = fit("mask", as_mask(mask), (*outer, n_q, n_k))
        mask = np.broadcast_to(mask, (*batch, n_q, n_k))
    added = mask if mask is not None and mask.dtype != bool else None
    passed = mask if added is None else None
    dtype = np.result_type(q, k, v)
    fine = np.promote_types(dtype, np.float32)  # float16 is too coarse for long sums
    most = largest_score(q, k) * abs(scale)
    may_overflow = most > float(np.finfo(fine).max)
    calm = added is None and is_calm(most * LOG2_E, v, fine)
    # Powers of 2 are faster, but a floating mask might overflow as an exponent of 2.
    power, unit = (np.exp2, LOG2_E) if added is None else (np.exp, 1)
    q, k, v = (np.broadcast_to(a, (*batch, *a.shape[-2:])) for a in (q, k, v))
    output = np.zeros((*batch, n_q, v.shape[-1]), dtype)

    def attend(blocks):
        """Attend from block after block of queries: each tile of keys in turn."""
        buffer = np.empty(min(size, n_q) * min(size, n_k), fine)  # new memory would cost time
        for entry, first in blocks:
            rows = slice(first, min(first + size, n_q))
            places = slice(q_start + rows.start, q_start + rows.stop)
            queries = np.multiply(q[entry][rows], scale * unit, dtype=fine)
            running = Running(len(queries), v.shape[-1], fine, calm, power)
            own = None if passed is None else passed[entry][rows]
            for columns, allowed in visible_tiles(places, n_k, size, is_causal, window, own):
                keys, values = (a[entry][columns].astype(fine, copy=False) for a in (k, v))
                scores = buffer[: len(queries) * len(keys)].reshape(len(queries), len(keys))
                np.matmul(queries, keys.T, out=scores)
                if may_overflow and not np.isfinite(scores).all():
                    raise ValueError(f"q @ k.T * scale: overflows {fine}; expected smaller numbers")
                if added is not None:
                    masks = added[entry][rows, columns], allowed
                    write_masks(scores, [one for one in masks if one is not None])
                running.take(scores, values, None if added is not None else allowed)
            output[entry][rows] = running.result()

    blocks = list(itertools.product(np.ndindex(batch), range(0, n_q, size)))
    on_threads(attend, blocks, 1 if max(n_q, n_k) <= size else threads)
    if not np.isfinite(output).all():
        raise ValueError(f"weights @ v: overflows {dtype}; expected smaller numbers")
    return output
