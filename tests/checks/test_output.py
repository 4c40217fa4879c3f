"""The exercises of *Output*."""

import numpy as np
from exercises import right_answers_pass, softmax, wrong_answers_are_named

from qkvlib.checks.output import ATTENTION, SHUFFLED, WEIGHTED_SUM


def scores_of(q, k, divisor=None):
    return np.einsum("...id,...jd->...ij", q, k) / (divisor or np.sqrt(k.shape[-1]))


def mix_loop(weights, values):
    output = np.zeros(values.shape[1])
    for weight, value in zip(weights, values, strict=True):
        output = output + weight * value
    return output


def test_weighted_sum():
    right_answers_pass(
        WEIGHTED_SUM,
        [
            mix_loop,
            np.matmul,
            lambda weights, values: np.einsum("k,kd->d", weights, values),
            lambda weights, values: (weights[:, None] * values).sum(0),
            lambda weights, values: [
                sum(w * v for w, v in zip(weights, column, strict=True)) for column in values.T
            ],
        ],
    )
    wrong_answers_are_named(
        WEIGHTED_SUM,
        {
            "Add the rows up": lambda weights, values: np.diag(weights) @ values,
            "put the weights first": lambda weights, values: mix_loop(weights, values.T),
            "each weight went to a feature": lambda weights, values: weights * sum(values),
            "mean of the values": lambda weights, values: sum(values) / len(values),
            "this is the sum of the values": lambda weights, values: sum(values),
            "largest weight alone": lambda weights, values: max(
                zip(weights, values, strict=True), key=lambda pair: pair[0]
            )[1],
            "divided by the number of tokens": lambda weights, values: np.mean(
                weights[:, None] * values, axis=0
            ),
            "one number": lambda weights, values: np.sum(mix_loop(weights, values)),
            "last token is missing": lambda weights, values: sum(
                weights[j] * values[j] for j in range(len(weights) - 1)
            ),
        },
    )


def terms_of(q, k):
    return np.exp(scores_of(q, k) - scores_of(q, k).max(-1, keepdims=True))


def attention_loop(q, k, v):
    output = np.zeros((*q.shape[:-1], v.shape[-1]))
    for place in np.ndindex(q.shape[:-1]):
        batch = place[:-1]
        scores = [q[place] @ key / len(key) ** 0.5 for key in k[batch]]
        for weight, value in zip(softmax(np.array(scores)), v[batch], strict=True):
            output[place] += weight * value
    return output


def test_attention():
    right_answers_pass(
        ATTENTION,
        [
            attention_loop,
            lambda q, k, v: softmax(q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])) @ v,
            lambda q, k, v: np.einsum("...ij,...jd->...id", softmax(scores_of(q, k)), v),
            # Dividing at the end, or scaling the queries first, is the same.
            lambda q, k, v: terms_of(q, k) @ v / terms_of(q, k).sum(-1, keepdims=True),
            lambda q, k, v: softmax(scores_of(q / np.sqrt(q.shape[-1]), k, 1)) @ v,
        ],
    )
    wrong_answers_are_named(
        ATTENTION,
        {
            "not scaled": lambda q, k, v: softmax(scores_of(q, k, 1)) @ v,
            "divided by d_k": lambda q, k, v: softmax(scores_of(q, k, k.shape[-1])) @ v,
            "number of keys": lambda q, k, v: softmax(scores_of(q, k, v.shape[-2] ** 0.5)) @ v,
            "√d_v": lambda q, k, v: softmax(scores_of(q, k, v.shape[-1] ** 0.5)) @ v,
            "number of queries": lambda q, k, v: softmax(scores_of(q, k, q.shape[-2] ** 0.5)) @ v,
            "mix the keys": lambda q, k, v: attention_loop(q, k, k),
            "Keep the axis": lambda q, k, v: terms_of(q, k) / terms_of(q, k).sum(-1) @ v,
            "no softmax": lambda q, k, v: scores_of(q, k) @ v,
            "do not sum to 1": lambda q, k, v: np.einsum(
                "...ij,...jd->...id", np.exp(scores_of(q, k)), v
            ),
            "over the queries": lambda q, k, v: softmax(scores_of(q, k), axis=-2) @ v,
            "whole matrix": lambda q, k, v: (
                softmax(scores_of(q, k).ravel()).reshape(scores_of(q, k).shape) @ v
            ),
            "only the best key": lambda q, k, v: np.take_along_axis(
                v, scores_of(q, k).argmax(-1)[..., None], axis=-2
            ),
            "queries and keys": lambda q, k, v: attention_loop(k, q, v),
            "keys and values": lambda q, k, v: attention_loop(q, v, k),
            "transpose of k is missing": lambda q, k, v: softmax(q @ k / np.sqrt(len(k))) @ v,
            "weights are transposed": lambda q, k, v: np.einsum(
                "...ij,...id->...jd", softmax(scores_of(q, k)), v
            ),
            "the batch axis too": lambda q, k, v: (
                softmax(q @ np.transpose(k) / np.sqrt(q.shape[-1])) @ v
            ),
            "these are the weights": lambda q, k, v: softmax(scores_of(q, k)),
            "mean of all values": lambda q, k, v: softmax(0 * scores_of(q, k)) @ v,
        },
    )


def attend(x, keys=None, values=None):
    keys, values = (x if given is None else given for given in (keys, values))
    return softmax(scores_of(x, keys)) @ values


def in_order(rows, order):
    result = np.empty_like(rows)
    for place, token in enumerate(order):
        result[token] = rows[place]
    return result


def test_shuffled_attention():
    right_answers_pass(
        SHUFFLED,
        [
            lambda x, order: in_order(attend(x), order),
            lambda x, order: attend(in_order(x, order)),
            lambda x, order: attend(in_order(x, order), x, x),
            lambda x, order: np.eye(len(x))[order].T @ attend(x),
            lambda x, order: np.einsum("pt,pd->td", np.eye(len(x))[order], attend(x)),
        ],
    )
    wrong_answers_are_named(
        SHUFFLED,
        {
            "still in the shuffled order": lambda x, order: attend(x),
            "shuffles a second time": lambda x, order: attend(x[order]),
            "have not attended": in_order,
            "turned around": lambda x, order: np.flip(attend(x), axis=0),
            "features are reordered": lambda x, order: in_order(attend(x).T, order).T,
            "tears the rows apart": lambda x, order: np.transpose(
                [sorted(column) for column in attend(x).T]
            ),
            "out of step": lambda x, order: attend(in_order(x, order), in_order(x, order), x),
        },
    )
