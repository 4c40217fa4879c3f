"""Exercises that are done by hand: numbers small enough for paper."""

from __future__ import annotations

import numpy as np

from ..attention import softmax
from ..gradients import softmax_gradient
from ..lookup import soft_lookup
from .numbers import brief
from .typed import Field, Typed
from .verdict import Verdict

_READINGS, _CLOSENESS = np.array([12.0, 20.0, 16.0]), np.array([0.5, 1.0, 0.5])
_SHARES = _CLOSENESS / _CLOSENESS.sum()

AVERAGE = Typed(
    "average_by_hand",
    f"Three hours read `{brief(_READINGS)}` degrees. The hour in the middle asks, and their "
    f"closeness to it is `{brief(_CLOSENESS)}`. What is its own weight, and what is its smoothed "
    "reading?",
    [
        Field(
            "its own weight",
            _SHARES[1],
            mistakes={"that is the closeness. Divide it by the sum of all three.": _CLOSENESS[1]},
        ),
        Field(
            "smoothed reading",
            _SHARES @ _READINGS,
            mistakes={
                "that is the sum of the products. The weights must sum to 1.": (
                    _CLOSENESS @ _READINGS
                ),
                "that is divided by the number of readings. Divide by the sum of the closeness.": (
                    _CLOSENESS @ _READINGS / 3
                ),
                "that is the plain mean. The hour in the middle counts twice as much.": (
                    _READINGS.mean()
                ),
                "that is the reading as it was.": _READINGS[1],
            },
        ),
    ],
    "right. A weight is a share, and shares sum to 1.",
)


def _best(scores, sharpness):
    """The weight of the first key: its value alone is 1."""
    keys, first = np.array(scores)[:, None], np.eye(len(scores))[:, :1]
    return float(soft_lookup(np.ones((1, 1)), keys, first, sharpness=sharpness)[0, 0])


_ALIKE, _AHEAD = [2.0, 2.0, 2.0], [2.1, 2.0, 2.0]

SHARPENED = Typed(
    "sharpened",
    f"Predict, before you compute anything. Three keys score `{brief(_ALIKE)}`. What is the weight "
    f"of the first at a sharpness of 1, and at 100? Then its score rises, to `{brief(_AHEAD)}`. "
    "What is its weight at 100 now?",
    [
        Field(
            "at 1",
            _best(_ALIKE, 1),
            mistakes={"that is a score. The weights of all three sum to 1.": 2.0},
        ),
        Field(
            "at 100",
            _best(_ALIKE, 100),
            mistakes={
                "a sharp lookup prefers the best key. Here none is better than the others.": 1.0,
                "the scores are alike, and so are the weights.": 0.0,
            },
        ),
        Field(
            "at 100, ahead by 0.1",
            _best(_AHEAD, 100),
            mistakes={
                "the first key is ahead now, and 100 times 0.1 is a gap of 10.": _best(_ALIKE, 100),
                "that is a sharpness of 1.": _best(_AHEAD, 1),
            },
        ),
    ],
    "right. Sharpness stretches gaps, and where there is no gap it stretches nothing.",
)

_Q, _K = np.array([1.0, -2.0, 0.5]), np.array([3.0, 1.0, 4.0])

SCORE = Typed(
    "score_by_hand",
    f"The query is `{brief(_Q)}`, the key `{brief(_K)}`. What is their score? And if the key were "
    "twice as long?",
    [
        Field(
            "score",
            _Q @ _K,
            mistakes={
                "−2 · 1 is negative. Subtract it.": np.abs(_Q) @ np.abs(_K),
                "that is the product of the two sums. Multiply first, then add.": (
                    _Q.sum() * _K.sum()
                ),
                "that is the mean of the products. Add them, and divide by nothing.": (
                    (_Q * _K).mean()
                ),
                "that is the sum of all six numbers. Multiply feature by feature.": (
                    _Q.sum() + _K.sum()
                ),
            },
        ),
        Field(
            "with the longer key",
            _Q @ (2 * _K),
            mistakes={
                "that would be a cosine. A score grows with the length of the key.": _Q @ _K,
                "that is twice the query too.": 2 * _Q @ (2 * _K),
            },
        ),
    ],
    "right. Three products, one sum; a key twice as long scores twice as much.",
)

_SCORES, _SIZES = np.array([24.0, -8.0]), {"d_model": 512, "num_heads": 8}
_HEAD = _SIZES["d_model"] // _SIZES["num_heads"]

SCALING = Typed(
    "scaling_by_hand",
    f"A model has d_model = {_SIZES['d_model']} and {_SIZES['num_heads']} heads. In one head two "
    f"keys score `{brief(_SCORES)}`. What are the scaled scores?",
    [
        Field(
            f"from {score:g}",
            score / np.sqrt(_HEAD),
            mistakes={
                "that is without the root of d_k.": score / _HEAD,
                "that is divided by √d_model. A head has its own d_k.": (
                    score / np.sqrt(_SIZES["d_model"])
                ),
                "that is divided by the root of the number of heads.": (
                    score / np.sqrt(_SIZES["num_heads"])
                ),
                "that is not scaled.": score,
                "that has the other sign.": -score / np.sqrt(_HEAD),
            },
        )
        for score in _SCORES
    ],
    "right. What counts is d_k, the number of features that were multiplied.",
)

_ROW = np.array([3.0, 1.0, 0.0])

SOFTMAX = Typed(
    "softmax_by_hand",
    f"The scores of a query are `{brief(_ROW)}`. e³ is {np.e**3:.2f}, e¹ is {np.e:.2f}. What are "
    "the three weights? Two decimals are enough.",
    [
        Field(
            f"of the key with {score:g}",
            weight,
            mistakes={
                "that is its share of the scores. Take exponentials first.": score / _ROW.sum(),
                "that is the exponential. Divide it by the sum of all three.": np.exp(score),
            }
            | (
                {"e to the 0 is 1, not 0, and takes its share.": np.e**3 / (np.e**3 + np.e)}
                if score == 3
                else {}
            ),
        )
        for score, weight in zip(_ROW, softmax(_ROW), strict=True)
    ],
    "right. A score of 0 still gets a weight.",
)

_WEIGHTS, _VALUES = np.array([0.5, 0.25, 0.25]), np.array([[4.0, 0.0], [0.0, 8.0], [2.0, 4.0]])

OUTPUT = Typed(
    "output_by_hand",
    f"The weights of a query are `{brief(_WEIGHTS)}`, the values of the three keys "
    f"`{brief(_VALUES)}`. What is the output?",
    [
        Field(
            f"{name} feature",
            output,
            mistakes={
                "that is the plain mean of the values. Weigh them.": mean,
                "that is the value of the best key alone. All three take part.": best,
                "that is the sum of the values. Multiply each by its weight.": total,
            },
        )
        for name, output, mean, best, total in zip(
            ("first", "second"),
            _WEIGHTS @ _VALUES,
            _VALUES.mean(axis=0),
            _VALUES[0],
            _VALUES.sum(axis=0),
            strict=True,
        )
    ],
    "right. One number for each feature of the values, whatever d_k was.",
)

_GRADIENT = np.array([4.0, 0.0, -1.0])

SLOPES = Typed(
    "slopes_by_hand",
    f"The weights of a query are `{brief(_WEIGHTS)}`, and their gradient is `{brief(_GRADIENT)}`. "
    "What is the gradient of the scaled scores?",
    [
        Field(
            f"of the {name} score",
            slope,
            mistakes={
                "nothing is subtracted. Take the weighted mean of the row away first.": bare,
                "that is without the weight in front.": unweighted,
                "the plain mean is subtracted. The mean is weighted.": plain,
            },
        )
        for name, slope, bare, unweighted, plain in zip(
            ("first", "second", "third"),
            softmax_gradient(_WEIGHTS, _GRADIENT),
            _WEIGHTS * _GRADIENT,
            _GRADIENT - _WEIGHTS @ _GRADIENT,
            _WEIGHTS * (_GRADIENT - _GRADIENT.mean()),
            strict=True,
        )
    ],
    "right. They sum to 0: what one score gains, the others lose.",
)


def check_average_by_hand(*numbers) -> Verdict:
    """Check the weight of an hour and its smoothed reading, found by hand.

    Examples
    --------
    >>> from qkvlib import check_average_by_hand
    >>> check_average_by_hand(0.5, 34)
    ✗ smoothed reading: that is the sum of the products. The weights must sum to 1.
    """
    return AVERAGE.check(*numbers)


def check_sharpened(*numbers) -> Verdict:
    """Check three weights of a soft lookup that were predicted.

    Examples
    --------
    >>> from qkvlib import check_sharpened
    >>> check_sharpened(1 / 3, 1, 1)
    ✗ at 100: a sharp lookup prefers the best key. Here none is better than the others.
    """
    return SHARPENED.check(*numbers)


def check_score_by_hand(*numbers) -> Verdict:
    """Check a score that was found by hand, and that of a longer key.

    Examples
    --------
    >>> from qkvlib import check_score_by_hand
    >>> check_score_by_hand(7, 14)
    ✗ score: −2 · 1 is negative. Subtract it.
    """
    return SCORE.check(*numbers)


def check_scaling_by_hand(*numbers) -> Verdict:
    """Check two scaled scores of a head, found by hand.

    Examples
    --------
    >>> from qkvlib import check_scaling_by_hand
    >>> check_scaling_by_hand(24 / 64, -8 / 64)
    ✗ from 24: that is without the root of d_k.
    """
    return SCALING.check(*numbers)


def check_softmax_by_hand(*numbers) -> Verdict:
    """Check the three weights of a softmax, found by hand.

    Examples
    --------
    >>> from qkvlib import check_softmax_by_hand
    >>> check_softmax_by_hand(0.75, 0.25, 0)
    ✗ of the key with 3: that is its share of the scores. Take exponentials first.
    """
    return SOFTMAX.check(*numbers)


def check_output_by_hand(*numbers) -> Verdict:
    """Check the two features of an output, found by hand.

    Examples
    --------
    >>> from qkvlib import check_output_by_hand
    >>> check_output_by_hand(2.5, 3)
    ✓ first feature, second feature: right. One number for each feature of the values,
    whatever d_k was.
    """
    return OUTPUT.check(*numbers)


def check_slopes_by_hand(*numbers) -> Verdict:
    """Check the gradient of three scores, found by hand from that of their weights.

    Examples
    --------
    >>> from qkvlib import check_slopes_by_hand
    >>> check_slopes_by_hand(2, 0, -0.25)
    ✗ of the first score: nothing is subtracted. Take the weighted mean of the row away first.
    """
    return SLOPES.check(*numbers)
