"""Exercises of *A language model that writes*: who goes on with a pattern, and a pair that does."""

from __future__ import annotations

import numpy as np

from ..attention import softmax
from .cases import blank, loud, normal
from .parts import hide, lower, sums_to_1
from .verdict import Exercise, Verdict


def _after(maps, *, back=-1, begin=1, over=np.mean):
    """The weights on what came after a token the last time; options look elsewhere."""
    half = maps.shape[-1] // 2
    return over(np.diagonal(maps, -half - back, -2, -1)[..., begin:], axis=-1)


def _by_all(maps):
    return _after(maps, over=np.sum) / maps.shape[-1]


INDUCTION_SCORE = Exercise(
    answer=_after,
    cases=[
        {"maps": softmax(normal(8, 8, seed=1, spread=1.5))},
        {"maps": softmax(normal(2, 3, 6, 6, spread=1.5))},
        {"maps": softmax(normal(3, 4, 4, seed=2, spread=1.5))},
        {"maps": softmax(normal(10, 10, seed=3, spread=4))},
    ],
    mistakes={
        "this is the weight on the same token, where it stood last time. What came after it stands "
        "one column on.": lambda maps: _after(maps, back=0, begin=0),
        "this is the weight on what stood before this token last time. What came after it stands "
        "one column after it, not before.": lambda maps: _after(maps, back=1, begin=0),
        "the last token of the first half counts here too. It has not been seen before: begin with "
        "the second half.": lambda maps: _after(maps, begin=0),
        "the first token of the second half is left out. It has been seen before, so it counts.": (
            lambda maps: _after(maps, begin=2)
        ),
        "this is the weight on the token before, in the whole text.": (
            lambda maps: np.diagonal(maps, -1, -2, -1).mean(axis=-1)
        ),
        "this looks ahead: row i is the query, and its key stands to the left, below the "
        "diagonal.": lambda maps: _after(np.swapaxes(maps, -1, -2)),
        "this is the sum. Divide it by the number of tokens in the second half.": (
            lambda maps: _after(maps, over=np.sum)
        ),
        "this divides by all tokens. Only those of the second half can be right.": _by_all,
        "this is one number for all heads. Average over the tokens only, the last axis.": (
            lambda maps: _after(maps).mean()
        ),
        "this is the largest of these weights. Take the mean.": (
            lambda maps: _after(maps, over=np.max)
        ),
    },
    praise="right. That is what the 270 heads were judged by.",
    valid=lambda maps: sums_to_1(maps) and maps.shape[-1] % 2 == 0 and maps.shape[-1] > 2,
)


def _previous(x):
    """What the first head writes beside each token: the one before; the first has none."""
    return np.concatenate([np.zeros_like(x[:1]), x[:-1]])


def _following(x):
    return np.concatenate([x[1:], np.zeros_like(x[:1])])


def _pair(
    x, sharpness, *, ask=None, offer=_previous, give=None, causal=True, turn=np.multiply, axis=-1
):
    """Two heads that go on with a pattern; options exchange a part."""
    q, k, v = (x if part is None else part(x) for part in (ask, offer, give))
    scores = turn(q @ k.T, sharpness)
    scores = hide(scores, lower(scores)) if causal else scores
    return softmax(scores, axis=axis) @ v


def _pair_with(**parts):
    return lambda x, sharpness: _pair(x, sharpness, **parts)


def _pattern(*rows, d, seed=0, sharpness=3.0):
    """Tokens that come again: the numbers say which."""
    kinds = normal(max(rows) + 1, d, seed=seed, spread=1)
    return {"x": kinds[list(rows)], "sharpness": sharpness}


INDUCTION = Exercise(
    answer=_pair,
    cases=[
        _pattern(0, 1, 2, 0, 3, 1, d=4, sharpness=0.8046),
        _pattern(0, 1, 1, 2, 0, d=3, seed=1, sharpness=1.7),
        blank(_pattern(0, 1, 2, 3, 4, d=6, seed=2, sharpness=0.4)),
        loud(_pattern(0, 1, 0, 2, 0, 1, 2, d=3, seed=4), "x", by=40),
        _pattern(0, 1, 2, d=2, seed=5, sharpness=-1.3),
    ],
    mistakes={
        "this finds the same token, where it stood before, and gives it back: A → A. Keys must "
        "offer the token before them.": _pair_with(offer=None),
        "this gives the token before the one it finds: after A B … A it says A. Values must be the "
        "tokens themselves.": _pair_with(give=_previous),
        "asking and offering are swapped: it asks with the token before. A token asks with itself; "
        "keys offer the one before them.": _pair_with(ask=_previous, offer=None),
        "both ask and offer with the token before. A token asks with itself.": (
            _pair_with(ask=_previous)
        ),
        "keys offer the token after them. That one is not written yet: offer the one before.": (
            _pair_with(offer=_following)
        ),
        "this looks for the same token and gives what follows it: a value from one place on, which "
        "no head can fetch, and the last token's is not written yet.": (
            _pair_with(offer=None, give=_following)
        ),
        "the mask is missing: a token sees later ones.": _pair_with(causal=False),
        "the first token has the last one before it here: np.roll wraps around. It has none: put "
        "zeros there.": _pair_with(offer=lambda x: np.roll(x, 1, axis=0)),
        "the first token has itself before it here. It has none: put zeros there.": (
            _pair_with(offer=lambda x: np.concatenate([x[:1], x[:-1]]))
        ),
        "the sharpness is missing. Multiply the scores by it.": (
            _pair_with(turn=lambda scores, sharpness: scores)
        ),
        "the scores are divided by the sharpness. Multiply.": _pair_with(turn=np.divide),
        "the scores are divided by √d. Here the sharpness takes the place of the scale.": (
            lambda x, sharpness: _pair(x, sharpness / np.sqrt(x.shape[-1]))
        ),
        "the softmax runs over the queries. Each row, one query's keys, must sum to 1: axis=-1.": (
            _pair_with(axis=0)
        ),
        "these are the weights. Let them mix the tokens: weights @ x.": (
            lambda x, sharpness: softmax(hide(sharpness * x @ _previous(x).T, lower(x @ x.T)))
        ),
        "there is no softmax: scores stand where weights belong.": (
            lambda x, sharpness: np.tril(sharpness * x @ _previous(x).T) @ x
        ),
        "the token two before is offered. Keys offer the one before them.": (
            _pair_with(offer=lambda x: _previous(_previous(x)))
        ),
        "the diagonal is hidden too. A token may see itself: hide j > i only.": (
            lambda x, sharpness: (
                softmax(hide(sharpness * x @ _previous(x).T, lower(x @ x.T, -1))) @ x
            )
        ),
        "this takes the best token alone. The softmax blends, as sharply as `sharpness` says.": (
            lambda x, sharpness: x[
                hide(sharpness * x @ _previous(x).T, lower(x @ x.T)).argmax(axis=1)
            ]
        ),
        "the mask comes after the softmax: rows do not sum to 1. Mask the scores.": (
            lambda x, sharpness: np.tril(softmax(sharpness * x @ _previous(x).T)) @ x
        ),
    },
    praise="right. A B … A → B, whatever A and B are.",
)


def check_induction_score(function) -> Verdict:
    """Check ``function(maps)``: the mean weight on what came after a token the last time.

    The maps, shape (..., 2 n, 2 n), are of n tokens that were written twice.

    Examples
    --------
    >>> from qkvlib import check_induction_score
    >>> def induction_score(maps):
    ...     return maps.mean(axis=(-1, -2))
    >>> check_induction_score(induction_score).passed
    False
    """
    return INDUCTION_SCORE.check(function)


def check_induction(function) -> Verdict:
    """Check ``function(x, sharpness)``: what two heads expect after each token, shape (n, d).

    The tokens ``x`` have shape (n, d); the scores of the second head are multiplied by the
    sharpness.

    Examples
    --------
    >>> from qkvlib import check_induction, scaled_dot_product_attention
    >>> def induction(x, sharpness):
    ...     return scaled_dot_product_attention(x, x, x, is_causal=True, scale=sharpness)
    >>> check_induction(induction)
    ✗ induction(x of shape (6, 4), sharpness 0.8046): this finds the same token, where it stood
    before, and gives it back: A → A. Keys must offer the token before them.
      For x = [[0.3], [-0.3]], sharpness = 0.8046: you return -0.0217 at [1, 0]; expected 0.0109.
    """
    return INDUCTION.check(function)
