"""A series, what a weighted average makes of it, and the weights of one of its places."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ..explorer import Picture
from .arguments import as_shape, place_of
from .marks import INK, K_COLOR, MUTED, Q_COLOR, SIZE, V_COLOR, WEIGHT_COLOR, WIDTH, number, panel


def smoothing(
    values: np.ndarray,
    weights: np.ndarray,
    *,
    at: int,
    name: str,
    unit: str,
    place: str,
    truth: np.ndarray,
    limit: float,
    called: tuple[str, str] = ("measured", "true"),
    keys: np.ndarray | None = None,
    key_name: str = "",
) -> Picture:
    """Draw a measured series with ``weights @ values`` over it, and one row of the weights below.

    Parameters
    ----------
    values, truth : array, shape (n,)
        What was measured, and what it would be without noise.
    weights : array, shape (n, n)
        Row i are the weights of place i.
    at : int
        The place whose weights are drawn.
    name, unit, place : str
        What the values are, what they count, and what a place is, such as "temperature (°C)",
        "degrees" and "hour".
    limit : float
        The weight whose bar is full, so that pictures can be compared.
    called : (str, str)
        What to call the values and the truth.
    keys : array, shape (n,), optional
        What the weights compare, called ``key_name``, when it is not the place itself.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the shapes do not belong together, or there is no such place.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import plots
    >>> plots.smoothing(
    ...     np.array([1.0, 3.0]), np.full((2, 2), 0.5), at=0, name="visits", unit="visits",
    ...     place="day", truth=np.array([2.0, 2.0]), limit=1, called=("counted", "expected"),
    ... )
    visits, counted and smoothed. day 0: counted 1.0, smoothed 2.0, from day 0 (weight 0.50),
    1 (0.50). Off the expected ones: smoothed 0.00 visits, counted 1.00.
    """
    n = len(values)
    values, truth = as_shape("values", values, n), as_shape("truth", truth, n)
    weights = as_shape("weights", weights, n, n)
    if keys is not None:
        keys = as_shape("keys", keys, n)
    place_of("at", at, range(n))
    smoothed, places, edges = weights @ values, np.arange(n), np.arange(n + 1) - 0.5

    def error(curve):
        return number(np.sqrt(np.mean((curve - truth) ** 2)), 2)

    seen, true = called
    height = 240 if keys is None else 252
    high, low = (132, 68) if keys is None else (100, 54)  # of the series, of what is below it
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor="none")
    top = panel(figure, 0, high, y_label=f"{name}: dots {seen}, dashed {true}")
    top.plot(places, truth, color=MUTED, lw=1, ls=(0, (4, 3)))
    top.plot(places, values, color=V_COLOR, marker="o", ms=4.5, ls="none")
    top.plot(places, smoothed, color=INK, lw=1.8)
    top.plot((at,), (smoothed[at],), color=Q_COLOR, marker="o", ms=8)
    span = np.ptp((values, truth)) or 1
    top.set_ylim(min(*values, *truth) - 0.06 * span, max(*values, *truth) + 0.06 * span)
    panels = [top]
    if keys is not None:
        panels.append(panel(figure, high + 2, low, y_label=key_name))
        panels[-1].stairs(keys, edges, fill=True, color=K_COLOR, lw=0)
        panels[-1].set_yticks([0, int(max(keys))])
    last = panel(figure, height - 38 - low, low, x_label=place, y_label=f"weights of {place} {at}")
    last.stairs(weights[at], edges, fill=True, color=WEIGHT_COLOR, lw=0)
    last.set(ylim=(0, limit), yticks=(0, limit))
    off = f"line {error(smoothed)} {unit} off"
    figure.text(1, (28 + low) / height, off, fontsize=SIZE, ha="right", va="center")
    for axes in (*panels, last):
        axes.axvline(at, color=Q_COLOR, lw=1)
        axes.set_xlim(-0.7, n - 0.3)
        axes.set_xticks(range(0, n, max(1, n // 4)) if axes is last else ())

    foot, head = top.get_ylim()  # the ring stays above the words below the plot
    heaviest = sorted(places, key=lambda j: (-weights[at, j].round(9), j))[:4]
    most = ", ".join(f"{j} ({number(weights[at, j], 2)})" for j in sorted(heaviest))
    return Picture(
        figure,
        alt=f"{name}, {seen} and smoothed. {place} {at}: {seen} {number(values[at], 1)}, "
        f"smoothed {number(smoothed[at], 1)}, from {place} "
        f"{most.replace('(', '(weight ', 1)}. Off the {true} ones: smoothed {error(smoothed)} "
        f"{unit}, {seen} {error(values)}.",
        handle=(top, at, foot + (head - foot) * 15 / (high - 26)),
        table=[
            (place, seen, *([] if keys is None else [key_name]), "weight", "smoothed"),
            *(
                (
                    str(j),
                    number(values[j], 1),
                    *([] if keys is None else [number(keys[j], 1)]),
                    number(weights[at, j]),
                    number(smoothed[j], 1),
                )
                for j in places
            ),
        ],
    )
