"""Learning W_Q, W_K and W_V from answers alone.

`train` draws a batch, runs the `model` forward and back, and lets `Adam` take a step against the
gradient; again and again. Nothing tells a query what to look for.
"""

from typing import NamedTuple

import numpy as np

from ._arrays import as_array, finite
from ._values import as_callable, as_dict, as_iterable, as_positive
from .model import MATRICES, loss_and_gradients


class Adam:
    """Steps against the gradient, each number with a step length of its own.

    It keeps running averages of each gradient and of its square, and moves by their ratio: about
    `lr`, whatever the size of the gradient.

    Parameters
    ----------
    lr : float
        The step length, above 0.
    beta_1, beta_2 : float
        What stays of the average of gradients, and of squares, at each step: from 0 to below 1.
    eps : float
        Added to the root of the squares, above 0.

    References
    ----------
    Kingma and Ba (2015), algorithm 1, https://arxiv.org/abs/1412.6980.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import Adam
    >>> Adam(lr=0.1).step({"w": np.array([1.0, 1.0])}, {"w": np.array([5.0, -0.01])})["w"].round(3)
    array([0.9, 1.1])
    """

    def __init__(self, lr, *, beta_1=0.9, beta_2=0.999, eps=1e-8):
        self.lr, self.eps = as_positive("lr", lr), as_positive("eps", eps)
        self.beta_1 = as_positive("beta_1", beta_1, or_zero=True, below=1)
        self.beta_2 = as_positive("beta_2", beta_2, or_zero=True, below=1)
        self._count, self._averages = 0, {}

    def step(self, weights, gradients):
        """Return new weights; those without a gradient stay as they are.

        Parameters
        ----------
        weights, gradients : dict of str to array_like
            Of each name the same shape.

        Returns
        -------
        dict of str to ndarray

        Raises
        ------
        TypeError, ValueError
            If an argument is not a dict, an array is not of finite real numbers, a gradient has no
            weight, or the shapes of a name differ, also from those at an earlier step. Such a step
            does not count.
        """
        gradients = as_dict("gradients", gradients)
        moved = dict(as_dict("weights", weights, gradients))
        count, averages = self._count + 1, dict(self._averages)  # kept when the step is taken
        for name, gradient in gradients.items():
            weight = as_array(f"weights, {name}", weights[name], "n")
            gradient = as_array(f"gradients, {name}", gradient, "n")
            mean, square = averages.get(name, (np.zeros_like(weight),) * 2)
            if not weight.shape == gradient.shape == mean.shape:
                raise ValueError(
                    f"weights, gradients: shapes {weight.shape}, {gradient.shape} of {name}; "
                    f"expected the same, {mean.shape}"
                )
            squared = finite(np.square, f"gradients, {name}, squared", gradient)
            mean = self.beta_1 * mean + (1 - self.beta_1) * gradient
            square = self.beta_2 * square + (1 - self.beta_2) * squared
            averages[name] = mean, square
            # They start at 0, so that early ones are too small by a known factor.
            mean = mean / (1 - self.beta_1**count)
            square = square / (1 - self.beta_2**count)
            less = f"weights, {name}, less a step of lr"
            moved[name] = finite(self._moved, less, weight, mean, square)
        self._count, self._averages = count, averages
        return moved

    def _moved(self, weight, mean, square):
        return weight - self.lr * mean / (np.sqrt(square) + self.eps)


class Run(NamedTuple):
    """What is left of a training."""

    weights: dict  # after the last step
    losses: np.ndarray  # (steps,), each before its step
    kept: dict  # the weights after so many steps, from 0 on


def train(weights, draw, *, steps, lr, asked, learn=MATRICES, keep=(), **how):
    """Draw a batch, go forward and back, take a step; again and again.

    Parameters
    ----------
    weights : dict
        Where to start; not changed.
    draw : callable
        ``draw(step)`` gives ``x`` (n, n_tokens, d_model) and ``answers`` (n,).
    steps : iterable of int
        Such as ``range(300)``.
    lr : float
        The step length of `Adam`.
    asked, **how
        As for `predict`.
    learn : sequence of str
        The matrices that move; the others are frozen.
    keep : collection of int
        After how many steps to keep the weights; the start (0) is always kept.

    Returns
    -------
    Run
        ``weights``, ``losses`` and ``kept``.

    Raises
    ------
    TypeError, ValueError
        If `draw` cannot be called, `steps`, `learn` or `keep` cannot be gone through, `learn` names
        another matrix, `lr` is not above 0; or as `loss_and_gradients`.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import initial_weights, train
    >>> run = train(
    ...     initial_weights(2, 2, 2, seed=0), lambda step: (np.eye(2)[:, None], [0, 1]),
    ...     steps=range(100), lr=0.1, asked=0,
    ... )
    >>> bool(run.losses[0] > 0.6 > 0.01 > run.losses[-1])
    True
    """
    draw, keep = as_callable("draw", draw), [*as_iterable("keep", keep, "numbers of steps")]
    learn = [*as_iterable("learn", learn, "names of matrices")]
    if not set(learn) <= set(MATRICES):
        raise ValueError(f"learn: {learn!r}; expected names among {', '.join(MATRICES)}")
    adam, losses, kept = Adam(lr), [], {0: weights}
    for step in as_iterable("steps", steps, "numbers of steps"):
        x, answers = draw(step)
        loss, gradients = loss_and_gradients(weights, x, answers, asked=asked, **how)
        weights = adam.step(weights, {name: gradients[name] for name in learn})
        losses.append(loss)
        if len(losses) in keep:
            kept[len(losses)] = weights
    return Run(weights, np.array(losses), kept)
