"""The last exercise of *Cross-attention*: the two attentions of a decoder."""

from __future__ import annotations

import numpy as np

from ..attention import scaled_dot_product_attention
from ..batches import padding_mask
from .cases import arrays, blank, loud
from .cross_attention import project_and_attend
from .verdict import Exercise, Verdict


def _decoder(
    y,
    memory,
    w_self,
    w_cross,
    length,
    *,
    causal=(True, False),
    padding=(False, True),
    parts=("states", "memory", "memory"),
    invert=False,
    residual=False,
):
    """Self-attention over y, then cross-attention to the memory; options exchange a part."""
    real = padding_mask(length, len(memory)) ^ invert
    masks = [real if used else None for used in padding]
    states = project_and_attend(y, y, *w_self, is_causal=causal[0], mask=masks[0])
    states = y + states if residual else states
    sources = {"y": y, "states": states, "memory": memory}
    q, k, v = (sources[part] @ w for part, w in zip(parts, w_cross, strict=True))
    return scaled_dot_product_attention(q, k, v, is_causal=causal[1], mask=masks[1])


def _decoder_with(**parts):
    return lambda *arguments: _decoder(*arguments, **parts)


def _cross_first(y, memory, w_self, w_cross, length):
    states = project_and_attend(y, memory, *w_cross, mask=padding_mask(length, len(memory)))
    return project_and_attend(states, states, *w_self, is_causal=True)


def _sizes(d_model):
    return {"w_self": (3, d_model, d_model), "w_cross": (3, d_model, d_model)}


DECODER = Exercise(
    answer=_decoder,
    cases=[
        arrays(y=(5, 5), memory=(5, 5), **_sizes(5)) | {"length": 3},
        arrays(y=(3, 6), memory=(5, 6), **_sizes(6), seed=10) | {"length": 4},
        blank(arrays(y=(4, 3), memory=(5, 3), **_sizes(3), seed=20)) | {"length": 5},
        loud(arrays(y=(7, 3), memory=(5, 3), **_sizes(3), seed=30), by=60) | {"length": 4},
    ],
    mistakes={
        "the cross-attention is causal. The source is complete: every target word may see all of "
        "it.": _decoder_with(causal=(True, True)),
        "the self-attention is not causal: a target word sees words that are not written yet.": (
            _decoder_with(causal=(False, False))
        ),
        "the causal mask is in the wrong place. It belongs to the self-attention.": (
            _decoder_with(causal=(False, True))
        ),
        "the padding of the source is not masked. Hide it from the cross-attention.": (
            _decoder_with(padding=(False, False))
        ),
        "the padding mask is in the wrong place. It is the source that is padded: use it in the "
        "cross-attention.": _decoder_with(padding=(True, False)),
        "the padding mask is in both attentions. The target has no padding here.": (
            _decoder_with(padding=(True, True))
        ),
        "the padding mask is inverted: only padding is seen. True means: may attend.": (
            _decoder_with(invert=True)
        ),
        "the queries of the cross-attention come from y. They come from the self-attention's "
        "output; else that output is never used.": _decoder_with(parts=("y", "memory", "memory")),
        "the keys of the cross-attention come from the decoder. K = memory W_K.": (
            _decoder_with(parts=("states", "states", "memory"))
        ),
        "the values of the cross-attention come from the decoder. V = memory W_V.": (
            _decoder_with(parts=("states", "memory", "states"))
        ),
        "keys and values both come from the decoder: it never reads the source.": (
            _decoder_with(parts=("states", "states", "states"))
        ),
        "the memory asks and the decoder answers. It is the other way round.": (
            _decoder_with(parts=("memory", "states", "states"))
        ),
        "the two attentions changed places. Self-attention comes first.": _cross_first,
        "w_self and w_cross are swapped.": lambda y, memory, w_self, w_cross, length: _decoder(
            y, memory, w_cross, w_self, length
        ),
        "y is added to the self-attention's output. The residual connection is left out here.": (
            _decoder_with(residual=True)
        ),
        "keys and values are swapped in the cross-attention.": (
            lambda y, memory, w_self, w_cross, length: _decoder(
                y, memory, w_self, w_cross[[0, 2, 1]], length
            )
        ),
        "the output of the self-attention is added at the end. The residual connection is left "
        "out here.": (
            lambda y, memory, w_self, w_cross, length: (
                project_and_attend(y, y, *w_self, is_causal=True)
                + _decoder(y, memory, w_self, w_cross, length)
            )
        ),
        "the queries of the cross-attention are not projected. Multiply by its W_Q.": (
            lambda y, memory, w_self, w_cross, length: _decoder(
                y, memory, w_self, np.stack([np.eye(len(w_cross[0])), *w_cross[1:]]), length
            )
        ),
    },
    praise="right. A causal look back, then a free look across.",
    valid=lambda y, memory, w_self, w_cross, length: length <= len(memory),
)


def check_decoder(function) -> Verdict:
    """Check ``function(y, memory, w_self, w_cross, length)``: the output, shape (n_q, d_v).

    ``w_self`` and ``w_cross`` hold W_Q, W_K and W_V, shape (3, d_model, d_model); the first
    ``length`` rows of ``memory`` are real.

    Examples
    --------
    >>> from qkvlib import check_decoder, scaled_dot_product_attention
    >>> def decoder(y, memory, w_self, w_cross, length):
    ...     w_q, w_k, w_v = w_cross
    ...     return scaled_dot_product_attention(y @ w_q, memory @ w_k, memory @ w_v)
    >>> check_decoder(decoder).passed  # no self-attention
    False
    """
    return DECODER.check(function)
