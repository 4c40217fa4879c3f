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


def _zeros(scores: np.ndarray) -> np.ndarray:
    """Zeros among what is seen: a score of 0 is a score like others."""
    scores[0] = -np.abs(scores[0])
    scores[:, 2:, 1] = 0
    return scores


BATCH_WEIGHTS = Exercise(
    answer=lambda scores, lengths: softmax(hide(scores, _both(scores, lengths))),
    # Nothing to attend to is a question of its own: the second case asks it.
    cases=[
        {"scores": normal(2, 4, 4), "lengths": np.array([3, 2])},
        {"scores": normal(2, 3, 3, seed=1), "lengths": np.array([2, 0])},
        {"scores": _zeros(normal(3, 5, 5, seed=2)), "lengths": np.array([5, 2, 4])},
        {"scores": 4000 * normal(3, 4, 4, seed=3), "lengths": np.array([1, 4, 3])},
        {"scores": 1000 * normal(2, 3, 3, seed=5) - 2000, "lengths": np.array([3, 2])},
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
        "the queries of padding are hidden, so their rows are 0. Hide keys, the columns: every "
        "row still attends to the real tokens before it.": (
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
        "hidden scores are 0, and e to 0 is 1: they still get weight. Use -np.inf.": (
            lambda scores, lengths: softmax(scores * _both(scores, lengths))
        ),
        "every sentence is cut at the first one's length. Each has its own.": (
            lambda scores, lengths: softmax(
                hide(scores, _both(scores, np.full_like(lengths, lengths[0])))
            )
        ),
        "every sentence is cut at the longest one's length. Each has its own.": (
            lambda scores, lengths: softmax(
                hide(scores, _both(scores, np.full_like(lengths, lengths.max())))
            )
        ),
        "these are the masked scores. The softmax is missing.": (
            lambda scores, lengths: hide(scores, _both(scores, lengths))
        ),
        "the softmax runs over the queries. Each row, one query's keys, must sum to 1: axis=-1.": (
            lambda scores, lengths: softmax(hide(scores, _both(scores, lengths)), axis=-2)
        ),
        "the diagonal is hidden too. A token may see itself: hide j > i only.": (
            lambda scores, lengths: softmax(
                hide(scores, lower(scores, -1) & _padded(scores, lengths))
            )
        ),
        "one real token is hidden. Keep key j if j < length.": (
            lambda scores, lengths: softmax(
                hide(scores, lower(scores) & _padded(scores, np.maximum(lengths - 1, 0)))
            )
        ),
    },
    praise="right. Neither the future nor padding gets weight, and no row is nan.",
    valid=lambda scores, lengths: (
        scores.shape[1] == scores.shape[2] >= max(lengths) and len(scores) == len(lengths)
    ),
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
