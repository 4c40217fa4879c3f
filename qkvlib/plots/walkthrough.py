"""The walkthrough: attention step by step, every number with the arithmetic that made it.

A step shows two operands and a result the way one multiplies by hand: the result stands right of
the rows and below the columns that it was made of. The formula above says where the step belongs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from ..explorer import Picture
from .arguments import place_of
from .traced import Traced, outlines
from .traced_attention import root_of, trace_attention

_WORDS = {
    "Q": "X times W_Q gives the queries: what each token is looking for.",
    "K": "X times W_K gives the keys: what each token offers to those who look.",
    "V": "X times W_V gives the values: what each token hands over when it is found.",
    "scores": "Each query meets each key, which stands as a column now: one dot product a pair.",
    "scaled": "Each score is divided by √d_k, so that the softmax does not saturate.",
    "weights": "Softmax along each row: exp of each number, divided by the sum of its row.",
    "output": "Each row of weights mixes the rows of V: what each token takes away.",
}
STEPS = tuple(_WORDS)
_HELP = "Point at a number, tap it or reach it with the arrow keys to see how it was made."


def walkthrough(
    x: np.ndarray,
    w_q: np.ndarray,
    w_k: np.ndarray,
    w_v: np.ndarray,
    tokens: Sequence[str],
    features: Sequence[str],
    *,
    token: str,
    step: str,
) -> Picture:
    """Draw one step of attention, with the row of one token standing out.

    Parameters
    ----------
    x : array, shape (n, d_model)
        The embeddings of ``tokens``.
    w_q, w_k, w_v : arrays, shapes (d_model, d_k), (d_model, d_k) and (d_model, d_v)
        The projections; ``features`` names the columns of the last one.
    tokens, features : sequence of str
        Their names; ``token`` is one of the tokens.
    step : str
        Q, K, V, scores, scaled, weights or output.

    Returns
    -------
    Picture
        HTML with its own style sheet.

    Raises
    ------
    ValueError
        If there is no such token or step.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import plots
    >>> names = ["its", "mom"], ["animal", "pronoun"]
    >>> plots.walkthrough(*[np.eye(2)] * 4, *names, token="its", step="weights")
    Step 6 of 7. Softmax along each row: exp of each number, divided by the sum of its row. \
The row of its: its 0.6698, mom 0.3302.
    """
    i, number_of_step = place_of("token", token, tokens), place_of("step", step, STEPS) + 1
    m = trace_attention(x, w_q, w_k, w_v, tokens, features)
    kind, left, top = {
        "Q": ("product", m["X"], m["W_Q"]),
        "K": ("product", m["X"], m["W_K"]),
        "V": ("product", m["X"], m["W_V"]),
        "scores": ("product", m["Q"], m["K"].transposed()),
        "scaled": ("each", m["scores"], None),
        "weights": ("softmax", m["scaled"], m["exp"]),
        "output": ("product", m["weights"], m["V"]),
    }[step]
    result, d_k = m[step], w_q.shape[-1]
    divisor = f"<p>÷ {root_of(d_k)}</p> <p>√d<sub>k</sub> = √{d_k}</p>"
    above = (
        top.to_html("top", chosen=i if kind == "softmax" else None)
        if top
        else f'<div class="walk-divisor">{divisor}</div>'
    )
    numbers = [result.written(i, j) for j in range(len(result.columns))]
    named = zip(result.columns, numbers, strict=True)
    row = ", ".join(n if name.isdigit() else f"{name} {n}" for name, n in named)
    return Picture(
        f'<div class="walk">{_formula(step)}{_words(step)}'
        f'<div class="walk-stage walk-{kind}" role="radiogroup" aria-label="Numbers to trace">'
        f'<div class="walk-corner"></div>{above}'
        f"{left.to_html('left', chosen=i)}{result.to_html('result', chosen=i)}</div></div>",
        alt=f"Step {number_of_step} of {len(STEPS)}. {_WORDS[step]} The row of {token}: {row}.",
        table=[
            (f"{step} of {token}", *result.columns),
            *_working(kind, left, top, i, len(result.columns)),
            ("result", *numbers),
        ],
        caption=_HELP,
        style=_style(max(len(tokens), *w_q.shape, *w_v.shape)),
    )


def _formula(step: str) -> str:
    """The whole formula, with the part that a step computes marked."""

    def part(name: str, html: str) -> str:
        return f'<span class="{"walk-now" if name == step else "walk-part"}">{html}</span>'

    scores = part("scores", f"{part('Q', 'Q')}{part('K', 'K<sup>T</sup>')}")
    weights = part("weights", f"softmax({part('scaled', f'{scores}÷ √d<sub>k</sub>')})")
    output = part("output", f"output = {weights}{part('V', 'V')}")
    return f'<p class="walk-formula">{output}</p>'


def _words(step: str) -> str:
    """What every step does, on one spot: this one is seen, the longest one makes the room."""
    spans = "".join(
        f'<span class="{"walk-said" if name == step else "walk-unsaid"}">{words}</span>'
        for name, words in _WORDS.items()
    )
    lowered = re.sub(r"_(\w)", r"<sub>\1</sub>", spans)
    return f'<p class="walk-words">{lowered}</p>'


def _working(
    kind: str, left: Traced, top: Traced | None, i: int, width: int
) -> list[tuple[str, ...]]:
    """The arithmetic of one row, as rows of a table."""
    columns = range(width)
    if kind == "product":
        return [
            (
                f"{left.axes[1]} {name}",
                *(f"{left.operand(i, t)} × {top.operand(t, j)}" for j in columns),
            )
            for t, name in enumerate(left.columns)
        ]
    rows = [("before", *(left.operand(i, j) for j in columns))]
    if kind == "softmax":
        rows.append(("exp", *(top.operand(i, j) for j in columns)))
    return rows


@cache
def _style(size: int) -> str:
    return Path(__file__).with_name("walkthrough.css").read_text("utf-8") + outlines(size)
