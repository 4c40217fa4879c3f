"""Exercises of *Masking*: padding, the future, and rows with nothing to attend to."""

from __future__ import annotations

import numpy as np

from ..attention import softmax
from ..batches import padding_mask
from .cases import normal
from .parts import hide, lower, naive_softmax, transposed
from .verdict import Exercise, Verdict


def _padded(scores: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    return padding_mask(lengths, scores.shape[-1])


def _both(scores: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    return lower(scores) & _padded(scores, lengths)


BATCH_WEIGHTS = Exercise(
    answer=lambda scores, lengths: softmax(hide(scores, _both(scores, lengths))),
    # Nothing to attend to is a question of its own: the second case asks it.
    cases=[
        {"scores": normal(2, 4, 4), "lengths": np.array([3, 2])},
        {"scores": normal(2, 3, 3, seed=1), "lengths": np.array([2, 0])},
    ],
    mistakes={
        "a row with nothing to attend to is nan. Give it zeros.": (
            lambda scores, lengths: naive_softmax(hide(scores, _both(scores, lengths)))
        ),
        "a row with nothing to attend to got weights. Use -np.inf to hide, and give it zeros.": (
            lambda scores, lengths: softmax(np.where(_both(scores, lengths), scores, -1e9))
        ),
        "the padding is not hidden.": (
            lambda scores, lengths: softmax(hide(scores, lower(scores)))
        ),
        "the future is not hidden.": (
            lambda scores, lengths: softmax(hide(scores, _padded(scores, lengths)))
        ),
        "a key was kept if either mask allows it. It must pass both: use &.": (
            lambda scores, lengths: softmax(hide(scores, lower(scores) | _padded(scores, lengths)))
        ),
        "wrong side: the padding comes after the real tokens. Keep keys 0 to length − 1.": (
            lambda scores, lengths: softmax(
                hide(scores, lower(scores) & _padded(scores, lengths)[..., ::-1])
            )
        ),
        "one padding token is still seen. Keep key j if j < length.": (
            lambda scores, lengths: softmax(
                hide(
                    scores, lower(scores) & (np.arange(scores.shape[-1]) <= lengths[:, None, None])
                )
            )
        ),
        "the padding mask is inverted: only the padding is seen.": (
            lambda scores, lengths: softmax(hide(scores, lower(scores) & ~_padded(scores, lengths)))
        ),
        "rows of padding are hidden, and columns are not. Mask the keys: the last axis.": (
            lambda scores, lengths: softmax(
                hide(scores, lower(scores) & transposed(_padded(scores, lengths)))
            )
        ),
        "masked after the softmax: rows do not sum to 1. Mask the scores.": (
            lambda scores, lengths: softmax(scores) * _both(scores, lengths)
        ),
        "the lengths need an axis for the queries and one for the keys: lengths[:, None, None].": (
            lambda scores, lengths: softmax(
                hide(scores, lower(scores) & (np.arange(scores.shape[-1]) < lengths[:, None]))
            )
        ),
    },
    praise="right. Neither the future nor padding gets weight, and no row is nan.",
)


def check_batch_weights(function) -> Verdict:
    """Check ``function(scores, lengths)``: weights under a causal and a padding mask.

    The scaled scores have shape (batch, n_q, n_k); of each sequence the first ``lengths[b]`` keys
    are real.

    Examples
    --------
    >>> from qkvlib import apply_mask, causal_mask, check_batch_weights, padding_mask, softmax
    >>> def weights(scores, lengths):
    ...     n = scores.shape[-1]
    ...     return softmax(apply_mask(scores, causal_mask(n) & padding_mask(lengths, n)))
    >>> check_batch_weights(weights)
    ✓ weights: right. Neither the future nor padding gets weight, and no row is nan.
    """
    return BATCH_WEIGHTS.check(function)
