"""The first exercise of *A language model that writes*: how likely each word is to come next."""

from __future__ import annotations

import numpy as np

from ..attention import softmax
from ..models.sampling import next_word, top_k
from .cases import normal
from .verdict import Exercise, Verdict


def _chances(logits, temperature, k, *, turn=np.divide, keep=None, fill=-np.inf):
    """What is left of the k largest, at a temperature; options exchange a part."""
    logits = turn(logits, temperature)
    kept = logits >= np.sort(logits)[-k] if keep is None else keep(logits, k)
    return softmax(np.where(kept, logits, fill))


def _with(**parts):
    return lambda *arguments: _chances(*arguments, **parts)


def _cut_after(logits, temperature, k):
    """Cut what the softmax gave, and leave the rest as it is."""
    weights = softmax(logits / temperature)
    return np.where(weights >= np.sort(weights)[-k], weights, 0)


def _cooled_after(logits, temperature, k):
    return softmax(_cut(logits, k)) / temperature


def _cut(logits, k):
    return np.where(logits >= np.sort(logits)[-k], logits, -np.inf)


def _only_the_kept(logits, temperature, k):
    return softmax(np.sort(logits / temperature)[-k:][::-1])


def _best(logits, temperature, k):
    return 1.0 * (logits == logits.max())


NEXT_WORDS = Exercise(
    answer=_chances,
    cases=[
        {"logits": normal(6, spread=1.3), "temperature": 0.7046, "k": 3},
        {"logits": normal(9, seed=1, spread=2), "temperature": 2.4183, "k": 5},
        # Powers of 2, so that float32 is as exact; the exponentials are too large, and too small.
        {"logits": 1000 + np.array([0.5, -0.25, 0.25, -1.5, 0]), "temperature": 0.25, "k": 4},
        {"logits": np.array([-0.5, -0.25, -1, 0]) - 1000, "temperature": 0.25, "k": 2},
        {"logits": np.array([-1.2, -0.4, -1.4, -0.6, -1.0]), "temperature": 1.3046, "k": 2},
        {"logits": np.array([0.0, -2.4, 3.1, 1.7]), "temperature": 5.0, "k": 4},
        {"logits": np.array([-1.2, 0.0, -3.4, 0.6, -0.2]), "temperature": 1.3, "k": 1},
    ],
    mistakes={
        "the logits are multiplied by the temperature. Divide: a high one makes them alike.": (
            _with(turn=np.multiply)
        ),
        "the temperature is missing. Divide the logits by it, before the softmax.": (
            _with(turn=lambda logits, temperature: logits)
        ),
        "the temperature divides what the softmax gave, so nothing sums to 1. Divide the logits.": (
            _cooled_after
        ),
        "all words may come. Only the k largest logits stay; hide the others by −∞.": (
            _with(keep=lambda logits, k: np.ones(logits.shape, bool))
        ),
        "the k smallest logits stay here. Keep the largest.": (
            _with(keep=lambda logits, k: logits <= np.sort(logits)[k - 1])
        ),
        "one word too many may come: k of them, not k + 1.": (
            _with(keep=lambda logits, k: logits >= np.sort(logits)[-min(k + 1, len(logits))])
        ),
        "one word too few may come: the k-th largest stays too.": (
            _with(keep=lambda logits, k: logits > np.sort(logits)[-k])
        ),
        "the others have the logit 0, and e⁰ = 1: they may still come. Hide them by −∞.": (
            _with(fill=0)
        ),
        "the others are cut after the softmax, so the rest does not sum to 1. Cut the logits.": (
            _cut_after
        ),
        "these are the k words that are left, the likeliest first. Return one number for each "
        "word, in its place.": _only_the_kept,
        "this is the likeliest word alone. k words may come, each with its probability.": _best,
        "the first k words stay. Keep those with the largest logits.": (
            _with(keep=lambda logits, k: np.arange(len(logits)) < k)
        ),
        "these are the k words that are left, sorted. Return one number for each word, in its "
        "place.": (lambda logits, temperature, k: softmax(np.sort(logits / temperature)[-k:])),
        "all k words get the same chance. Their logits decide.": (
            lambda logits, temperature, k: (logits >= np.sort(logits)[-k]) / k
        ),
    },
    praise="right. Sharpen, cut, and sum to 1 again.",
    replaces=[top_k, next_word],
    valid=lambda logits, temperature, k: 1 <= k <= len(logits) and temperature > 0,
)


def check_next_words(function) -> Verdict:
    """Check ``function(logits, temperature, k)``: how likely each word is, shape (n_words,).

    The k largest of the logits, shape (n_words,), may come, at a temperature above 0.

    Examples
    --------
    >>> from qkvlib import check_next_words, softmax
    >>> def next_words(logits, temperature, k):
    ...     return softmax(logits * temperature)
    >>> check_next_words(next_words).passed
    False
    """
    return NEXT_WORDS.check(function)
