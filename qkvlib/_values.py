"""Check arguments that are no arrays: numbers, flags, functions, seeds.

Each helper returns what it has checked, or raises an error of one form: the argument's name, what
it was, and what was expected. Internal to `qkvlib`.
"""

import math
import operator
from collections.abc import Iterable, Mapping
from numbers import Real

import numpy as np


def as_int(name, value, low, high=None):
    """Return `value` as an int that is at least `low` and at most `high`."""
    expected = f"an integer >= {low}" if high is None else f"an integer from {low} to {high}"
    try:
        number = operator.index(None if isinstance(value, bool) else value)
    except TypeError:
        raise TypeError(f"{name}: {value!r}; expected {expected}") from None
    if number < low or (high is not None and number > high):
        raise ValueError(f"{name}: {number}; expected {expected}")
    return number


def as_places(n_q, n_k, q_start):
    """Return how many queries and keys there are, and where the first query stands."""
    n_q, q_start = as_int("n_q", n_q, 0), as_int("q_start", q_start, 0)
    return n_q, q_start + n_q if n_k is None else as_int("n_k", n_k, 0), q_start


def as_num_heads(num_heads, size, width):
    """Return `num_heads` as a positive int that divides `width`, the size called `size`."""
    heads = as_int("num_heads", num_heads, 1)
    if width % heads:
        divisors = ", ".join(str(n) for n in range(1, width + 1) if width % n == 0)
        raise ValueError(
            f"num_heads: {heads} does not divide {size} = {width}; expected one of {divisors}"
        )
    return heads


def as_scale(value, d_k):
    """Return `value`, or 1 / sqrt(d_k) for None; a Python float leaves an array's dtype alone."""
    return 1 / math.sqrt(d_k) if value is None else _as_real("scale", value)


def as_positive(name, value, *, or_zero=False, below=np.inf):
    """Return `value` as a Python float above 0, or at least 0, and below a bound."""
    number = _as_real(name, value)
    if number < 0 or (number == 0 and not or_zero) or number >= below:
        expected = "at least 0" if or_zero else "above 0"
        expected += "" if below == np.inf else f" and below {below}"
        raise ValueError(f"{name}: {value}; expected a number {expected}")
    return number


def as_flag(name, value):
    """Return `value` if it is True or False: a mask, or "no", would count as True."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name}: {value!r}; expected True or False")
    return value


def as_one_of(name, value, choices):
    """Return `value` if it is one of these strings."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name}: {value!r}; expected {' or '.join(map(repr, choices))}")
    return value


def as_callable(name, value):
    """Return `value` if it can be called."""
    if not callable(value):
        raise TypeError(f"{name}: {type(value).__name__}; expected something to call")
    return value


def as_iterable(name, value, items):
    """Return `value` if it can be gone through."""
    if not isinstance(value, Iterable):
        raise TypeError(f"{name}: {value!r}; expected {items}")
    return value


def as_dict(name, value, keys=()):
    """Return `value` if it is a dict that has all these `keys`."""
    expected = f"a dict with {', '.join(keys)}" if keys else "a dict"
    if not isinstance(value, Mapping):
        raise TypeError(f"{name}: {type(value).__name__}; expected {expected}")
    missing = [key for key in keys if key not in value]
    if missing:
        raise ValueError(f"{name}: has no {missing[0]}; expected {expected}")
    return value


def as_text(name, value):
    """Return `value` if it is a string."""
    if not isinstance(value, str):
        raise TypeError(f"{name}: {type(value).__name__}; expected a string")
    return value


def as_generator(seed):
    """Return the random numbers that `seed` starts, or that it is."""
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise TypeError(f"seed: {seed!r}; expected an integer >= 0 or a Generator") from None


def _as_real(name, value):
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name}: {value!r}; expected a real number")
    try:
        number = float(value)
    except OverflowError:  # an int may be larger than any float
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name}: {value}; expected a finite number")
    return number
