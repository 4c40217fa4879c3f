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


def place_of(name: str, value: object, offered: Iterable) -> int:
    """Return where ``value`` stands among what is offered."""
    offered = list(offered)
    if value not in offered:
        choice = ", ".join(map(repr, offered))
        raise ValueError(f"{name}: {value!r}; expected one of {choice}")
    return offered.index(value)
