"""Masks of several sentences: padded to one length, or packed into one row.

Axes are matched from the last on. So with heads, whose axis stands between the sentences and the
tokens, the mask needs an axis there too: ``heads_axis=True``. Without it, a batch of as many
sentences as there are heads would give each *head* the mask of a sentence, and nothing would
complain. `multi_head_attention` and `encode` put the axis there themselves.
"""

import numpy as np

from ._arrays import as_integers, check_batch
from ._values import as_flag, as_int, as_one_of


def padding_mask(lengths, n_k, *, side="right", heads_axis=False):
    """Let every query attend to the real keys, and not to the padding after or before them.

    Parameters
    ----------
    lengths : array_like of int, shape (...)
        How many keys of each sentence are real, from 0 to `n_k`.
    n_k : int
        Number of keys, padding included.
    side : "right" or "left", default "right"
        Where the padding is. Texts that are to be continued are padded on the left.
    heads_axis : bool, default False
        Put an axis of heads before that of the queries.

    Returns
    -------
    ndarray of bool, shape (..., 1, n_k), or (..., 1, 1, n_k) with `heads_axis`
        True = may attend. An axis of size 1 stands for the queries, so that it serves as `mask`.

    Raises
    ------
    TypeError, ValueError
        If a length or `n_k` is not an integer, or out of range; or if `side` is neither.

    References
    ----------
    Vaswani et al. (2017), section 3.2.3, for masks by −∞; padding is another use of them.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import attention_weights, padding_mask
    >>> padding_mask([2, 3], n_k=3)
    array([[[ True,  True, False]],
    <BLANKLINE>
           [[ True,  True,  True]]])

    Two sentences and two heads: here a mask without an axis of heads would fit as well, wrongly.

    >>> q = k = np.ones((2, 2, 3, 4))
    >>> weights = attention_weights(q, k, mask=padding_mask([2, 3], n_k=3, heads_axis=True))
    >>> weights[0, :, 0].round(2)  # of the sentence of two words, in both heads
    array([[0.5, 0.5, 0. ],
           [0.5, 0.5, 0. ]])
    """
    n_k = as_int("n_k", n_k, 0)
    lengths = as_integers("lengths", lengths, n_k)[..., None]
    place = np.arange(n_k)
    left = as_one_of("side", side, ("right", "left")) == "left"
    real = place >= n_k - lengths if left else place < lengths
    return _for_queries(real[..., None, :], heads_axis)


def packing_mask(q_parts, k_parts=None, *, heads_axis=False):
    """Let each token attend to its own part only, where several sentences share one row.

    Parameters
    ----------
    q_parts : array_like of int, shape (..., n_q)
        The number of the sentence to which each query belongs, such as ``[0, 0, 1, 1, 1]``.
    k_parts : array_like of int, shape (..., n_k), optional
        That of each key, the same unless given.
    heads_axis : bool, default False
        Put an axis of heads before that of the queries.

    Returns
    -------
    ndarray of bool, shape (..., n_q, n_k), or (..., 1, n_q, n_k) with `heads_axis`
        True = may attend: blocks along the diagonal.

    Raises
    ------
    TypeError, ValueError
        If a number is not an integer of at least 0, or shapes do not match.

    References
    ----------
    Krell et al. (2021), "Efficient sequence packing without cross-contamination",
    https://arxiv.org/abs/2107.02027.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import attention_weights, causal_mask, packing_mask
    >>> packing_mask([0, 0, 1]) & causal_mask(3)
    array([[ True, False, False],
           [ True,  True, False],
           [False, False,  True]])

    Two rows and two heads, as for `padding_mask`:

    >>> q = k = np.ones((2, 2, 3, 4))
    >>> parts = [[0, 0, 1], [0, 0, 0]]
    >>> weights = attention_weights(q, k, mask=packing_mask(parts, heads_axis=True))
    >>> weights[0, :, 0].round(2)  # the first token of the first row, in both heads
    array([[0.5, 0.5, 0. ],
           [0.5, 0.5, 0. ]])
    """
    q_parts = _as_parts("q_parts", q_parts)
    k_parts = q_parts if k_parts is None else _as_parts("k_parts", k_parts)
    check_batch(1, q_parts=q_parts, k_parts=k_parts)
    return _for_queries(q_parts[..., :, None] == k_parts[..., None, :], heads_axis)


def _as_parts(name, parts):
    parts = as_integers(name, parts)
    if parts.ndim == 0:
        raise ValueError(f"{name}: {parts}; expected one number for each token")
    return parts


def _for_queries(mask, heads_axis):
    return mask[..., None, :, :] if as_flag("heads_axis", heads_axis) else mask
