"""The first exercises of *Multi-head attention*."""

import numpy as np
from exercises import right_answers_pass, wrong_answers_are_named

from qkvlib.checks.heads import MERGE, SPLIT


def split_loop(x, num_heads):
    d_head = x.shape[-1] // num_heads
    heads = [x[..., h * d_head : (h + 1) * d_head] for h in range(num_heads)]
    return np.stack(heads, axis=-3)


def split_entries(x, num_heads):
    *batch, n, d_model = x.shape
    heads = np.empty((*batch, num_heads, n, d_model // num_heads))
    for h, i, c in np.ndindex(heads.shape[-3:]):
        heads[..., h, i, c] = x[..., i, h * heads.shape[-1] + c]
    return heads


def test_split_heads():
    def pieces(x, h):
        return x.reshape(*x.shape[:-1], h, x.shape[-1] // h)

    right_answers_pass(
        SPLIT,
        [
            split_loop,
            split_entries,
            lambda x, h: np.swapaxes(pieces(x, h), -3, -2),
            lambda x, h: np.einsum("...nhd->...hnd", pieces(x, h)),
            lambda x, h: np.stack(np.split(x, h, axis=-1), axis=-3),
        ],
    )
    wrong_answers_are_named(
        SPLIT,
        {
            "reshape alone": lambda x, h: np.array(x).reshape(
                *x.shape[:-2], h, -1, x.shape[-1] // h
            ),
            "still behind the tokens": pieces,
            "every num_heads-th column": lambda x, h: np.stack(
                [x[..., i::h] for i in range(h)], axis=-3
            ),
            "wrong order": lambda x, h: split_loop(x, h)[..., ::-1, :, :],
            "cuts the tokens": lambda x, h: np.stack(np.split(x, h, axis=-2), axis=-3),
            "changed places": lambda x, h: np.einsum("...nhd->...hdn", pieces(x, h)),
            "other way round": lambda x, h: np.swapaxes(x.reshape(*x.shape[:-1], -1, h), -3, -2),
            "batch axes": lambda x, h: pieces(x, h).transpose(1, 0, *range(2, x.ndim + 1)),
        },
    )


def merge_loop(heads):
    return np.concatenate([heads[..., h, :, :] for h in range(heads.shape[-3])], axis=-1)


def merge_entries(heads):
    *batch, num_heads, n, d_head = heads.shape
    merged = np.empty((*batch, n, num_heads * d_head))
    for h, i, c in np.ndindex(num_heads, n, d_head):
        merged[..., i, h * d_head + c] = heads[..., h, i, c]
    return merged


def test_merge_heads():
    def joined(heads, to):
        moved = np.einsum(f"...hnd->...{to}", heads)
        return moved.reshape(*moved.shape[:-2], -1)

    right_answers_pass(
        MERGE,
        [
            merge_loop,
            merge_entries,
            lambda x: joined(x, "nhd"),
            lambda x: np.swapaxes(x, -3, -2).reshape(*x.shape[:-3], x.shape[-2], -1),
        ],
    )
    wrong_answers_are_named(
        MERGE,
        {
            "reshape alone": lambda x: x.reshape(*x.shape[:-3], x.shape[-2], -1),
            "wrong order": lambda x: merge_loop(x[..., ::-1, :, :]),
            "alternate": lambda x: joined(x, "ndh"),
            "the mean": lambda x: np.einsum("...hnd->...nd", x) / x.shape[-3],
            "the sum": lambda x: sum(x[..., h, :, :] for h in range(x.shape[-3])),
            "below each other": lambda x: np.concatenate(
                [x[..., h, :, :] for h in range(x.shape[-3])], axis=-2
            ),
            "not joined yet": lambda x: np.einsum("...hnd->...nhd", x),
            "batch axes": lambda x: x.transpose(1, 0, *range(2, x.ndim)).reshape(
                *x.shape[:-3], x.shape[-2], -1
            ),
        },
    )
