"""Check arrays before the arithmetic starts: what they hold, and whether their shapes match.

Each helper returns what it has checked, or raises an error of one form: the argument's name, what
it was, and what was expected. Internal to `qkvlib`.
"""

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


def as_scores(name, value, axes="n_k"):
    """Return `value` as floats, each finite or -inf, with at least the named `axes`."""
    array = _as_floats(name, value)
    if array.ndim < len(axes.split(", ")):
        raise ValueError(f"{name}: shape {array.shape}; expected (..., {axes})")
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


def as_integers(name, value, high):
    """Return `value` as an integer array between 0 and `high`."""
    array = _as_ndarray(name, value)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name}: dtype {array.dtype}; expected integers")
    bad = array[(array < 0) | (array > high)]
    if bad.size:
        raise ValueError(f"{name}: {bad[0]}; expected integers from 0 to {high}")
    return array


def check_size(size, **arrays):
    """Raise unless the `name=(array, axis)` pairs all have the same `size`."""
    if len({array.shape[axis] for array, axis in arrays.values()}) > 1:
        found = ", ".join(
            f"{array.shape[axis]} in {name} of shape {array.shape}"
            for name, (array, axis) in arrays.items()
        )
        raise ValueError(f"{', '.join(arrays)}: {size} is {found}; expected the same {size}")


def check_batch(own=2, /, **arrays):
    """Raise unless the batch axes (all but the last `own`) of the `name=array` pairs broadcast."""
    try:
        np.broadcast_shapes(*(array.shape[:-own] for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(str(array.shape) for array in arrays.values())
        raise ValueError(
            f"{', '.join(arrays)}: shapes {shapes}; expected batch axes (all but the last {own}) "
            "that broadcast"
        ) from None


def as_qkv(q, k, v):
    """Return queries, keys and values as floats, once their sizes are found to match."""
    q, k = as_array("q", q, "n_q, d_k"), as_array("k", k, "n_k, d_k")
    v = as_array("v", v, "n_k, d_v")
    check_size("d_k", q=(q, -1), k=(k, -1))
    check_size("n_k", k=(k, -2), v=(v, -2))
    check_batch(q=q, k=k, v=v)
    return q, k, v


def finite(operation, what, *operands):
    """Return `operation(*operands)`, called `what` in the error that replaces an overflow."""
    with np.errstate(all="ignore"):
        result = operation(*operands)
    for array in result if isinstance(result, tuple) else (result,):
        if not np.isfinite(array).all():
            raise ValueError(f"{what}: overflows {array.dtype}; expected smaller numbers")
    return result


def _as_ndarray(name, value):
    if isinstance(value, np.ma.MaskedArray):  # np.asarray would drop its mask and say nothing
        raise TypeError(f"{name}: a masked array; expected one without a mask of its own")
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
