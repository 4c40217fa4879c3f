"""Numbers, arrays and short texts as they travel on the line, and nothing that runs.

An array is its type, its shape and its bytes. There is no pickle, so that unpacking cannot do
anything.
"""

from __future__ import annotations

import base64
import math

import numpy as np

_LARGEST_ARRAY = 1_000_000  # bytes, before they become text
_LONGEST = 300  # characters of a text
_DTYPES = {"|b1", "|i1", "|u1", *(f"<{kind}{size}" for kind in "iu" for size in (2, 4, 8))}
_DTYPES |= {"<f2", "<f4", "<f8", "<c8", "<c16"}


def is_text(value: object) -> bool:
    """Say whether it is a short text that every terminal shows as it is."""
    return type(value) is str and len(value) <= _LONGEST and value.isprintable()


def is_size(value: object) -> bool:
    """Say whether it is a number from 0 to a million."""
    return type(value) is int and 0 <= value <= 10**6


def _is_shape(value: object) -> bool:
    sizes = type(value) is list and len(value) <= 8 and all(map(is_size, value))
    return sizes and math.prod(one or 1 for one in value) <= _LARGEST_ARRAY


def _is_data(value: object) -> bool:
    return type(value) is str and len(value) <= 2 * _LARGEST_ARRAY


def _is_dtype(value: object) -> bool:
    return type(value) is str and value in _DTYPES


ARRAY = {"dtype": _is_dtype, "shape": _is_shape, "data": _is_data}
PACKED = (None, {"other": is_text}, ARRAY)  # any of them


def pack(value: object) -> object:
    """Make a number or an array fit for a message; of anything else, only what it is.

    Examples
    --------
    >>> unpack(pack([[1, 2]])), unpack(pack(None)), pack("a text")
    (array([[1, 2]]), None, {'other': 'str'})
    """
    if value is None:
        return None
    array = np.asarray(value)
    if array.dtype.kind not in "biufc":
        return {"other": plain(type(value).__name__)}
    if array.nbytes > _LARGEST_ARRAY or not _is_shape(list(array.shape)):
        raise ValueError(f"an array of shape {array.shape} is more than a checker asks for")
    array = array.astype(array.dtype.newbyteorder("<"))
    if array.dtype.str not in _DTYPES:  # longer numbers than other machines have
        array = array.astype("<c16" if array.dtype.kind == "c" else "<f8")
    data = base64.b64encode(array.tobytes()).decode()
    return {"dtype": array.dtype.str, "shape": array.shape, "data": data}


def unpack(packed: dict | None) -> object:
    """Undo ``pack``; a number comes back as NumPy's, something else as a bare ``object``."""
    if packed is None:
        return None
    if "other" in packed:
        return object()
    dtype, data = np.dtype(packed["dtype"]), bytearray(base64.b64decode(packed["data"]))
    if math.prod(packed["shape"]) * dtype.itemsize != len(data):
        raise ValueError("an array that is not what it says")
    return np.ndarray(packed["shape"], dtype, data)[()]


def pack_error(error: BaseException) -> list[str]:
    """Name an error and what it says, if it can be asked."""
    try:
        return [plain(type(error).__name__), plain(str(error))]
    except BaseException:  # its own text raises
        return ["Exception", "an error that cannot say what it is"]


def plain(text: str, longest: int = _LONGEST) -> str:
    r"""Leave of a text what a terminal and a table show as it is.

    Examples
    --------
    >>> plain("red:\x1b[31m\nnext")
    'red: [31m next'
    """
    return "".join(c if c.isprintable() else " " for c in text[:longest])
