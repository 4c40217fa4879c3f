"""Exercises of *Cost*: one step of a softmax that has seen only some of the keys."""

from __future__ import annotations

import numpy as np

from .cases import blank, normal
from .verdict import Exercise, Verdict


def _step(top, total, output, scores, v, *, keep_total=True, keep_output=True, sign=1, own=False):
    """The step for one query, with the parts that can go wrong."""
    new_top = max(top, scores.max())
    keep = np.exp(sign * (top - new_top))
    terms = np.exp(scores - (scores.max() if own else new_top))
    return (
        new_top,
        total * (keep if keep_total else 1) + terms.sum(),
        output * (keep if keep_output else 1) + terms @ v,
    )


def _tile_only(top, total, output, scores, v):
    """The largest score of the tile in place of the largest so far."""
    new_top = scores.max()
    keep, terms = np.exp(top - new_top), np.exp(scores - new_top)
    return new_top, total * keep + terms.sum(), output * keep + terms @ v


def _never_raised(top, total, output, scores, v):
    terms = np.exp(scores - top)
    return top, total + terms.sum(), output + terms @ v


def _plain(top, total, output, scores, v):
    new_top, terms = max(top, scores.max()), np.exp(scores)
    keep = np.exp(top) / np.exp(new_top)
    return (
        new_top,
        total * keep + terms.sum() / np.exp(new_top),
        output * keep + terms @ v / np.exp(new_top),
    )


def _divided(top, total, output, scores, v):
    top, total, output = _step(top, total, output, scores, v)
    return top, total, output / total


def _forgotten(top, total, output, scores, v):
    new_top = max(top, scores.max())
    terms = np.exp(scores - new_top)
    return new_top, terms.sum(), terms @ v


def _old_top(top, total, output, scores, v):
    new_top, terms = max(top, scores.max()), np.exp(scores - top)
    keep = np.exp(top - new_top)
    return new_top, keep * total + terms.sum(), keep * output + terms @ v


def _smallest(top, total, output, scores, v):
    new_top = min(top, scores.min())
    keep, terms = np.exp(top - new_top), np.exp(scores - new_top)
    return new_top, keep * total + terms.sum(), keep * output + terms @ v


def _scores_for_terms(top, total, output, scores, v):
    new_top = max(top, scores.max())
    keep = np.exp(top - new_top)
    return new_top, keep * total + scores.sum(), keep * output + scores @ v


def _all_rescaled(top, total, output, scores, v):
    new_top = max(top, scores.max())
    keep, terms = np.exp(top - new_top), np.exp(scores - new_top)
    return new_top, keep * (total + terms.sum()), keep * (output + terms @ v)


def _blended(top, total, output, scores, v):
    """The tile as an attention of its own, added to what there was."""
    new_top, new_total, _ = _step(top, total, output, scores, v)
    terms = np.exp(scores - new_top)
    return new_top, new_total, output * np.exp(top - new_top) + terms / terms.sum() @ v


def _case(raise_by: float, n: int, seed: int, shift: float = 0, loud: float = 1) -> dict:
    """A state that two keys have made, and a tile whose largest score is `raise_by` higher."""
    before = np.round(8 * normal(2, seed=seed)) / 8 + shift  # exact in float32 too
    scores, raise_by = np.round(8 * normal(n, seed=seed + 1)) / 8, round(8 * raise_by) / 8
    terms = np.exp(before - before.max())
    return {
        "top": float(before.max()),
        "total": float(terms.sum()),
        "output": loud * terms @ normal(2, 3, seed=seed + 2),
        "scores": scores - scores.max() + before.max() + raise_by,
        "v": loud * blank({"v": normal(n, 3, seed=seed + 3)})["v"],
    }


ONLINE_STEP = Exercise(
    answer=_step,
    cases=[
        _case(0.813, 3, 0),
        _case(-0.517, 2, 10),
        _case(1.237, 4, 20, shift=1000),
        _case(-0.731, 4, 30, shift=-1000, loud=90),
        _case(900.3, 2, 40),
        _case(-900.3, 2, 50),
        {
            "top": -0.3,
            "total": 1.4,
            "output": np.array([0.0, 0.5]),
            "scores": np.array([-1.1, 0.0]),
            "v": np.array([[0.3, -0.2], [0.7, 0.4]]),
        },
    ],
    mistakes={
        "the old sum is not rescaled. It was made with the old top: times exp(top - new_top).": (
            lambda *case: _step(*case, keep_total=False)
        ),
        "the old output is not rescaled. It is a sum of the same kind: times exp(top - new_top).": (
            lambda *case: _step(*case, keep_output=False)
        ),
        "neither the old sum nor the old output is rescaled. Both times exp(top - new_top).": (
            lambda *case: _step(*case, keep_total=False, keep_output=False)
        ),
        "the old part is rescaled upward. A higher top makes it smaller: exp(top - new_top).": (
            lambda *case: _step(*case, sign=-1)
        ),
        "your top is that of the new tile. It is the largest so far: max(top, scores.max()).": (
            _tile_only
        ),
        "the new terms use the top of their own tile. Use the same as the old part: new_top.": (
            lambda *case: _step(*case, own=True)
        ),
        "the top is never raised. The result would be right, until some e to the x overflows.": (
            _never_raised
        ),
        "e to a score of 1000 is inf, and inf / inf is nan. Subtract before exp: "
        "exp(scores - new_top).": _plain,
        "the output is divided already. Divide once, after the last tile.": _divided,
        "the old part is gone: add the new terms to it.": _forgotten,
        "the new weights are divided by the sum of their own tile. Divide once, after the last.": (
            _blended
        ),
        "the number of keys is added. Add the sum of their terms, exp(scores - new_top).": (
            lambda *case: (
                _step(*case)[0],
                case[1] * np.exp(case[0] - _step(*case)[0]) + len(case[3]),
                _step(*case)[2],
            )
        ),
        "the new terms are made with the old top. Use the same as the old part: new_top.": (
            _old_top
        ),
        "this is the smallest score. The top is the largest so far.": (_smallest),
        "the scores stand where their terms belong: exp(scores - new_top).": (_scores_for_terms),
        "the new terms are rescaled too. They are made with the new top already.": (_all_rescaled),
    },
    praise="right. Tile after tile, and at the end one division.",
)


def check_online_softmax_step(function) -> Verdict:
    """Check ``function(top, total, output, scores, v)``: the three for all keys so far.

    For one query: `top` and `total` are numbers, `output` has shape (d_v,), the new `scores` have
    shape (n,) and their values `v` shape (n, d_v).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_online_softmax_step
    >>> def step(top, total, output, scores, v):
    ...     terms = np.exp(scores - top)
    ...     return top, total + terms.sum(), output + terms @ v
    >>> check_online_softmax_step(step).message.partition("): ")[2]
    'the top is never raised. The result would be right, until some e to the x overflows.'
    """
    return ONLINE_STEP.check(function)
