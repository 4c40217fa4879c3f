"""Pieces that right and wrong answers of several exercises are made of."""

from __future__ import annotations

import numpy as np

from ..attention import attention_scores


def scaled(q: np.ndarray, k: np.ndarray) -> np.ndarray:
    """The scores, divided by √d_k."""
    return attention_scores(q, k) / np.sqrt(q.shape[-1])


def shares(terms: np.ndarray, axis: int | tuple[int, ...] | None = -1) -> np.ndarray:
    """Numbers divided by their sum."""
    return terms / terms.sum(axis=axis, keepdims=True)


def unkept(terms: np.ndarray) -> np.ndarray:
    """Shares by sums whose axis was not kept: they meet columns."""
    return terms / terms.sum(axis=-1)


def sums_to_1(weights: np.ndarray) -> bool:
    """Whether each row is one of weights."""
    return bool(np.allclose(weights.sum(axis=-1), 1) and (weights >= 0).all())


def naive_softmax(scores: np.ndarray) -> np.ndarray:
    """A softmax that overflows, and to which a row of -inf gives nan."""
    return shares(np.exp(scores))


def lower(scores: np.ndarray, diagonal: int = 0) -> np.ndarray:
    """True at and below the diagonal."""
    return np.tri(*scores.shape[-2:], diagonal, dtype=bool)


def hide(scores: np.ndarray, may: np.ndarray) -> np.ndarray:
    """-inf wherever a query may not attend."""
    return np.where(may, scores, -np.inf)


def transposed(x: np.ndarray) -> np.ndarray:
    """Rows for columns, and any batch axes where they are."""
    return np.swapaxes(x, -1, -2)


def lengths(x: np.ndarray) -> np.ndarray:
    """The length of each row."""
    return np.linalg.norm(x, axis=-1)


def cosines(q: np.ndarray, k: np.ndarray) -> np.ndarray:
    """The scores of rows of length 1."""
    return attention_scores(q / lengths(q)[..., None], k / lengths(k)[..., None])
