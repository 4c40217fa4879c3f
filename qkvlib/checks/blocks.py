"""An exercise of *Masking*: a mask of which only the picture is given."""

from __future__ import annotations

import numpy as np

from .cases import blank, loud, normal
from .parts import hide, lower, transposed
from .verdict import Exercise, Verdict


def _seen(n: int, block: int, *, first=True, causal=True) -> np.ndarray:
    """The first token, and of its own block each token what is not later."""
    place = np.arange(n)
    seen = place[:, None] // block == place // block
    if first:
        seen = seen | (place == 0)
    return seen & (lower(np.empty((n, n))) if causal else True)


def _blocks(scores, block, **options):
    return hide(scores, _seen(len(scores), int(block), **options))


def _window(scores, block):
    """The last tokens, wherever a block begins."""
    place = np.arange(len(scores))
    seen = (place[:, None] - place < block) | (place == 0)
    return hide(scores, seen & lower(scores))


BLOCKS = Exercise(
    answer=_blocks,
    cases=[
        {"scores": normal(6, 6, spread=1), "block": 2},
        {"scores": normal(7, 7, seed=2, spread=1), "block": 3},
        blank(loud({"scores": normal(5, 5, seed=4, spread=1), "block": 4}, "scores", by=900)),
        {"scores": normal(4, 4, seed=6, spread=1), "block": 1},
    ],
    mistakes={
        "this is a window: the last tokens, wherever a block begins. In the picture each block "
        "starts anew.": _window,
        "the first token is not seen from later blocks. In the picture everybody sees it.": (
            lambda scores, block: _blocks(scores, block, first=False)
        ),
        "within a block the future is seen. In the picture nothing stands above the diagonal.": (
            lambda scores, block: _blocks(scores, block, causal=False)
        ),
        "this is the causal mask. In the picture blocks do not see each other.": (
            lambda scores, block: hide(scores, lower(scores))
        ),
        "the mask is inverted: −∞ stands where the picture has a square.": (
            lambda scores, block: hide(scores, ~_seen(len(scores), int(block)))
        ),
        "rows and columns are swapped. Rows are queries: the picture lies below the diagonal.": (
            lambda scores, block: hide(scores, transposed(_seen(len(scores), int(block))))
        ),
        "hidden scores are 0 here, and e to 0 is 1. Write −∞.": (
            lambda scores, block: scores * _seen(len(scores), int(block))
        ),
        "these are blocks of two, whatever `block` says.": (
            lambda scores, block: _blocks(scores, 2)
        ),
        "`block` is taken for the number of blocks. It is how many tokens are in one.": (
            lambda scores, block: _blocks(scores, -(-len(scores) // block))
        ),
        "each block sees its own first token only. The picture shows the first of all.": (
            lambda scores, block: hide(
                scores,
                (np.arange(len(scores)) == np.arange(len(scores))[:, None] // block * block)
                | np.eye(len(scores), dtype=bool),
            )
        ),
    },
    praise="right. The mask is the picture, for any length and any block.",
    valid=lambda scores, block: scores.shape[0] == scores.shape[1] and block >= 1,
)


def check_blocks(function) -> Verdict:
    """Check ``function(scores, block)``: the scores of a text that is read block by block.

    The scores have shape (n, n). A token sees the first token of the text, and of its own block
    itself and what comes before; all else is −∞.

    Examples
    --------
    >>> from qkvlib import causal_mask, check_blocks
    >>> def blocks(scores, block):
    ...     return scores + (causal_mask(len(scores)) - 1.0)
    >>> check_blocks(blocks).passed
    False
    """
    return BLOCKS.check(function)
