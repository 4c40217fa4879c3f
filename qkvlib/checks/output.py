"""The exercises of *Output*: a weighted sum, attention as a whole, tokens in another order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..attention import attention_weights, scaled_dot_product_attention, softmax
from .cases import arrays, blank, loud, normal
from .parts import scaled, shares, sums_to_1, transposed, unkept
from .verdict import Exercise, Verdict


def _values() -> np.ndarray:
    return blank({"v": 90 * normal(3, 2, seed=2)})["v"]


WEIGHTED_SUM = Exercise(
    answer=lambda weights, values: weights @ values,
    # The first case is square, so that weights set against features run and can be named.
    cases=[
        {"weights": np.array([0.1, 0.4, 0.3, 0.2]), "values": normal(4, 4)},
        {"weights": softmax(normal(3, seed=4)), "values": normal(3, 5, seed=1)},
        {"weights": np.array([0.5, 0.0, 0.5]), "values": _values()},
    ],
    mistakes={
        "these are the weighted values, one row for each token. Add the rows up.": (
            lambda weights, values: weights[:, None] * values
        ),
        "this is values @ weights: it sums over features. Each weight belongs to a row of values; "
        "put the weights first.": lambda weights, values: values @ weights,
        "each weight went to a feature. Turn the weights into a column, [:, None], so that each "
        "goes to a row.": lambda weights, values: (weights * values).sum(axis=0),
        "this is the mean of the values. Each row counts as much as its weight says.": (
            lambda weights, values: values.mean(axis=0)
        ),
        "this is the sum of the values. Multiply each row by its weight first.": (
            lambda weights, values: values.sum(axis=0)
        ),
        "this is the row with the largest weight alone. Let the others count too.": (
            lambda weights, values: values[np.argmax(weights)]
        ),
        "you divided by the number of tokens. The weights already sum to 1: leave it out.": (
            lambda weights, values: weights @ values / len(values)
        ),
        "everything became one number. Add up rows, not features: axis=0.": (
            lambda weights, values: (weights @ values).sum()
        ),
        "the last token is missing. range(n) already ends before n.": (
            lambda weights, values: weights[:-1] @ values[:-1]
        ),
        "each row is added up. Add the rows: axis=0, not axis=1.": (
            lambda weights, values: weights * values.sum(axis=1)
        ),
        "weights and values are added. Multiply each row by its weight.": (
            lambda weights, values: (weights[:, None] + values).sum(axis=0)
        ),
    },
    praise="right. As many features as a value has, each a weighted average.",
    valid=lambda weights, values: sums_to_1(weights),
)


def _scaled_by(scale: Callable) -> Callable:
    return lambda q, k, v: scaled_dot_product_attention(q, k, v, scale=scale(q, k, v))


def _with_weights(weights: Callable) -> Callable:
    """Attention whose weights are made otherwise from the scaled scores."""
    return lambda q, k, v: weights(scaled(q, k)) @ v


ATTENTION = Exercise(
    answer=scaled_dot_product_attention,
    # Square first, then all sizes different, then a batch.
    cases=[
        arrays(q=(5, 5), k=(5, 5), v=(5, 5), seed=5),
        arrays(q=(3, 5), k=(2, 5), v=(2, 6), seed=8),
        arrays(q=(2, 3, 5), k=(2, 4, 5), v=(2, 4, 6), seed=11),
        blank(arrays(q=(5, 3), k=(6, 3), v=(6, 2), seed=14, spread=1.5)),
        loud(arrays(q=(7, 3), k=(6, 3), v=(6, 5), seed=17), "k", "v"),
    ],
    mistakes={
        "the scores are not scaled. Divide them by √d_k before the softmax.": _scaled_by(
            lambda q, k, v: 1
        ),
        "the scores are divided by d_k. Take the root: √d_k.": _scaled_by(
            lambda q, k, v: 1 / q.shape[-1]
        ),
        "the scores are divided by the root of the number of keys. d_k counts features: "
        "q.shape[-1].": _scaled_by(lambda q, k, v: k.shape[-2] ** -0.5),
        "the scores are divided by √d_v. What is compared has d_k features: q.shape[-1].": (
            _scaled_by(lambda q, k, v: v.shape[-1] ** -0.5)
        ),
        "there is no softmax: scores stand where weights belong.": _with_weights(lambda s: s),
        "the weights do not sum to 1. Divide each exp by the sum of its row.": _with_weights(
            np.exp
        ),
        "the softmax runs over the queries. Each row, one query's keys, must sum to 1: axis=-1.": (
            _with_weights(lambda s: softmax(s, axis=-2))
        ),
        "the weights are divided by the sum of the whole matrix. Each row must sum to 1 by "
        "itself.": _with_weights(lambda s: shares(np.exp(s), axis=None)),
        "only the best key counts. Softmax lets the others count too.": _with_weights(
            lambda s: (s == s.max(axis=-1, keepdims=True)).astype(float)
        ),
        "queries and keys are swapped. The rows of the scores are queries: q @ k.T.": (
            lambda q, k, v: scaled_dot_product_attention(k, q, v)
        ),
        "the weights mix the keys. Compare with the keys, but mix the values: weights @ v.": (
            lambda q, k, v: attention_weights(q, k) @ k
        ),
        "each column is divided by the sum of a row. Keep the axis: keepdims=True.": _with_weights(
            lambda s: unkept(np.exp(s - s.max(axis=-1, keepdims=True)))
        ),
        "the scores are divided by √n_q, the number of queries. d_k counts features: "
        "q.shape[-1].": _scaled_by(lambda q, k, v: q.shape[-2] ** -0.5),
        "keys and values are swapped. The weights come from q and k, and mix v.": (
            lambda q, k, v: scaled_dot_product_attention(q, v, k)
        ),
        "the transpose of k is missing: q @ k sets features against tokens.": (
            lambda q, k, v: softmax(q @ k / np.sqrt(q.shape[-1])) @ v
        ),
        "the weights are transposed. Row i holds the weights of query i: weights @ v.": (
            lambda q, k, v: transposed(attention_weights(q, k)) @ v
        ),
        "k.T turns all axes around, the batch axis too. Use np.swapaxes(k, -1, -2).": (
            lambda q, k, v: softmax(q @ k.T / np.sqrt(q.shape[-1])) @ v
        ),
        "these are the weights. Let them mix the values: weights @ v.": (
            lambda q, k, v: attention_weights(q, k)
        ),
        "this is the mean of all values: every query got the same. Use the weights.": (
            lambda q, k, v: np.broadcast_to(
                v.mean(axis=-2, keepdims=True), (*q.shape[:-1], v.shape[-1])
            )
        ),
        "each column is divided by the sum of a row: without keepdims=True the sums lie down.": (
            _with_weights(lambda s: unkept(np.exp(s)))
        ),
        "the scores are multiplied by √d_k. Divide.": (
            _scaled_by(lambda q, k, v: q.shape[-1] ** 0.5)
        ),
        "a causal mask is in it. None is asked for: every query sees every key.": (
            lambda q, k, v: scaled_dot_product_attention(q, k, v, is_causal=True)
        ),
    },
    praise="right, with and without batch axes. This is the whole formula.",
    attends=lambda weights: lambda q, k, v: weights(q, k) @ v,
    replaces=[scaled_dot_product_attention],
)


def _attend(x: np.ndarray) -> np.ndarray:
    return scaled_dot_product_attention(x, x, x)


def _restored(rows: np.ndarray, order: np.ndarray) -> np.ndarray:
    return rows[np.argsort(order)]


# Neither order is its own inverse, so that shuffling twice does not restore it.
SHUFFLED = Exercise(
    answer=lambda x, order: _restored(_attend(x), order),
    cases=[
        {"x": normal(4, 4, seed=14, spread=1), "order": np.array([2, 0, 3, 1])},
        {"x": normal(5, 3, seed=15, spread=1), "order": np.array([1, 2, 4, 0, 3])},
        {"x": normal(3, 5, seed=16, spread=60), "order": np.array([1, 2, 0])},
        {"x": blank({"x": normal(3, 2, seed=17)})["x"], "order": np.array([2, 0, 1])},
    ],
    mistakes={
        "the rows are still in the shuffled order. Row p belongs to token order[p].": (
            lambda x, order: _attend(x)
        ),
        "indexing with order shuffles a second time. To undo it, write result[order] = rows.": (
            lambda x, order: _attend(x)[order]
        ),
        "the rows are in order, but they have not attended.": _restored,
        "the rows are turned around. Undo the order that is given.": (
            lambda x, order: _attend(x)[::-1]
        ),
        "the features are reordered, not the tokens. Tokens are rows, the first axis.": (
            lambda x, order: _attend(x)[:, np.argsort(order)]
        ),
        "each column is sorted by size, which tears the rows apart. Move whole rows.": (
            lambda x, order: np.sort(_attend(x), axis=0)
        ),
        "keys and values are out of step: one is in order, the other shuffled. A key and its value "
        "belong together.": lambda x, order: scaled_dot_product_attention(
            _restored(x, order), _restored(x, order), x
        ),
        "the scores are not scaled. Divide them by the root of the number of features.": (
            lambda x, order: _restored(scaled_dot_product_attention(x, x, x, scale=1), order)
        ),
        "a causal mask is in it. None is asked for: all tokens see each other.": (
            lambda x, order: _restored(scaled_dot_product_attention(x, x, x, is_causal=True), order)
        ),
    },
    praise="right. Attend, then restore the order: the same as the other way around.",
    attends=lambda weights: lambda x, order: _restored(weights(x, x) @ x, order),
    valid=lambda x, order: sorted(order) == list(range(len(x))),
)


def check_weighted_sum(function) -> Verdict:
    """Check ``function(weights, values)``: the weighted sum of the rows of values, shape (d_v,).

    The weights have shape (n_k,), the values (n_k, d_v).

    Examples
    --------
    >>> from qkvlib import check_weighted_sum
    >>> def mix(weights, values):
    ...     return values @ weights
    >>> check_weighted_sum(mix)
    ✗ mix(weights of shape (4,), values of shape (4, 4)): this is values @ weights: it sums
    over features. Each weight belongs to a row of values; put the weights first.
      For weights = [0.2, 0.8], values = [[0.3, 0.1], [-0.1, 0.4]]: you return 0.1400 at [0];
    expected -0.0200.
    """
    return WEIGHTED_SUM.check(function)


def check_attention(function) -> Verdict:
    """Check ``function(q, k, v)``: scaled dot-product attention, shape (..., n_q, d_v).

    The arguments have shapes (..., n_q, d_k), (..., n_k, d_k) and (..., n_k, d_v).

    Examples
    --------
    >>> from qkvlib import attention_weights, check_attention
    >>> def attention(q, k, v):
    ...     return attention_weights(q, k, scale=1) @ v
    >>> check_attention(attention)
    ✗ attention(q of shape (5, 5), k of shape (5, 5), v of shape (5, 5)): the scores are not
    scaled. Divide them by √d_k before the softmax.
      For q = [[-0.3, -0.6], [0.3, -0.1]], k = [[0.8, 1.3], [1, 0.6]], v = [[0.2, 0.4], [-0.4,
    0.2]]: you return -0.1534 at [0, 0]; expected -0.1380.
    """
    return ATTENTION.check(function)


def check_shuffled_attention(function) -> Verdict:
    """Check ``function(x, order)``: what shuffled tokens take away, back in their own order.

    Row p of ``x``, shape (n, d), is token ``order[p]``, and is query, key and value at once; row t
    of the result, shape (n, d), is the output of token t.

    Examples
    --------
    >>> from qkvlib import check_shuffled_attention, scaled_dot_product_attention
    >>> def restore(x, order):
    ...     return scaled_dot_product_attention(x, x, x)[order]
    >>> check_shuffled_attention(restore)
    ✗ restore(x of shape (4, 4), order of shape (4,)): indexing with order shuffles a second
    time. To undo it, write result[order] = rows.
      For x = [[0.9, -0.8, -1.4, -2.7], [-0.2, 1.4, 0.2, 0.7], [1.2, -0.7, 2.9, -0.7], [0.6,
    2.9, 0.1, 0.3]], order = [2, 0, 3, 1]: you return 1.1940 at [0, 0]; expected 0.4021.
    """
    return SHUFFLED.check(function)
