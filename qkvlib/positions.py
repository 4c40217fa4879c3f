"""Where tokens stand: without it, attention takes a sentence for a bag of words.

`sinusoidal_embedding` is added to the tokens before attention, and `alibi_bias` is a floating mask;
`rotary` turns queries and keys.
"""

import numpy as np

from ._values import as_int, as_places
from .rotary import clocks, frequencies_of


def sinusoidal_embedding(positions, d_model, *, base=10_000.0):
    """Give each place a vector of sines and cosines, from fast to slow, to add to the token's.

    Parameters
    ----------
    positions : array_like, shape (..., n)
        Any numbers; the first token usually stands at 0.
    d_model : int
        Even.
    base : float, default 10000
        The slowest clock turns about `base` times more slowly than the fastest.

    Returns
    -------
    ndarray of float64, shape (..., n, d_model)
        Columns 0, 2, 4, ... are sines, and each is followed by its cosine.

    Raises
    ------
    TypeError, ValueError
        If `positions` are not finite real numbers, `d_model` is odd, or `base` is not above 0.

    References
    ----------
    Vaswani et al. (2017), section 3.5.

    Examples
    --------
    >>> from qkvlib import sinusoidal_embedding
    >>> sinusoidal_embedding([0, 1], 4).round(2)
    array([[0.  , 1.  , 0.  , 1.  ],
           [0.84, 0.54, 0.01, 1.  ]])
    """
    cos, sin = clocks(positions, frequencies_of("d_model", d_model, base))
    return np.stack([sin, cos], axis=-1).reshape(*sin.shape[:-1], 2 * sin.shape[-1])


def alibi_bias(num_heads, n_q, n_k=None, *, q_start=0):
    """Make a key the less likely the farther it stands from the query: a floating mask.

    Parameters
    ----------
    num_heads : int
        Each head has a slope of its own, from steep to nearly flat.
    n_q, n_k, q_start
        As for `causal_mask`.

    Returns
    -------
    ndarray of float64, shape (num_heads, n_q, n_k)
        Minus the slope times the distance. It serves as `mask`; for sentences in a batch
        `multi_head_attention` needs ``alibi_bias(...)[None]``, of as many axes as the weights.

    Raises
    ------
    TypeError, ValueError
        If a size is not an integer, or out of range.

    References
    ----------
    Press et al. (2022), section 3, https://arxiv.org/abs/2108.12409.

    Examples
    --------
    >>> from qkvlib import alibi_bias
    >>> alibi_bias(8, 3)[0]  # the slopes of 8 heads are 1/2, 1/4, ..., 1/256
    array([[-0. , -0.5, -1. ],
           [-0.5, -0. , -0.5],
           [-1. , -0.5, -0. ]])
    """
    slopes = _slopes(as_int("num_heads", num_heads, 1))
    n_q, n_k, q_start = as_places(n_q, n_k, q_start)
    apart = abs(q_start + np.arange(n_q)[:, None] - np.arange(n_k))
    return -slopes[:, None, None] * apart


def _slopes(num_heads):
    """A geometric series for a power of 2; for the heads beyond it, that of twice as many."""
    power = 2 ** (num_heads.bit_length() - 1)
    slopes = 2.0 ** (-8 / power * np.arange(1, power + 1))
    between = 2.0 ** (-4 / power * np.arange(1, 2 * power, 2))
    return np.concatenate([slopes, between[: num_heads - power]])
