"""The last exercises of *A real model*: what was fetched, and a fair test."""

import numpy as np
from exercises import right_answers_pass, wrong_answers_are_named

from qkvlib.checks.evidence import FETCHED, HOLD_OUT


def fetched(weights, v, *, power=2.0, root=True):
    lengths = np.array([(abs(row) ** power).sum() for row in v])
    parts = weights * (lengths ** (1 / power) if root else lengths)
    return parts / parts.sum(1)[:, None]


def fetched_by_vectors(weights, v):
    """Through the vectors that are added up: the length of weight times value."""
    parts = np.sqrt(((weights[:, :, None] * v) ** 2).sum(axis=2))
    return parts / parts.sum(axis=1, keepdims=True)


def fetched_by_loop(weights, v):
    shares = np.zeros(weights.shape)
    for i, row in enumerate(weights):
        parts = [weight * np.sqrt(value @ value) for weight, value in zip(row, v, strict=True)]
        shares[i] = [part / sum(parts) for part in parts]
    return shares


def test_fetched():
    right_answers_pass(FETCHED, [fetched, fetched_by_vectors, fetched_by_loop])
    wrong_answers_are_named(
        FETCHED,
        {
            "the weights again": lambda weights, v: weights / weights.sum(axis=1, keepdims=True),
            "do not sum to 1": lambda weights, v: np.linalg.norm(weights[..., None] * v, axis=-1),
            "squared lengths": lambda weights, v: fetched(weights, v, root=False),
            "absolute values": lambda weights, v: fetched(weights, v, power=1.0),
            "lengths of columns": lambda weights, v: fetched(weights, v.T),
            "sums of columns": lambda weights, v: (
                weights
                * np.linalg.norm(v, axis=1)
                / (weights * np.linalg.norm(v, axis=1)).sum(axis=0)
            ),
            "one sum for all": lambda weights, v: (
                weights * np.linalg.norm(v, axis=1) / (weights @ np.linalg.norm(v, axis=1)).sum()
            ),
        },
    )


def chosen(right, fresh, judged=None, pick=max):
    layers, heads = right.shape[1:]
    places = [(layer, head) for layer in range(layers) for head in range(heads)]
    layer, head = pick(places, key=lambda place: right[:, place[0], place[1]].mean())
    return layer, head, np.mean((fresh if judged is None else judged)[:, layer, head])


def chosen_by_divmod(right, fresh):
    layer, head = divmod(np.argmax(right.sum(axis=0)), right.shape[2])
    return layer, head, fresh[:, layer, head].sum() / len(fresh)


def chosen_by_where(right, fresh):
    shares = np.einsum("tlh->lh", right.astype(float)) / len(right)
    layers, heads = np.where(shares == shares.max())
    return layers[0], heads[0], fresh.mean(0)[layers[0], heads[0]]


def both(right, fresh):
    return np.vstack([right, fresh])


def test_hold_out():
    right_answers_pass(HOLD_OUT, [chosen, chosen_by_divmod, chosen_by_where])
    wrong_answers_are_named(
        HOLD_OUT,
        {
            "that the head was chosen by": lambda right, fresh: chosen(right, right),
            "chosen on the fresh": lambda right, fresh: chosen(fresh, fresh),
            "chosen on all": lambda right, fresh: chosen(both(right, fresh), fresh),
            "judged together": lambda right, fresh: chosen(right, fresh, both(right, fresh)),
            "the worst": lambda right, fresh: chosen(right, fresh, pick=min),
            "swapped": lambda right, fresh: swapped(*chosen(right, fresh)),
            "count from 1": lambda right, fresh: from_one(*chosen(right, fresh)),
            "mean of all heads": lambda right, fresh: (*chosen(right, fresh)[:2], fresh.mean()),
            "by the number of layers": by_layers,
        },
    )


def swapped(layer, head, share):
    return head, layer, share


def from_one(layer, head, share):
    return layer + 1, head + 1, share


def by_layers(right, fresh):
    flat = right.mean(axis=0).argmax()
    layer, head = flat // right.shape[1], flat % right.shape[1]
    return layer, head, fresh[:, layer, head].mean()
