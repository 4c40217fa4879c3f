"""The arithmetic of attention, on arrays that are checked already: the formula, line by line.

Half precision is computed in single, as PyTorch does it, and rounded by the caller, once, at the
end. Internal to `qkvlib`.
"""

import numpy as np

from ._arrays import as_mask, finite, fit
from ._values import as_flag, as_int, as_scale


def product(a, b):
    """Multiply two matrices; of half precision, each sum is rounded once."""
    return (wide(a) @ wide(b)).astype(np.result_type(a, b), copy=False)


def dot(q, k):
    """Compare each query with each key.

    Where few queries meet many keys, as in a decoder, the time goes into reading the keys: NumPy
    reads them up to ten times faster as they lie than turned.
    """
    if q.shape[-2] <= 8 and k.shape[-2] >= 128:
        scores = k @ np.ascontiguousarray(np.swapaxes(q, -1, -2))
        return np.ascontiguousarray(np.swapaxes(scores, -1, -2))
    return q @ np.swapaxes(k, -1, -2)


def softmax(scores, axis=-1):
    """Turn scores into weights; where all are -inf, into zeros."""
    lowest = np.finfo(scores.dtype).min  # in place of -inf, from which -inf cannot be taken
    top = scores.max(axis, keepdims=True, initial=lowest)
    terms = np.exp(scores - top)  # at most exp(0): no overflow
    return terms / np.maximum(terms.sum(axis, keepdims=True), 1)  # the top adds 1, if there is one


def weigh(q, k, masks, scale):
    """Return ``softmax(q @ k.T * scale)``, masked, in single precision at least."""
    q, k = wide(q), wide(k)
    scores = finite(lambda: dot(q, k) * scale, "q @ k.T * scale", q=q, k=k)
    with np.errstate(all="ignore"):
        return softmax(write_masks(scores, masks))


def attend(q, k, v, masks, scale):
    """Return the values, averaged by the weights, and the weights."""
    weights = weigh(q, k, masks, scale)
    v = wide(v)
    return finite(np.matmul, "weights @ v", weights, v, v=v), weights


def given(output, weights, of_output, of_weights, return_weights):
    """Return what a caller gets: in the types of the arrays it is made of, weights on request."""
    output = output.astype(np.result_type(*of_output), copy=False)
    if as_flag("return_weights", return_weights):
        return output, weights.astype(np.result_type(*of_weights), copy=False)
    return output


def write_masks(scores, masks):
    """Write masks into `scores` itself: a floating one, if there is one, comes first."""
    for mask in masks:
        if mask.dtype == bool:
            np.copyto(scores, -np.inf, where=~mask)
        else:
            scores += mask.astype(scores.dtype, copy=False)  # far below: -inf, as was meant
    if masks and masks[0].dtype != bool and not (scores < np.inf).all():
        raise ValueError(f"mask: scores + mask overflows {scores.dtype}; expected smaller numbers")
    return scores


def wide(array):
    """Return `array` in single precision, if it is of half."""
    return array.astype(np.float32) if array.dtype == np.float16 else array


def causal(n_q, n_k, q_start):
    """True where a key stands no later than its query."""
    return np.tri(n_q, n_k, q_start, dtype=bool)


def as_how(q, k, mask, is_causal, q_start, scale):
    """Check how to attend, and return the masks to write and the scale."""
    sizes = q.shape[-2], k.shape[-2]
    masks = []
    if mask is not None:
        masks.append(as_mask(mask))
        fit("mask", masks[0], (*np.broadcast_shapes(q.shape[:-2], k.shape[:-2]), *sizes))
    q_start = as_int("q_start", q_start, 0)
    if as_flag("is_causal", is_causal) and q_start < sizes[1] - 1:  # else it hides nothing
        masks.append(causal(*sizes, q_start))
    return masks, as_scale(scale, q.shape[-1])
