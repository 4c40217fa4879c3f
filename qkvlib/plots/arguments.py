"""What a picture is asked to draw fits together, or an error names the argument that does not."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def as_shape(name: str, value: object, *shape: int) -> np.ndarray:
    """Return ``value`` as an array of floats if it has this shape."""
    array = np.asarray(value, dtype=float)
    if array.shape != shape:
        raise ValueError(f"{name}: shape {array.shape}; expected {shape}")
    return array


def as_each_head(values: object, layers: int = 0) -> np.ndarray:
    """Return ``values`` as an array if it has a number from 0 to 1 for each head of a model.

    There may be 12 heads, and as many ``layers`` as are given, or any.
    """
    array = np.asarray(values, dtype=float)
    is_table = array.ndim == 2 and 1 <= array.shape[1] <= 12
    if not is_table or (layers and not 1 <= len(array) <= layers):
        rows = f"up to {layers} layers" if layers else "layers"
        raise ValueError(f"values: shape {array.shape}; expected ({rows}, up to 12)")
    if not ((array >= 0) & (array <= 1)).all():
        raise ValueError(f"values: from {array.min()} to {array.max()}; expected from 0 to 1")
    return array


def place_of(name: str, value: object, offered: Iterable) -> int:
    """Return where ``value`` stands among what is offered."""
    offered = list(offered)
    if value not in offered:
        choice = ", ".join(map(repr, offered))
        raise ValueError(f"{name}: {value!r}; expected one of {choice}")
    return offered.index(value)
