"""Gradients measured, not derived: what the backward pass is checked against.

A slope is how far a result moves when a number moves. To measure that takes no derivation, so it
finds the mistakes that were made in one.
"""

import numpy as np

from ._arrays import as_array, finite
from ._values import as_callable, as_positive


def numerical_gradient(function, array, *, eps=1e-5):
    """Measure a gradient: move each number a little both ways, and see how far the result moves.

    It takes two calls for each number, so it checks and does not train.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of `array` and returns one number.
    array : array_like
        Where to measure.
    eps : float, default 1e-5
        How far to move. The error of the method shrinks with the square of `eps`, that of
        rounding grows with its inverse; 1e-5 is near the best for numbers of size 1 in float64.

    Returns
    -------
    ndarray of float64, same shape
        ``(function(a + eps) - function(a - eps)) / (2 * eps)``, for each number `a` by itself.

    Raises
    ------
    TypeError, ValueError
        If `function` cannot be called or does not return a finite number, `array` is not of finite
        real numbers, or `eps` is not above 0 or too small to move them.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 11.5, "centered difference".

    Examples
    --------
    >>> from qkvlib import numerical_gradient
    >>> numerical_gradient(lambda a: (a**2).sum(), [1.0, 3.0]).round(6)
    array([2., 6.])
    """
    function = as_callable("function", function)
    start = as_array("array", array, "n").astype(np.float64)
    eps = as_positive("eps", eps)
    for move in (np.add, np.subtract):
        if (finite(move, "array, moved by eps", start, eps) == start).any():
            raise ValueError(f"eps: {eps}; expected a step that moves {abs(start).max()}")
    gradient = np.empty_like(start)
    for index in np.ndindex(start.shape):
        ahead, behind = start.copy(), start.copy()
        ahead[index] += eps
        behind[index] -= eps
        half = _number(function(ahead)) / 2 - _number(function(behind)) / 2
        gradient[index] = finite(np.divide, "slope of function", half, eps)
    return gradient


def _number(result):
    """Return what a function gave, if it is one number."""
    number = np.asarray(result)
    if number.shape or number.dtype.kind not in "fiu" or not np.isfinite(number):
        raise ValueError(f"function: returned {result!r}; expected one finite number")
    return np.float64(number)


def relative_error(a, b):
    """Say how far two gradients differ: the largest difference over the largest number in either.

    Parameters
    ----------
    a, b : array_like, same shape

    Returns
    -------
    float
        From 0, if they are equal, to 2, if they are opposite.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of finite real numbers, or the shapes differ.

    Examples
    --------
    >>> from qkvlib import relative_error
    >>> relative_error([1.0, 2.0], [1.0, 1.5])
    0.25
    """
    a, b = as_array("a", a, "n"), as_array("b", b, "n")
    if a.shape != b.shape:
        raise ValueError(f"a, b: shapes {a.shape}, {b.shape}; expected the same shape")
    size = max(abs(a).max(initial=0), abs(b).max(initial=0))
    return float(abs(finite(np.subtract, "a - b", a, b)).max(initial=0) / (size or 1))
