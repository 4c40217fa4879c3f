"""Exercises of *Learning*: back through a softmax, through attention, to a matrix."""

from __future__ import annotations

import math

import numpy as np

from ..attention import attention_weights, softmax
from ..gradients import attention_gradients, project_gradients, softmax_gradient
from .cases import arrays, blank, loud, normal
from .parts import sums_to_1, transposed
from .verdict import Exercise, Verdict

# Exercise 2: back through the softmax


def _softmax_case(*shape: int, seed: int) -> dict[str, np.ndarray]:
    return {
        "weights": softmax(normal(*shape, seed=seed)),
        "grad_weights": normal(*shape, seed=seed + 1),
    }


SOFTMAX_GRADIENT = Exercise(
    answer=softmax_gradient,
    # The first case is square, so that a wrong axis runs and can be named.
    cases=[
        _softmax_case(4, 4, seed=0),
        _softmax_case(3, 5, seed=2),
        _softmax_case(2, 3, 5, seed=4),
        blank(loud(_softmax_case(5, 3, seed=6), "grad_weights", by=90), "grad_weights"),
        {"weights": np.eye(3)[[2, 0]], "grad_weights": normal(2, 3, seed=8)},
    ],
    mistakes={
        "the weighted mean of the row is not subtracted: a softmax shares out, so that one "
        "score's gain is another's loss.": lambda weights, grad: weights * grad,
        "this subtracts the plain mean. The mean is weighted: (weights * grad_weights).sum.": (
            lambda weights, grad: weights * (grad - grad.mean(axis=-1, keepdims=True))
        ),
        "the last step is missing: multiply by the weights.": (
            lambda weights, grad: grad - (weights * grad).sum(axis=-1, keepdims=True)
        ),
        "the means are those of columns. Each row is a softmax of its own: axis=-1.": (
            lambda weights, grad: weights * (grad - (weights * grad).sum(axis=-2, keepdims=True))
        ),
        "one mean is taken over everything. Each row needs its own: axis=-1.": (
            lambda weights, grad: weights * (grad - (weights * grad).sum())
        ),
        "each column has the mean of a row. Keep the axis: sum(axis=-1, keepdims=True).": (
            lambda weights, grad: weights * (grad - (weights * grad).sum(axis=-1))
        ),
        "axis=1 is the last one only if there is no batch axis. Use axis=-1.": (
            lambda weights, grad: weights * (grad - (weights * grad).sum(axis=1, keepdims=True))
        ),
        "the sign is turned: a score must rise where its gradient is above the mean.": (
            lambda weights, grad: -softmax_gradient(weights, grad)
        ),
        "this is the diagonal of the Jacobian alone. A score moves the other weights too.": (
            lambda weights, grad: weights * (1 - weights) * grad
        ),
        "the products are averaged. The weights are shares already: take the sum.": (
            lambda weights, grad: weights * (grad - (weights * grad).mean(axis=-1, keepdims=True))
        ),
        "the mean of the row is added. Subtract it.": (
            lambda weights, grad: weights * (grad + (weights * grad).sum(axis=-1, keepdims=True))
        ),
        "the mean is subtracted from the product. Subtract it from the gradient, then multiply.": (
            lambda weights, grad: weights * grad - (weights * grad).sum(axis=-1, keepdims=True)
        ),
        "the plain sum of the gradients is subtracted. Weigh them first: (weights * grad).sum.": (
            lambda weights, grad: weights * (grad - grad.sum(axis=-1, keepdims=True))
        ),
        "the largest gradient is subtracted. Subtract the weighted mean of the row.": (
            lambda weights, grad: weights * (grad - grad.max(axis=-1, keepdims=True))
        ),
    },
    praise="right. Each row sums to 0.",
    valid=lambda weights, grad_weights: sums_to_1(weights),
)

# Exercise 3: back through attention


def _parts(q, k, v, grad_output, through=softmax_gradient, scaled=True):
    """Return the weights and the gradient of the scores."""
    weights = attention_weights(q, k)
    scale = 1 / math.sqrt(q.shape[-1]) if scaled else 1
    return weights, through(weights, grad_output @ transposed(v)) * scale


def _all_three(weights, grad_scores, q, k, grad_output):
    return grad_scores @ k, transposed(grad_scores) @ q, transposed(weights) @ grad_output


def _with_parts(**changes):
    return lambda q, k, v, grad: _all_three(*_parts(q, k, v, grad, **changes), q, k, grad)


def _untransposed_k(q, k, v, grad_output):
    weights, grad_scores = _parts(q, k, v, grad_output)
    return grad_scores @ k, grad_scores @ q, transposed(weights) @ grad_output


def _untransposed_v(q, k, v, grad_output):
    weights, grad_scores = _parts(q, k, v, grad_output)
    return grad_scores @ k, transposed(grad_scores) @ q, weights @ grad_output


def _q_for_k(q, k, v, grad_output):
    weights, grad_scores = _parts(q, k, v, grad_output)
    return grad_scores @ q, transposed(grad_scores) @ k, transposed(weights) @ grad_output


def _untransposed_values(q, k, v, grad_output):
    weights = attention_weights(q, k)
    grad_scores = softmax_gradient(weights, grad_output @ v) / math.sqrt(q.shape[-1])
    return _all_three(weights, grad_scores, q, k, grad_output)


ATTENTION_GRADIENTS = Exercise(
    answer=attention_gradients,
    # The first case is square, so that a product without its transpose runs and can be named.
    cases=[
        arrays(q=(4, 4), k=(4, 4), v=(4, 4), grad_output=(4, 4)),
        arrays(q=(3, 2), k=(5, 2), v=(5, 4), grad_output=(3, 4), seed=10),
        blank(arrays(q=(5, 3), k=(2, 3), v=(2, 6), grad_output=(5, 6), seed=20, spread=1.5)),
        loud(arrays(q=(2, 5), k=(4, 5), v=(4, 3), grad_output=(2, 3), seed=30), "v", by=90),
        loud(
            arrays(q=(2, 5), k=(4, 5), v=(4, 3), grad_output=(2, 3), seed=40), "grad_output", by=90
        ),
    ],
    mistakes={
        "the scale is missing in grad_q and grad_k. The scores were multiplied by 1/√d_k on the "
        "way, so their gradient is too.": _with_parts(scaled=False),
        "the softmax is left out: the gradient of the weights is not yet that of the scores.": (
            _with_parts(through=lambda weights, grad: grad)
        ),
        "on the way through the softmax the weighted mean of the row is not subtracted.": (
            _with_parts(through=lambda weights, grad: weights * grad)
        ),
        "grad_k needs the transpose: key j gathers from all queries, so column j of grad_scores.": (
            _untransposed_k
        ),
        "grad_v needs the transpose: value j gathers from all queries, so column j of the "
        "weights.": _untransposed_v,
        "q and k are swapped: a query's gradient is made of keys, and a key's of queries.": (
            _q_for_k
        ),
        "the gradient of the weights compares with each value: grad_output @ v.T, values are "
        "rows.": _untransposed_values,
        "grad_q and grad_k have changed places: return grad_q, grad_k, grad_v.": (
            lambda *case: tuple(attention_gradients(*case)[i] for i in (1, 0, 2))
        ),
        "the order is not right: return grad_q, grad_k, grad_v.": (
            lambda q, k, v, grad_output: attention_gradients(q, k, v, grad_output)[::-1]
        ),
        "the gradients of q and k are divided by √d_v. The scores were divided by √d_k.": (
            lambda q, k, v, grad: tuple(
                g * s
                for g, s in zip(
                    attention_gradients(q, k, v, grad),
                    (*[np.sqrt(q.shape[-1] / v.shape[-1])] * 2, 1),
                    strict=True,
                )
            )
        ),
        "the plain mean is subtracted on the way through the softmax. The mean is weighted.": (
            _with_parts(
                through=lambda weights, grad: weights * (grad - grad.mean(axis=-1, keepdims=True))
            )
        ),
        "grad_v goes through the softmax. It is made of the weights: weights.T @ grad_output.": (
            lambda q, k, v, grad: (
                *attention_gradients(q, k, v, grad)[:2],
                transposed(_parts(q, k, v, grad)[1]) @ grad,
            )
        ),
        "each column has the mean of a row. Keep the axis: sum(axis=-1, keepdims=True).": (
            _with_parts(
                through=lambda weights, grad: weights * (grad - (weights * grad).sum(axis=-1))
            )
        ),
    },
    praise="right. This is the backward pass of attention.",
)

# Exercise 4: back to a matrix


def _weight_gradient(x: np.ndarray, grad: np.ndarray) -> np.ndarray:
    w = np.zeros((x.shape[-1], grad.shape[-1]))  # its numbers have no part in it
    return project_gradients(x, w, grad)[1]


def _for_each_sentence(x: np.ndarray, grad: np.ndarray) -> np.ndarray:
    return (transposed(x) @ grad).reshape(-1, x.shape[-1], grad.shape[-1])


WEIGHT_GRADIENT = Exercise(
    answer=_weight_gradient,
    cases=[
        arrays(x=(4, 4), grad=(4, 4)),
        arrays(x=(5, 3), grad=(5, 2), seed=2),
        arrays(x=(2, 5, 3), grad=(2, 5, 2), seed=4),
        blank(loud(arrays(x=(2, 3, 4, 5), grad=(2, 3, 4, 6), seed=6), by=90)),
    ],
    mistakes={
        "this is x @ grad. Transpose x: feature i of all tokens meets gradient j of all tokens.": (
            lambda x, grad: x @ grad
        ),
        "this is the transpose of what is asked. W has a row for each feature of x.": (
            lambda x, grad: _weight_gradient(x, grad).T
        ),
        "this is x @ grad.T: tokens with tokens. The tokens must be summed away.": (
            lambda x, grad: x @ transposed(grad)
        ),
        "this is the mean over the tokens. Each of them pulls at W, so take the sum.": (
            lambda x, grad: _weight_gradient(x, grad) / x.shape[-2]
        ),
        "x and the gradient are summed before they meet. Multiply token by token, then sum.": (
            lambda x, grad: np.outer(x.sum(axis=-2), grad.sum(axis=-2))
        ),
        "x.T turns all axes around, the batch axis too. Use np.swapaxes(x, -1, -2), then sum.": (
            lambda x, grad: x.T @ grad
        ),
        "there is one matrix for each sentence. They share one W: sum over the batch.": (
            lambda x, grad: transposed(x) @ grad
        ),
        "the sentences are averaged. Each of them pulls at W, so take the sum.": (
            lambda x, grad: _for_each_sentence(x, grad).mean(axis=0)
        ),
        "only the first sentence of the batch counts. Sum over all of them.": (
            lambda x, grad: _for_each_sentence(x, grad)[0]
        ),
    },
    praise="right, with and without a batch axis. Every token pulls at the one matrix.",
)


def check_softmax_gradient(function) -> Verdict:
    """Check ``function(weights, grad_weights)``: the gradient of the scores, shape (..., n_k).

    Examples
    --------
    >>> from qkvlib import check_softmax_gradient
    >>> def back(weights, grad_weights):
    ...     return weights * (grad_weights - (weights * grad_weights).sum(-1, keepdims=True))
    >>> check_softmax_gradient(back)
    ✓ back: right. Each row sums to 0.
    """
    return SOFTMAX_GRADIENT.check(function)


def check_attention_gradients(function) -> Verdict:
    """Check ``function(q, k, v, grad_output)``: the gradients of `q`, `k` and `v`.

    Shapes (n_q, d_k), (n_k, d_k) and (n_k, d_v); the output has (n_q, d_v).

    Examples
    --------
    >>> from qkvlib import attention_gradients, check_attention_gradients
    >>> def back(q, k, v, grad_output):
    ...     return attention_gradients(q, k, v, grad_output, scale=1)
    >>> check_attention_gradients(back).passed
    False
    """
    return ATTENTION_GRADIENTS.check(function)


def check_weight_gradient(function) -> Verdict:
    """Check ``function(x, grad)``: the gradient of ``w``, where ``x @ w`` has the gradient `grad`.

    Shapes (..., n, d_model) and (..., n, d_k); one `w` serves the whole batch.

    Examples
    --------
    >>> from qkvlib import check_weight_gradient
    >>> def back(x, grad):
    ...     return x.T @ grad
    >>> check_weight_gradient(back).passed  # x.T turns the batch axis too
    False
    """
    return WEIGHT_GRADIENT.check(function)
