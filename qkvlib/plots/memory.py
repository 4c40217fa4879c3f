"""What scores and caches take of memory, on a logarithmic ruler."""

from __future__ import annotations

import math

from ..cost import kv_cache_bytes, score_bytes
from ..explorer import Picture
from .marks import LINE, MUTED, WEIGHT_COLOR, WIDTH, box, canvas, text

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")
_LOW, _HIGH = 16, 46  # powers of 2 at the ends of the ruler
_MARKS = (2**20, 2**30, 80 * 2**30, 2**40)  # in between: the memory of a large GPU
TILE = 512


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
    """Draw what scores and KV caches take of memory, on one logarithmic ruler.

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
        If ``kv_heads`` does not divide ``heads``, or something is off the ruler.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.attention_memory(
    ...     4096, heads=64, layers=80, d_head=128, bytes_each=2, kv_heads=8
    ... )  # Llama 2 70B
    n = 4,096, 80 layers of 64 heads. Scores of one layer: 2 GiB. One tile of scores, 512 × 512: \
512 KiB. KV cache, 64 KV heads: 10 GiB. KV cache, 8 KV heads: 1.25 GiB.
    """
    if kv_heads < 1 or heads % kv_heads:
        raise ValueError(f"kv_heads: {kv_heads}; expected a divisor of heads = {heads}")

    def cache(shared: int) -> int:
        sizes = {"num_layers": layers, "num_kv_heads": shared, "d_head": d_head}
        return kv_cache_bytes(n, **sizes, itemsize=bytes_each)

    rows = (
        ("Scores of one layer", score_bytes(n, num_heads=heads, itemsize=bytes_each)),
        (
            f"One tile of scores, {TILE} × {TILE}",
            score_bytes(TILE, num_heads=1, itemsize=bytes_each),
        ),
        (f"KV cache, {heads} KV heads", cache(heads)),
        (f"KV cache, {kv_heads} KV heads", cache(kv_heads)),
    )
    figure, axes = canvas(36 + 44 * len(rows))

    def x(count: int) -> float:
        place = (math.log2(count) - _LOW) / (_HIGH - _LOW)
        if not 0 <= place <= 1:
            raise ValueError(
                f"n, heads, layers, d_head, bytes_each: {in_bytes(count)}; expected from "
                f"{in_bytes(2**_LOW)} to {in_bytes(2**_HIGH)}, the ruler's ends"
            )
        return place * WIDTH

    for mark in _MARKS:
        text(axes, x(mark), 8, in_bytes(mark), color=MUTED, size=10)
    for i, (name, count) in enumerate(rows):
        y = 38 + 44 * i
        text(axes, 0, y, name, align="left")
        text(axes, WIDTH - 2, y, in_bytes(count), align="right", bold=True)
        for mark in _MARKS:
            axes.plot((x(mark), x(mark)), (y + 9, y + 25), color=LINE, lw=1.5)
        box(axes, 0, y + 11, x(count), 12, fill=WEIGHT_COLOR)
    words = " ".join(f"{name}: {in_bytes(count)}." for name, count in rows)
    return Picture(
        figure,
        alt=f"n = {n:,}, {layers} layers of {heads} heads. {words}",
        table=[
            ("", "bytes", "in short"),
            *((name, f"{count:,}", in_bytes(count)) for name, count in rows),
        ],
    )
