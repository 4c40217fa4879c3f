"""The exercises of *Learning*."""

import numpy as np
from exercises import right_answers_pass, softmax, wrong_answers_are_named

from qkvlib.checks.differences import NUMERICAL
from qkvlib.checks.gradients import ATTENTION_GRADIENTS, SOFTMAX_GRADIENT, WEIGHT_GRADIENT


def moved(array, place, by):
    flat = array.ravel().astype(float)
    flat[place] += by
    return flat.reshape(array.shape)


def difference(ahead, behind, over):
    """A way to take slopes; each is a multiple of eps, or of nothing (over 0)."""

    def slopes(f, array, eps):
        return np.reshape(
            [
                (f(moved(array, i, ahead * eps)) - f(moved(array, i, behind * eps)))
                / (over * eps or 1)
                for i in range(array.size)
            ],
            array.shape,
        )

    return slopes


def slopes_by_unit_arrays(f, array, eps):
    units = np.eye(array.size).reshape(-1, *array.shape) * eps
    return np.array([f(array + u) - f(array - u) for u in units]).reshape(array.shape) / 2 / eps


def slopes_by_index(f, array, eps):
    gradient, work = np.zeros_like(array), array.copy()
    for index, number in np.ndenumerate(array):
        work[index] = number + eps
        ahead = f(work)
        work[index] = number - eps
        gradient[index] = (ahead - f(work)) / (2 * eps)
        work[index] = number
    return gradient


def never_put_back(f, array, eps):
    up, down, slopes = array.copy(), array.copy(), []
    for i in range(array.size):
        up.flat[i] += eps
        down.flat[i] -= eps
        slopes.append((f(up) - f(down)) / (2 * eps))
    return np.reshape(slopes, array.shape)


def test_numerical_gradient():
    right_answers_pass(NUMERICAL, [difference(1, -1, 2), slopes_by_unit_arrays, slopes_by_index])
    wrong_answers_are_named(
        NUMERICAL,
        {
            "one way only": difference(1, 0, 1),
            "goes back only": difference(0, -1, 1),
            "twice too large": difference(1, -1, 1),
            "how far the result moves": difference(1, -1, 0),
            "the sign is turned": difference(-1, 1, 2),
            "all numbers move at once": lambda f, array, eps: (
                np.ones(array.shape) * (f(array + eps) - f(array - eps)) / eps / 2
            ),
            "never put back": never_put_back,
        },
    )


def softmax_loop(weights, grad):
    result = np.zeros_like(weights)
    for row in np.ndindex(weights.shape[:-1]):
        w, g = weights[row], grad[row]
        for j in range(len(w)):
            for i in range(len(w)):
                result[row][j] += g[i] * w[i] * ((i == j) - w[j])
    return result


def test_softmax_gradient():
    right_answers_pass(
        SOFTMAX_GRADIENT,
        [
            softmax_loop,
            lambda w, g: w * g - w * np.einsum("...j,...j->...", w, g)[..., None],
            lambda w, g: (
                (w[..., None] * np.eye(w.shape[-1]) - w[..., :, None] * w[..., None, :])
                @ g[..., None]
            )[..., 0],
        ],
    )
    wrong_answers_are_named(
        SOFTMAX_GRADIENT,
        {
            "not subtracted": np.multiply,
            "plain mean": lambda w, g: w * g - w * g.mean(-1)[..., None],
            "multiply by the weights": lambda w, g: (
                g - np.einsum("...j,...j->...", w, g)[..., None]
            ),
            "those of columns": lambda w, g: (
                w * (g - np.einsum("...ij,...ij->...j", w, g)[..., None, :])
            ),
            "over everything": lambda w, g: w * (g - np.vdot(w, g)),
            "Keep the axis": lambda w, g: w * (g - np.einsum("...j,...j->...", w, g)),
            "axis=1 is the last": lambda w, g: w * (g - np.sum(g * w, 1, keepdims=True)),
            "the sign is turned": lambda w, g: -softmax_loop(w, g),
            "diagonal of the Jacobian": lambda w, g: (w - w**2) * g,
        },
    )


def back(q, k, v, grad, *, root=True, through=softmax_loop):
    weights = softmax(q @ k.T / np.sqrt(q.shape[-1]))
    grad_scores = through(weights, np.einsum("id,jd->ij", grad, v))
    return weights, grad_scores / (np.sqrt(q.shape[-1]) if root else 1)


def three(q, k, grad, weights, grad_scores):
    return (
        np.einsum("ij,jd->id", grad_scores, k),
        np.einsum("ij,id->jd", grad_scores, q),
        np.einsum("ij,id->jd", weights, grad),
    )


def attention_loop(q, k, v, grad):
    weights, grad_scores = back(q, k, v, grad)
    grad_q, grad_k, grad_v = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    for i in range(len(q)):
        for j in range(len(k)):
            grad_q[i] += grad_scores[i, j] * k[j]
            grad_k[j] += grad_scores[i, j] * q[i]
            grad_v[j] += weights[i, j] * grad[i]
    return grad_q, grad_k, grad_v


def attention_matmul(q, k, v, grad):
    weights, grad_scores = back(q, k, v, grad)
    return grad_scores @ k, grad_scores.T @ q, weights.T @ grad


def changed(**changes):
    return lambda q, k, v, grad: three(q, k, grad, *back(q, k, v, grad, **changes))


def k_straight(q, k, v, grad):
    weights, s = back(q, k, v, grad)
    return s @ k, np.matmul(s, q), weights.T @ grad


def v_straight(q, k, v, grad):
    weights, s = back(q, k, v, grad)
    return s @ k, s.T @ q, np.matmul(weights, grad)


def swapped(q, k, v, grad):
    weights, s = back(q, k, v, grad)
    return np.einsum("ij,jd->id", s, q), np.einsum("ij,id->jd", s, k), weights.T @ grad


THROUGH_ATTENTION = {
    "the scale is missing": changed(root=False),
    "the softmax is left out": changed(through=lambda w, g: g),
    "mean of the row is not subtracted": changed(through=np.multiply),
    "grad_k needs the transpose": k_straight,
    "grad_v needs the transpose": v_straight,
    "q and k are swapped": swapped,
    "values are rows": lambda q, k, v, grad: three(q, k, grad, *back(q, k, v.T, grad)),
    "grad_q and grad_k have changed": lambda q, k, v, grad: tuple(
        attention_loop(q, k, v, grad)[i] for i in (1, 0, 2)
    ),
    "the order is not right": lambda *arrays: tuple(reversed(attention_loop(*arrays))),
}
STYLES = [attention_loop, attention_matmul, changed()]


def test_attention_gradients():
    right_answers_pass(ATTENTION_GRADIENTS, STYLES)
    wrong_answers_are_named(ATTENTION_GRADIENTS, THROUGH_ATTENTION)


def outer_loop(x, grad):
    result = 0
    for place in np.ndindex(x.shape[:-1]):
        result = result + np.outer(x[place], grad[place])
    return result


def test_weight_gradient():
    right_answers_pass(
        WEIGHT_GRADIENT,
        [
            outer_loop,
            lambda x, grad: x.reshape(-1, x.shape[-1]).T @ grad.reshape(-1, grad.shape[-1]),
            lambda x, grad: np.tensordot(x, grad, [range(x.ndim - 1)] * 2),
        ],
    )
    wrong_answers_are_named(
        WEIGHT_GRADIENT,
        {
            "this is x @ grad. Transpose": np.matmul,
            "transpose of what is asked": lambda x, grad: outer_loop(grad, x),
            "tokens with tokens": lambda x, grad: np.einsum("...nd,...md->...nm", x, grad),
            "mean over the tokens": lambda x, grad: outer_loop(x, grad) / x.shape[-2],
            "summed before they meet": lambda x, grad: np.einsum("nd,mk->dk", x, grad),
            "the batch axis too": lambda x, grad: np.matmul(np.transpose(x), grad),
            "for each sentence": lambda x, grad: np.einsum("...nd,...nk->...dk", x, grad),
            "sentences are averaged": lambda x, grad: (
                outer_loop(x, grad) / np.prod(x.shape[:-2], initial=1)
            ),
            "only the first sentence": lambda x, grad: (
                outer_loop(x, grad) if x.ndim == 2 else x[0].T @ grad[0]
            ),
        },
    )
