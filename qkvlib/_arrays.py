"""Check arrays before the arithmetic starts: what they hold, and whether their shapes match.

Each helper returns what it has checked, or raises an error of one form: the argument's name, what
it was, and what was expected. Internal to `qkvlib`.
"""

import numpy as np

FLOATS = "efdg"  # float16 to longdouble: types of other packages compute in ways of their own


def as_array(name, value, axes):
    """Return `value` as finite floats with at least the named `axes`, such as "n_q, d_k"."""
    array = as_floats(name, value, axes)
    check_values(**{name: array})
    return array


def as_floats(name, value, axes):
    """As `as_array`, but look at no number: for what shows in a result that `finite` looks at.

    Any axis may be empty but the last, unless that is n, of tokens: a vector without features
    compares with nothing.
    """
    array = _as_floats(name, value)
    names = axes.split(", ")
    if array.ndim < len(names):
        raise ValueError(f"{name}: shape {array.shape}; expected (..., {axes})")
    if array.shape[-1] == 0 and names[-1] != "n":
        raise ValueError(
            f"{name}: shape {array.shape}; expected (..., {axes}) with {names[-1]} > 0"
        )
    return array


def as_scores(name, value, axes="n_k"):
    """Return `value` as floats, each finite or -inf, with at least the named `axes`."""
    array = _as_floats(name, value)
    if array.ndim < len(axes.split(", ")):
        raise ValueError(f"{name}: shape {array.shape}; expected (..., {axes})")
    check_values(**{name: array}, or_neg_inf=True)
    return array


def as_mask(value):
    """Return `value` as a boolean array, or a floating one that is finite or -inf."""
    mask = _as_ndarray("mask", value)
    if mask.dtype.kind in "iu":
        raise TypeError(
            f"mask: dtype {mask.dtype} is ambiguous (is 1 'may attend', or added to the score?); "
            "expected bool (True = may attend) or floating (added)"
        )
    if mask.dtype.char not in "?" + FLOATS:
        raise TypeError(f"mask: dtype {mask.dtype}; expected bool or floating")
    if mask.dtype != bool:
        check_values(mask=mask, or_neg_inf=True)
    return mask


def fit(name, array, shape):
    """Return a view of `array` broadcast to `shape`, which it never enlarges."""
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(
            f"{name}: shape {array.shape}; expected a shape that broadcasts to {shape}"
        ) from None


def as_integers(name, value, high=None):
    """Return `value` as an integer array of at least 0, and at most `high`."""
    array = _as_ndarray(name, value)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name}: dtype {array.dtype}; expected integers")
    bad = array[(array < 0) | (high is not None and array > high)]
    if bad.size:
        bounds = ">= 0" if high is None else f"from 0 to {high}"
        raise ValueError(f"{name}: {bad[0]}; expected integers {bounds}")
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
    batches = [array.shape[:-own] for array in arrays.values()]
    if all(batch == batches[0] for batch in batches):  # as nearly always, and found faster
        return
    try:
        np.broadcast_shapes(*batches)
    except ValueError:
        shapes = ", ".join(str(array.shape) for array in arrays.values())
        raise ValueError(
            f"{', '.join(arrays)}: shapes {shapes}; expected batch axes (all but the last {own}) "
            "that broadcast"
        ) from None


def as_qk(q, k):
    """Return queries and keys as floats, once their sizes are found to match."""
    q, k = as_floats("q", q, "n_q, d_k"), as_floats("k", k, "n_k, d_k")
    check_size("d_k", q=(q, -1), k=(k, -1))
    check_batch(q=q, k=k)
    return q, k


def as_qkv(q, k, v):
    """Return queries, keys and values as floats, once their sizes are found to match."""
    q, k = as_floats("q", q, "n_q, d_k"), as_floats("k", k, "n_k, d_k")
    v = as_floats("v", v, "n_k, d_v")
    check_size("d_k", q=(q, -1), k=(k, -1))
    check_size("n_k", k=(k, -2), v=(v, -2))
    check_batch(q=q, k=k, v=v)
    return q, k, v


def finite(operation, what, *operands, **unseen):
    """Return `operation(*operands)`, called `what` in the error that replaces an overflow.

    What is not finite in an operand shows in the result, so that those `unseen` before, by their
    names, need a look only then.
    """
    with np.errstate(all="ignore"):
        result = operation(*operands)
    for array in result if isinstance(result, tuple) else (result,):
        if not np.isfinite(array).all():
            check_values(**unseen)
            raise ValueError(f"{what}: overflows {array.dtype}; expected smaller numbers")
    return result


def check_values(*, or_neg_inf=False, **arrays):
    """Raise if one of the `name=array` pairs holds NaN or an infinite number."""
    for name, array in arrays.items():
        bad = ~np.isfinite(array)
        if or_neg_inf:
            bad &= array != -np.inf
        if bad.any():
            index = tuple(np.argwhere(bad)[0].tolist())
            expected = "finite numbers" + (" or -inf" if or_neg_inf else "")
            raise ValueError(f"{name}: {array[index]} at index {index}; expected {expected}")


def _as_ndarray(name, value):
    if type(value) is np.ndarray:
        return value
    if _has_masks(value):  # np.asarray would drop them and say nothing
        raise TypeError(f"{name}: a masked array; expected one without a mask of its own")
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name}: rows of unequal length; expected a regular array") from error
    except Exception as error:  # other packages' arrays: of a type that NumPy lacks, for example
        raise TypeError(f"{name}: {error}; expected what NumPy can read") from error


def _has_masks(value):
    if isinstance(value, list | tuple):
        return any(map(_has_masks, value))
    return isinstance(value, np.ma.MaskedArray)


def _as_floats(name, value):
    array = _as_ndarray(name, value)
    if array.dtype.kind in "iu":
        return array.astype(np.float64)
    if array.dtype.char not in FLOATS:
        raise TypeError(f"{name}: dtype {array.dtype}; expected floating or integer numbers")
    return array
