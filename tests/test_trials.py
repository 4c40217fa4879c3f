"""Whole trainings: the pronoun finds its noun for eight seeds, and what keeps it from that."""

import numpy as np
import pytest

from qkvlib import pronouns


def trial(seed=0, *, real=False, **options):
    """Train as *Learning* does, and keep the last weights."""
    vectors = pronouns.real_vectors() if real else pronouns.random_vectors(64, seed=seed)
    steps = options.pop("steps", range(150))
    options = {"is_causal": True} | options
    return vectors, pronouns.trial(vectors, seed=seed, steps=steps, keep=[len(steps)], **options)


def accuracy_in_use(vectors, result, *, unseen=False):
    """On fresh sentences, with what comes after the pronoun hidden."""
    drawn = pronouns.sentences(1000, seed=99, unseen=unseen)
    weights = list(result.kept.values())[-1]
    return pronouns.score(weights, drawn, vectors, is_causal=True)[1]


@pytest.mark.parametrize("seed", range(8))
def test_the_pronoun_finds_its_noun(seed):
    _, accuracy, found = trial(seed)[1].curve[-1]
    assert accuracy >= 0.99 and found >= 0.99


@pytest.mark.parametrize("seed", range(3))
def test_with_queries_and_keys_frozen_it_does_not(seed):
    _, accuracy, found = trial(seed, learn=["w_v"])[1].curve[-1]
    assert 0.4 < accuracy < 0.6 and found < 0.2


@pytest.mark.parametrize("seed", range(3))
def test_with_real_vectors_it_finds_nouns_it_was_never_trained_on(seed):
    assert accuracy_in_use(*trial(seed, real=True, steps=range(100)), unseen=True) >= 0.99


def test_with_random_vectors_it_does_not():
    assert np.mean([accuracy_in_use(*trial(seed), unseen=True) for seed in range(4)]) < 0.7


def test_words_that_do_not_know_the_word_before_are_not_enough():
    assert 0.4 < trial(previous=False)[1].curve[-1, 1] < 0.6


@pytest.mark.parametrize("mask", [None, ~np.tri(pronouns.LENGTH, dtype=bool)])
def test_a_wrong_mask_lets_it_copy_the_answer(mask):
    vectors, result = trial(is_causal=False, mask=mask)
    assert result.curve[-1, 1] >= 0.99 and accuracy_in_use(vectors, result) < 0.6


def test_without_the_scale_most_wide_heads_get_stuck():
    wide = {"d_k": 64, "spread": 1 / np.sqrt(128)}
    with_scale, without = (
        [trial(seed, scale=scale, **wide)[1].curve[-1, 1] for seed in (0, 1, 3)]
        for scale in (1 / 8, 1.0)
    )
    assert min(with_scale) >= 0.99 and max(without) < 0.9
