"""Many states drawn on all cores: most of the time that a chapter takes to build goes into them."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence

FEW = 40  # about a second of drawing: less is not worth other processes
_work: Callable = None


def on_all_cores(work: Callable, items: Sequence) -> list:
    """What ``work`` gives for each item, in order.

    A forked process knows all that the cells of its notebook have defined, so ``work`` may be any
    function; what it gives is pickled. On other systems than Linux, where a fork may fail, and for
    few items, this process does all of them.

    Examples
    --------
    >>> from qkvlib.explorer.cores import on_all_cores
    >>> on_all_cores(lambda n: n * n, range(100))[-1]
    9801
    """
    global _work
    if sys.platform != "linux" or len(items) < FEW:
        return [work(item) for item in items]
    from multiprocessing import get_context

    _work = work
    # The helpers end soon: looking for garbage takes a quarter of their time.
    with get_context("fork").Pool(os.cpu_count(), gc.disable, maxtasksperchild=1) as pool:
        return pool.map(_do, items)


def _do(item: object) -> object:
    return _work(item)
