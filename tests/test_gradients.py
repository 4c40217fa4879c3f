"""The backward pass against central differences, and the differences against closed forms."""

import numpy as np
import pytest

from qkvlib import (
    attention_gradients,
    attention_weights,
    numerical_gradient,
    project,
    project_gradients,
    relative_error,
    scaled_dot_product_attention,
    softmax,
    softmax_gradient,
)

CASES = 240
TOLERANCE = 1e-6


def random_case(seed):
    """Sizes, batch axes, mask and scale, all drawn at random; and a loss that is linear in them."""
    rng = np.random.default_rng(seed)
    n_q, n_k, d_k, d_v = rng.integers(1, 6, size=4)
    n_k = max(n_k, 2)
    batch_q, batch_kv = [((), ()), ((2,), (2,)), ((2,), ()), ((), (2,)), ((2, 1), (3,))][seed % 5]
    q, k, v = (
        rng.normal(size=shape)
        for shape in ((*batch_q, n_q, d_k), (*batch_kv, n_k, d_k), (*batch_kv, n_k, d_v))
    )
    boolean = rng.random((n_q, n_k)) < 0.7
    how = [
        {},
        {"is_causal": True},
        {"is_causal": True, "q_start": 1},
        {"mask": boolean},  # some rows have nothing to attend to
        {"mask": np.where(boolean, rng.normal(size=boolean.shape), -np.inf)},
        {"mask": boolean, "is_causal": True},
        {"scale": rng.normal()},
    ][seed % 7]
    output = scaled_dot_product_attention(q, k, v, **how)
    return (q, k, v), rng.normal(size=output.shape), how


def worst_error(seed, backward):
    """All three gradients as one vector: with a single key left, that of q is 0."""
    inputs, grad_output, how = random_case(seed)
    measured = []
    for i, array in enumerate(inputs):

        def loss(moved, i=i):
            arrays = (*inputs[:i], moved, *inputs[i + 1 :])
            return (scaled_dot_product_attention(*arrays, **how) * grad_output).sum()

        measured.append(numerical_gradient(loss, array))
    computed = backward(*inputs, grad_output, **how)
    assert [g.shape for g in computed] == [a.shape for a in inputs]
    return relative_error(*(np.concatenate([g.ravel() for g in gs]) for gs in (computed, measured)))


def test_attention_gradients_are_the_slopes_that_differences_measure():
    assert max(worst_error(seed, attention_gradients) for seed in range(CASES)) <= TOLERANCE


def no_scale(q, k, v, grad_output, *, scale=None, **how):
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    grad_q, grad_k, grad_v = attention_gradients(q, k, v, grad_output, scale=scale, **how)
    return grad_q / scale, grad_k / scale, grad_v


def swapped(q, k, v, grad_output, **how):
    grad_q, grad_k, grad_v = attention_gradients(q, k, v, grad_output, **how)
    return grad_q, -grad_k, grad_v


def no_mean(q, k, v, grad_output, *, scale=None, **how):
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    weights = attention_weights(q, k, scale=scale, **how)
    grad_scores = weights * (grad_output @ v.T) * scale
    return grad_scores @ k, grad_scores.T @ q, weights.T @ grad_output


def no_mask(q, k, v, grad_output, **how):
    return attention_gradients(q, k, v, grad_output)


@pytest.mark.parametrize("wrong", [no_scale, swapped, no_mean, no_mask])
def test_the_check_finds_a_wrong_gradient(wrong):
    seeds = [seed for seed in range(0, CASES, 5) if seed % 6 == 1]  # one sentence, causal mask
    assert max(worst_error(seed, wrong) for seed in seeds) > 1e-2


def test_the_check_finds_one_number_that_is_off_by_a_thousandth():
    def slightly_wrong(*arrays, **how):
        grad_q, grad_k, grad_v = (g.copy() for g in attention_gradients(*arrays, **how))
        grad_v.flat[0] += 1e-3 * abs(grad_v).max()
        return grad_q, grad_k, grad_v

    assert all(worst_error(seed, slightly_wrong) > TOLERANCE for seed in range(0, CASES, 30))


def test_hidden_keys_and_values_have_no_gradient():
    (q, k, v), grad_output, _ = random_case(0)
    hidden = np.ones((len(q), len(k)), bool)
    hidden[:, -1] = False
    _, grad_k, grad_v = attention_gradients(q, k, v, grad_output, mask=hidden)
    assert (grad_k[-1] == 0).all() and (grad_v[-1] == 0).all() and grad_v[0].any()


def test_keys_alone_may_have_a_batch():
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(3, 4)), rng.normal(size=(2, 5, 4)), rng.normal(size=(5, 6))
    grad = rng.normal(size=(2, 3, 6))
    got = attention_gradients(q, k, v, grad)
    each = [attention_gradients(q, k[i], v, grad[i]) for i in range(2)]
    np.testing.assert_allclose(got[0], each[0][0] + each[1][0])
    np.testing.assert_allclose(got[1], [each[0][1], each[1][1]])
    np.testing.assert_allclose(got[2], each[0][2] + each[1][2])


def test_gradients_of_half_precision_are_rounded_once():
    (q, k, v), grad_output, _ = random_case(0)
    half = [a.astype(np.float16) for a in (q, k, v, grad_output)]
    exact = attention_gradients(*(a.astype(float) for a in half))
    for got, expected in zip(attention_gradients(*half), exact, strict=True):
        assert got.dtype == np.float16
        np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-5)
    mixed = attention_gradients(half[0], k, v, grad_output)
    assert [g.dtype for g in mixed] == [np.float16, np.float64, np.float64]


def test_nothing_to_attend_to_has_no_gradient():
    for n_k in (0, 3):
        q, k, v, grad = np.ones((2, 4)), np.ones((n_k, 4)), np.ones((n_k, 5)), np.ones((2, 5))
        gradients = attention_gradients(q, k, v, grad, mask=np.zeros((2, n_k), bool))
        assert [g.shape for g in gradients] == [q.shape, k.shape, v.shape]
        assert not any(g.any() for g in gradients)


@pytest.mark.parametrize(
    ("x_batch", "w_batch"), [((), ()), ((2,), ()), ((2, 3), ()), ((), (2,)), ((2, 1), (3,))]
)
def test_project_gradients(x_batch, w_batch):
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(*x_batch, 3, 4)), rng.normal(size=(*w_batch, 4, 2))
    grad = rng.normal(size=project(x, w).shape)
    grad_x, grad_w = project_gradients(x, w, grad)
    assert grad_x.shape == x.shape and grad_w.shape == w.shape
    measured = numerical_gradient(lambda a: (project(a, w) * grad).sum(), x)
    assert relative_error(grad_x, measured) <= TOLERANCE
    measured = numerical_gradient(lambda a: (project(x, a) * grad).sum(), w)
    assert relative_error(grad_w, measured) <= TOLERANCE


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_softmax_gradient(axis):
    rng = np.random.default_rng(2)
    scores, grad = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))
    gradient = softmax_gradient(softmax(scores, axis=axis), grad, axis=axis)
    measured = numerical_gradient(lambda s: (softmax(s, axis=axis) * grad).sum(), scores)
    assert relative_error(gradient, measured) <= TOLERANCE
    assert np.allclose(gradient.sum(axis), 0)


def test_numerical_gradient_is_exact_for_a_parabola_and_leaves_its_input_alone():
    start = np.array([[1, -2], [0, 4]])
    gradient = numerical_gradient(lambda a: (a**2).sum(), start, eps=0.5)
    assert np.allclose(gradient, 2 * start) and start.tolist() == [[1, -2], [0, 4]]


def test_relative_error_of_zeros():
    assert relative_error([0.0], [0.0]) == 0


ONES = np.ones((2, 3))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: attention_gradients(ONES, ONES, ONES, np.ones((2, 4))), r"grad_output: .*\(2, 3"),
        (lambda: project_gradients(ONES, ONES.T, ONES), r"grad: shape \(2, 3\); expected \(2, 2\)"),
        (lambda: softmax_gradient(ONES, ONES.T), r"grad_weights: shape \(3, 2\)"),
        (lambda: numerical_gradient(np.sum, [1.0, 1e12]), "eps: 1e-05; .* moves 1000000000000.0"),
        (lambda: numerical_gradient(np.sum, [1e308], eps=1e308), "array, moved by eps: overflows"),
        (
            lambda: numerical_gradient(np.square, [1.0, 2.0]),
            "function: returned .* one finite number",
        ),
        (lambda: numerical_gradient(lambda a: np.nan, ONES), "function: returned nan"),
        (lambda: numerical_gradient(lambda a: "1", ONES), "function: returned '1'"),
    ],
)
def test_wrong_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_softmax_gradient_goes_along_the_last_axis():
    weights, grad = np.random.default_rng(0).normal(size=(2, 3, 4))
    got = softmax_gradient(weights, grad)
    for i in range(3):
        np.testing.assert_allclose(got[i], softmax_gradient(weights[i], grad[i]), rtol=1e-12)


def test_a_batch_of_values_alone():
    shapes = (3, 4), (5, 4), (2, 5, 6), (2, 3, 6)
    q, k, v, grad = (np.random.default_rng(0).normal(size=shape) for shape in shapes)
    got = attention_gradients(q, k, v, grad)
    alone = [attention_gradients(q, k, v[i], grad[i]) for i in range(2)]
    for whole, parts in zip(got[:2], zip(*alone, strict=True), strict=False):
        np.testing.assert_allclose(whole, sum(parts), rtol=1e-10)
    np.testing.assert_allclose(got[2], [grad_v for *_, grad_v in alone], rtol=1e-10)


def test_a_batch_of_one_serves_two():
    rng = np.random.default_rng(0)
    x, w, grad = rng.normal(size=(1, 3, 4)), rng.normal(size=(2, 4, 5)), rng.normal(size=(2, 3, 5))
    grad_x, grad_w = project_gradients(x, w, grad)
    alone = [project_gradients(x[0], w[i], grad[i]) for i in range(2)]
    np.testing.assert_allclose(grad_x, [alone[0][0] + alone[1][0]], rtol=1e-12)
    np.testing.assert_allclose(grad_w, [alone[0][1], alone[1][1]], rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda a: project_gradients(a(3, 4), a(5, 2), a(3, 2)), "x, w: d_model is 4 in x"),
        (lambda a: project_gradients(a(2, 3, 4), a(3, 4, 2), a(3, 2)), "x, w: shapes .* batch"),
        (lambda a: attention_gradients(a(3, 4), a(5, 4), a(6, 2), a(3, 2)), "k, v: n_k is 5 in k"),
        *(
            (
                lambda a, sizes=sizes: attention_gradients(
                    *(a(n, 3, 4) for n in sizes), a(2, 3, 4)
                ),
                "q, k, v: shapes .* batch axes",
            )
            for sizes in ((3, 2, 2), (2, 3, 2), (2, 2, 3))
        ),
    ],
)
def test_sizes_that_do_not_match_are_named(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call(lambda *shape: np.ones(shape))
