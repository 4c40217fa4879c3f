"""Exercises of *Learning*: a gradient measured by moving one number at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..differences import numerical_gradient
from .cases import normal
from .verdict import Exercise, Verdict


@dataclass(frozen=True)
class _Function:
    """A function that an error message can name."""

    name: str
    rule: Callable

    def __call__(self, array):
        return self.rule(array)

    def __repr__(self) -> str:
        return self.name


_CUBES = _Function("sum of cubes", lambda a: (a**3).sum())
_PRODUCT = _Function("exp of first × last", lambda a: np.exp(a.flat[0] * a.flat[-1]))
_BELOW = _Function("sum of (a³ − 2a) − 90", lambda a: (a**3 - 2 * a).sum() - 90)


def _slopes(function, array, slope) -> np.ndarray:
    """Collect ``slope(move)`` for each number, where ``move(h)`` is the result after moving it."""
    gradient = np.empty(array.shape)
    for index in np.ndindex(array.shape):

        def move(h, index=index):
            moved = array.copy()
            moved[index] += h
            return function(moved)

        gradient[index] = slope(move)
    return gradient


def _never_put_back(function, array, eps) -> np.ndarray:
    gradient, ahead, behind = np.empty(array.shape), array.copy(), array.copy()
    for index in np.ndindex(array.shape):
        ahead[index] += eps
        behind[index] -= eps
        gradient[index] = (function(ahead) - function(behind)) / (2 * eps)
    return gradient


NUMERICAL = Exercise(
    answer=lambda function, array, eps: numerical_gradient(function, array, eps=eps),
    # The steps are wide, so that it shows how the difference was taken.
    cases=[
        {"function": _CUBES, "array": np.array([0.5, -1.0, 2.0]), "eps": 0.1},
        {"function": _PRODUCT, "array": normal(2, 3, seed=1), "eps": 0.2},
        {"function": _BELOW, "array": np.array([[1.3, 0.0], [-0.7, 0.4]]), "eps": 0.137},
    ],
    mistakes={
        "this goes one way only, f(a + eps) − f(a). Going both ways is far more exact.": (
            lambda function, array, eps: _slopes(
                function, array, lambda move: (move(eps) - move(0)) / eps
            )
        ),
        "this goes back only, f(a) − f(a − eps). Going both ways is far more exact.": (
            lambda function, array, eps: _slopes(
                function, array, lambda move: (move(0) - move(-eps)) / eps
            )
        ),
        "twice too large: from a − eps to a + eps it is 2 · eps.": (
            lambda function, array, eps: _slopes(
                function, array, lambda move: (move(eps) - move(-eps)) / eps
            )
        ),
        "this is how far the result moves. A slope is that divided by 2 · eps.": (
            lambda function, array, eps: _slopes(
                function, array, lambda move: move(eps) - move(-eps)
            )
        ),
        "the sign is turned: behind is taken from ahead.": (
            lambda function, array, eps: _slopes(
                function, array, lambda move: (move(-eps) - move(eps)) / (2 * eps)
            )
        ),
        "all numbers move at once. Move one, and leave the others where they are.": (
            lambda function, array, eps: np.full(
                array.shape, (function(array + eps) - function(array - eps)) / (2 * eps)
            )
        ),
        "each number is moved and never put back. Start from a fresh copy for each.": (
            _never_put_back
        ),
        "ahead and behind are added. A slope is made of their difference.": (
            lambda function, array, eps: _slopes(
                function, array, lambda move: (move(eps) + move(-eps)) / (2 * eps)
            )
        ),
        "only f behind is divided. Put the difference in parentheses: (f(ahead) − f(behind)) / "
        "...": (
            lambda function, array, eps: _slopes(
                function, array, lambda move: move(eps) - move(-eps) / (2 * eps)
            )
        ),
    },
    praise="right. Now any gradient can be checked.",
)


def check_numerical_gradient(function) -> Verdict:
    """Check ``function(f, array, eps)``: the slope of ``f`` along each number of ``array``.

    ``f`` takes an array of that shape and returns one number.

    Examples
    --------
    >>> from qkvlib import check_numerical_gradient, numerical_gradient
    >>> def slopes(f, array, eps):
    ...     return 2 * numerical_gradient(f, array, eps=eps)
    >>> check_numerical_gradient(slopes)
    ✗ slopes(function sum of cubes, array of shape (3,), eps 0.1): twice too large: from a −
    eps to a + eps it is 2 · eps.
      For function = sum of cubes, array = [0.5], eps = 0.1: you return 1.5200 at [0];
    expected 0.7600.
    """
    return NUMERICAL.check(function)
