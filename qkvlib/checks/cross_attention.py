"""The first exercises of *Cross-attention*: cross-attention, and the padding mask it needs."""

from __future__ import annotations

import numpy as np

from ..attention import attention_scores, attention_weights, scaled_dot_product_attention, softmax
from ..batches import padding_mask
from ..masks import causal_mask
from .cases import arrays, blank, loud
from .parts import scaled, shares, transposed
from .verdict import Exercise, Verdict


def project_and_attend(x, context, w_q, w_k, w_v, **options):
    """Cross-attention with one head; self-attention if both sequences are the same."""
    return scaled_dot_product_attention(x @ w_q, context @ w_k, context @ w_v, **options)


def _scaled_by(scale):
    return lambda x, c, w_q, w_k, w_v: project_and_attend(x, c, w_q, w_k, w_v, scale=scale(x, w_q))


def _by_columns(x, context, w_q, w_k, w_v):
    return softmax(scaled(x @ w_q, context @ w_k), axis=-2) @ (context @ w_v)


CROSS = Exercise(
    answer=project_and_attend,
    # The first case is square, so that a mix-up of the sequences runs and can be named.
    cases=[
        arrays(x=(4, 4), context=(4, 4), w_q=(4, 3), w_k=(4, 3), w_v=(4, 3)),
        arrays(x=(5, 6), context=(2, 4), w_q=(6, 3), w_k=(4, 3), w_v=(4, 2), seed=10),
        blank(arrays(x=(3, 6), context=(5, 4), w_q=(6, 7), w_k=(4, 7), w_v=(4, 2), seed=20)),
        loud(
            arrays(x=(7, 6), context=(5, 4), w_q=(6, 3), w_k=(4, 3), w_v=(4, 2), seed=30),
            "x",
            "context",
            by=300,
        ),
    ],
    mistakes={
        "the keys come from x. What is searched is the context: K = context W_K.": (
            lambda x, c, w_q, w_k, w_v: scaled_dot_product_attention(x @ w_q, x @ w_k, c @ w_v)
        ),
        "the values come from x. What is found is the context's: V = context W_V.": (
            lambda x, c, w_q, w_k, w_v: scaled_dot_product_attention(x @ w_q, c @ w_k, x @ w_v)
        ),
        "keys and values both come from x: this is self-attention. The context is not used.": (
            lambda x, c, w_q, w_k, w_v: project_and_attend(x, x, w_q, w_k, w_v)
        ),
        "everything comes from the context. The queries are x's: Q = x W_Q.": (
            lambda x, c, w_q, w_k, w_v: project_and_attend(c, c, w_q, w_k, w_v)
        ),
        "the two sequences have changed places. x asks; the context answers.": (
            lambda x, c, w_q, w_k, w_v: project_and_attend(c, x, w_q, w_k, w_v)
        ),
        "the scores are transposed. Queries make rows, keys columns: q @ k.T.": (
            lambda x, c, w_q, w_k, w_v: attention_weights(c @ w_k, x @ w_q) @ (c @ w_v)
        ),
        "the softmax runs over the queries. Each row, one query's keys, must sum to 1: axis=-1.": (
            _by_columns
        ),
        "keys and values are swapped. The weights come from q and k, and average v.": (
            lambda x, c, w_q, w_k, w_v: project_and_attend(x, c, w_q, w_v, w_k)
        ),
        "the weights mix the keys. Compare with the keys, but mix the values: weights @ v.": (
            lambda x, c, w_q, w_k, w_v: attention_weights(x @ w_q, c @ w_k) @ (c @ w_k)
        ),
        "a causal mask is in it. The context is complete: nothing in it is the future.": (
            lambda *arguments: project_and_attend(*arguments, is_causal=True)
        ),
        "the scores are divided by the root of the number of keys. d_k counts features.": (
            lambda x, c, w_q, w_k, w_v: project_and_attend(
                x, c, w_q, w_k, w_v, scale=len(c) ** -0.5
            )
        ),
        "the scores are not scaled. Divide them by √d_k.": _scaled_by(lambda x, w_q: 1),
        "the scores are divided by d_k. Take the root: √d_k.": _scaled_by(
            lambda x, w_q: 1 / w_q.shape[-1]
        ),
        "the scores are divided by √d_model. What is compared has d_k features: use √d_k.": (
            _scaled_by(lambda x, w_q: 1 / np.sqrt(x.shape[-1]))
        ),
        "there is no softmax: scores stand where weights belong.": (
            lambda x, c, w_q, w_k, w_v: scaled(x @ w_q, c @ w_k) @ (c @ w_v)
        ),
        "these are the weights. Let them average the values: weights @ v.": (
            lambda x, c, w_q, w_k, w_v: attention_weights(x @ w_q, c @ w_k)
        ),
        "the weights average the context itself. Its values are context @ w_v.": (
            lambda x, c, w_q, w_k, w_v: attention_weights(x @ w_q, c @ w_k) @ c
        ),
    },
    praise="right. One sequence asks, the other answers.",
    attends=lambda weights: lambda x, c, w_q, w_k, w_v: weights(x @ w_q, c @ w_k) @ (c @ w_v),
)


def _padded(q, k, lengths):
    return attention_weights(q, k, mask=padding_mask(lengths, k.shape[-2]))


def _masked_by(make_mask):
    """Weights under another mask, made from padding's mask and the scores."""

    def weights(q, k, lengths):
        mask = padding_mask(lengths, k.shape[-2])
        return attention_weights(q, k, mask=make_mask(mask, attention_scores(q, k), lengths))

    return weights


def _rows_hidden(empty):
    """Hide queries where keys are meant; what becomes of their rows depends on the softmax."""

    def weights(q, k, lengths):
        keep = padding_mask(lengths, q.shape[-2])
        return np.where(transposed(keep), attention_weights(q, k), empty(k.shape[-2]))

    return weights


def _zero_scores(q, k, lengths):
    return softmax(scaled(q, k) * padding_mask(lengths, k.shape[-2]))


_QUERIES_HIDDEN = "the mask hides queries, not keys: whole rows became {}. Padding stands in the "
_QUERIES_HIDDEN += "source, so it hides columns: the mask needs the shape (batch, 1, n_k)."

PADDING = Exercise(
    answer=_padded,
    cases=[
        arrays(q=(2, 4, 3), k=(2, 4, 3)) | {"lengths": np.array([3, 2])},
        arrays(q=(3, 2, 5), k=(3, 6, 5), seed=2) | {"lengths": np.array([6, 1, 4])},
        blank(arrays(q=(2, 5, 3), k=(2, 4, 3), seed=4, spread=1.5)) | {"lengths": np.array([4, 3])},
        loud(arrays(q=(2, 7, 3), k=(2, 5, 3), seed=6), "k") | {"lengths": np.array([2, 4])},
    ],
    mistakes={
        "no key is masked. Padding has scores too, and takes its share of the weights.": (
            lambda q, k, lengths: attention_weights(q, k)
        ),
        "the mask is inverted: all weight goes to the padding. True means: may attend.": _masked_by(
            lambda mask, scores, lengths: ~mask
        ),
        _QUERIES_HIDDEN.format("0"): _rows_hidden(lambda n_k: 0),
        _QUERIES_HIDDEN.format("NaN"): _rows_hidden(lambda n_k: np.nan),
        _QUERIES_HIDDEN.format("uniform"): _rows_hidden(lambda n_k: 1 / n_k),
        "the first keys are hidden. The padding stands at the end.": _masked_by(
            lambda mask, scores, lengths: mask[..., ::-1]
        ),
        "one padding key is still visible. Keys 0 to length − 1 are real: use <, not <=.": (
            _masked_by(
                lambda mask, scores, lengths: np.arange(mask.shape[-1]) <= lengths[:, None, None]
            )
        ),
        "the weights were masked after the softmax: rows no longer sum to 1. Mask the scores.": (
            lambda q, k, lengths: attention_weights(q, k) * padding_mask(lengths, k.shape[-2])
        ),
        "masked after the softmax and divided again: one loud hidden key takes all the weight, and "
        "what is left is 0 / 0. Mask the scores.": (
            lambda q, k, lengths: shares(
                attention_weights(q, k) * padding_mask(lengths, k.shape[-2])
            )
        ),
        "a low number is not −∞: where all others are lower still, what is hidden gets weight. "
        "Use -np.inf.": (
            lambda q, k, lengths: softmax(
                np.where(padding_mask(lengths, k.shape[-2]), scaled(q, k), -100.0)
            )
        ),
        "the scores of padding became 0. A score of 0 still has a weight: use −∞.": _zero_scores,
        "a causal mask is in it as well. The source is complete: nothing in it is the future.": (
            _masked_by(lambda mask, scores, lengths: mask & causal_mask(*scores.shape[-2:]))
        ),
        "this is a causal mask. In cross-attention none is needed: hide the padding.": _masked_by(
            lambda mask, scores, lengths: causal_mask(*scores.shape[-2:])
        ),
        "every sentence got the longest sentence's mask. Each has its own length.": _masked_by(
            lambda mask, scores, lengths: np.arange(mask.shape[-1]) < lengths.max()
        ),
        "the scores are not scaled. Divide them by √d_k before the mask.": (
            lambda q, k, lengths: attention_weights(
                q, k, scale=1, mask=padding_mask(lengths, k.shape[-2])
            )
        ),
        "these are the masked scores. The softmax is missing.": (
            lambda q, k, lengths: np.where(
                padding_mask(lengths, k.shape[-2]), scaled(q, k), -np.inf
            )
        ),
        "every sentence got the first one's mask. Each has its own length.": (
            _masked_by(lambda mask, scores, lengths: np.arange(mask.shape[-1]) < lengths[0])
        ),
        "the softmax runs over the queries. Each row, one query's keys, must sum to 1: axis=-1.": (
            lambda q, k, lengths: softmax(
                np.where(padding_mask(lengths, k.shape[-2]), scaled(q, k), -np.inf), axis=-2
            )
        ),
        "the scores are divided by d_k. Take the root: √d_k.": (
            lambda q, k, lengths: attention_weights(
                q, k, scale=1 / q.shape[-1], mask=padding_mask(lengths, k.shape[-2])
            )
        ),
        "one real key is hidden. Keep key j if j < length.": (
            _masked_by(
                lambda mask, scores, lengths: np.arange(mask.shape[-1]) < lengths[:, None, None] - 1
            )
        ),
        "every sentence got the shortest one's mask. Each has its own length.": (
            _masked_by(lambda mask, scores, lengths: np.arange(mask.shape[-1]) < lengths.min())
        ),
    },
    praise="right. Every target word sees all of the source, and no padding.",
    valid=lambda q, k, lengths: len(q) == len(k) == len(lengths) and max(lengths) <= k.shape[1],
)


def check_cross_attention(function) -> Verdict:
    """Check ``function(x, context, w_q, w_k, w_v)``: the output, shape (n_q, d_v).

    ``x`` of shape (n_q, d_model) asks, ``context`` of shape (n_k, d_context) answers.

    Examples
    --------
    >>> from qkvlib import check_cross_attention, scaled_dot_product_attention
    >>> def cross(x, context, w_q, w_k, w_v):
    ...     return scaled_dot_product_attention(x @ w_q, context @ w_k, context @ w_v)
    >>> check_cross_attention(cross)
    ✓ cross: right. One sequence asks, the other answers.
    """
    return CROSS.check(function)


def check_cross_weights(function) -> Verdict:
    """Check ``function(q, k, lengths)``: weights without padding, shape (batch, n_q, n_k).

    The source of sentence b has ``lengths[b]`` real words, then padding.

    Examples
    --------
    >>> from qkvlib import attention_weights, check_cross_weights, padding_mask
    >>> def weights(q, k, lengths):
    ...     return attention_weights(q, k, mask=padding_mask(lengths, k.shape[-2]))
    >>> check_cross_weights(weights).passed
    True
    """
    return PADDING.check(function)
