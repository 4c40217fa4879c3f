"""What attention costs, measured: time and memory of one call, and how both grow with n."""

import time
import tracemalloc
from typing import NamedTuple

import numpy as np

from ._records import record_of
from ._values import as_callable, as_int, as_iterable
from .attention import scaled_dot_product_attention
from .efficient import tiled_attention

PAUSE = 0.2  # seconds: threads of an earlier product still wait for work, and that takes time


class Cost(NamedTuple):
    """What a call took: the least seconds of several runs, and the most bytes it held at once."""

    seconds: float
    peak_bytes: int


def measure(function, *arguments, repeats=3):
    """Time ``function(*arguments)``, and find how much memory it needs while it runs.

    Parameters
    ----------
    function : callable
    *arguments
        What to call it with.
    repeats : int, default 3
        The fastest of so many runs counts: other programs can only make a run slower.

    Returns
    -------
    Cost
        ``seconds``, and ``peak_bytes``: the most bytes of NumPy arrays and Python objects that
        existed at once beyond those before the call, the result included.

    Raises
    ------
    TypeError, ValueError
        If `function` cannot be called, or `repeats` is not a positive integer.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import measure
    >>> measure(np.ones, 1_000_000).peak_bytes // 1_000_000
    8
    """
    function = as_callable("function", function)
    repeats = as_int("repeats", repeats, 1)
    seconds = []
    time.sleep(PAUSE)
    for _ in range(repeats):
        start = time.perf_counter()
        function(*arguments)
        seconds.append(time.perf_counter() - start)
    # Counted in a run of its own, since counting takes time. Someone may be counting already.
    counting = tracemalloc.is_tracing()
    if not counting:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        function(*arguments)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        if not counting:
            tracemalloc.stop()
    return Cost(min(seconds), peak)


def measure_growth(sizes, *, num_heads=8, d_head=64, repeats=3):
    """Measure plain and tiled attention in float32 for several n, here and now.

    Parameters
    ----------
    sizes : sequence of int
        The values of n, growing.
    num_heads, d_head : int
        Heads, and features of each.
    repeats : int, default 3
        Runs of each, of which the fastest counts.

    Returns
    -------
    dict
        ``n``, ``num_heads`` and ``d_head`` as given; ``plain`` and ``tiled``, each with lists of
        ``seconds`` and ``peak_bytes`` for the sizes.

    Raises
    ------
    TypeError, ValueError
        If a size is not a positive integer.

    Examples
    --------
    >>> from qkvlib import measure_growth
    >>> here = measure_growth([32, 64])
    >>> here["n"], len(here["tiled"]["seconds"])
    ([32, 64], 2)
    """
    sizes = [as_int("sizes", n, 1) for n in as_iterable("sizes", sizes, "integers")]
    num_heads, d_head = as_int("num_heads", num_heads, 1), as_int("d_head", d_head, 1)
    ways = {"plain": scaled_dot_product_attention, "tiled": tiled_attention}
    costs = {name: [] for name in ways}
    for n in sizes:
        shape = 3, num_heads, n, d_head
        q, k, v = np.random.default_rng(0).standard_normal(shape, np.float32)
        for name, attend in ways.items():
            costs[name].append(measure(attend, q, k, v, repeats=repeats))
    return {
        "n": sizes,
        "num_heads": num_heads,
        "d_head": d_head,
        **{
            name: {
                "seconds": [round(cost.seconds, 6) for cost in measured],
                "peak_bytes": [cost.peak_bytes for cost in measured],
            }
            for name, measured in costs.items()
        },
    }


def recorded_growth():
    """Return what `measure_growth` gave once, on a machine that is named.

    Written by ``tools/bench/record_cost.py``.

    Returns
    -------
    dict
        As from `measure_growth`, and ``machine``: a description.

    Examples
    --------
    >>> from qkvlib import recorded_growth
    >>> recorded_growth()["n"]
    [128, 256, 512, 1024, 2048, 4096]
    """
    return record_of("cost")
