"""Exercises that give ten lines which are wrong in one place: find it, and mend it."""

from __future__ import annotations

import dataclasses

import numpy as np

from .gradients import ATTENTION_GRADIENTS
from .multi_head import MULTI_HEAD
from .verdict import Exercise, Verdict


def _hunt(exercise: Exercise, given, bug: str, praise: str) -> Exercise:
    """The exercise with a wrong start; the mistake that is to be found is not told."""
    mistakes = {says: f for says, f in exercise.mistakes.items() if bug not in says}
    if len(mistakes) != len(exercise.mistakes) - 1:
        raise ValueError(f"bug: {bug!r}; expected a part of one mistake's sentence")
    return dataclasses.replace(exercise, given=given, mistakes=mistakes, praise=praise)


def _heads_as_given(x, w_q, w_k, w_v, w_o, num_heads):
    n, d_model = x.shape
    d_head = d_model // num_heads
    q, k, v = ((x @ w).reshape(n, num_heads, d_head).transpose(1, 0, 2) for w in (w_q, w_k, w_v))
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(d_head)
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = terms / terms.sum(axis=-1, keepdims=True)
    return (weights @ v).reshape(n, d_model) @ w_o


MENDED_HEADS = _hunt(
    MULTI_HEAD,
    _heads_as_given,
    "the heads are merged by reshape alone",
    "right. What was split by swapping axes is merged by swapping them back.",
)


def _gradients_as_given(q, k, v, grad_output):
    scores = q @ k.T / np.sqrt(q.shape[-1])
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = terms / terms.sum(axis=-1, keepdims=True)
    grad_v = weights.T @ grad_output
    grad_weights = grad_output @ v.T
    mean = grad_weights.mean(axis=-1, keepdims=True)
    grad_scores = weights * (grad_weights - mean)
    grad_scores = grad_scores / np.sqrt(q.shape[-1])
    return grad_scores @ k, grad_scores.T @ q, grad_v


MENDED_GRADIENTS = _hunt(
    ATTENTION_GRADIENTS,
    _gradients_as_given,
    "the plain mean is subtracted",
    "right. The mean that a softmax subtracts is weighted by its own weights.",
)


def check_mended_heads(function) -> Verdict:
    """Check ``function(x, w_q, w_k, w_v, w_o, num_heads)``: multi-head attention, mended.

    All matrices have shape (d_model, d_model); the output has shape (n, d_model).

    Examples
    --------
    >>> from qkvlib import check_mended_heads
    >>> def heads(x, w_q, w_k, w_v, w_o, num_heads):
    ...     return x @ w_v
    >>> check_mended_heads(heads).passed
    False
    """
    return MENDED_HEADS.check(function)


def check_mended_gradients(function) -> Verdict:
    """Check ``function(q, k, v, grad_output)``: the gradients of attention, mended.

    It returns those of the queries, the keys and the values.

    Examples
    --------
    >>> from qkvlib import attention_gradients, check_mended_gradients
    >>> check_mended_gradients(attention_gradients).passed
    True
    """
    return MENDED_GRADIENTS.check(function)
