"""Rotary positions: queries and keys are turned, pair by pair of features.

The angle grows with the place, so that a score depends on how far apart a query and a key stand.
Values are not turned.
"""

import numpy as np

from ._arrays import as_array, finite, fit
from ._values import as_flag, as_int, as_positive


def rotary_frequencies(d_k, *, base=10_000.0, factor=1.0, trained_length=None, turns=(1, 4)):
    """Say how fast each pair of features turns, in radians for each place.

    Beyond the length that a model was trained on, its clocks show times that it has never seen. A
    `factor` slows them, so that a text so many times longer fits: all of them, which also blurs
    neighboring places (linear interpolation), or only the slow ones. A larger `base` slows the slow
    ones too: one of ``base * factor ** (d_k / (d_k - 2))`` slows the last by the factor.

    Parameters
    ----------
    d_k : int
        Even.
    base : float, default 10000
        Pair i turns by ``base ** (-2 * i / d_k)``.
    factor : float, default 1
        By how much to slow them.
    trained_length : float, optional
        Slow only the clocks that make few turns within this length.
    turns : (float, float), default (1, 4)
        With `trained_length`: up to the first number of turns a clock is slowed by the whole
        factor, from the second on it is left as it is; between them the two are mixed. Llama 3 has
        1 and 4, YaRN 1 and 32.

    Returns
    -------
    ndarray of float64, shape (d_k / 2,)

    Raises
    ------
    TypeError, ValueError
        If `d_k` is odd, a number is not above 0, or `turns` do not grow.

    References
    ----------
    Su et al. (2021), section 3.2.2; Chen et al. (2023), https://arxiv.org/abs/2306.15595, for the
    interpolation; Peng et al. (2023), "YaRN", https://arxiv.org/abs/2309.00071, for the rest.

    Examples
    --------
    >>> from qkvlib import rotary_frequencies
    >>> rotary_frequencies(4)
    array([1.  , 0.01])
    >>> rotary_frequencies(4, factor=2)
    array([0.5  , 0.005])
    >>> rotary_frequencies(4, factor=2, trained_length=512)  # 81 turns, and less than one
    array([1.   , 0.005])
    """
    frequencies = frequencies_of("d_k", d_k, base)
    factor = as_positive("factor", factor)
    slowed = finite(np.divide, "frequencies / factor", frequencies, factor)
    if trained_length is None:
        return slowed
    few, many = _as_turns(turns)
    length = as_positive("trained_length", trained_length) / (2 * np.pi)
    made = finite(np.multiply, "trained_length, in turns", length, frequencies)
    kept = finite(lambda: np.clip((made - few) / (many - few), 0, 1), "turns")
    return finite(lambda: kept * frequencies + (1 - kept) * slowed, "frequencies")


def rotary_embedding(x, positions, frequencies=None, *, interleaved=True):
    """Turn queries or keys, pair by pair of features, by angles that grow with their places.

    A score of a turned query with a turned key depends on how far apart they stand, and on nothing
    else of their places.

    Parameters
    ----------
    x : array_like, shape (..., n, d_k)
        Queries or keys, with or without an axis of heads. Values are not turned.
    positions : array_like, broadcasts to (..., n)
        The place of each row: ``np.arange(n)``, or ``cache.position + np.arange(n)`` after others
        in a `KVCache`. With heads, those of each sentence need an axis for them: (batch, 1, n).
    frequencies : array_like, shape (pairs,), optional
        From `rotary_frequencies`, ``rotary_frequencies(d_k)`` unless given. With fewer than d_k / 2
        the last features are left as they are.
    interleaved : bool, default True
        Which features make a pair: neighbors (0, 1), (2, 3), ..., as in the paper; or, if False,
        one of each half, i and i + pairs, as in `transformers`. A model works with the pairs that
        it was trained with; `w_q` and `w_k` with their columns in another order work with the
        others.

    Returns
    -------
    ndarray, same shape and dtype as `x`

    Raises
    ------
    TypeError, ValueError
        If an argument is not of finite real numbers, `positions` do not fit `x`, or there are more
        pairs than features.

    References
    ----------
    Su et al. (2021), "RoFormer", section 3.2, https://arxiv.org/abs/2104.09864.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import rotary_embedding
    >>> x = np.array([[1.0, 0.0], [1.0, 0.0]])
    >>> rotary_embedding(x, [0, np.pi / 2]).round(2)  # a quarter of a turn
    array([[1., 0.],
           [0., 1.]])
    """
    x = as_array("x", x, "n, d_k")
    if frequencies is None:
        frequencies = frequencies_of("x, d_k", x.shape[-1], 10_000.0)
    frequencies = as_array("frequencies", frequencies, "pairs")
    pairs = frequencies.shape[-1]
    if frequencies.ndim != 1 or 2 * pairs > x.shape[-1]:
        raise ValueError(
            f"frequencies: shape {frequencies.shape}; expected one for each pair of "
            f"{x.shape[-1]} features"
        )
    cos, sin = clocks(positions, frequencies, x.shape[:-1])
    first, second = slice(0, 2 * pairs, 2), slice(1, 2 * pairs, 2)
    if not as_flag("interleaved", interleaved):
        first, second = slice(pairs), slice(pairs, 2 * pairs)
    a, b, turned = x[..., first], x[..., second], x.copy()
    turned[..., first] = finite(lambda: (a * cos - b * sin).astype(x.dtype), "x, turned")
    turned[..., second] = finite(lambda: (a * sin + b * cos).astype(x.dtype), "x, turned")
    return turned


def as_turns(positions, frequencies, dtype):
    """Return the turns of all clocks at each place, for `turned_neighbors`."""
    cos, sin = clocks(positions, frequencies)
    return (cos + 1j * sin).astype(np.result_type(dtype, np.complex64))


def turned_neighbors(x, turns):
    """As `rotary_embedding`, but fast: a pair is a complex number, and to turn it a product."""
    return (x.view(turns.dtype) * turns).view(x.dtype)


def frequencies_of(name, d, base):
    """How far each of d / 2 clocks turns in one step: from 1 down to about 1 / base."""
    d = as_int(name, d, 2)
    if d % 2:
        raise ValueError(f"{name}: {d}; expected an even number, for pairs of features")
    return finite(
        np.power, "base, to the powers", as_positive("base", base), -np.arange(0, d, 2) / d
    )


def clocks(positions, frequencies, shape=None):
    """Return the cosine and sine of each clock at each place; places must broadcast to `shape`."""
    positions = as_array("positions", positions, "n").astype(np.float64)
    if shape is not None:
        fit("positions", positions, shape)
    angles = finite(lambda: positions[..., None] * frequencies, "positions, times frequencies")
    return finite(lambda: (np.cos(angles), np.sin(angles)), "angles")


def _as_turns(turns):
    """Return the two numbers of turns, if the second is larger."""
    try:
        few, many = turns
    except (TypeError, ValueError):
        raise TypeError(f"turns: {turns!r}; expected two numbers") from None
    few, many = as_positive("turns", few), as_positive("turns", many)
    if few >= many:
        raise ValueError(f"turns: {turns!r}; expected a number and a larger one")
    return few, many
