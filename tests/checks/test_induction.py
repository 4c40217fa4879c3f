"""Exercises of *A language model that writes*: a score, and a pair of heads."""

import numpy as np
import pytest
from exercises import right_answers_pass, softmax, wrong_answers_are_named

from qkvlib import scaled_dot_product_attention
from qkvlib.checks.induction import INDUCTION, INDUCTION_SCORE


def entries(maps, rows, columns):
    return np.stack([maps[..., i, j] for i, j in zip(rows, columns, strict=True)], axis=-1)


def half(maps):
    return maps.shape[-1] // 2


def test_induction_score():
    def loop(maps):
        total = 0.0
        for i in range(half(maps)):
            total = total + maps[..., half(maps) + i, i + 1]
        return total / half(maps)

    def by_mask(maps):
        n = half(maps)
        wanted = np.eye(2 * n, k=1 - n) * (np.arange(2 * n) >= n)[:, None]
        return (maps * wanted).sum(axis=(-1, -2)) / n

    def by_diagonal(maps):
        lower = maps[..., half(maps) :, 1:]
        return np.diagonal(lower, 0, -2, -1).mean(axis=-1)

    def on(maps, shift, first=0):
        n = half(maps)
        places = np.arange(first, n)
        return entries(maps, n + places, places + shift)

    right_answers_pass(INDUCTION_SCORE, [loop, by_mask, by_diagonal])
    wrong_answers_are_named(
        INDUCTION_SCORE,
        {
            "the same token, where it stood": lambda maps: on(maps, 0).mean(axis=-1),
            "stood before this token": lambda maps: on(maps, -1, first=1).mean(axis=-1),
            "of the first half counts": lambda maps: on(maps, 1, first=-1).mean(axis=-1),
            "is left out": lambda maps: on(maps, 1, first=1).mean(axis=-1),
            "the token before, in the whole": lambda maps: np.diagonal(maps, -1, -2, -1).mean(-1),
            "looks ahead": lambda maps: by_diagonal(np.swapaxes(maps, -1, -2)),
            "this is the sum": lambda maps: on(maps, 1).sum(axis=-1),
            "divides by all tokens": lambda maps: on(maps, 1).sum(axis=-1) / maps.shape[-1],
            "one number for all heads": lambda maps: on(maps, 1).mean(),
        },
    )


def shifted(x, by=1):
    before = np.zeros(x.shape)
    if by > 0:
        before[by:] = x[:-by]
    else:
        before[:by] = x[-by:]
    return before


def attend(q, k, v, sharpness, *, causal=True):
    scores = sharpness * (q @ k.T)
    if causal:
        scores = np.where(np.tri(len(q), dtype=bool), scores, -np.inf)
    return softmax(scores) @ v


def test_induction():
    def loop(x, s):
        rows = []
        for i in range(len(x)):
            scores = [s * (x[i] @ x[j - 1]) if j else 0.0 for j in range(i + 1)]
            rows.append(softmax(np.array(scores)) @ x[: i + 1])
        return np.array(rows)

    def library(x, s):
        before = np.vstack([0 * x[0], x[:-1]])
        return scaled_dot_product_attention(x, before, x, is_causal=True, scale=s)

    def over_queries(x, s):
        scores = np.where(np.tri(len(x), dtype=bool), s * x @ shifted(x).T, -np.inf)
        return softmax(scores, axis=0) @ x

    def rolled(x, s):
        return attend(x, np.roll(x, 1, axis=0), x, s)

    right_answers_pass(
        INDUCTION, [loop, library, lambda x, s: attend(x, np.eye(len(x), k=-1) @ x, x, s)]
    )
    wrong_answers_are_named(
        INDUCTION,
        {
            "A → A": lambda x, s: attend(x, x, x, s),
            "the token before the one it finds": lambda x, s: attend(x, shifted(x), shifted(x), s),
            "are swapped": lambda x, s: attend(shifted(x), x, x, s),
            "both ask and offer": lambda x, s: attend(shifted(x), shifted(x), x, s),
            "the token after them": lambda x, s: attend(x, shifted(x, -1), x, s),
            "gives what follows it": lambda x, s: attend(x, x, shifted(x, -1), s),
            "the mask is missing": lambda x, s: attend(x, shifted(x), x, s, causal=False),
            "np.roll wraps around": rolled,
            "itself before it": lambda x, s: attend(x, np.vstack([x[:1], x[:-1]]), x, s),
            "the sharpness is missing": lambda x, s: attend(x, shifted(x), x, 1),
            "divided by the sharpness": lambda x, s: attend(x, shifted(x), x, 1 / s),
            "divided by √d": lambda x, s: attend(x, shifted(x), x, s / x.shape[1] ** 0.5),
            "over the queries": over_queries,
        },
    )


@pytest.mark.parametrize("rows", [(0, 1, 2, 0), (0, 1, 2, 3, 1), (2, 0, 1, 2, 0)])
def test_the_pair_goes_on_with_a_pattern(rows):
    kinds = np.eye(4)
    expected = INDUCTION.answer(kinds[list(rows)], 20.0)[-1]
    earlier = rows.index(rows[-1])
    np.testing.assert_allclose(expected, kinds[rows[earlier + 1]], atol=1e-6)
