"""Numbers of a few bits: a cache that keeps 8 or 4 bits of each number, and what that costs.

Numbers that stand together, such as the features of one token, are written as codes from 0 to
2**bits - 1: how many steps each lies above the lowest of them.
"""

from typing import NamedTuple

import numpy as np

from ._arrays import as_array, finite
from ._formula import wide
from ._values import as_int


class Quantized(NamedTuple):
    """What `quantize` gives and `dequantize` takes."""

    codes: np.ndarray  # uint8, the bits of the codes without a gap: (..., ceil(d * bits / 8))
    step: np.ndarray  # as the array, with the quantized axis of size 1
    lowest: np.ndarray  # the same
    bits: int
    d: int  # features of a row

    @property
    def nbytes(self):
        """Bytes of the codes, and of the step and the lowest number of each group."""
        return self.codes.nbytes + self.step.nbytes + self.lowest.nbytes


def quantize(x, *, bits, axis=-1):
    """Round numbers to the nearest of 2**bits that lie evenly between the lowest and the highest.

    Parameters
    ----------
    x : array_like, shape (..., n, d)
        Such as keys or values.
    bits : int
        From 1 to 8.
    axis : int, default -1
        Along which numbers share their lowest and highest: -1, each token by itself; -2, each
        feature by itself, which suits keys, some of whose features are always large.

    Returns
    -------
    Quantized
        ``codes``, ``step`` and ``lowest``, of ``nbytes`` in all. No number moves by more than half
        a step, up to rounding.

    Raises
    ------
    TypeError, ValueError
        If `x` is not of finite real numbers, there are none along `axis`, they lie too far apart,
        or `bits` or `axis` is out of range.

    References
    ----------
    Liu et al. (2024), "KIVI", https://arxiv.org/abs/2402.02750.

    Examples
    --------
    >>> from qkvlib import dequantize, quantize
    >>> kept = quantize([[0.0, 1.0, 3.0, 6.5]], bits=3)
    >>> kept.step, dequantize(kept)
    (array([[0.92857143]]), array([[0.        , 0.92857143, 2.78571429, 6.5       ]]))
    """
    x = as_array("x", x, "n, d")
    bits, axis = as_int("bits", bits, 1, 8), as_int("axis", axis, -x.ndim, x.ndim - 1)
    if x.shape[axis] == 0:
        raise ValueError(f"x: shape {x.shape}; expected numbers along axis {axis}")
    lowest, highest = (wide(end(axis, keepdims=True)) for end in (x.min, x.max))
    step = finite(lambda: (highest - lowest) / (2**bits - 1), "highest - lowest of x")
    codes = finite(lambda: np.rint((wide(x) - lowest) / np.where(step > 0, step, 1)), "x / step")
    codes = codes.astype(np.uint8)
    step, lowest = (array.astype(x.dtype, copy=False) for array in (step, lowest))
    return Quantized(_pack(codes, bits), step, lowest, bits, x.shape[-1])


def dequantize(quantized):
    """Return the numbers for which the codes stand.

    Parameters
    ----------
    quantized : Quantized
        From `quantize`.

    Returns
    -------
    ndarray, shape (..., n, d)

    Raises
    ------
    TypeError
        If `quantized` is anything else.

    Examples
    --------
    >>> from qkvlib import dequantize, quantize
    >>> dequantize(quantize([[0.0, 1.0, 3.0]], bits=1))
    array([[0., 0., 3.]])
    """
    if not isinstance(quantized, Quantized):
        raise TypeError(f"quantized: {type(quantized).__name__}; expected what quantize returns")
    codes, step, lowest, bits, d = quantized
    codes = np.unpackbits(codes, axis=-1, count=d * bits, bitorder="little")
    codes = np.packbits(codes.reshape(*codes.shape[:-1], d, bits), axis=-1, bitorder="little")
    return (codes[..., 0] * wide(step) + wide(lowest)).astype(step.dtype, copy=False)


def _pack(codes, bits):
    """Keep the lowest bits of each code, without a gap between them."""
    kept = np.unpackbits(codes[..., None], axis=-1, count=bits, bitorder="little")
    kept = kept.reshape(*codes.shape[:-1], codes.shape[-1] * bits)
    return np.packbits(kept, axis=-1, bitorder="little")
