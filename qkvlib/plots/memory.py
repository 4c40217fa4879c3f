"""What a model and its caches take of memory, beside that of one GPU."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from .._values import as_int
from ..explorer import Picture
from ..sizes import GpuSizes, ModelSizes, known_gpus, model_cache_bytes
from .marks import INK, MUTED, PLAIN_COLOR, WIDTH, box, canvas, text

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")
_GB = 10**9  # as GPUs are sold
_FULL = 322  # points for the memory of the largest GPU
_TOP, _ROW = 46, 46


def in_bytes(count: float) -> str:
    """Write a number of bytes in the largest unit that keeps it at 1 or above.

    Parameters
    ----------
    count : float
        At least 0.

    Returns
    -------
    str
        Three digits, in powers of 1024.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.in_bytes(1.25 * 2**30), plots.in_bytes(800 * 1024), plots.in_bytes(12)
    ('1.25 GiB', '800 KiB', '12 bytes')
    """
    power = min(int(math.log2(count) / 10), len(_UNITS) - 1) if count >= 1 else 0
    value = count / 1024**power
    digits = ",.0f" if power == 0 or value >= 999.5 else ".3g"  # not 1e+03
    return f"{value:{digits}} {_UNITS[power]}"


def cache_memory(model: ModelSizes, *, n: int, texts: int, bits: int) -> Picture:
    """Draw what a model and the caches of several texts take, beside the memory of one GPU.

    Bars are as long as what they stand for; what is larger than every GPU runs off the picture.

    Parameters
    ----------
    model : ModelSizes
        One of `known_models`, or your own.
    n : int
        Tokens of each text.
    texts : int
        How many texts are written at once.
    bits : int
        Of a number in the cache.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError, ValueError
        If ``model`` is none, or a number is not a positive integer.

    Examples
    --------
    >>> from qkvlib import known_models, plots
    >>> plots.cache_memory(known_models()["Llama 3.1 70B"], n=131072, texts=1, bits=16)
    Llama 3.1 70B, n = 131,072, 1 text, 16 bits. The model: 141 GB. One cache: 42.9 GB. All \
caches: 42.9 GB. A GPU has 141 GB (H200), 180 GB (B200) or 288 GB (MI355X).
    """
    one, texts = model_cache_bytes(model, n, bits=bits), as_int("texts", texts, 1)
    rows = (("the model", model.weight_bytes), ("one cache", one), ("all caches", one * texts))
    gpus = sorted(known_gpus().values(), key=lambda gpu: gpu.memory)
    unit = _FULL / gpus[-1].memory
    figure, axes = canvas(_TOP + _ROW * len(rows) + 22)
    _marks(axes, gpus, unit, len(rows))
    for i, (name, count) in enumerate(rows):
        y = _TOP + _ROW * i
        text(axes, 0, y + 7, name, align="left")
        text(axes, 78, y + 7, _in_gb(count), align="left", bold=True)
        _bar(axes, y + 17, count, unit)
    beyond = n > model.context
    note = f"longer than the context of {model.context:,} tokens" if beyond else " "
    text(axes, 0, _TOP + _ROW * len(rows) + 10, note, color=MUTED, align="left")
    said = " ".join(f"{name[0].upper()}{name[1:]}: {_in_gb(count)}." for name, count in rows)
    known = [f"{_in_gb(gpu.memory)} ({gpu.name})" for gpu in gpus]
    return Picture(
        figure,
        alt=f"{model.name}, n = {n:,}, {texts} text{'s' if texts > 1 else ''}, {bits} bits"
        f"{', ' + note if beyond else ''}. {said} "
        f"A GPU has {', '.join(known[:-1])} or {known[-1]}.",
        table=[
            ("", "bytes", "in GB", *(f"of {gpu.name}" for gpu in gpus)),
            *(
                (name, f"{count:,}", _in_gb(count), *(f"{count / g.memory:.1%}" for g in gpus))
                for name, count in rows
            ),
        ],
    )


def _in_gb(count: int) -> str:
    """Three digits, in the unit that GPUs are sold by."""
    value = count / _GB
    digits = ",.0f" if value >= 99.95 else ".1f" if value >= 9.995 else ".2f"
    return f"{value:{digits}} GB" if value >= 0.01 else f"{count / 10**6:.1f} MB"


def _marks(axes: Axes, gpus: list[GpuSizes], unit: float, rows: int) -> None:
    """A line for the memory of each GPU, with its name and its size above."""
    ends = [(_TOP + _ROW * i + 15, _TOP + _ROW * i + 37) for i in range(rows)]
    for gpu, align in zip(gpus, ("right", "left", "center"), strict=True):
        x = gpu.memory * unit
        for end in ends:
            axes.plot((x, x), end, color=INK, lw=1)
        shift = {"right": 8, "left": -8, "center": 0}[align]
        text(axes, x + shift, 10, gpu.name, color=MUTED, align=align)
        text(axes, x + shift, 28, f"{gpu.memory // _GB} GB", color=MUTED, align=align)


def _bar(axes: Axes, y: float, count: int, unit: float) -> None:
    """A bar; one that does not fit ends in a point."""
    length, height = count * unit, 18
    fits = length <= _FULL
    shown = length if fits else WIDTH - 12
    box(axes, 0, y, shown, height, fill=PLAIN_COLOR)
    tip = (shown, y), (shown + (0 if fits else 12), y + height / 2), (shown, y + height)
    axes.add_artist(Polygon(tip, fc=PLAIN_COLOR, lw=0))
