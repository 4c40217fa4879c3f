"""A task that cannot be solved without looking: whom does a pronoun stand for.

*The hungry puppy followed the tired mom and it was hungry.* At the pronoun, say how the one it
stands for feels. Two moods and two nouns, one for *she* and one for *it*, stand in every sentence,
in any order, so who only knows which moods occur is right half of the time.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from .._arrays import as_array, as_integers
from .._values import as_flag, as_generator, as_int, as_text

MOODS = ("happy", "hungry", "tired", "angry", "sad", "cold")
SEEN = {  # nouns of the training, by their pronoun
    "she": tuple(
        "girl woman lady queen princess sister aunt daughter wife niece widow nun".split()
    ),
    "it": tuple("dog cat horse duck bird cow pig sheep lion wolf fox rabbit".split()),
}
UNSEEN = {  # nouns that no training sentence holds
    "she": ("mom", "bride", "duchess", "waitress", "heroine", "goddess"),
    "it": ("puppy", "monkey", "elephant", "frog", "goat", "tiger"),
}
WORDS = ("the", "followed", "and", "was", "she", "it", *MOODS)
for _nouns in (SEEN, UNSEEN):
    WORDS += _nouns["she"] + _nouns["it"]
PRONOUN = 8  # its place in a sentence: the question is asked here
LENGTH = 11

_NUMBER = {word: number for number, word in enumerate(WORDS)}
_FRAME = "the ? ? followed the ? ? and ? was ?".split()
_MOOD_PLACES, _NOUN_PLACES = (1, 5), (2, 6)


class Sentences(NamedTuple):
    """Sentences as word numbers, with what is asked of them."""

    words: np.ndarray  # (count, LENGTH), each the number of a word in WORDS
    answers: np.ndarray  # (count,), each the number of a mood in MOODS
    referents: np.ndarray  # (count,), the place of the noun that the pronoun stands for


def sentences(count, *, seed, unseen=False):
    """Draw sentences at random.

    Parameters
    ----------
    count : int
    seed : int or numpy.random.Generator
    unseen : bool, default False
        Take the nouns that training leaves out.

    Returns
    -------
    Sentences
        ``words`` (count, 11), ``answers`` (count,) and ``referents`` (count,), all integers.

    Raises
    ------
    TypeError, ValueError
        If `count` is not an integer of at least 0, `seed` starts no generator, or `unseen` is not
        True or False.

    Examples
    --------
    >>> from qkvlib import pronouns
    >>> drawn = pronouns.sentences(1, seed=0, unseen=True)
    >>> pronouns.read(drawn.words[0])
    'the angry tiger followed the tired waitress and it was angry'
    >>> pronouns.MOODS[drawn.answers[0]], drawn.referents[0].item()
    ('angry', 2)
    """
    count, rng = as_int("count", count, 0), as_generator(seed)
    nouns = UNSEEN if as_flag("unseen", unseen) else SEEN
    words = np.tile([_NUMBER.get(word, -1) for word in _FRAME], (count, 1))
    moods = rng.random((count, len(MOODS))).argsort(axis=-1)[:, :2]  # two that differ
    words[:, _MOOD_PLACES] = moods + _NUMBER[MOODS[0]]
    rows, first = np.arange(count), rng.integers(2, size=count)  # 1: the animal comes first
    for is_animal, pronoun in enumerate(("she", "it")):
        numbers = np.array([_NUMBER[noun] for noun in nouns[pronoun]])
        place = np.where(first == is_animal, *_NOUN_PLACES)
        words[rows, place] = rng.choice(numbers, count)
    asked = rng.integers(2, size=count)  # 1: the animal is asked about
    words[:, PRONOUN] = np.where(asked, _NUMBER["it"], _NUMBER["she"])
    second = (asked != first).astype(int)
    answers = moods[rows, second]
    words[:, -1] = answers + _NUMBER[MOODS[0]]
    return Sentences(words, answers, np.where(second, _NOUN_PLACES[1], _NOUN_PLACES[0]))


def encode(text):
    """Turn a text of n words into their numbers, shape (n,).

    A word that is not in ``WORDS`` raises ValueError.

    Examples
    --------
    >>> from qkvlib import pronouns
    >>> pronouns.encode("the she it")
    array([0, 4, 5])
    """
    words = as_text("text", text).split()
    unknown = [word for word in words if word not in _NUMBER]
    if unknown:
        raise ValueError(f"text: {unknown[0]!r} is not a word of this task; see pronouns.WORDS")
    return np.array([_NUMBER[word] for word in words], dtype=int)


def read(words):
    """Turn the numbers of one sentence, shape (n,), back into text."""
    return " ".join(WORDS[number] for number in as_integers("words", words, len(WORDS) - 1))


def random_vectors(d_model, *, seed):
    """Give every word a random vector: standard normal numbers that mean nothing yet.

    Parameters
    ----------
    d_model : int
    seed : int or numpy.random.Generator

    Returns
    -------
    ndarray, shape (n_words, d_model)
        One row for each of ``WORDS``.

    Raises
    ------
    TypeError, ValueError
        If `d_model` is not a positive integer, or `seed` starts no generator.
    """
    return as_generator(seed).normal(size=(len(WORDS), as_int("d_model", d_model, 1)))


def real_vectors():
    """Give every word the vector that a real model has learned for it.

    These are rows of the word embeddings of all-MiniLM-L6-v2, rounded to float16 and written by
    ``tools/model/words.py``.

    Returns
    -------
    ndarray, shape (n_words, 384)
        One row for each of ``WORDS``.

    References
    ----------
    Wang et al. (2020), https://arxiv.org/abs/2002.10957; the weights are under Apache-2.0.
    """
    with np.load(Path(__file__).parents[1] / "data" / "words.npz") as slice_:
        number = {word: i for i, word in enumerate(slice_["words"].tolist())}
        return slice_["vectors"][[number[word] for word in WORDS]].astype(np.float64)


def embed(words, vectors, *, previous=True):
    """Make the layer's input: each word's own vector plus that of the word before it.

    The sum stands for an earlier layer that looks one word back; it tells a noun the mood before
    it.

    Parameters
    ----------
    words : array_like of int, shape (..., n)
    vectors : array_like, shape (n_words, d_model)
    previous : bool, default True
        Add the vector of the word before.

    Returns
    -------
    ndarray, shape (..., n, d_model)

    Raises
    ------
    TypeError, ValueError
        If `words` are not numbers of rows of `vectors`, `vectors` are not finite real numbers, or
        `previous` is not True or False.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import pronouns
    >>> x = pronouns.embed(pronouns.encode("the tired mom"), np.eye(len(pronouns.WORDS)))
    >>> x.sum(axis=-1)  # "the" has no word before it
    array([1., 2., 2.])
    """
    vectors = as_array("vectors", vectors, "n_words, d_model")
    words = as_integers("words", words, len(vectors) - 1)
    if words.ndim == 0:
        raise ValueError("words: shape (); expected (..., n)")
    x = vectors[words]
    if as_flag("previous", previous):
        x[..., 1:, :] += vectors[words[..., :-1]]
    return x
