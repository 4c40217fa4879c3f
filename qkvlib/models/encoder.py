"""A whole encoder from this book's parts: six layers of `multi_head_attention`, as BERT has them.

Each layer adds to every token what its heads fetched, then what a small network makes of it, and
normalizes after each. All that is not attention is here, in a few lines.
"""

import numpy as np

from .._arrays import as_array, as_integers, as_mask, finite, fit
from .._values import as_int
from ..heads import multi_head_attention
from .minilm_weights import D_MODEL, NUM_HEADS, NUM_LAYERS
from .parts import as_heads, gelu, layer_norm

_D_HEAD = D_MODEL // NUM_HEADS
_EPS = 1e-12  # so that no spread is 0; the model was trained with this one


def encode(weights, ids, *, mask=None, without=()):
    """Run the model on one sentence, or on several of one length, padded to it if need be.

    Parameters
    ----------
    weights : dict of str to ndarray
        From `load_weights`.
    ids : array_like of int, shape (..., n)
        Rows of the table of embeddings, special tokens included; n is at most 512.
    mask : array_like, bool or floating, optional
        As in `multi_head_attention`, in each layer: ``padding_mask(lengths, n)`` lets no token look
        at padding. The model was trained with padding on the right.
    without : sequence of (int, int), optional
        Heads to remove, as (layer, head) counted from 0: nothing of what they fetch is passed on.

    Returns
    -------
    hidden : ndarray, shape (7, ..., n, 384)
        The token's vectors before the first layer and after each.
    maps : ndarray, shape (6, ..., 12, n, n)
        The attention weights of each layer and head.

    Raises
    ------
    TypeError, ValueError
        If `ids` are not integers within the vocabulary, `mask` does not fit them, or there is no
        such head.

    References
    ----------
    Devlin et al. (2019), "BERT", section 3; Vaswani et al. (2017), section 3.1.

    Examples
    --------
    >>> from qkvlib import encode, load_vocabulary, load_weights, tokenize
    >>> vocabulary = load_vocabulary()  # doctest: +SKIP
    >>> pieces = tokenize("The puppy followed its mom", vocabulary)  # doctest: +SKIP
    >>> ids = [vocabulary[piece] for piece in pieces]  # doctest: +SKIP
    >>> hidden, maps = encode(load_weights(), ids)  # doctest: +SKIP
    >>> print(maps[3, 1, 4].round(2))  # layer 3, head 1: where "its" looks  # doctest: +SKIP
    [0.06 0.02 0.78 0.05 0.04 0.03 0.03]
    """
    without = as_heads(without, NUM_LAYERS, NUM_HEADS)
    x = embed(weights, ids)
    hidden, maps = [x], []
    for layer in range(NUM_LAYERS):
        removed = [head for where, head in without if where == layer]
        x, weights_of_heads = _layer(weights, layer, x, mask, removed)
        hidden.append(x)
        maps.append(weights_of_heads)
    return np.stack(hidden), np.stack(maps)


def embed(weights, ids):
    """Return what enters the first layer: the word's vector plus its position's, normalized.

    Parameters
    ----------
    weights : dict of str to ndarray
        From `load_weights`.
    ids : array_like of int, shape (..., n)

    Returns
    -------
    ndarray, shape (..., n, 384)

    Raises
    ------
    TypeError, ValueError
        If `ids` are not integers within the vocabulary, or more than 512.

    References
    ----------
    Devlin et al. (2019), section 3, "Input/Output Representations".

    Examples
    --------
    >>> from qkvlib import load_weights
    >>> from qkvlib.models.encoder import embed
    >>> embed(load_weights(), [101, 17022, 102]).shape  # [CLS] puppy [SEP]  # doctest: +SKIP
    (3, 384)
    """
    words = weights["embeddings.word_embeddings.weight"]
    positions = weights["embeddings.position_embeddings.weight"]
    ids = as_integers("ids", ids, len(words) - 1)
    if ids.ndim == 0 or not 0 < ids.shape[-1] <= len(positions):
        raise ValueError(f"ids: shape {ids.shape}; expected (..., n), n from 1 to {len(positions)}")
    sentence = weights["embeddings.token_type_embeddings.weight"][0]  # there is no second one
    x = words[ids] + positions[: ids.shape[-1]] + sentence
    return _norm(weights, "embeddings.LayerNorm", x)


def layer_weights(weights, layer):
    """Return one layer's attention matrices and biases as `multi_head_attention` takes them.

    Parameters
    ----------
    weights : dict of str to ndarray
        From `load_weights`.
    layer : int
        From 0 to 5.

    Returns
    -------
    dict of str to ndarray
        ``w_q, w_k, w_v, w_o``, shape (384, 384), and ``b_q, b_k, b_v, b_o``, shape (384,). The file
        has the matrices transposed, as PyTorch does.

    Raises
    ------
    TypeError, ValueError
        If there is no such layer.

    Examples
    --------
    >>> from qkvlib import load_weights
    >>> from qkvlib.models.encoder import layer_weights
    >>> sorted(layer_weights(load_weights(), 3))  # doctest: +SKIP
    ['b_k', 'b_o', 'b_q', 'b_v', 'w_k', 'w_o', 'w_q', 'w_v']
    """
    prefix = f"encoder.layer.{as_int('layer', layer, 0, NUM_LAYERS - 1)}.attention"
    parts = {"q": "self.query", "k": "self.key", "v": "self.value", "o": "output.dense"}
    matrices = {f"w_{n}": weights[f"{prefix}.{part}.weight"].T for n, part in parts.items()}
    return matrices | {f"b_{n}": weights[f"{prefix}.{part}.bias"] for n, part in parts.items()}


def sentence_vector(hidden, *, mask=None):
    """Average the tokens' vectors and divide by the length: one vector for a sentence.

    Parameters
    ----------
    hidden : array_like, shape (..., n, d_model)
        The tokens' vectors after the last layer, ``encode(...)[0][-1]``.
    mask : array_like of bool, shape (..., 1, n), optional
        True = a real token, as from `padding_mask`; padding is left out of the average.

    Returns
    -------
    ndarray, shape (..., d_model)
        Of length 1, so that a dot product of two is their cosine.

    Raises
    ------
    TypeError, ValueError
        If `hidden` is not of finite real numbers, has no token, or its mean is 0; or if `mask` is
        not boolean, does not fit, or leaves no token.

    References
    ----------
    Reimers and Gurevych (2019), section 3.

    Examples
    --------
    >>> from qkvlib import sentence_vector
    >>> sentence_vector([[3.0, 0.0], [3.0, 8.0]])
    array([0.6, 0.8])
    """
    hidden = as_array("hidden", hidden, "n, d_model")
    if hidden.shape[-2] == 0:
        raise ValueError(f"hidden: shape {hidden.shape}; expected (..., n, d_model) with n > 0")
    real = True if mask is None else _as_real(mask, hidden.shape)
    mean = finite(lambda: hidden.mean(-2, where=real), "mean of hidden")
    length = finite(_length, "length of the mean of hidden", mean)
    if not length.all():
        raise ValueError("hidden: its mean is 0; expected vectors that do not cancel")
    return mean / length


def _as_real(mask, shape):
    """Return which of the rows to average, a column of booleans."""
    mask = as_mask(mask)
    if mask.dtype != bool:
        raise TypeError(f"mask: dtype {mask.dtype}; expected bool, True for a real token")
    *batch, n, _ = shape
    mask = fit("mask", mask, (*batch, 1, n))
    if not mask.any(axis=-1).all():
        raise ValueError("mask: leaves no token; expected one or more in each sentence")
    return np.swapaxes(mask, -1, -2)


def _layer(weights, layer, x, mask, removed):
    """One layer: attend, add, normalize; transform each token, add, normalize."""
    prefix = f"encoder.layer.{layer}"
    matrices = layer_weights(weights, layer)
    if removed:
        w_o = matrices["w_o"].copy()
        for head in removed:  # the rows of W_O through which this head speaks
            w_o[head * _D_HEAD : (head + 1) * _D_HEAD] = 0
        matrices["w_o"] = w_o
    attended, maps = multi_head_attention(
        x, **matrices, num_heads=NUM_HEADS, mask=mask, return_weights=True
    )
    x = _norm(weights, f"{prefix}.attention.output.LayerNorm", x + attended)
    inner = gelu(_dense(weights, f"{prefix}.intermediate.dense", x))
    outer = _dense(weights, f"{prefix}.output.dense", inner)
    return _norm(weights, f"{prefix}.output.LayerNorm", x + outer), maps


def _dense(weights, name, x):
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def _norm(weights, name, x):
    return layer_norm(x, weights[f"{name}.weight"], weights[f"{name}.bias"], _EPS)


def _length(x):
    return np.linalg.norm(x, axis=-1, keepdims=True)
