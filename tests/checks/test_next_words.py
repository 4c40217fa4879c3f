"""The first exercise of *A language model that writes*."""

import math

import numpy as np
from exercises import right_answers_pass, softmax, wrong_answers_are_named

from qkvlib import next_word, top_k
from qkvlib.checks.next_words import NEXT_WORDS


def by_place(logits, temperature, k):
    order = np.argsort(logits)[::-1][:k]
    chances = np.zeros(len(logits))
    chances[order] = softmax(logits[order] / temperature)
    return chances


def by_mask(logits, temperature, k):
    least = sorted(logits.tolist(), reverse=True)[k - 1]
    terms = np.exp((logits - logits.max()) / temperature) * (logits >= least)
    return terms / terms.sum()


def loop(logits, temperature, k):
    top = max(logits)
    terms = []
    for one in logits:
        better = sum(other > one for other in logits)
        terms.append(math.exp((one - top) / temperature) if better < k else 0.0)
    return [term / sum(terms) for term in terms]


def kept(logits, k):
    return np.argsort(np.argsort(-logits)) < k


def cut(logits, k, fill=-np.inf):
    return np.where(kept(logits, k), logits, fill)


def overflowing(logits, temperature, k):
    terms = np.exp(logits / temperature) * kept(logits, k)
    return terms / terms.sum()


def test_next_words():
    right_answers_pass(NEXT_WORDS, [by_place, by_mask, loop])
    wrong_answers_are_named(
        NEXT_WORDS,
        {
            "multiplied by the temperature": lambda x, t, k: softmax(cut(x, k) * t),
            "the temperature is missing": lambda x, t, k: softmax(cut(x, k)),
            "divides what the softmax gave": lambda x, t, k: softmax(cut(x, k)) / t,
            "all words may come": lambda x, t, k: softmax(x / t),
            "the k smallest": lambda x, t, k: softmax(-cut(-x, k) / t * _signs(x, k)),
            "one word too many": lambda x, t, k: softmax(cut(x, k + 1) / t),
            "one word too few": lambda x, t, k: softmax(cut(x, k - 1) / t),
            "have the logit 0": lambda x, t, k: softmax(cut(x / t, k, fill=0)),
            "cut after the softmax": lambda x, t, k: softmax(x / t) * kept(x, k),
            "the k words that are left": lambda x, t, k: np.sort(by_place(x, t, k))[::-1][:k],
            "the likeliest word alone": lambda x, t, k: np.eye(len(x))[np.argmax(x)],
            "Subtract the largest": overflowing,
        },
    )


def _signs(x, k):
    """+1, and -inf turned back: of the k smallest."""
    return np.where(kept(-x, k), 1, -1)


def test_what_cuts_and_what_draws_may_not_be_called():
    verdict = NEXT_WORDS.check(lambda x, t, k: softmax(top_k(x / t, k)))
    assert not verdict and "it calls top_k" in verdict.message
    verdict = NEXT_WORDS.check(lambda x, t, k: np.eye(len(x))[next_word(x, k=k)])
    assert not verdict and "it calls" in verdict.message
