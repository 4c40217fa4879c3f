"""Exercises of *Masking*: hide the future, and attend without it."""

from __future__ import annotations

import numpy as np

from ..attention import attention_weights, softmax
from ..masks import apply_mask, causal_mask
from .cases import arrays, blank, loud, normal
from .parts import hide, lower, naive_softmax, scaled, shares, transposed
from .verdict import Exercise, Verdict


def _causal(q: np.ndarray, k: np.ndarray, diagonal: int = 0) -> np.ndarray:
    return hide(scaled(q, k), lower(scaled(q, k), diagonal))


def _future(q: np.ndarray, k: np.ndarray) -> np.ndarray:
    return hide(scaled(q, k), ~lower(scaled(q, k)))


def _zeros_hidden(scores: np.ndarray) -> np.ndarray:
    """Take the zeros of the triangle for what is hidden, and those of the scores with them."""
    return hide(scores, np.tril(scores) != 0)


HIDE_FUTURE = Exercise(
    answer=lambda scores: apply_mask(scores, causal_mask(*scores.shape[-2:])),
    cases=[
        {"scores": normal(4, 4)},
        {"scores": normal(2, 3, 3, seed=1)},
        {"scores": normal(2, 3, 5, 5, seed=2)},
        # Visible zeros, and a visible score that is far below.
        {"scores": np.array([[0.0, 0.4, 2.1], [-2e3, 0.0, -0.7], [0.3, 0.0, -1e10]])},
    ],
    mistakes={
        "the diagonal is hidden too. A token may see itself: hide j > i only.": (
            lambda scores: hide(scores, lower(scores, -1))
        ),
        "one future token is still seen. Hide j > i, from the first key to the right of i.": (
            lambda scores: hide(scores, lower(scores, 1))
        ),
        "the mask is inverted: past and present are hidden, the future is seen.": (
            lambda scores: hide(scores, ~lower(scores))
        ),
        "the past is hidden. Rows are queries: keep j <= i, the lower triangle.": (
            lambda scores: hide(scores, np.triu(np.ones(scores.shape[-2:], bool)))
        ),
        "hidden scores are 0, and e to 0 is 1: they still get weight. Use -np.inf.": (
            lambda scores: scores * lower(scores)
        ),
        "adding 1 and 0 hides nothing. Add 0 to what may be seen and -np.inf to the rest.": (
            lambda scores: scores + lower(scores)
        ),
        "0 times infinity is nan. Choose with np.where, do not multiply.": (
            lambda scores: scores + ~lower(scores) * -np.inf
        ),
        "−1e9 is far below, but not hidden: a row of nothing else gets equal weights. "
        "Use -np.inf.": (lambda scores: np.where(lower(scores), scores, -1e9)),
        "a score of 0 is hidden too. Ask where a key stands, not what its score is.": _zeros_hidden,
        "these are weights. Stop before the softmax: return the scores.": (
            lambda scores: softmax(hide(scores, lower(scores)))
        ),
        "+∞ is larger than any score: the future gets all the weight. Use -np.inf.": (
            lambda scores: np.where(lower(scores), scores, np.inf)
        ),
    },
    praise="right. After the softmax the future weighs exactly 0.",
)

# The last key is hidden from all but the last query, and far louder than what they may see.
_LOUD_LAST = arrays(q=(3, 5), k=(3, 5), seed=8)
_LOUD_LAST["k"] = np.concatenate([_LOUD_LAST["k"][:2], 3000 * np.abs(_LOUD_LAST["q"][:1])])

CAUSAL_WEIGHTS = Exercise(
    answer=lambda q, k: attention_weights(q, k, is_causal=True),
    cases=[
        arrays(q=(4, 4), k=(4, 4)),
        arrays(q=(2, 3, 5), k=(2, 3, 5), seed=2),
        blank(arrays(q=(5, 3), k=(5, 3), seed=4, spread=1.5)),
        _LOUD_LAST,
        loud(arrays(q=(7, 3), k=(7, 3), seed=54), "k"),
    ],
    mistakes={
        "nothing is hidden.": attention_weights,
        "masked after the softmax: rows do not sum to 1. Mask the scores.": (
            lambda q, k: attention_weights(q, k) * lower(scaled(q, k))
        ),
        "masked after the softmax and divided again: one loud hidden key takes all the weight, and "
        "what is left is 0 / 0. Mask the scores.": (
            lambda q, k: shares(attention_weights(q, k) * lower(scaled(q, k)))
        ),
        "a low number is not −∞: where all others are lower still, what is hidden gets weight. "
        "Use -np.inf.": (lambda q, k: softmax(np.where(lower(scaled(q, k)), scaled(q, k), -100.0))),
        "a score of 0 is hidden too. Ask where a key stands, not what its score is.": (
            lambda q, k: softmax(_zeros_hidden(scaled(q, k)))
        ),
        "scores times 0 are 0, and e to 0 is 1: the future keeps weight. Use -np.inf.": (
            lambda q, k: softmax(scaled(q, k) * lower(scaled(q, k)))
        ),
        "adding 1 and 0 to the scores hides nothing. Use -np.inf where j > i.": (
            lambda q, k: softmax(scaled(q, k) + lower(scaled(q, k)))
        ),
        "the diagonal is hidden too, so that the first token sees nothing. Hide j > i only.": (
            lambda q, k: softmax(_causal(q, k, -1))
        ),
        "the first row is nan: with the diagonal hidden too, it has only −∞. Hide j > i only.": (
            lambda q, k: naive_softmax(_causal(q, k, -1))
        ),
        "one future token is still seen. Hide j > i, from the first key to the right of i.": (
            lambda q, k: softmax(_causal(q, k, 1))
        ),
        "the mask is inverted: each token sees the future only, and the last one nothing.": (
            lambda q, k: softmax(_future(q, k))
        ),
        "the last row is nan: the mask is inverted, and nothing lies after the last token.": (
            lambda q, k: naive_softmax(_future(q, k))
        ),
        "the scores are not scaled. Divide them by √d_k.": (
            lambda q, k: attention_weights(q, k, is_causal=True, scale=1)
        ),
        "the scores are divided by d_k. Divide by its square root.": (
            lambda q, k: attention_weights(q, k, is_causal=True, scale=1 / q.shape[-1])
        ),
        "your columns sum to 1. The softmax runs over the keys: axis=-1.": (
            lambda q, k: softmax(_causal(q, k), axis=-2)
        ),
        "the past is hidden. Rows are queries: keep j <= i, the lower triangle.": (
            lambda q, k: softmax(hide(scaled(q, k), transposed(lower(scaled(q, k)))))
        ),
        "these are the masked scores. The softmax is missing.": (lambda q, k: _causal(q, k)),
        "queries and keys are swapped: queries make the rows, q @ k.T.": (
            lambda q, k: softmax(_causal(k, q))
        ),
        "the weights are divided after the softmax, so that rows do not sum to 1. Divide the "
        "scores.": (
            lambda q, k: attention_weights(q, k, is_causal=True, scale=1) / np.sqrt(q.shape[-1])
        ),
    },
    praise="right. No token sees a later one, and each row sums to 1.",
)


def check_hide_future(function) -> Verdict:
    """Check ``function(scores)``: the scores with −∞ where a key comes after the query.

    The scores have shape (..., n_q, n_k).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_hide_future
    >>> def hide(scores):
    ...     return scores * np.tri(*scores.shape[-2:])
    >>> check_hide_future(hide)
    ✗ hide(scores of shape (4, 4)): hidden scores are 0, and e to 0 is 1: they still get
    weight. Use -np.inf.
      For scores = [[0.3, 0.1], [-0.1, 0.4]]: you return 0.0000 at [0, 1]; expected -inf.
    """
    return HIDE_FUTURE.check(function)


def check_causal_weights(function) -> Verdict:
    """Check ``function(q, k)``: causal attention weights, shape (..., n, n).

    Queries and keys have shape (..., n, d_k).

    Examples
    --------
    >>> from qkvlib import attention_weights, causal_mask, check_causal_weights
    >>> def weights(q, k):
    ...     return attention_weights(q, k) * causal_mask(q.shape[-2])
    >>> check_causal_weights(weights)
    ✗ weights(q of shape (4, 4), k of shape (4, 4)): masked after the softmax: rows do not sum
    to 1. Mask the scores.
      For q = [[0.3, 0.1], [-0.1, 0.4]], k = [[0.4, 0.7], [0.7, 0.5]]: you return 0.4876 at
    [0, 0]; expected 1.0000.
    """
    return CAUSAL_WEIGHTS.check(function)
