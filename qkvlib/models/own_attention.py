"""Somebody's own attention in a decoder, in place of the book's: checked where it returns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .._arrays import as_array
from .._values import as_callable


def as_own(attend: Callable | None, **others: object) -> Callable | None:
    """Make ``attend(q, k, v)`` fit where a decoder attends; it goes with none of the `others`.

    Raises
    ------
    TypeError, ValueError
        If it cannot be called, one of the others is given, or it returns another shape than the
        queries'.
    """
    if attend is None:
        return None
    as_callable("attend", attend)
    if given := [name for name, value in others.items() if value is not None]:
        raise ValueError(f"attend: with {', '.join(given)}; expected it without")

    def own(q, k, v, *_):
        heads = np.array(as_array("attend", attend(q, k, v), "n, d_k"), q.dtype)
        if heads.shape != q.shape:
            raise ValueError(f"attend: returned shape {heads.shape}; expected {q.shape}")
        return heads, None

    return own
