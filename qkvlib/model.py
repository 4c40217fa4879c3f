"""The smallest model that can learn to look: one layer of attention, and a loss.

One token of each sequence is asked a question, and its output, a row of ``d_v`` numbers, is taken
as the logits of ``d_v`` possible answers. Forward to the loss, and back to W_Q, W_K and W_V.
"""

import numpy as np

from ._arrays import as_array, as_integers, check_size, finite
from ._values import as_dict, as_generator, as_int, as_positive
from .attention import project, scaled_dot_product_attention, softmax
from .gradients import attention_gradients, project_gradients

MATRICES = ("w_q", "w_k", "w_v")


def initial_weights(d_model, d_k, d_v, *, seed, spread=0.02):
    """Draw W_Q, W_K and W_V at random, from a normal distribution around 0.

    Parameters
    ----------
    d_model, d_k, d_v : int
    seed : int or numpy.random.Generator
    spread : float, default 0.02
        The standard deviation.

    Returns
    -------
    dict of str to ndarray
        ``w_q`` and ``w_k`` of shape (d_model, d_k), ``w_v`` of shape (d_model, d_v).

    Raises
    ------
    TypeError, ValueError
        If a size is not a positive integer, `seed` starts no generator, or `spread` is not above 0.

    References
    ----------
    Devlin et al. (2019), https://arxiv.org/abs/1810.04805, whose code starts with 0.02 too.

    Examples
    --------
    >>> from qkvlib import initial_weights
    >>> {name: w.shape for name, w in initial_weights(64, 16, 6, seed=0).items()}
    {'w_q': (64, 16), 'w_k': (64, 16), 'w_v': (64, 6)}
    """
    sizes = {"d_model": d_model, "d_k": d_k, "d_v": d_v}
    d_model, d_k, d_v = (as_int(name, size, 1) for name, size in sizes.items())
    rng, spread = as_generator(seed), as_positive("spread", spread)
    shapes = {"w_q": (d_model, d_k), "w_k": (d_model, d_k), "w_v": (d_model, d_v)}
    return {name: finite(rng.normal, "spread", 0, spread, shape) for name, shape in shapes.items()}


def cross_entropy(logits, answers):
    """Say how surprising the right answers are, and which way the logits should move.

    Parameters
    ----------
    logits : array_like, shape (n, n_answers)
    answers : array_like of int, shape (n,)
        The number of the right answer in each row.

    Returns
    -------
    loss : float
        The mean of minus the logarithm of the probability that the softmax gives the right answer.
    grad_logits : ndarray, shape (n, n_answers)
        Its gradient: the probabilities, less 1 at the right answer, over n.

    Raises
    ------
    TypeError, ValueError
        If the logits are not finite real numbers, or an answer is not the number of a column.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 6.2.2.3.

    Examples
    --------
    >>> from qkvlib import cross_entropy
    >>> loss, grad_logits = cross_entropy([[0.0, 0.0]], [1])
    >>> print(f"{loss:.4f}", grad_logits)  # log 2: a toss of a coin
    0.6931 [[ 0.5 -0.5]]
    """
    logits = as_array("logits", logits, "n, n_answers")
    n, n_answers = logits.shape[0], logits.shape[1]
    answers = as_integers("answers", answers, n_answers - 1)
    if logits.ndim != 2 or answers.shape != (n,) or n == 0:
        raise ValueError(
            f"logits, answers: shapes {logits.shape}, {answers.shape}; "
            "expected (n, n_answers) and (n,), n > 0"
        )
    right = np.arange(n), answers
    top = logits.max(axis=1, keepdims=True)
    shifted = finite(np.subtract, "logits - the largest", logits, top)
    surprise = finite(
        lambda: np.log(np.exp(shifted).sum(axis=1)) - shifted[right], "loss of logits"
    )
    loss = finite(np.mean, "mean loss of logits", surprise)
    grad_logits = softmax(logits)
    grad_logits[right] -= 1
    return float(loss), grad_logits / n


def predict(weights, x, *, asked, **how):
    """Ask one token of each sequence.

    Parameters
    ----------
    weights : dict
        As `initial_weights` makes it.
    x : array_like, shape (n, n_tokens, d_model)
    asked : int
        The place of the token that is asked.
    **how
        ``mask``, ``is_causal``, ``scale``: as for `scaled_dot_product_attention`.

    Returns
    -------
    logits : ndarray, shape (n, d_v)
    attention : ndarray, shape (n, n_tokens)
        The attention weights of the token that was asked.

    Raises
    ------
    TypeError, ValueError
        If `weights` lacks a matrix, an array is not of finite real numbers, shapes do not match,
        `asked` is not the place of a token; or as `scaled_dot_product_attention`.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import initial_weights, predict
    >>> weights = initial_weights(4, 2, 3, seed=0)
    >>> logits, attention = predict(weights, np.ones((1, 5, 4)), asked=2)
    >>> logits.shape, attention.shape
    ((1, 3), (1, 5))
    """
    _, (q, k, v), asked = _views(weights, x, asked)
    output, attention = scaled_dot_product_attention(q, k, v, return_weights=True, **how)
    return output[:, asked], attention[:, asked]


def loss_and_gradients(weights, x, answers, *, asked, **how):
    """Run forward to the loss and back to the three matrices.

    Parameters
    ----------
    weights, x, asked, **how
        As for `predict`.
    answers : array_like of int, shape (n,)

    Returns
    -------
    loss : float
        The `cross_entropy` of the token that is asked; the others are not judged.
    gradients : dict of str to ndarray
        Names and shapes as in `weights`.

    Raises
    ------
    TypeError, ValueError
        As `predict` and `cross_entropy`.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import initial_weights, loss_and_gradients
    >>> weights = initial_weights(4, 2, 3, seed=0)
    >>> loss, gradients = loss_and_gradients(weights, np.ones((1, 5, 4)), [0], asked=2)
    >>> print(f"{loss:.1f}")  # log 3: no answer is preferred yet
    1.1
    """
    x, (q, k, v), asked = _views(weights, x, asked)
    output = scaled_dot_product_attention(q, k, v, **how)
    loss, grad_logits = cross_entropy(output[:, asked], answers)
    grad_output = np.zeros_like(output)
    grad_output[:, asked] = grad_logits
    grads = attention_gradients(q, k, v, grad_output, **how)
    return loss, {
        name: project_gradients(x, weights[name], grad)[1]
        for name, grad in zip(MATRICES, grads, strict=True)
    }


def _views(weights, x, asked):
    """Return `x` as floats, its queries, keys and values, and `asked` as an int."""
    x = as_array("x", x, "n, n_tokens, d_model")
    if x.ndim != 3:
        raise ValueError(f"x: shape {x.shape}; expected (n, n_tokens, d_model)")
    weights = as_dict("weights", weights, MATRICES)
    matrices = {name: as_array(name, weights[name], "d_model, d") for name in MATRICES}
    for name, w in matrices.items():
        check_size("d_model", **{"x": (x, -1), name: (w, -2)})
    check_size("d_k", w_q=(matrices["w_q"], -1), w_k=(matrices["w_k"], -1))
    n_tokens = x.shape[1]
    asked = as_int("asked", asked, -n_tokens, n_tokens - 1)
    return x, [project(x, w) for w in matrices.values()], asked
