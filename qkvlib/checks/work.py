"""An exercise of *Cost*: from which length on attention is most of a layer's work."""

from __future__ import annotations

from .verdict import Exercise, Verdict


def _equal_at(d_model, d_ff, causal, *, projections=4, matrices=2, products=2, skipped=0.5):
    """Solve for n: products of attention against the other products of a layer."""
    attention = 2 * products * d_model * (skipped if causal else 1)  # times n²
    rest = 2 * d_model * (projections * d_model + matrices * d_ff)  # times n
    return rest / attention


CATCH_UP = Exercise(
    answer=_equal_at,
    cases=[
        {"d_model": 64, "d_ff": 160, "causal": False},
        {"d_model": 48, "d_ff": 200, "causal": True},
        {"d_model": 512, "d_ff": 2048, "causal": False},
        {"d_model": 10, "d_ff": 3, "causal": True},
        {"d_model": 1, "d_ff": 7, "causal": False},
    ],
    mistakes={
        "the feed-forward network is left out. Its two matrices are of shape (d_model, d_ff) and "
        "(d_ff, d_model).": lambda *sizes: _equal_at(*sizes, matrices=0),
        "the four projections are left out: d_model × d_model each.": (
            lambda *sizes: _equal_at(*sizes, projections=0)
        ),
        "the feed-forward network has two matrices. You count one.": (
            lambda *sizes: _equal_at(*sizes, matrices=1)
        ),
        "there are four projections, W_O among them. You count three.": (
            lambda *sizes: _equal_at(*sizes, projections=3)
        ),
        "attention has two products, the scores and the weighted sum. You count one.": (
            lambda *sizes: _equal_at(*sizes, products=1)
        ),
        "skipped tiles make attention cheaper, so that it catches up later: at twice the n, not at "
        "half of it.": lambda *sizes: _equal_at(*sizes, skipped=2),
        "with a causal mask half of the tiles are skipped. Attention's work is half as much.": (
            lambda *sizes: _equal_at(*sizes, skipped=1)
        ),
        "this holds for d_ff = 4 · d_model alone. Count with the d_ff that is given.": (
            lambda d_model, d_ff, causal: _equal_at(d_model, 4 * d_model, causal)
        ),
        "multiply and add are two operations on both sides, or one on both sides.": (
            lambda *sizes: _equal_at(*sizes) / 2
        ),
    },
    praise="right. Shorter than that, the rest of the layer costs more than attention.",
    valid=lambda d_model, d_ff, causal: d_model > 0 and d_ff > 0,
)


def check_catch_up(function) -> Verdict:
    """Check ``function(d_model, d_ff, causal)``: the n at which attention is half of the work.

    Attention's two products then take as much as the four projections and the two matrices of the
    feed-forward network together. With ``causal`` half of attention's tiles are skipped.

    Examples
    --------
    >>> from qkvlib import check_catch_up
    >>> def catch_up(d_model, d_ff, causal):
    ...     return 2 * d_model * (2 if causal else 1)
    >>> check_catch_up(catch_up).message.partition(": ")[2]
    'the feed-forward network is left out. Its two matrices are of shape (d_model, d_ff) and \
(d_ff, d_model).'
    """
    return CATCH_UP.check(function)
