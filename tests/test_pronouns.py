"""The task of *Learning*: every sentence can be answered, and only by looking."""

from pathlib import Path

import numpy as np
import pytest
from model.words import word_slice

from qkvlib import initial_weights, pronouns

DATA = Path(pronouns.__file__).parents[1] / "data" / "words.npz"


@pytest.mark.parametrize("unseen", [False, True])
def test_the_answer_is_the_mood_of_the_noun_that_the_pronoun_stands_for(unseen):
    drawn = pronouns.sentences(500, seed=3, unseen=unseen)
    assert drawn.words.shape == (500, pronouns.LENGTH)
    nouns = pronouns.UNSEEN if unseen else pronouns.SEEN
    for words, answer, referent in zip(*drawn, strict=True):
        said = pronouns.read(words).split()
        assert said[referent] in nouns[said[pronouns.PRONOUN]]
        assert said[referent - 1] == said[-1] == pronouns.MOODS[answer]
        assert said[1] != said[5]
        assert sorted(said[place] in nouns["she"] for place in (2, 6)) == [False, True]


def test_neither_place_nor_pronoun_gives_the_answer_away():
    drawn = pronouns.sentences(4000, seed=0)
    assert (drawn.referents == 2).mean() == pytest.approx(0.5, abs=0.03)
    asks_it = drawn.words[:, pronouns.PRONOUN] == pronouns.encode("it")
    assert asks_it.mean() == pytest.approx(0.5, abs=0.03)
    assert (drawn.referents[asks_it] == 2).mean() == pytest.approx(0.5, abs=0.03)
    counts = np.bincount(drawn.answers)
    assert len(counts) == 6 and counts.min() > 500


def test_seen_and_unseen_nouns_do_not_meet():
    seen, unseen = (sum(nouns.values(), ()) for nouns in (pronouns.SEEN, pronouns.UNSEEN))
    assert not set(seen) & set(unseen) and {"mom", "puppy"} <= set(unseen)
    assert len(set(pronouns.WORDS)) == len(pronouns.WORDS)


def test_words_go_there_and_back():
    text = "the hungry puppy followed the tired mom and it was hungry"
    assert pronouns.read(pronouns.encode(text)) == text
    with pytest.raises(ValueError, match="'kitten' is not a word"):
        pronouns.encode("the kitten")
    with pytest.raises(TypeError, match=r"^text: list; expected a string"):
        pronouns.encode(["the", "mom"])


def test_a_token_carries_the_word_before_it():
    vectors = np.eye(len(pronouns.WORDS))
    x = pronouns.embed(pronouns.encode("the tired mom"), vectors)
    assert x.sum(axis=-1).tolist() == [1, 2, 2]
    assert x[2].nonzero()[0].tolist() == sorted(pronouns.encode("tired mom"))


def test_real_vectors_are_those_of_the_words():
    vectors = pronouns.real_vectors()
    assert vectors.shape == (len(pronouns.WORDS), 384) and vectors.dtype == np.float64
    unit = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    puppy, dog, queen, cat = pronouns.encode("puppy dog queen cat")
    assert unit[puppy] @ unit[dog] > unit[puppy] @ unit[queen]
    assert unit[cat] @ unit[dog] > unit[cat] @ unit[queen]


def test_the_slice_is_small():
    assert DATA.stat().st_size < 40_000


@pytest.mark.usefixtures("real_model")
def test_the_slice_is_what_its_tool_writes():
    fresh = word_slice()
    with np.load(DATA) as kept:
        assert set(kept) == set(fresh)
        assert all(np.array_equal(kept[name], fresh[name]) for name in fresh)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ([-1], ValueError),
        ([99], ValueError),
        ([0.5], TypeError),
        ([[0], [1, 2]], (TypeError, ValueError)),
        (0, ValueError),
    ],
)
def test_numbers_that_are_no_words_are_refused(words, error):
    with pytest.raises(error, match="words"):
        pronouns.embed(words, np.eye(len(pronouns.WORDS)))


def test_what_is_not_true_or_false_is_refused():
    with pytest.raises(TypeError, match=r"^unseen: 'no'; expected True or False"):
        pronouns.sentences(1, seed=0, unseen="no")
    with pytest.raises(TypeError, match=r"^previous: 'no'; expected True or False"):
        pronouns.embed([0], np.eye(len(pronouns.WORDS)), previous="no")


@pytest.mark.parametrize(
    ("how", "hidden"),
    [
        ({}, []),
        ({"is_causal": True}, [9, 10]),
        ({"mask": np.arange(pronouns.LENGTH) != 3}, [3]),
        ({"mask": np.where(np.arange(pronouns.LENGTH) != 3, 0.5, -np.inf)}, [3]),
        ({"mask": np.arange(pronouns.LENGTH) != 3, "is_causal": True}, [3, 9, 10]),
    ],
)
def test_what_a_mask_hides_from_the_pronoun_is_said_and_weighs_nothing(how, hidden):
    text = pronouns.read(pronouns.sentences(1, seed=0).words[0])
    start, vectors = initial_weights(8, 2, 6, seed=0), pronouns.random_vectors(8, seed=0)
    asked = pronouns.ask(start, text, vectors, **how)
    assert asked["hidden"].nonzero()[0].tolist() == hidden
    assert (asked["weights"] == 0).nonzero()[0].tolist() == hidden


def test_sentence_of_a_number_that_is_no_word_is_refused():
    with pytest.raises(ValueError, match="words: -1; expected integers from 0"):
        pronouns.read([-1])
