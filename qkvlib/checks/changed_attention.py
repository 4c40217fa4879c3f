"""The project after the decoder: another attention, judged by what must hold for any of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..sharing import grouped_query_attention
from .bytecode import computes
from .cases import arrays
from .outcome import Outcome, outcome, same
from .verdict import Verdict

_N, _SIZES = 40, {"heads": 6, "kv_heads": 2, "d_k": 4}


def _case(n: int, *, seed: int = 0) -> dict[str, np.ndarray]:
    heads, kv_heads, d_k = _SIZES.values()
    return arrays(
        q=(heads, n, d_k), k=(kv_heads, n, d_k), v=(kv_heads, n, d_k), seed=seed, spread=0.9
    )


def check_changed_attention(function) -> Verdict:
    """Check ``function(q, k, v)``: an attention of one's own, for a decoder.

    Queries have shape (num_heads, n, d_k), keys and values (num_kv_heads, n, d_k); it returns what
    each head fetches, shape (num_heads, n, d_k). Any change passes that hides the future, averages
    values, and differs from the plain one.

    Examples
    --------
    >>> from qkvlib import check_changed_attention, grouped_query_attention, sliding_window_mask
    >>> def window(q, k, v):
    ...     mask = sliding_window_mask(q.shape[-2], window=8, sink=1)
    ...     return grouped_query_attention(q, k, v, mask=mask, is_causal=True)
    >>> check_changed_attention(window)
    ✓ window: right. It hides the future and averages values; the last of 40 tokens reads 9
    keys. Now measure the loss.
    """
    if not callable(function):
        kind = type(function).__name__
        return Verdict(False, f"The checker takes your function itself, not {kind}.")
    name = getattr(function, "__name__", "your function")
    case = _case(_N)
    got = outcome(function, case)
    if got.is_nothing() and not computes(function):
        return Verdict(False, f"{name}: not done yet, it returns nothing.", begun=False)
    plain = outcome(lambda q, k, v: grouped_query_attention(q, k, v, is_causal=True), case)
    if got.changed:
        return Verdict(False, f"{name}: it changed {got.changed} in place; work on a copy.")
    if not got.can_tell(plain):
        return Verdict(False, f"{name}: {got.says(plain)}")
    if got.same_as(plain):
        return Verdict(False, f"{name}: it is the plain one. Change something.", begun=False)
    said = _future(function, case, got) or _average(function, case) or _lengths(function)
    if said:
        return Verdict(False, f"{name}: {said}")
    read = _read(function, case, got)
    return Verdict(
        True,
        f"{name}: right. It hides the future and averages values; the last of {_N} tokens reads "
        f"{read} key{'s' * (read != 1)}. Now measure the loss.",
    )


def _future(function: Callable, case: dict, got: Outcome) -> str:
    """Change keys and values from some place on: earlier rows must not move."""
    for start in (1, _N // 2, _N - 1):
        other = {name: np.copy(array) for name, array in case.items()}
        for array in other.values():
            array[:, start:] += 1.5
        after = outcome(function, other)
        if after.error:
            return f"it raised {type(after.error).__name__} for other numbers: {after.error}"
        if not same(after.arrays[0][:, :start], got.arrays[0][:, :start]):
            return (
                f"tokens from {start} on were changed, and earlier ones moved: it sees the future."
            )
    return ""


def _average(function: Callable, case: dict) -> str:
    """Where all values are 1, any average of them is 1."""
    ones = outcome(function, {**case, "v": np.ones_like(case["v"])})
    if ones.error or not np.allclose(ones.arrays[0], 1):
        return "all values were 1, and what is fetched is not: the weights of a row must sum to 1."
    return ""


def _lengths(function: Callable) -> str:
    """A text may have any length, and begins with one token."""
    for n in (1, 2, 7):
        got, wanted = outcome(function, _case(n, seed=n)), (_SIZES["heads"], n, _SIZES["d_k"])
        if got.error or got.arrays[0].shape != wanted:
            how = f"{got.error}" if got.error else f"shape {got.arrays[0].shape}"
            return f"a text of length {n} fails: {how}"
        if not np.isfinite(got.arrays[0]).all():
            return f"a text of length {n} gives {got.arrays[0].ravel()[0]}; expected numbers."
    return ""


def _read(function: Callable, case: dict, got: Outcome) -> int:
    """How many keys the last token reads: those whose value it misses."""
    count = 0
    for j in range(_N):
        v = np.copy(case["v"])
        v[:, j] += 100
        other = outcome(function, {**case, "v": v})
        count += not same(other.arrays[0][:, -1], got.arrays[0][:, -1])
    return count
