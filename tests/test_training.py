"""Training: its parts against closed forms, and the pronoun that finds its noun for eight seeds."""

import numpy as np
import pytest

from qkvlib import (
    Adam,
    cross_entropy,
    initial_weights,
    loss_and_gradients,
    numerical_gradient,
    pronouns,
    relative_error,
    softmax,
    train,
)


def trial(seed=0, *, real=False, **options):
    """Train as chapter 12 does, and keep the last weights."""
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


def run(**options):
    vectors = pronouns.random_vectors(8, seed=0)

    def draw(step):
        drawn = pronouns.sentences(4, seed=step)
        return pronouns.embed(drawn.words, vectors), drawn.answers

    start = initial_weights(8, 2, 6, seed=0)
    return start, train(start, draw, steps=range(5), lr=0.01, asked=8, is_causal=True, **options)


def test_training_is_the_same_every_time_and_leaves_its_start_alone():
    (start, first), (_, second) = (run(keep=(3,)) for _ in range(2))
    assert np.array_equal(first.losses, second.losses) and len(first.losses) == 5
    assert list(first.kept) == [0, 3]
    for name, matrix in initial_weights(8, 2, 6, seed=0).items():
        assert np.array_equal(start[name], matrix)
        assert np.array_equal(first.kept[0][name], matrix)
        assert not np.array_equal(first.kept[3][name], matrix)
        assert np.array_equal(first.weights[name], second.weights[name])


def test_what_is_frozen_does_not_move():
    start, result = run(learn=["w_v"])
    moved = {n for n, w in result.weights.items() if not np.array_equal(w, start[n])}
    assert moved == {"w_v"}


@pytest.mark.parametrize("how", [{}, {"is_causal": True}, {"scale": 0.7}])
def test_gradients_of_the_whole_model(how):
    rng = np.random.default_rng(0)
    x, answers = rng.normal(size=(3, 5, 4)), rng.integers(3, size=3)
    weights = initial_weights(4, 2, 3, seed=1, spread=0.5)
    _, gradients = loss_and_gradients(weights, x, answers, asked=3, **how)
    for name in weights:

        def loss(w, name=name):
            moved = weights | {name: w}
            return loss_and_gradients(moved, x, answers, asked=3, **how)[0]

        assert relative_error(gradients[name], numerical_gradient(loss, weights[name])) <= 1e-6


def test_cross_entropy():
    logits, answers = np.random.default_rng(0).normal(size=(4, 3)), np.array([0, 2, 1, 1])
    loss, gradient = cross_entropy(logits, answers)
    assert loss == pytest.approx(-np.log(softmax(logits)[range(4), answers]).mean())
    measured = numerical_gradient(lambda a: cross_entropy(a, answers)[0], logits)
    assert relative_error(gradient, measured) <= 1e-6
    assert cross_entropy([[0.0, 5000.0]], [0])[0] == 5000  # no overflow, no log of 0


@pytest.mark.parametrize(
    ("logits", "answers", "error", "says"),
    [
        ([[1.0, 2.0]], [2], ValueError, "from 0 to 1"),
        ([[1.0, 2.0]], [-1], ValueError, "from 0 to 1"),
        ([[1.0, 2.0]], [0.5], TypeError, "dtype float64"),
        ([[1.0, 2.0]], [0, 1], ValueError, r"shapes \(1, 2\), \(2,\)"),
        (np.ones((0, 2)), np.ones(0, int), ValueError, "n > 0"),
    ],
)
def test_cross_entropy_names_wrong_input(logits, answers, error, says):
    with pytest.raises(error, match=says):
        cross_entropy(logits, answers)


def test_adam_goes_to_the_bottom_of_a_bowl():
    weights, adam = {"w": np.array([1.0, -2.0]), "still": np.ones(1)}, Adam(lr=0.05)
    for _ in range(400):
        weights = adam.step(weights, {"w": 2 * weights["w"]})
    assert abs(weights["w"]).max() < 1e-3 and weights["still"] == 1


@pytest.mark.parametrize("call", [lambda: Adam(lr=0), lambda: initial_weights(0, 1, 1, seed=0)])
def test_sizes_must_be_positive(call):
    with pytest.raises(ValueError):
        call()
