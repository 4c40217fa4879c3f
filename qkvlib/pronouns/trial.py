"""A model for the task: train it in one way or another, judge it, ask it."""

from typing import NamedTuple

import numpy as np

from .._arrays import as_array
from ..attention import softmax
from ..masks import apply_mask, causal_mask
from ..model import MATRICES, cross_entropy, initial_weights, predict
from ..training import train
from .task import MOODS, PRONOUN, embed, encode, sentences

KEPT = (*range(0, 50, 5), *range(50, 151, 10))
_TEST_SEED = 99_999  # no training draws it


class Trial(NamedTuple):
    """A training and what it came to."""

    kept: dict  # the weights after so many steps
    curve: np.ndarray  # (len(kept), 3): loss, accuracy, weight of the right noun
    how: dict  # what `ask` and `score` need to run the model as it was trained


def trial(
    vectors,
    *,
    seed=0,
    steps=range(150),
    keep=KEPT,
    learn=MATRICES,
    d_k=16,
    spread=0.02,
    previous=True,
    **how,
):
    """Train a model from random matrices, and judge it on 500 sentences as it learns.

    A step takes 64 fresh sentences; Adam's lr is 0.003.

    Parameters
    ----------
    vectors : array_like, shape (n_words, d_model)
    seed : int
        Draws the matrices to start from, and the sentences.
    steps, keep, learn
        As for `qkvlib.train`.
    d_k, spread
        As for `qkvlib.initial_weights`.
    previous
        As for `embed`.
    **how
        ``mask``, ``is_causal``, ``scale``: as for `qkvlib.scaled_dot_product_attention`.

    Returns
    -------
    Trial
        ``kept``, ``curve`` and ``how``.

    Raises
    ------
    TypeError, ValueError
        As `embed`, `qkvlib.initial_weights` and `qkvlib.train`.
    """
    vectors = as_array("vectors", vectors, "n_words, d_model")

    def draw(step):
        drawn = sentences(64, seed=[seed, step])
        return embed(drawn.words, vectors, previous=previous), drawn.answers

    start = initial_weights(vectors.shape[-1], d_k, len(MOODS), seed=seed, spread=spread)
    run = train(start, draw, steps=steps, lr=0.003, asked=PRONOUN, learn=learn, keep=keep, **how)
    how = {"previous": previous, **how}
    test = sentences(500, seed=_TEST_SEED)
    curve = [score(weights, test, vectors, **how) for weights in run.kept.values()]
    return Trial(run.kept, np.array(curve), how)


def score(weights, drawn, vectors, *, previous=True, **how):
    """Judge a model on sentences.

    Parameters
    ----------
    weights : dict
        As `qkvlib.train` gives it.
    drawn : Sentences
    vectors, previous
        As for `embed`.
    **how
        ``mask``, ``is_causal``, ``scale``: as for `qkvlib.scaled_dot_product_attention`.

    Returns
    -------
    loss, accuracy, found : float
        ``found`` is the mean weight of the noun that the pronoun stands for.

    Raises
    ------
    TypeError, ValueError
        As `embed` and `qkvlib.predict`.
    """
    x = embed(drawn.words, vectors, previous=previous)
    logits, attention = predict(weights, x, asked=PRONOUN, **how)
    accuracy = (logits.argmax(axis=-1) == drawn.answers).mean()
    found = attention[np.arange(len(drawn.referents)), drawn.referents].mean()
    return cross_entropy(logits, drawn.answers)[0], float(accuracy), float(found)


def ask(weights, text, vectors, *, previous=True, **how):
    """Ask a model about one sentence and say all that `qkvlib.plots.pronoun` draws.

    Parameters
    ----------
    weights, vectors, previous, **how
        As for `score`.
    text : str
        A sentence of this task.

    Returns
    -------
    dict
        The arguments ``words``, ``weights``, ``answers``, ``asked``, ``referent``, ``right`` and
        ``hidden``.

    Raises
    ------
    TypeError, ValueError
        As `score`; or if a word is not of this task.
    """
    x = embed(encode(text)[None], vectors, previous=previous)
    words = text.split()
    logits, attention = predict(weights, x, asked=PRONOUN, **how)
    masked = np.zeros((len(words), len(words)))
    if how.get("mask") is not None:
        masked = apply_mask(masked, how["mask"])
    if how.get("is_causal"):
        masked = apply_mask(masked, causal_mask(len(words)))
    probabilities = softmax(logits[0]).tolist()
    return {
        "words": words,
        "weights": attention[0],
        "answers": dict(zip(MOODS, probabilities, strict=True)),
        "asked": PRONOUN,
        "referent": words.index(words[-1]) + 1,  # after its mood
        "right": words[-1],
        "hidden": np.isneginf(masked[PRONOUN]),
    }
