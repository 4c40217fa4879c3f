"""Work on several things at once where that is possible. Internal to `qkvlib`."""

import contextlib
import functools
import math
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np


def on_threads(work, items, threads=None):
    """Call `work` with an iterator over `items`, in several threads that share it.

    There are as many threads as processors unless given. NumPy lets other Python threads run while
    it computes, but matrix products bring threads of their own, and both together are slower than
    either. Only threadpoolctl can hold those to one; without it the default is one Python thread.
    """
    if threads is None:
        threads = (os.cpu_count() or 1) if _blas() and sys.platform != "emscripten" else 1
    threads = min(threads, len(items))
    rest = iter(items)  # each item goes to the thread that asks first
    if threads <= 1:
        return _quietly(work, rest)
    with on_one_thread(), ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(_quietly, [work] * threads, [rest] * threads):
            pass  # asked for only to raise what they raised


def on_one_thread(wanted=True):
    """Hold the threads of matrix products to one within a ``with``, where something can."""
    blas = _blas() if wanted else None
    return blas.limit(limits=1, user_api="blas") if blas else contextlib.nullcontext()


def one_is_faster(work, rounds=3):
    """Whether `work`, of matrix products, takes less time on one thread than on all: by trying."""
    blas = _blas()
    if blas is None:
        return False  # nothing could hold them
    least = dict.fromkeys((True, False), math.inf)
    for alone in (True, False) * rounds:
        with on_one_thread(alone):
            start = time.perf_counter()
            work()
            least[alone] = min(least[alone], time.perf_counter() - start)
    return least[True] < least[False]


def _quietly(work, items):
    """Leave it to `work` to tell what overflows; each thread has its own settings for that."""
    with np.errstate(all="ignore"):
        work(items)


@functools.cache
def _blas():
    """What can limit the threads of matrix products, or None; finding it takes milliseconds."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController()
