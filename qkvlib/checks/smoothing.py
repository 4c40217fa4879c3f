"""The exercises of *Context*: a weighted average, smoothing weights, kernel regression."""

from __future__ import annotations

import numpy as np

from ..attention import softmax
from ..lookup import kernel_weights
from .cases import arrays, blank, loud
from .parts import shares, unkept
from .verdict import Exercise, Verdict

WEIGHTED_AVERAGE = Exercise(
    answer=lambda closeness, values: closeness @ values / closeness.sum(),
    cases=[
        {"closeness": np.array([0.1, 0.6, 1.0, 0.6]), "values": np.array([8.0, 12.0, 11.0, 15.0])},
        {"closeness": np.array([2.5, 0.5, 0.0]), "values": np.array([-1.0, 4.0, 3.0])},
        {"closeness": np.array([1.237, 0.718, 0.3]), "values": np.array([0.5, -97.313, 0.0])},
        {"closeness": np.array([0.004, 0.013]), "values": np.array([0.314, 0.272])},
    ],
    mistakes={
        "this is the sum of the products. Divide it by the sum of the closeness.": (
            lambda closeness, values: closeness @ values
        ),
        "you divide by how many values there are. Divide by the sum of the closeness.": (
            lambda closeness, values: (closeness * values).mean()
        ),
        "you divide by the sum of the values. Divide by the sum of the closeness.": (
            lambda closeness, values: closeness @ values / values.sum()
        ),
        "this is the plain average. Each value counts as much as its closeness says.": (
            lambda closeness, values: values.mean()
        ),
        "these are the terms of the average. Add them up: the result is one number.": (
            lambda closeness, values: closeness * values / closeness.sum()
        ),
        "this is the value of the closest one alone. Let the others count too.": (
            lambda closeness, values: values[np.argmax(closeness)]
        ),
        "these are the weights. Multiply them by the values and add up.": (
            lambda closeness, values: closeness / closeness.sum()
        ),
        "you divide by the largest closeness. Divide by the sum of the closeness.": (
            lambda closeness, values: closeness @ values / closeness.max()
        ),
        "you divide by the sum of the squares. Divide by the sum of the closeness.": (
            lambda closeness, values: closeness @ values / (closeness**2).sum()
        ),
    },
    praise="right. Shares that sum to 1, times the values, added up.",
    valid=lambda closeness, values: (closeness >= 0).all() and closeness.sum() > 0,
)


def _gaussian(positions: np.ndarray, width: float) -> np.ndarray:
    return np.exp(-((positions[:, None] - positions) ** 2) / (2 * width**2))


SMOOTHING_WEIGHTS = Exercise(
    answer=lambda positions, width: shares(_gaussian(positions, width)),
    # Uneven places too, since sensors miss readings; widths whose square is another number.
    cases=[
        {"positions": np.arange(4.0), "width": 1.5},
        {"positions": np.array([0.0, 0.5, 2.0, 3.0, 3.2]), "width": 0.8},
        {"positions": np.array([-0.613, 0.117, 1.734]), "width": 1.237},
        {"positions": np.array([60.0, 171.3, 240.7, 500.1]), "width": 86.414},
    ],
    mistakes={
        "the rows do not sum to 1. Divide each by its own sum.": _gaussian,
        "the columns sum to 1, not the rows. Sum over axis=1 and keep the axis: keepdims=True.": (
            lambda positions, width: shares(_gaussian(positions, width)).T
        ),
        "the whole matrix sums to 1. Divide each row by its own sum: axis=1.": (
            lambda positions, width: shares(_gaussian(positions, width), axis=None)
        ),
        "you divide by the area of the whole bell, width · √(2π). The series has ends and steps; "
        "divide each row by its own sum.": (
            lambda positions, width: _gaussian(positions, width) / (width * np.sqrt(2 * np.pi))
        ),
        "a / 2 * b is (a / 2) · b. Put what you divide by in parentheses: (2 * width**2).": (
            lambda positions, width: shares(_gaussian(positions, 1) ** (width**2))
        ),
        "the 2 is missing: divide the squared distance by 2 · width².": (
            lambda positions, width: shares(_gaussian(positions, width / np.sqrt(2)))
        ),
        "square the width as well: divide the squared distance by 2 · width².": (
            lambda positions, width: shares(_gaussian(positions, np.sqrt(width)))
        ),
        "the distance is not squared. This falls off in a peak, not in a bell.": (
            lambda positions, width: shares(
                np.exp(-np.abs(positions[:, None] - positions) / (2 * width**2))
            )
        ),
        "the minus sign is missing: the farthest place gets the largest weight.": (
            lambda positions, width: shares(1 / _gaussian(positions, width))
        ),
    },
    praise="right. Each row is a bell around its own place, and sums to 1.",
)


def _squares(q: np.ndarray, k: np.ndarray) -> np.ndarray:
    return (q[:, None] - k) ** 2


KERNEL_REGRESSION = Exercise(
    answer=lambda q, k, v, width: kernel_weights(q, k, width) @ v,
    # The first case is square, so that sums over the wrong axis run and can be named.
    cases=[
        arrays(q=(3, 3), k=(3, 3), v=(3, 3)) | {"width": 1.2},
        arrays(q=(2, 3), k=(4, 3), v=(4, 2), seed=3) | {"width": 0.8},
        blank(arrays(q=(3, 2), k=(5, 2), v=(5, 4), seed=6, spread=1.5)) | {"width": 1.237},
        loud(arrays(q=(4, 3), k=(2, 3), v=(2, 5), seed=9), by=150) | {"width": 132.414},
    ],
    mistakes={
        "each query must divide by its own sum, over the keys: axis=1. You sum over queries.": (
            lambda q, k, v, width: kernel_weights(k, q, width).T @ v
        ),
        "the weights do not sum to 1. Divide each row by its own sum before you average.": (
            lambda q, k, v, width: np.exp(-_squares(q, k).sum(-1) / (2 * width**2)) @ v
        ),
        "this takes the value of the nearest key alone. Average all of them by closeness.": (
            lambda q, k, v, width: v[_squares(q, k).sum(-1).argmin(1)]
        ),
        "this is the plain average of the values: the queries make no difference.": (
            lambda q, k, v, width: np.tile(v.mean(0), (len(q), 1))
        ),
        "you average the squared differences over the features. Add them up.": (
            lambda q, k, v, width: softmax(-_squares(q, k).mean(-1) / (2 * width**2)) @ v
        ),
        "this weighs by the dot product. Here closeness comes from the distance.": (
            lambda q, k, v, width: softmax(q @ k.T / width**2) @ v
        ),
        "the distance is not squared: leave out the root.": (
            lambda q, k, v, width: softmax(-np.sqrt(_squares(q, k).sum(-1)) / (2 * width**2)) @ v
        ),
        "a / 2 * b is (a / 2) · b. Put what you divide by in parentheses: (2 * width**2).": (
            lambda q, k, v, width: softmax(-_squares(q, k).sum(-1) / 2 * width**2) @ v
        ),
        "each column is divided by the sum of a row. Keep the axis: sum(axis=-1, keepdims=True).": (
            lambda q, k, v, width: unkept(np.exp(-_squares(q, k).sum(-1) / (2 * width**2))) @ v
        ),
        "this averages the keys. Compare with the keys, but average the values.": (
            lambda q, k, v, width: kernel_weights(q, k, width) @ k
        ),
        "these are the weights. Multiply them by the values: weights @ v.": (
            lambda q, k, v, width: kernel_weights(q, k, width)
        ),
        "square the width as well: divide the squared distance by 2 · width².": (
            lambda q, k, v, width: softmax(-_squares(q, k).sum(-1) / (2 * width)) @ v
        ),
        "the 2 is missing: divide the squared distance by 2 · width².": (
            lambda q, k, v, width: softmax(-_squares(q, k).sum(-1) / width**2) @ v
        ),
        "the minus sign is missing: the farthest key gets the largest weight.": (
            lambda q, k, v, width: softmax(_squares(q, k).sum(-1) / (2 * width**2)) @ v
        ),
        "the exponent is the dot product. Closeness comes from the distance, with a minus sign.": (
            lambda q, k, v, width: softmax(q @ k.T / (2 * width**2)) @ v
        ),
        "the differences are added up before they are squared. Square each, then add.": (
            lambda q, k, v, width: softmax(-((q[:, None] - k).sum(-1) ** 2) / (2 * width**2)) @ v
        ),
        "the distance is the sum of absolute differences. Square each and add up.": (
            lambda q, k, v, width: (
                softmax(-(np.abs(q[:, None] - k).sum(-1) ** 2) / (2 * width**2)) @ v
            )
        ),
        "the sum is divided by the number of keys. Divide by the sum of the closeness.": (
            lambda q, k, v, width: np.exp(-_squares(q, k).sum(-1) / (2 * width**2)) @ v / len(k)
        ),
        "the weights are divided by the sum of the whole matrix. Each row by its own: axis=1.": (
            lambda q, k, v, width: (
                shares(np.exp(-_squares(q, k).sum(-1) / (2 * width**2)), axis=None) @ v
            )
        ),
    },
    praise="right. Compare with the keys, average the values.",
)


def check_weighted_average(function) -> Verdict:
    """Check ``function(closeness, values)``: one average, from two arrays of shape (n,).

    Examples
    --------
    >>> from qkvlib import check_weighted_average
    >>> def average(closeness, values):
    ...     return (closeness * values).sum()
    >>> check_weighted_average(average)
    ✗ average(closeness of shape (4,), values of shape (4,)): this is the sum of the products.
    Divide it by the sum of the closeness.
      For closeness = [0.1], values = [8]: you return 0.8000; expected 8.0000.
    """
    return WEIGHTED_AVERAGE.check(function)


def check_smoothing_weights(function) -> Verdict:
    """Check ``function(positions, width)``: Gaussian weights, shape (n, n), rows sum to 1.

    The positions have shape (n,) and need not be one apart.

    Examples
    --------
    >>> from qkvlib import check_smoothing_weights, kernel_weights
    >>> def weights(positions, width):
    ...     return kernel_weights(positions[:, None], positions[:, None], width)
    >>> check_smoothing_weights(weights)
    ✓ weights: right. Each row is a bell around its own place, and sums to 1.
    """
    return SMOOTHING_WEIGHTS.check(function)


def check_kernel_regression(function) -> Verdict:
    """Check ``function(q, k, v, width)``: an estimate for each query, shape (n_q, d_v).

    Shapes (n_q, d_k), (n_k, d_k) and (n_k, d_v).

    Examples
    --------
    >>> from qkvlib import check_kernel_regression, kernel_weights
    >>> def estimate(q, k, v, width):
    ...     return kernel_weights(q, k, width)
    >>> check_kernel_regression(estimate)
    ✗ estimate(q of shape (3, 3), k of shape (3, 3), v of shape (3, 3), width 1.2): these are
    the weights. Multiply them by the values: weights @ v.
      For q = [[0.3]], k = [[0.4]], v = [[0.3]], width = 1.2: you return 1.0000 at [0, 0];
    expected 0.3000.
    """
    return KERNEL_REGRESSION.check(function)
