"""How exact a measured slope is, for every width of the step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..explorer import Picture
from .arguments import as_shape, place_of
from .marks import INK, LINE, MUTED, PLAIN_COLOR, WIDTH, canvas, text

_STYLES = ((PLAIN_COLOR, 2.5, "-"), (MUTED, 2, (0, (3, 1.5))))
_LOWEST, _HIGHEST = -12, 0  # powers of ten that the axis shows
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _in_powers(value: float) -> str:
    """Write one digit and a power of ten: 5 × 10⁻⁶."""
    digit, _, power = f"{value:.0e}".partition("e")
    power = "10" + str(int(power)).translate(_SUPERSCRIPTS)
    return power if digit == "1" else f"{digit} × {power}"


def step_widths(
    widths: Sequence[float], errors: Mapping[str, np.ndarray], *, chosen: float
) -> Picture:
    """Draw the relative error of one or two ways to measure a gradient over the width of the step.

    Parameters
    ----------
    widths : sequence of float
        The steps tried, each a power of ten.
    errors : mapping of str to array, shape (len(widths),)
        One or two ways, each with its errors, above 0.
    chosen : float
        The step whose errors are marked and written.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there are more ways than styles, an error is not above 0, or a length does not fit.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.step_widths([1e-2, 1e-1], {"central": [2e-4, 3e-2]}, chosen=1e-2)
    Relative error of a measured gradient over the width of the step, from 10⁻² to 10⁻¹.
    At 10⁻²: central 2 × 10⁻⁴.
    """
    at = place_of("chosen", chosen, widths)
    if not 1 <= len(errors) <= len(_STYLES):
        raise ValueError(f"errors: {len(errors)} ways; expected 1 or {len(_STYLES)}")
    errors = {n: as_shape(f"errors[{n!r}]", e, len(widths)) for n, e in errors.items()}
    for name, values in errors.items():
        if not (values > 0).all():
            raise ValueError(f"errors[{name!r}]: {values.min()}; expected numbers above 0")
    top, height, left, right = 46, 144, 44, WIDTH - 12
    figure, axes = canvas(top + height + 46)
    text(axes, 0, 10, "relative error", align="left", color=MUTED)
    powers = np.log10(widths)

    def across(power):
        return left + (power - powers.min()) / np.ptp(powers) * (right - left)

    def down(error):
        power = np.clip(np.log10(error), _LOWEST, _HIGHEST)
        return top + (_HIGHEST - power) / (_HIGHEST - _LOWEST) * height

    for power in range(_LOWEST, _HIGHEST + 1, 4):
        y = down(10.0**power)
        axes.plot((left, right), (y, y), color=LINE, lw=1)
        text(axes, left - 6, y, _in_powers(10.0**power), align="right", color=MUTED)
    for power in np.arange(np.ceil(powers.min()), powers.max() + 1e-9, 3):
        text(axes, across(power), top + height + 14, _in_powers(10.0**power), color=MUTED)
    text(axes, right, top + height + 34, "width of the step, eps", align="right", color=MUTED)
    x = across(powers[at])
    axes.plot((x, x), (top, top + height), color=INK, lw=1)
    for row, ((name, values), (color, width, style)) in enumerate(
        zip(errors.items(), _STYLES, strict=False)
    ):
        axes.plot(across(powers), down(values), color=color, lw=width, ls=style)
        axes.plot((x,), (down(values[at]),), "o", color=INK, ms=6, lw=0)
        y = 10 + 17 * row
        axes.plot((130, 158), (y, y), color=color, lw=width, ls=style)
        text(axes, 166, y, name, align="left")
        text(axes, WIDTH - 4, y, _in_powers(values[at]), align="right", bold=True)
    said = ", ".join(f"{name} {_in_powers(values[at])}" for name, values in errors.items())
    return Picture(
        figure,
        alt=f"Relative error of a measured gradient over the width of the step, from "
        f"{_in_powers(min(widths))} to {_in_powers(max(widths))}. At {_in_powers(chosen)}: {said}.",
        handle=(axes, x, top),
        table=[
            ("way", "step", "relative error"),
            *((name, *map(_in_powers, (chosen, values[at]))) for name, values in errors.items()),
        ],
    )
