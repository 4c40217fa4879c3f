"""Linear attention: the matrix form equals the loops, and running sums give its rows."""

import math

import numpy as np
import pytest

from qkvlib import linear_attention, linear_attention_step

ATOL = {np.float16: 2e-3, np.float32: 1e-6, np.float64: 1e-12}


def case(*batch, n_q=4, n_k=6, dtype=np.float64):
    rng = np.random.default_rng(0)
    shapes = (n_q, 3), (n_k, 3), (n_k, 5)
    return [rng.normal(size=(*batch, *shape)).astype(dtype) for shape in shapes]


def feature(x):
    return x + 1 if x > 0 else math.exp(x)


def by_loops(q, k, v, may_attend):
    """Specify: weights in proportion to the kernel, one pair after the other."""
    weights = np.zeros((len(q), len(k)))
    for i, j in np.ndindex(weights.shape):
        if may_attend(i, j):
            weights[i, j] = sum(feature(a) * feature(b) for a, b in zip(q[i], k[j], strict=True))
    sums = weights.sum(1, keepdims=True)
    weights = np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)
    return weights @ v, weights


@pytest.mark.parametrize(
    ("options", "may_attend"),
    [
        ({}, lambda i, j: True),
        ({"is_causal": True}, lambda i, j: j <= i),
        ({"is_causal": True, "q_start": 2}, lambda i, j: j <= i + 2),
    ],
)
def test_the_matrix_form_equals_the_loops(options, may_attend):
    q, k, v = case(2)
    output, weights = linear_attention(q, k, v, return_weights=True, **options)
    np.testing.assert_array_equal(linear_attention(q, k, v, **options), output)
    for b in range(2):
        expected = by_loops(q[b], k[b], v[b], may_attend)
        np.testing.assert_allclose(output[b], expected[0], atol=1e-12)
        np.testing.assert_allclose(weights[b], expected[1], atol=1e-12)


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
@pytest.mark.parametrize("dtype", ATOL)
def test_token_by_token_gives_the_rows_of_the_causal_form(batch, dtype):
    q, k, v = case(*batch, n_q=6, dtype=dtype)
    whole = linear_attention(q, k, v, is_causal=True)
    assert whole.dtype == dtype
    state, total = np.zeros((*batch, 3, 5), dtype), np.zeros((*batch, 3), dtype)
    for i in range(6):
        new = [a[..., i : i + 1, :] for a in (q, k, v)]
        state, total, output = linear_attention_step(state, total, *new)
        assert output.dtype == dtype and state.dtype == np.promote_types(dtype, np.float32)
        assert state.shape == (*batch, 3, 5)  # of one size, however long the text is
        np.testing.assert_allclose(output[..., 0, :], whole[..., i, :], rtol=0, atol=ATOL[dtype])


def test_all_tokens_in_one_step_see_all():
    q, k, v = case(2)
    _, total, output = linear_attention_step(np.zeros((2, 3, 5)), np.zeros((2, 3)), q, k, v)
    np.testing.assert_allclose(output, linear_attention(q, k, v), atol=1e-12)
    assert total[1, 0] == pytest.approx(sum(feature(x) for x in k[1, :, 0]))


def test_the_kernel_is_positive_and_meets_at_0():
    k, e = [[0.0], [1.0], [-1.0]], math.e
    _, weights = linear_attention([[0.0]], k, np.ones((3, 1)), return_weights=True)
    np.testing.assert_allclose(weights, [[e / (3 * e + 1), 2 * e / (3 * e + 1), 1 / (3 * e + 1)]])


def test_nothing_to_attend_to_is_zero():
    q, k, v = case(n_k=0)
    np.testing.assert_array_equal(linear_attention(q, k, v), np.zeros((4, 5)))
    _, _, output = linear_attention_step(np.zeros((3, 5)), np.zeros(3), q, k, v)
    np.testing.assert_array_equal(output, np.zeros((4, 5)))
    far = linear_attention(np.full((1, 1), -1e9), np.full((1, 1), -1e9), [[1.0]])
    np.testing.assert_array_equal(far, [[0.0]])  # e to the x is 0 for floats


def step(**changes):
    q, k, v = case()
    good = {"state": np.zeros((3, 5)), "total": np.zeros(3), "q": q, "k": k, "v": v}
    return linear_attention_step(**good | changes)


ERRORS = [
    (lambda: linear_attention([[-np.inf]], [[1.0]], [[1.0]]), ValueError, "q: -inf at index"),
    (lambda: linear_attention([[1.0]], [[-np.inf]], [[1.0]]), ValueError, "k: -inf at index"),
    (lambda: linear_attention([[1.0]], [[1.0]], [[np.nan]]), ValueError, "v: nan at index"),
    (lambda: linear_attention([[1e200]], [[1e200]], [[1.0]]), ValueError, "φ.q. · φ.k.: overflows"),
    (lambda: linear_attention([[1.0]], [[1.0]], [[1.0]], q_start=-1), ValueError, "q_start: -1"),
    (lambda: linear_attention([[1.0]], [[1.0]], [[1.0]], is_causal=1), TypeError, "is_causal: 1"),
    (
        lambda: linear_attention([[1.0]], [[1.0]], [[1.0]], return_weights=1),
        TypeError,
        "return_weights: 1; expected True or False",
    ),
    (lambda: step(q=np.full((4, 3), -np.inf)), ValueError, "q: -inf at index"),
    (lambda: step(state=np.zeros((2, 5))), ValueError, "state, total, k: d_k is 2 in state"),
    (lambda: step(total=np.zeros(2)), ValueError, "state, total, k: d_k is 3 .* 2 in total"),
    (lambda: step(state=np.zeros((3, 4))), ValueError, "state, v: d_v is 4 in state .* 5 in v"),
    (
        lambda: step(state=np.zeros((2, 3, 5)), total=np.zeros((3, 3))),
        ValueError,
        r"state, total, q, k, v: shapes \(2, 3, 5\), \(3, 3, 1\)",
    ),
    (
        lambda: step(state=np.full((3, 5), 1.7e308), v=np.full((6, 5), 1.7e308)),
        ValueError,
        "state . φ.k..T @ v: overflows",
    ),
    (
        lambda: step(total=np.full(3, 1.7e308), k=np.full((6, 3), 1e308)),
        ValueError,
        "state . φ.k..T @ v: overflows|total . φ.k., summed: overflows",
    ),
    (
        lambda: step(state=np.full((3, 5), 1.7e308), q=np.full((4, 3), 9.0)),
        ValueError,
        r"φ.q. @ state / .φ.q. @ total.: overflows",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_the_argument(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()
