"""Training: its parts against closed forms and measured gradients."""

import numpy as np
import pytest

from qkvlib import (
    Adam,
    cross_entropy,
    initial_weights,
    loss_and_gradients,
    numerical_gradient,
    predict,
    pronouns,
    relative_error,
    scaled_dot_product_attention,
    softmax,
    train,
)


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
    two = cross_entropy([[0.0, 5000.0], [0.0, 0.0]], [0, 0])[0]
    assert two == pytest.approx((5000 + np.log(2)) / 2), "each row has a largest of its own"


@pytest.mark.parametrize(
    ("logits", "answers", "says"),
    [
        ([[1.0, 2.0]], [0, 1], r"^logits, answers: shapes \(1, 2\), \(2,\); expected"),
        (np.ones((0, 2)), np.ones(0, int), "n > 0"),
    ],
)
def test_cross_entropy_takes_one_answer_for_each_row(logits, answers, says):
    with pytest.raises(ValueError, match=says):
        cross_entropy(logits, answers)


def test_adam_goes_to_the_bottom_of_a_bowl():
    weights, adam = {"w": np.array([1.0, -2.0]), "still": np.ones(1)}, Adam(lr=0.05)
    for _ in range(400):
        weights = adam.step(weights, {"w": 2 * weights["w"]})
    assert abs(weights["w"]).max() < 1e-3 and weights["still"] == 1


def test_weights_start_around_0_with_their_spread():
    weights = initial_weights(100, 40, 20, seed=0)
    for matrix in weights.values():
        assert abs(matrix.mean()) < 0.002 and matrix.std() == pytest.approx(0.02, rel=0.05)
    assert initial_weights(1, 1, 1, seed=0)["w_v"].shape == (1, 1)


def model_case():
    rng = np.random.default_rng(0)
    return initial_weights(6, 4, 3, seed=1, spread=0.5), rng.normal(size=(2, 5, 6))


@pytest.mark.parametrize("how", [{}, {"is_causal": True}, {"scale": 2.0}])
def test_predict_is_attention_read_at_one_token(how):
    weights, x = model_case()
    q, k, v = (x @ weights[name] for name in ("w_q", "w_k", "w_v"))
    expected = scaled_dot_product_attention(q, k, v, return_weights=True, **how)
    for got, whole in zip(predict(weights, x, asked=3, **how), expected, strict=True):
        np.testing.assert_allclose(got, whole[:, 3], rtol=1e-12)


def test_each_sentence_may_have_weights_of_its_own():
    _, x = model_case()
    both = [initial_weights(6, 4, 3, seed=seed, spread=0.5) for seed in range(2)]
    stacked = {name: np.stack([one[name] for one in both]) for name in both[0]}
    logits, _ = predict(stacked, x, asked=0)
    for i, one in enumerate(both):
        np.testing.assert_allclose(logits[i], predict(one, x[i : i + 1], asked=0)[0][0], rtol=1e-12)


@pytest.mark.parametrize(
    ("changed", "asked", "message"),
    [
        ({"w_q": np.ones((7, 4))}, 0, "x, w_q: d_model is 6 in x"),
        ({"w_v": np.ones((7, 3))}, 0, "x, w_v: d_model is 6 in x"),
        ({"w_k": np.ones((6, 5))}, 0, "w_q, w_k: d_k is 4 in w_q"),
        ({}, 5, "asked: 5; expected an integer from -5 to 4"),
    ],
)
def test_predict_names_what_does_not_fit(changed, asked, message):
    weights, x = model_case()
    with pytest.raises(ValueError, match=f"^{message}"):
        predict(weights | changed, x, asked=asked)


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([1.0], TypeError, "weights: list; expected a dict with w_q, w_k, w_v"),
        ({"w_q": np.ones((6, 4))}, ValueError, "weights: has no w_k; expected a dict with w_q"),
    ],
)
def test_weights_that_lack_a_matrix_are_refused(weights, error, message):
    with pytest.raises(error, match=f"^{message}"):
        predict(weights, model_case()[1], asked=0)


@pytest.mark.parametrize(
    ("weights", "gradients", "error", "message"),
    [
        ({"w": [1.0]}, [1.0], TypeError, "gradients: list; expected a dict"),
        ([1.0], {"w": [1.0]}, TypeError, "weights: list; expected a dict with w"),
        ({"v": [1.0]}, {"w": [1.0]}, ValueError, "weights: has no w; expected a dict with w"),
        ({"w": [1.0]}, {"w": [1.0]}, ValueError, "weights, gradients: .* the same, .2,"),
    ],
)
def test_a_step_that_cannot_be_taken_is_refused(weights, gradients, error, message):
    adam = Adam(lr=0.1)
    adam.step({"w": [1.0, 2.0]}, {"w": [1.0, 2.0]})
    with pytest.raises(error, match=f"^{message}"):
        adam.step(weights, gradients)


def test_a_step_that_was_refused_does_not_count():
    adam, other, gradients = Adam(lr=0.1), Adam(lr=0.1), {"v": [1.0], "w": [2.0]}
    weights = {"v": np.ones(1), "w": np.ones(1)}
    for bad in ([np.nan], [1e200], [1.0, 2.0]):  # found after the average of v has moved
        with pytest.raises(ValueError, match=r"gradients"):
            adam.step(weights, {"v": [3.0], "w": bad})
    for _ in range(2):
        one, same = (a.step(weights, gradients) for a in (adam, other))
        assert one == same


def test_what_to_learn_and_to_keep_may_be_read_only_once():
    start, once = run(learn=iter(["w_v"]), keep=iter([4, 2]))
    assert not np.array_equal(once.weights["w_v"], start["w_v"])
    assert list(once.kept) == [0, 2, 4]


def adam_by_the_paper(gradients, lr=0.1, beta_1=0.9, beta_2=0.999, eps=1e-8):
    """Algorithm 1 of Kingma and Ba (2015), line by line."""
    theta, m, v = 1.0, 0.0, 0.0
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g * g
        theta -= lr * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + eps)
    return theta


@pytest.mark.parametrize(
    "options", [{}, {"beta_1": 0.5, "beta_2": 0.6, "eps": 0.3}, {"beta_1": 0, "beta_2": 0}]
)
@pytest.mark.parametrize("size", [1.0, 1e-8])  # beside the smaller one eps counts
def test_adam_is_the_papers(options, size):
    gradients = size * np.array([1.0, -0.5, 3.0, 0.25])
    adam, weights = Adam(lr=0.1, **options), {"w": np.ones(1)}
    for gradient in gradients:
        weights = adam.step(weights, {"w": [gradient]})
    assert weights["w"][0] == pytest.approx(adam_by_the_paper(gradients, **options), rel=1e-12)


def test_training_runs_the_model_as_it_is_told():
    vectors, drawn = pronouns.random_vectors(8, seed=0), pronouns.sentences(4, seed=0)
    x = pronouns.embed(drawn.words, vectors)
    for how in ({"is_causal": True}, {"scale": 20.0}):
        start = initial_weights(8, 2, 6, seed=0, spread=1)
        run = train(start, lambda _: (x, drawn.answers), steps=[0], lr=0.01, asked=8, **how)
        assert run.losses == loss_and_gradients(start, x, drawn.answers, asked=8, **how)[0]
