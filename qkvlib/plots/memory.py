"""What scores and caches take of memory, beside that of one GPU."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from ..cost import kv_cache_bytes, score_bytes
from ..explorer import Picture
from .marks import INK, LINE, MUTED, ON_STRONG, WEIGHT_COLOR, WIDTH, box, canvas, text

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")
GPU = 80 * 2**30  # bytes of memory
TILE = 512
_FULL = 288  # points for the memory of a GPU
_TOP, _ROW = 40, 46


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


def attention_memory(
    n: int, *, heads: int, layers: int, d_head: int, bytes_each: int, kv_heads: int
) -> Picture:
    """Draw what scores and a KV cache take of memory, beside that of one large GPU.

    Bars are as long as what they stand for; what is larger than the GPU runs off the picture.

    Parameters
    ----------
    n : int
        Number of tokens.
    heads, layers, d_head : int
        Heads of queries in each layer, layers, and features of a head.
    bytes_each : int
        Bytes of a number.
    kv_heads : int
        Heads of keys and values that ``heads`` heads of queries share.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If ``kv_heads`` does not divide ``heads``.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.attention_memory(
    ...     4096, heads=64, layers=80, d_head=128, bytes_each=2, kv_heads=8
    ... )  # Llama 2 70B
    n = 4,096, 80 layers of 64 heads. KV cache, 8 KV heads: 1.25 GiB. Scores of one layer: 2 GiB. \
One tile of scores, 512 × 512: 512 KiB. A large GPU has 80 GiB.
    """
    if kv_heads < 1 or heads % kv_heads:
        raise ValueError(f"kv_heads: {kv_heads}; expected a divisor of heads = {heads}")
    cache = {"num_layers": layers, "num_kv_heads": kv_heads, "d_head": d_head}
    rows = (
        (f"KV cache, {kv_heads} KV heads", kv_cache_bytes(n, **cache, itemsize=bytes_each)),
        ("Scores of one layer", score_bytes(n, num_heads=heads, itemsize=bytes_each)),
        (
            f"One tile of scores, {TILE} × {TILE}",
            score_bytes(TILE, num_heads=1, itemsize=bytes_each),
        ),
    )
    figure, axes = canvas(_TOP + _ROW * len(rows))
    for part in range(5):
        x = part / 4 * _FULL
        for i in range(len(rows)):
            y = _TOP + _ROW * i
            axes.plot((x, x), (y + 15, y + 37), color=LINE, lw=1)
        align = "left" if part == 0 else "center"
        unit = " GiB" if part == 4 else ""
        text(axes, x, 24, f"{part * GPU // 4 >> 30}{unit}", color=MUTED, align=align)
    text(axes, _FULL, 8, "a large GPU", color=MUTED)
    axes.plot((_FULL, _FULL), (_TOP - 6, _TOP + _ROW * len(rows) - 8), color=INK, lw=1)
    for i, (name, count) in enumerate(rows):
        y = _TOP + _ROW * i
        text(axes, 0, y + 8, name, align="left")
        _bar(axes, y + 17, count)
    words = " ".join(f"{name}: {in_bytes(count)}." for name, count in rows)
    return Picture(
        figure,
        alt=f"n = {n:,}, {layers} layers of {heads} heads. {words} "
        f"A large GPU has {in_bytes(GPU)}.",
        table=[
            ("", "bytes", "in short", "of the GPU"),
            *((name, f"{count:,}", in_bytes(count), f"{count / GPU:.2%}") for name, count in rows),
        ],
    )


def _bar(axes: Axes, y: float, count: int) -> None:
    """A bar with its number at its end; one that does not fit ends in a point."""
    length, height = count / GPU * _FULL, 18
    middle = y + height / 2
    fits = length <= _FULL
    shown = length if fits else WIDTH - 12
    box(axes, 0, y, shown, height, fill=WEIGHT_COLOR)
    tip = (shown, y), (shown + (0 if fits else 12), middle), (shown, y + height)
    axes.add_artist(Polygon(tip, fc=WEIGHT_COLOR, lw=0))
    align, color = ("left", INK) if fits else ("right", ON_STRONG)
    x = shown + 5 if fits else shown - 4
    text(axes, x, middle, in_bytes(count), align=align, bold=True, color=color)
