"""The exercise of *Masking* that gives a picture."""

import numpy as np
from exercises import right_answers_pass, wrong_answers_are_named

from qkvlib.checks.blocks import BLOCKS


def seen(n, block):
    return np.array(
        [[j <= i and (j == 0 or i // block == j // block) for j in range(n)] for i in range(n)]
    )


def masked(scores, may):
    return np.where(may, scores, -np.inf)


def by_mask(scores, block):
    return masked(scores, seen(len(scores), block))


def by_loop(scores, block):
    hidden = np.full_like(scores, -np.inf)
    for i in range(len(scores)):
        for j in {0, *range(i - i % block, i + 1)}:
            hidden[i, j] = scores[i, j]
    return hidden


def by_sum(scores, block):
    with np.errstate(divide="ignore"):
        return scores + np.log(seen(len(scores), block))


def tri(scores):
    return np.tri(len(scores), dtype=bool)


def window(scores, block):
    i, j = np.indices(scores.shape)
    return masked(scores, tri(scores) & ((i - j < block) | (j == 0)))


def own_first(scores, block):
    i, j = np.indices(scores.shape)
    return masked(scores, (j == i // block * block) | (i == j))


def no_first(scores, block):
    i, j = np.indices(scores.shape)
    return masked(scores, tri(scores) & (i // block == j // block))


def with_future(scores, block):
    i, j = np.indices(scores.shape)
    return masked(scores, (j == 0) | (i // block == j // block))


def test_blocks():
    right_answers_pass(BLOCKS, [by_mask, by_loop, by_sum])
    wrong_answers_are_named(
        BLOCKS,
        {
            "this is a window": window,
            "not seen from later blocks": no_first,
            "the future is seen": with_future,
            "this is the causal mask": lambda scores, block: masked(scores, tri(scores)),
            "the mask is inverted": lambda scores, block: masked(scores, ~seen(len(scores), block)),
            "rows and columns are swapped": lambda scores, block: masked(
                scores, seen(len(scores), block).T
            ),
            "hidden scores are 0": lambda scores, block: scores * seen(len(scores), block),
            "blocks of two": lambda scores, block: by_loop(scores, 2),
            "number of blocks": lambda scores, block: by_loop(scores, -(-len(scores) // block)),
            "its own first token only": own_first,
        },
    )
