"""How something measured grows with n: points and fitted lines on logarithmic axes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..explorer import Picture
from .arguments import place_of
from .marks import INK, LINE, PLAIN_COLOR, SIZE, chart
from .memory import in_bytes

_STYLES = (("plain", PLAIN_COLOR, "o", "●"), ("tiled", INK, "s", "■"))


def _in_seconds(seconds: float) -> str:
    """Write a time with three digits."""
    for unit, size, start in (("h", 3600, 7200), ("min", 60, 120), ("s", 1, 1), ("ms", 1e-3, 1e-3)):
        if seconds >= start:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


_FIT_FROM = 512  # what a call costs whatever its size bends the line below
_LAST = 2**17  # the largest n to which lines are drawn
# Of each quantity: its name in a run, how to write it, both ends of the axis, and ticks.
_AXES = {
    "time": ("seconds", _in_seconds, (2e-4, 1e4), (1e-3, 1e-1, 10)),
    "memory": ("peak_bytes", in_bytes, (2**18, 2**44), (2**20, 2**30, 2**40)),
}


def slope(sizes: np.ndarray, values: np.ndarray) -> float:
    """Fit a straight line through the logarithms: 2 where doubling n makes 4 times as much.

    Parameters
    ----------
    sizes, values : array, shape (n,)
        At least two different sizes; all numbers above 0.

    Returns
    -------
    float

    Examples
    --------
    >>> from qkvlib import plots
    >>> round(plots.slope([1, 10, 100], [3, 300, 30_000]), 3)
    2.0
    """
    return float(_line(sizes, values)[0])


def growth(run: Mapping, *, what: str, at: int) -> Picture:
    """Draw what attention takes over n on logarithmic axes, the fitted lines, where they lead.

    Parameters
    ----------
    run : mapping
        As from `measure_growth` or `recorded_growth`; sizes below 512 are left out of the fit.
    what : {"time", "memory"}
    at : int
        The n at which the fitted lines are read, beyond what was measured if need be.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If ``what`` is neither, or fewer than two sizes are left for the fit.

    Examples
    --------
    >>> from qkvlib import plots
    >>> run = {
    ...     "n": [512, 1024],
    ...     "plain": {"seconds": [1.0, 4.0]},
    ...     "tiled": {"seconds": [0.5, 1.0]},
    ... }
    >>> plots.growth(run, what="time", at=4096)
    time over n. plain: 1 s at n = 512, 4 s at n = 1,024, slope 2.00; the line gives 64 s at \
n = 4,096. tiled: 500 ms at n = 512, 1 s at n = 1,024, slope 1.00; the line gives 4 s at n = 4,096.
    """
    place_of("what", what, _AXES)
    sizes = np.asarray(run["n"], dtype=float)
    used = sizes >= _FIT_FROM
    if used.sum() < 2:
        raise ValueError(f"run: n = {run['n']}; expected two sizes from {_FIT_FROM} on")
    key, write, limits, ticks = _AXES[what]
    figure, axes = chart(244, x_label="n (tokens)", y_label=what)
    axes.set(xscale="log", yscale="log", xlim=(50, 8 * _LAST), ylim=limits)
    axes.minorticks_off()
    powers = [2**i for i in (7, 10, 13, 16)]
    axes.set_xticks(powers, labels=[f"{power:,}" for power in powers])
    axes.set_yticks(ticks, labels=[write(tick) for tick in ticks])
    axes.axvline(at, ymax=0.82, color=LINE, lw=1.5)  # ends below the names of the lines
    words, table = [], [("n", *(f"{n:,.0f}" for n in sizes), "slope", f"line at {at:,}")]
    for row, (name, color, marker, sign) in enumerate(_STYLES):
        values = np.asarray(run[name][key], dtype=float)
        power, start = _line(sizes[used], values[used])
        ends = np.array([sizes[used][0], _LAST])
        axes.plot(ends, np.exp(start) * ends**power, color=color, lw=1, ls=(0, (4, 2)))
        axes.plot(sizes, values, color=color, marker=marker, ms=5, lw=0)
        read = float(np.exp(start) * at**power)
        axes.plot((at,), (read,), color=INK, marker=marker, ms=8, mfc="none", lw=0)
        legend, corner = f"{sign} {name}, slope {power:.2f}", {"transform": axes.transAxes}
        axes.text(0.03, 0.94 - 0.1 * row, legend, fontsize=SIZE, color=color, va="center", **corner)
        # Above the upper line and below the lower one.
        place, ha, va = ((-7, 5), "right", "bottom") if row == 0 else ((7, -5), "left", "top")
        where = {"xytext": place, "textcoords": "offset points", "ha": ha, "va": va}
        axes.annotate(write(read), (at, read), fontsize=SIZE, color=INK, weight="bold", **where)
        ends_in_words = ", ".join(
            f"{write(values[i])} at n = {sizes[i]:,.0f}" for i in (0, len(sizes) - 1)
        )
        words.append(
            f"{name}: {ends_in_words}, slope {power:.2f}; "
            f"the line gives {write(read)} at n = {at:,}."
        )
        table.append((name, *map(write, values), f"{power:.2f}", write(read)))
    foot = limits[0] * (limits[1] / limits[0]) ** 0.045  # above the numbers of the axis
    alt = f"{what} over n. {' '.join(words)}"
    return Picture(figure, alt=alt, table=table, handle=(axes, at, foot))


def _line(sizes, values) -> np.ndarray:
    """Slope and height of the line through the logarithms."""
    return np.polyfit(np.log(sizes), np.log(values), 1)
