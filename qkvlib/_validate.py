"""Check arguments before the arithmetic starts.

Each helper returns a checked array or number, or raises an error of one form: the argument's name,
what it was (shape, dtype or value), and what was expected. Internal to `qkvlib`.
"""

import operator
import sys
from numbers import Real

import numpy as np


def as_array(name, value, axes):
    """Return `value` as finite floats with at least the named `axes`, such as "n_q, d_k".

    Any axis may be empty but the last: a vector without features compares with nothing.
    """
    array = _as_floats(name, value)
    names = axes.split(", ")
    if array.ndim < len(names):
        raise ValueError(f"{name}: shape {array.shape}; expected (..., {axes})")
    if array.shape[-1] == 0:
        raise ValueError(
            f"{name}: shape {array.shape}; expected (..., {axes}) with {names[-1]} > 0"
        )
    _check_values(name, array)
    return array


def as_scores(name, value):
    """Return `value` as floats with at least one axis, each finite or -inf."""
    array = _as_floats(name, value)
    if array.ndim == 0:
        raise ValueError(f"{name}: shape (); expected (..., n_k)")
    _check_values(name, array, allow_neg_inf=True)
    return array


def as_mask(value):
    """Return `value` as a boolean array, or a floating one that is finite or -inf."""
    mask = _as_ndarray("mask", value)
    if mask.dtype.kind in "iu":
        raise TypeError(
            f"mask: dtype {mask.dtype} is ambiguous (is 1 'may attend', or added to the score?); "
            "expected bool (True = may attend) or floating (added)"
        )
    if mask.dtype.kind not in "bf":
        raise TypeError(f"mask: dtype {mask.dtype}; expected bool or floating")
    if mask.dtype.kind == "f":
        _check_values("mask", mask, allow_neg_inf=True)
    return mask


def fit_mask(mask, shape):
    """Return a view of `mask` broadcast to `shape`; a mask never enlarges the scores."""
    try:
        return np.broadcast_to(mask, shape)
    except ValueError:
        raise ValueError(
            f"mask: shape {mask.shape}; expected a shape that broadcasts to {shape}"
        ) from None


def as_lengths(value, n_k):
    """Return `value` as an integer array between 0 and `n_k`."""
    lengths = _as_ndarray("lengths", value)
    if lengths.dtype.kind not in "iu":
        raise TypeError(f"lengths: dtype {lengths.dtype}; expected integers")
    bad = lengths[(lengths < 0) | (lengths > n_k)]
    if bad.size:
        raise ValueError(f"lengths: {bad[0]}; expected integers from 0 to n_k = {n_k}")
    return lengths


def as_int(name, value, low, high=None):
    """Return `value` as an int that is at least `low` and at most `high`."""
    expected = f"an integer >= {low}" if high is None else f"an integer from {low} to {high}"
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name}: {value!r}; expected {expected}")
    number = operator.index(value)
    if number < low or (high is not None and number > high):
        raise ValueError(f"{name}: {number}; expected {expected}")
    return number


def as_num_heads(num_heads, size, width):
    """Return `num_heads` as a positive int that divides `width`, the size called `size`."""
    heads = as_int("num_heads", num_heads, 1)
    if width % heads:
        divisors = ", ".join(str(n) for n in range(1, width + 1) if width % n == 0)
        raise ValueError(
            f"num_heads: {heads} does not divide {size} = {width}; expected one of {divisors}"
        )
    return heads


def as_scale(value):
    """Return `value` as a Python float, which leaves the dtype of an array it multiplies alone."""
    return _as_real("scale", value)


def as_positive(name, value, *, or_zero=False):
    """Return `value` as a Python float above 0, or at least 0."""
    number = _as_real(name, value)
    if number < 0 or (number == 0 and not or_zero):
        expected = "at least 0" if or_zero else "above 0"
        raise ValueError(f"{name}: {value}; expected a number {expected}")
    return number


def check_size(size, **arrays):
    """Raise unless the `name=(array, axis)` pairs all have the same `size`."""
    if len({array.shape[axis] for array, axis in arrays.values()}) > 1:
        found = ", ".join(
            f"{array.shape[axis]} in {name} of shape {array.shape}"
            for name, (array, axis) in arrays.items()
        )
        raise ValueError(f"{', '.join(arrays)}: {size} is {found}; expected the same {size}")


def check_batch(**arrays):
    """Raise unless the batch axes (all but the last two) of the `name=array` pairs broadcast."""
    try:
        np.broadcast_shapes(*(array.shape[:-2] for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(str(array.shape) for array in arrays.values())
        raise ValueError(
            f"{', '.join(arrays)}: shapes {shapes}; expected batch axes (all but the last two) "
            "that broadcast"
        ) from None


def finite(operation, what, a, b):
    """Return `operation(a, b)`, called `what` in the error that replaces a silent overflow."""
    with np.errstate(all="ignore"):
        result = operation(a, b)
    if not np.isfinite(result).all():
        raise ValueError(f"{what}: overflows {result.dtype}; expected smaller numbers")
    return result


def _as_real(name, value):
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name}: {value!r}; expected a real number")
    if not abs(value) <= sys.float_info.max:  # also False for NaN
        raise ValueError(f"{name}: {value}; expected a finite number")
    return float(value)


def _as_ndarray(name, value):
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name}: rows of unequal length; expected a regular array") from error


def _as_floats(name, value):
    array = _as_ndarray(name, value)
    if array.dtype.kind in "iu":
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise TypeError(f"{name}: dtype {array.dtype}; expected floating or integer numbers")
    return array


def _check_values(name, array, allow_neg_inf=False):
    bad = ~np.isfinite(array)
    if allow_neg_inf:
        bad &= array != -np.inf
    if bad.any():
        index = tuple(np.argwhere(bad)[0].tolist())
        expected = "finite numbers" + (" or -inf" if allow_neg_inf else "")
        raise ValueError(f"{name}: {array[index]} at index {index}; expected {expected}")
