"""How the work of a layer is shared between attention and the rest."""

from __future__ import annotations

from .._values import as_flag, as_int
from ..cost import attention_flops, layer_flops
from ..explorer import Picture
from .bars import bars
from .marks import INK, NOTHING, WIDTH, canvas, number, text

_NAMES, _TOP = 114, 56


def layer_work(n: int, *, d_model: int, causal: bool) -> Picture:
    """Draw which share of a layer's operations attention, projections and feed-forward take.

    The network inside is four times as wide as the layer.

    Parameters
    ----------
    n : int
        Number of tokens.
    d_model : int
        Features of a token.
    causal : bool
        Whether tiles in the future are skipped: then attention takes half.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError, ValueError
        If ``n`` or ``d_model`` is not a positive integer, or ``causal`` is neither True nor False.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.layer_work(512, d_model=512, causal=False)
    n = 512, d_model = 512. Of 3.8 GFLOP attention takes 14.3%, the four projections 28.6%, the \
feed-forward network 57.1%.
    """
    attention = attention_flops(n, num_heads=1, d_head=as_int("d_model", d_model, 1))
    attention //= 2 if as_flag("causal", causal) else 1
    projections = 8 * n * d_model**2
    rows = {
        "attention": attention,
        "projections": projections,
        "feed-forward": layer_flops(n, d_model=d_model) - projections,
    }
    whole = sum(rows.values())
    shares = [100 * count / whole for count in rows.values()]
    said = [f"{number(share, 1)}%" for share in shares]
    figure, axes = canvas(_TOP + 84)
    title = f"n = {n:,}: {whole / 1e9:,.1f} GFLOP in one layer"
    text(axes, 0, 10, title, align="left", bold=True)
    named = list(zip(rows, shares, strict=True))
    blank = [NOTHING] * len(said)  # the numbers stand apart, clear of the line
    zero, unit = bars(axes, _TOP, named, limit=100, names=_NAMES, said=blank, pitch=28, chosen=0)
    for i, words in enumerate(said):
        text(axes, WIDTH, _TOP + 28 * i + 12, words, align="right", bold=i == 0)
    half = zero + 50 * unit
    axes.plot((half, half), (_TOP - 6, _TOP + 82), color=INK, lw=1, ls="--")
    text(axes, half, 38, "half", color=INK)
    return Picture(
        figure,
        alt=f"n = {n:,}, d_model = {d_model}{', causal' if causal else ''}. "
        f"Of {whole / 1e9:,.1f} GFLOP attention takes {said[0]}, the four projections {said[1]}, "
        f"the feed-forward network {said[2]}.",
        table=[
            ("", "FLOPs", "share"),
            *(
                (name, f"{count:,}", words)
                for (name, count), words in zip(rows.items(), said, strict=True)
            ),
        ],
    )
