"""Times of several ways to do a thing, taken in turns, so that a busy moment hits them alike."""

import time
from collections.abc import Callable

from qkvlib.measuring import PAUSE


def least_times(ways: dict[str, Callable], rounds: int, pause: float = PAUSE) -> dict[str, float]:
    """Return the least seconds of each way."""
    times = {}
    for _ in range(rounds):
        for name, way in ways.items():
            time.sleep(pause)
            start = time.perf_counter()
            way()
            seconds = time.perf_counter() - start
            times[name] = min(seconds, times.get(name, seconds))
    return times
