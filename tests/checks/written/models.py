"""Right answers of the part on real models, in NumPy alone, to be changed bit by bit."""

import numpy as np


def next_words(logits, temperature, k):
    kept = logits >= np.sort(logits)[-k]
    logits = np.where(kept, logits / temperature, -np.inf)
    terms = np.exp(logits - logits.max())
    return terms / terms.sum()


def next_words__loop(logits, temperature, k):
    order = np.argsort(-logits)
    chances = np.zeros(len(logits))
    for i in range(k):
        chances[order[i]] = np.exp((logits[order[i]] - logits[order[0]]) / temperature)
    return chances / chances.sum()


def induction_score(maps):
    n = maps.shape[-1] // 2
    return np.diagonal(maps[..., n:, 1:], 0, -2, -1).mean(axis=-1)


def induction_score__loop(maps):
    n = maps.shape[-1] // 2
    total = 0.0
    for i in range(n):
        total += maps[..., n + i, i + 1]
    return total / n


def induction(x, sharpness):
    before = np.zeros(x.shape)
    before[1:] = x[:-1]
    scores = sharpness * x @ before.T
    scores = np.where(np.tri(len(x), dtype=bool), scores, -np.inf)
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return terms / terms.sum(axis=-1, keepdims=True) @ x


def induction__loop(x, sharpness):
    output = np.zeros(x.shape)
    for i in range(len(x)):
        scores = np.zeros(i + 1)
        for j in range(1, i + 1):
            scores[j] = sharpness * (x[i] @ x[j - 1])
        terms = np.exp(scores - scores.max())
        output[i] = terms / terms.sum() @ x[: i + 1]
    return output
