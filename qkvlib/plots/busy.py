"""How much is computed with each byte that is read, beside what a GPU could compute meanwhile."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.patches import Polygon

from .._values import as_positive
from ..explorer import Picture
from .marks import INK, MUTED, WEIGHT_COLOR, WIDTH, box, canvas, text

_NAMES, _TOP, _ROW, _RIGHT = 92, 46, 42, 40


def busy(rows: Mapping[str, float], *, need: float, gpu: str) -> Picture:
    """Draw FLOPs for each byte that is read, beside the number that keeps a GPU busy.

    Parameters
    ----------
    rows : mapping of str to float
        What is read, and how many FLOPs are done with each of its bytes.
    need : float
        How many FLOPs the GPU computes while it reads a byte.
    gpu : str
        Its name.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError, ValueError
        If a number is not above 0.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.busy({"the weights": 8, "the cache": 1}, need=200, gpu="G")
    FLOPs for each byte: the weights 8, the cache 1. G computes 200 while it reads a byte. Busy: \
the weights 4.0%, the cache 0.5%.
    """
    need = as_positive("need", need)
    rows = {name: as_positive("rows", value) for name, value in rows.items()}
    unit = (WIDTH - _NAMES - _RIGHT) / need
    figure, axes = canvas(_TOP + _ROW * len(rows) + 24)
    text(axes, _NAMES, 12, "FLOPs for each byte that is read", align="left", color=MUTED)
    line = _NAMES + need * unit
    bottom = _TOP + _ROW * len(rows) - 6
    axes.plot((_NAMES, _NAMES), (_TOP - 4, bottom), color=MUTED, lw=1)
    axes.plot((line, line), (_TOP - 4, bottom), color=INK, lw=1.5, ls="--")
    text(axes, line, 32, f"{gpu}: {need:,.0f}", bold=True, align="center")
    shares = {name: min(100 * value / need, 100) for name, value in rows.items()}
    for i, (name, value) in enumerate(rows.items()):
        y, length = _TOP + i * _ROW, value * unit
        over = length > WIDTH - _NAMES - 12
        shown = WIDTH - _NAMES - 12 if over else length
        text(axes, _NAMES - 8, y + 11, name, align="right", room=_NAMES - 8)
        box(axes, _NAMES, y, shown, 20, fill=WEIGHT_COLOR)
        x, end = _NAMES + shown, 12 if over else 0
        axes.add_artist(Polygon([(x, y), (x + end, y + 10), (x, y + 20)], fc=WEIGHT_COLOR, lw=0))
        said = f"{value:,.0f}: {shares[name]:.1f}% of {gpu} busy"
        text(axes, _NAMES + 5, y + 29, said, align="left")
    words = [f"{name} {value:,.0f}" for name, value in rows.items()]
    kept = [f"{name} {share:.1f}%" for name, share in shares.items()]
    return Picture(
        figure,
        alt=f"FLOPs for each byte: {', '.join(words)}. {gpu} computes {need:,.0f} while it reads a "
        f"byte. Busy: {', '.join(kept)}.",
        table=[
            ("", "FLOPs for a byte", f"of {gpu} busy"),
            *((name, f"{value:,.1f}", f"{shares[name]:.1f}%") for name, value in rows.items()),
        ],
    )
