"""The matrices of attention, from X to the output, each number with its arithmetic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..attention import attention_scores, attention_weights, project, scaled_dot_product_attention
from .marks import number
from .traced import NO_SIGN, Arithmetic, Traced, products

_GIVEN = "is given: the embedding of the token."
_LEARNED = "is given here. A model learns it."


def trace_attention(
    x: np.ndarray,
    w_q: np.ndarray,
    w_k: np.ndarray,
    w_v: np.ndarray,
    tokens: Sequence[str],
    features: Sequence[str],
) -> dict[str, Traced]:
    """Compute attention and keep, for every number, what it was computed from.

    Takes what `walkthrough` takes. Keys: X, W_Q, W_K, W_V, Q, K, V, scores, scaled, exp, weights
    and output.
    """
    inputs = _numbers(x.shape[-1])
    m = {"X": Traced("X", "", "x", x, ("token", "feature"), tokens, inputs, _GIVEN)}
    for letter, w, row in (("Q", w_q, "query"), ("K", w_k, "key"), ("V", w_v, "value")):
        names = features if letter == "V" else _numbers(w.shape[-1])
        name, low = f"W<sub>{letter}</sub>", letter.lower()
        axes = ("feature in", "feature out")
        m[f"W_{letter}"] = Traced(name, "", "w", w, axes, inputs, names, _LEARNED)
        axes, formula = (row, "feature"), f"X {name}"
        m[letter] = _product(m["X"], m[f"W_{letter}"], letter, formula, low, project(x, w), axes)

    q, k, v = (m[letter].values for letter in "QKV")
    root = root_of(q.shape[-1])
    scores, pairs = attention_scores(q, k), ("query", "key")
    m["scores"] = _product(
        m["Q"], m["K"].transposed(), "scores", "Q K<sup>T</sup>", "s", scores, pairs
    )

    def scaled(i: int, j: int) -> Arithmetic:
        return [], 1, f"{m['scores'].tinted(i, j)} ÷ {root}"

    def exp(i: int, j: int) -> Arithmetic:
        return [], 1, f"exp({m['scaled'].tinted(i, j)})"

    def softmax(i: int, j: int) -> Arithmetic:
        terms = [m["exp"].tinted(i, c) for c in range(len(tokens))]
        total = number(m["exp"].values[i].round(m["exp"].digits).sum(), m["exp"].digits)
        signs = [NO_SIGN, *"+" * (len(tokens) - 1), "="]
        lines = zip(signs, [*terms, f"<i>{total}</i>"], strict=True)
        return [f"{sign} {term}" for sign, term in lines], 2, f"{terms[j]} ÷ {total}"

    values = scores / np.sqrt(q.shape[-1])
    for key, name, formula, matrix, source in (
        ("scaled", "scaled", "scores ÷ √d<sub>k</sub>", values, scaled),
        ("exp", "exp(scaled)", "", np.exp(values), exp),
        ("weights", "weights", "softmax(scaled)", attention_weights(q, k), softmax),
    ):
        # A quotient of exps can end near …5: one spare decimal would round it the other way.
        spare = 2 if key == "exp" else 1
        looks = "a" if key == "weights" else "s"
        m[key] = Traced(name, formula, looks, matrix, pairs, tokens, tokens, source, spare)
    output, axes = scaled_dot_product_attention(q, k, v), ("token", "feature")
    m["output"] = _product(m["weights"], m["V"], "output", "weights V", "v", output, axes)
    return m


def root_of(d_k: int) -> str:
    """√d_k as short as it can be said: 2, or 2.8284."""
    return number(np.sqrt(d_k), 4).rstrip("0").rstrip(".")


def _numbers(size: int) -> list[str]:
    return [str(n) for n in range(size)]


def _product(left, right, name, formula, looks, values, axes) -> Traced:
    def source(i: int, j: int) -> Arithmetic:
        return products(left, i, right, j)

    return Traced(name, formula, looks, values, axes, left.rows, right.columns, source)
