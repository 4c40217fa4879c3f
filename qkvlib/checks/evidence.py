"""The exercises of *A real model* on evidence: what was fetched, and a fair test of a head."""

from __future__ import annotations

import numpy as np

from ..attention import softmax
from .cases import normal
from .parts import lengths, shares, sums_to_1
from .verdict import Exercise, Verdict


def _fetched(weights, v, *, length=lengths, over=-1):
    return shares(weights * length(v), over)


FETCHED = Exercise(
    answer=_fetched,
    # First as many features as tokens, so that lengths of columns run and can be named.
    cases=[
        {"weights": softmax(normal(4, 4, spread=1.2)), "v": normal(4, 4, seed=1)},
        {"weights": softmax(normal(3, 5, seed=2, spread=1.2)), "v": normal(5, 2, seed=3)},
        {"weights": softmax(normal(4, 3, seed=4)), "v": 90 * normal(3, 5, seed=5)},
        {"weights": np.eye(3)[[2, 0]] / 2 + 1 / 6, "v": np.array([[3.0, 4.0], [0, 0], [0, 1]])},
    ],
    mistakes={
        "these are the weights again. Multiply column j by the length of value j; a row's own "
        "length would cancel.": lambda weights, v: weights,
        "the rows do not sum to 1. Divide each by its sum.": (
            lambda weights, v: weights * lengths(v)
        ),
        "these are squared lengths. Take the square root.": (
            lambda weights, v: _fetched(weights, v, length=lambda v: (v**2).sum(axis=-1))
        ),
        "these are sums of absolute values. A length is the root of the sum of squares.": (
            lambda weights, v: _fetched(weights, v, length=lambda v: abs(v).sum(axis=-1))
        ),
        "these are lengths of columns of v. A value is a row: take the norm over axis=-1.": (
            lambda weights, v: _fetched(weights, v, length=lambda v: lengths(v.T))
        ),
        "this divides by the sums of columns. Each query's shares, a row, sum to 1: axis=-1.": (
            lambda weights, v: _fetched(weights, v, over=0)
        ),
        "this divides by one sum for all. Each query's shares, a row, sum to 1: axis=-1.": (
            lambda weights, v: _fetched(weights, v, over=None)
        ),
        "the numbers of a value are added up. Its length is the root of the sum of their "
        "squares.": (lambda weights, v: _fetched(weights, v, length=lambda v: v.sum(axis=-1))),
        "a softmax is taken. Shares need none: divide each row by its sum.": (
            lambda weights, v: softmax(weights * lengths(v))
        ),
        "the weights are divided by the lengths. Multiply.": (
            lambda weights, v: _fetched(weights, v, length=lambda v: 1 / lengths(v))
        ),
        "the largest number of a value stands for its length: the root of the sum of squares.": (
            lambda weights, v: _fetched(weights, v, length=lambda v: np.abs(v).max(axis=-1))
        ),
        "the output is returned. Asked is what share of it comes from each token.": (
            lambda weights, v: weights @ v
        ),
    },
    praise="right. Weight times length: what a query really fetches from each token.",
    valid=lambda weights, v: sums_to_1(weights),
)


def _hold_out(right, fresh, *, choose_on=None, judge_on=None, best=np.argmax):
    """Choose a head on one set of trials and judge it on another."""
    shares = (right if choose_on is None else choose_on).mean(axis=0)
    layer, head = np.unravel_index(best(shares), shares.shape)
    return layer, head, (fresh if judge_on is None else judge_on)[:, layer, head].mean()


def _flat_by_layers(right, fresh):
    layer, head = divmod(int(right.mean(axis=0).argmax()), right.shape[1])
    return layer, head, fresh[:, layer, head].mean()


def _chosen_apart(right, fresh):
    layer, head = right.mean(axis=(0, 2)).argmax(), right.mean(axis=(0, 1)).argmax()
    return layer, head, fresh[:, layer, head].mean()


def _trials(count, layers, heads, seed):
    """Make up trials in which each way to choose finds a head of its own."""
    rng = np.random.default_rng(seed)
    seen, new = np.full((2, layers, heads), 0.5)
    seen[0, 0] = 0.2  # the worst
    seen[1, 0], new[1, 0] = 0.95, 0.6  # chosen by what was seen
    seen[0, 2], new[0, 2] = 0.6, 0.97  # chosen by the fresh ones
    seen[2, 1], new[2, 1] = 0.87, 0.9  # chosen by all together
    right = rng.random((count, layers, heads)) < seen
    return {"right": right, "fresh": rng.random((count, layers, heads)) < new}


def _narrow(count, layers, heads):
    """Trials that the best head wins by one, and its layer does not."""
    wins = np.full((layers, heads), count - 9)
    wins[1, 2], wins[0, 0], wins[2] = count - 6, count - 7, [0, count // 2, 0]
    wins[3, 1] = count - 7
    right = np.arange(count)[:, None, None] < wins
    return {"right": right, "fresh": np.arange(count)[:, None, None] % 7 < wins % 5}


HOLD_OUT = Exercise(
    answer=_hold_out,
    cases=[_trials(40, 3, 5, seed=0), _trials(60, 4, 3, seed=1), _narrow(301, 4, 3)],
    mistakes={
        "this share comes from the trials that the head was chosen by. Judge it on the fresh "
        "ones.": lambda right, fresh: _hold_out(right, fresh, judge_on=right),
        "the head is chosen on the fresh trials. Once they choose, they are not fresh any more.": (
            lambda right, fresh: _hold_out(right, fresh, choose_on=fresh)
        ),
        "the head is chosen on all trials together. The fresh ones may not help to choose.": (
            lambda right, fresh: _hold_out(right, fresh, choose_on=np.concatenate([right, fresh]))
        ),
        "fresh and old trials are judged together. Only the fresh ones count.": (
            lambda right, fresh: _hold_out(right, fresh, judge_on=np.concatenate([right, fresh]))
        ),
        "this is the worst head. Take argmax.": (
            lambda right, fresh: _hold_out(right, fresh, best=np.argmin)
        ),
        "layer and head are swapped. Return layer, head, share.": (
            lambda right, fresh: (
                _hold_out(right, fresh)[1],
                _hold_out(right, fresh)[0],
                _hold_out(right, fresh)[2],
            )
        ),
        "layer and head count from 1 here. In this book they count from 0.": (
            lambda right, fresh: (
                _hold_out(right, fresh)[0] + 1,
                _hold_out(right, fresh)[1] + 1,
                _hold_out(right, fresh)[2],
            )
        ),
        "this share is the mean of all heads. Judge the one that was chosen.": (
            lambda right, fresh: (*_hold_out(right, fresh)[:2], fresh.mean())
        ),
        "the place in the flat array was divided by the number of layers. Divide by the number "
        "of heads, or use np.unravel_index.": _flat_by_layers,
        "the share is the best of any head on the fresh trials. Judge the head that was chosen.": (
            lambda right, fresh: (*_hold_out(right, fresh)[:2], fresh.mean(axis=0).max())
        ),
        "this counts the right answers. Their share is the mean.": (
            lambda right, fresh: (
                *_hold_out(right, fresh)[:2],
                _hold_out(right, fresh)[2] * len(fresh),
            )
        ),
        "the best layer and the best head are chosen apart. Find the best pair of both at once.": (
            _chosen_apart
        ),
        "this is the share of wrong answers. Take that of right ones.": (
            lambda right, fresh: (*_hold_out(right, fresh)[:2], 1 - _hold_out(right, fresh)[2])
        ),
    },
    praise="right. Chosen on one set, judged on another.",
    valid=lambda right, fresh: (right.mean(0) == right.mean(0).max()).sum() == 1,  # one best head
)


def check_fetched(function) -> Verdict:
    """Check ``function(weights, v)``: what share of weight × length comes from each value.

    The weights have shape (n_q, n_k), the values (n_k, d_v).

    Examples
    --------
    >>> from qkvlib import check_fetched
    >>> def fetched(weights, v):
    ...     return weights
    >>> check_fetched(fetched).passed
    False
    """
    return FETCHED.check(function)


def check_hold_out(function) -> Verdict:
    """Check ``function(right, fresh)``: layer and head, and the share of trials they get right.

    The head is the best in the first trials, the share that in the fresh ones. Both arrays say for
    each trial, layer and head whether it was right, shape (trials, layers, heads).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_hold_out
    >>> def hold_out(right, fresh):
    ...     shares = right.mean(axis=0)
    ...     layer, head = np.unravel_index(shares.argmax(), shares.shape)
    ...     return layer, head, shares[layer, head]
    >>> check_hold_out(hold_out).passed
    False
    """
    return HOLD_OUT.check(function)
