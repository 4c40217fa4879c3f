"""The parts of a model that are not attention: what both the encoder and the decoder need.

Each works on one token at a time: it brings a vector to a standard size, or bends it. Arrays are
checked already. Internal to `qkvlib`.
"""

import math
import sys

import numpy as np

from .._values import as_int, as_iterable

_erf = np.vectorize(math.erf, otypes=[float])  # NumPy has none


def linear(x, weight):
    """Multiply by a matrix. In a browser NumPy has no BLAS: einsum then takes half the time."""
    if sys.platform == "emscripten":
        return np.einsum("...i,io->...o", x, weight)
    return x @ weight


def layer_norm(x, weight, bias, eps):
    """Shift and stretch each token to mean 0 and spread 1, then by what was learned."""
    centered = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centered**2).mean(axis=-1, keepdims=True) + eps)
    return centered / spread * weight + bias


def rms_norm(x, weight, eps):
    """Stretch each token until its features are 1 on average, squared; then by what was learned."""
    squares = np.add.reduce(x * x, axis=-1, keepdims=True) / x.shape[-1]
    return x / np.sqrt(squares + eps) * weight


def gelu(x):
    """Keep what is large, drop what is small; smooth between (Hendrycks and Gimpel, 2016)."""
    return (x * 0.5 * (1 + _erf(x / math.sqrt(2)))).astype(x.dtype)


def silu(x):
    """The same with a logistic curve: x / (1 + e to the -x). Written over one array, for speed."""
    with np.errstate(all="ignore"):  # far below 0 it is 0
        below = np.exp(-x)
        below += 1
        return np.divide(x, below, out=below)


def as_heads(without, num_layers, num_heads):
    """Return the heads to remove as pairs of integers, each within the model."""
    expected, heads = "pairs of integers, (layer, head)", []
    for pair in as_iterable("without", without, expected):
        try:
            layer, head = pair
        except (TypeError, ValueError):
            raise TypeError(f"without: {pair!r}; expected {expected}") from None
        layer = as_int("without, layer", layer, 0, num_layers - 1)
        heads.append((layer, as_int("without, head", head, 0, num_heads - 1)))
    return heads
