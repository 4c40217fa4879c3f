"""Sizes of models and of GPUs of today, from public sources, and what a model's cache takes.

The numbers stand in ``data/sizes.json``, each with the page that it comes from.
"""

import functools
from typing import NamedTuple

from ._records import record_of
from ._values import as_int


class ModelSizes(NamedTuple):
    """What of a decoder decides the size of its cache."""

    name: str
    weight_bytes: int  # as its makers published it
    context: int  # the longest text that it is made for
    d_model: int
    layers: int
    heads: int  # of queries
    source: str
    kv_heads: int = 0
    d_head: int = 0
    latent: int = 0  # numbers that all heads share, in place of heads of keys and values
    window: int = 0  # tokens that some layers keep at most
    window_layers: int = 0

    @property
    def kept(self):
        """Numbers that a layer keeps of one token."""
        return self.latent or 2 * self.kv_heads * self.d_head


class GpuSizes(NamedTuple):
    """One GPU: bytes of memory, bytes that it reads and FLOPs that it computes in a second."""

    name: str
    memory: int
    bandwidth: int
    flops: int  # on numbers of 16 bits, matrices without zeros to skip
    source: str


def known_models():
    """Return the sizes of some decoders, by name.

    Returns
    -------
    dict of str to ModelSizes
        With ``weight_bytes``, ``context``, ``d_model``, ``layers``, ``heads``, ``kept`` (the
        numbers that a layer keeps of one token) and ``source``.

    Examples
    --------
    >>> from qkvlib import known_models
    >>> llama = known_models()["Llama 3.1 70B"]
    >>> llama.layers, llama.heads, llama.kv_heads, llama.kept
    (80, 64, 8, 2048)
    """
    return {row["name"]: ModelSizes(**row) for row in _read()["models"]}


def known_gpus():
    """Return what some GPUs have and do, by name.

    Returns
    -------
    dict of str to GpuSizes
        With ``memory`` in bytes, ``bandwidth`` in bytes a second, ``flops`` in a second and
        ``source``. These are what the makers state; no program reaches them.

    Examples
    --------
    >>> from qkvlib import known_gpus
    >>> known_gpus()["H200"].memory / 1e9
    141.0
    """
    return {row["name"]: GpuSizes(**row) for row in _read()["gpus"]}


def model_cache_bytes(model, n, *, bits=16):
    """Count the bytes that a model's cache takes for a text of n tokens.

    Layers with a window keep no more than that, all others the whole text.

    Parameters
    ----------
    model : ModelSizes
        One of `known_models`, or your own.
    n : int
        Number of tokens.
    bits : int, default 16
        Of one number; steps and lowest numbers of a cache of few bits are not counted.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If `model` is none, or `n` or `bits` is not a positive integer.

    References
    ----------
    DeepSeek-AI (2024), section 2.1.4, compares what ways of sharing keep of a token.

    Examples
    --------
    >>> from qkvlib import known_models, model_cache_bytes
    >>> model_cache_bytes(known_models()["DeepSeek-V3"], 1)
    70272
    """
    if not isinstance(model, ModelSizes):
        raise TypeError(f"model: {type(model).__name__}; expected one of known_models()")
    n, bits = as_int("n", n, 1), as_int("bits", bits, 1)
    tokens = (model.layers - model.window_layers) * n + model.window_layers * min(n, model.window)
    return -(-tokens * model.kept * bits // 8)


@functools.cache
def _read():
    return record_of("sizes")
