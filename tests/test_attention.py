"""Each step of attention: equal to loops, to closed forms, and strict about its input."""

import math

import numpy as np
import pytest

from qkvlib import (
    _formula,
    attention_scores,
    attention_weights,
    project,
    scaled_dot_product_attention,
    softmax,
)

INF, NAN = math.inf, math.nan
# Batch axes of q, those of k and v, and those of the result.
BATCHES = [((), (), ()), ((2,), (2,), (2,)), ((2,), (), (2,)), ((2, 1), (3,), (2, 3))]


def random(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def qkv(batch_q=(), batch_kv=(), n_q=3, n_k=5, d_k=4, d_v=2):
    return (
        random(*batch_q, n_q, d_k, seed=1),
        random(*batch_kv, n_k, d_k, seed=2),
        random(*batch_kv, n_k, d_v, seed=3),
    )


def attention_by_loops(q, k, v, bias):
    """Specify attention, one number at a time; return the scores, weights and output."""
    (n_q, d_k), (n_k, d_v) = q.shape, v.shape
    scores, weights, output = np.zeros((n_q, n_k)), np.zeros((n_q, n_k)), np.zeros((n_q, d_v))
    for i in range(n_q):
        for j in range(n_k):
            scores[i, j] = sum(q[i, c] * k[j, c] for c in range(d_k))
            weights[i, j] = math.exp(scores[i, j] / math.sqrt(d_k) + bias[i, j])
        total = sum(weights[i])
        for j in range(n_k):
            if total > 0:
                weights[i, j] /= total
            for c in range(d_v):
                output[i, c] += weights[i, j] * v[j, c]
    return scores, weights, output


def over_batches(batch, *arrays):
    """Run the loops at each batch index, and stack the results."""
    arrays = [np.broadcast_to(a, (*batch, *a.shape[-2:])) for a in arrays]
    results = [attention_by_loops(*(a[index] for a in arrays)) for index in np.ndindex(batch)]
    return [np.reshape(r, (*batch, *r[0].shape)) for r in zip(*results, strict=True)]


# Equal to the loops


@pytest.mark.parametrize(("batch_q", "batch_kv", "batch"), BATCHES)
def test_each_step_equals_the_loops(batch_q, batch_kv, batch):
    q, k, v = qkv(batch_q, batch_kv)
    scores, weights, output = over_batches(batch, q, k, v, np.zeros((3, 5)))
    np.testing.assert_allclose(attention_scores(q, k), scores, atol=1e-12)
    np.testing.assert_allclose(attention_weights(q, k), weights, atol=1e-12)
    np.testing.assert_allclose(scaled_dot_product_attention(q, k, v), output, atol=1e-12)


@pytest.mark.parametrize(("batch_q", "batch_kv", "batch"), BATCHES)
def test_masked_attention_equals_the_loops(batch_q, batch_kv, batch):
    q, k, v = qkv(batch_q, batch_kv)
    bias = random(*batch, 3, 5)
    allowed = bias > 0
    later = np.array([[-INF if j > i else 0 for j in range(5)] for i in range(3)])
    for options, added in [
        ({"mask": allowed}, np.where(allowed, 0, -INF)),
        ({"mask": bias}, bias),
        ({"is_causal": True}, later),
        ({"mask": allowed, "is_causal": True}, np.where(allowed, later, -INF)),
        ({"mask": bias, "is_causal": True}, bias + later),
    ]:
        _, weights, output = over_batches(batch, q, k, v, added)
        got = scaled_dot_product_attention(q, k, v, return_weights=True, **options)
        np.testing.assert_allclose(got[0], output, atol=1e-12)
        np.testing.assert_allclose(got[1], weights, atol=1e-12)


@pytest.mark.parametrize(("batch_x", "batch_w", "batch"), BATCHES)
def test_project_equals_the_loops(batch_x, batch_w, batch):
    x, w = random(*batch_x, 3, 4), random(*batch_w, 4, 2)
    got = project(x, w)
    assert got.shape == (*batch, 3, 2)
    x, w = np.broadcast_to(x, (*batch, 3, 4)), np.broadcast_to(w, (*batch, 4, 2))
    for i in np.ndindex(got.shape):
        *b, row, column = i
        expected = sum(x[*b, row, c] * w[*b, c, column] for c in range(4))
        assert got[i] == pytest.approx(expected, abs=1e-12)


# Closed forms


def test_softmax_of_logarithms_gives_their_ratios():
    np.testing.assert_allclose(softmax(np.log([1, 2, 5])), [1 / 8, 2 / 8, 5 / 8], atol=1e-15)


def test_softmax_normalizes_the_axis_it_is_given():
    scores = random(2, 3, 4)
    for axis in (-3, -2, -1, 0, 1, 2):
        weights = softmax(scores, axis=axis)
        np.testing.assert_allclose(weights.sum(axis), 1, atol=1e-12)
        moved = softmax(np.moveaxis(scores, axis, -1))
        np.testing.assert_allclose(np.moveaxis(weights, axis, -1), moved, atol=1e-15)


@pytest.mark.parametrize("shift", [1, -1e4, 1e4])
def test_softmax_does_not_feel_a_shift(shift):
    scores = random(3, 5)
    np.testing.assert_allclose(softmax(scores + shift), softmax(scores), atol=1e-11)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_softmax_does_not_overflow(dtype):
    top = np.finfo(dtype).max
    for scores, expected in [
        ([1e4, -1e4], [1, 0]),
        ([1e4, 1e4], [0.5, 0.5]),
        ([-1e4, -1e4], [0.5, 0.5]),
        ([top, -top], [1, 0]),
        ([top, -INF], [1, 0]),
    ]:
        np.testing.assert_array_equal(softmax(np.array(scores, dtype)), expected)


def test_softmax_total_does_not_overflow_float16():
    weights = softmax(np.zeros(70_000, np.float16))
    np.testing.assert_allclose(weights, 1 / 70_000, rtol=0.01)


def test_minus_infinity_gets_exactly_zero_and_an_empty_row_zeros():
    weights = softmax([[0.0, -INF, 0.0], [-INF, -INF, -INF]])
    np.testing.assert_array_equal(weights, [[0.5, 0, 0.5], [0, 0, 0]])


def test_equal_keys_average_the_values():
    v = random(5, 2)
    output = scaled_dot_product_attention(random(3, 4), np.ones((5, 4)), v)
    np.testing.assert_allclose(output, np.tile(v.mean(0), (3, 1)), atol=1e-12)


def test_scale_is_one_over_root_d_k_unless_given():
    q, k, _ = qkv(d_k=9)
    np.testing.assert_array_equal(attention_weights(q, k), attention_weights(q, k, scale=1 / 3))
    np.testing.assert_array_equal(attention_weights(q, k, scale=0), np.full((3, 5), 1 / 5))
    np.testing.assert_array_equal(attention_weights(q, k, scale=-2), softmax(-2 * (q @ k.T)))


def test_permuting_the_keys_with_their_values_changes_nothing():
    q, k, v = qkv()
    order = [3, 0, 4, 1, 2]
    expected = scaled_dot_product_attention(q, k, v)
    got = scaled_dot_product_attention(q, k[order], v[order])
    np.testing.assert_allclose(got, expected, atol=1e-12)


# Masked rows, large numbers, empty axes


def test_a_row_with_nothing_to_attend_to_gives_zeros():
    q, k, v = qkv()
    allowed = np.ones((3, 5), bool)
    allowed[1] = False
    for mask in (allowed, np.where(allowed, 0.0, -INF)):
        output, weights = scaled_dot_product_attention(q, k, v, mask=mask, return_weights=True)
        np.testing.assert_array_equal(weights[1], np.zeros(5))
        np.testing.assert_array_equal(output[1], np.zeros(2))
        np.testing.assert_allclose(weights.sum(-1), [1, 0, 1], atol=1e-12)


def test_large_queries_and_keys_choose_one_key():
    q, k, v = [[1e4], [-1e4]], [[1e4], [-1e4]], [[1e4], [-1e4]]
    np.testing.assert_array_equal(scaled_dot_product_attention(q, k, v), v)


@pytest.mark.parametrize(("n_q", "n_k"), [(0, 5), (3, 0), (0, 0)])
def test_no_queries_or_no_keys(n_q, n_k):
    q, k, v = qkv(n_q=n_q, n_k=n_k)
    output, weights = scaled_dot_product_attention(q, k, v, is_causal=True, return_weights=True)
    assert weights.shape == (n_q, n_k)
    np.testing.assert_array_equal(output, np.zeros((n_q, 2)))


def test_softmax_lets_small_terms_vanish_whatever_the_caller_says_of_underflow():
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(softmax([0.0, -800.0, -1e308]), [1, 0, 0])


# dtypes


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floating_dtypes_are_kept(dtype):
    q, k, v = (a.astype(dtype) for a in qkv())
    bias = random(3, 5)  # float64: a mask does not decide the dtype
    results = [
        project(q, q.T),
        attention_scores(q, k),
        softmax(q),
        attention_weights(q, k, mask=bias),
        attention_weights(q, k, mask=bias > 0, is_causal=True),
        *scaled_dot_product_attention(q, k, v, scale=0.5, return_weights=True),
        scaled_dot_product_attention(q, k, v, scale=np.float64(0.5)),
    ]
    assert [r.dtype for r in results] == [dtype] * len(results)


def test_integers_and_lists_become_float64():
    output = scaled_dot_product_attention([[1, 2]], np.array([[3, 4]], np.int8), [[5]])
    assert output.dtype == np.float64
    np.testing.assert_array_equal(output, [[5.0]])


def in_double(q, k, v, **options):
    return scaled_dot_product_attention(*(a.astype(float) for a in (q, k, v)), **options)


def test_scores_may_be_beyond_half_precision():
    q, k, v = (np.array(a, np.float16) for a in ([[300, 0]], [[300, 0], [299, 9]], [[1], [2]]))
    np.testing.assert_array_equal(scaled_dot_product_attention(q, k, v), [[1]])  # 90,000 and less
    np.testing.assert_array_equal(attention_weights(10 * q, 10 * k), [[1, 0]])
    with pytest.raises(ValueError, match=r"^q @ k.T: overflows float16"):
        attention_scores(q, k)


def test_half_precision_is_rounded_once_at_the_end():
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=(50, 64)).astype(np.float16) for _ in range(3))
    got = scaled_dot_product_attention(q, k, v, return_weights=True)
    expected = in_double(q, k, v, return_weights=True)
    for one, other in zip(got, expected, strict=True):
        assert one.dtype == np.float16
        # The nearest number of half precision, but where single could not tell which is nearer.
        off = abs(one.astype(float) - other)
        assert (off <= 0.5001 * np.spacing(abs(one)).astype(float) + 1e-6).all()
    scores = q.astype(float) @ k.astype(float).T
    np.testing.assert_allclose(attention_scores(q, k), scores, rtol=1e-3, atol=1e-4)
    x, w = (rng.normal(size=shape).astype(np.float16) for shape in [(2, 1000), (1000, 3)])
    exact = x.astype(float) @ w.astype(float)
    np.testing.assert_allclose(project(x, w), exact, rtol=1e-3)


def test_a_mask_is_added_in_single_precision_at_least():
    q, k = np.zeros((1, 1), np.float16), np.zeros((2, 1), np.float16)
    mask = np.array([[1000.0, 1000.1]], np.float32)  # one number in half precision
    expected = softmax(mask)
    np.testing.assert_allclose(attention_weights(q, k, mask=mask), expected, rtol=1e-3)


# What is not finite shows in a result, and is found then


@pytest.mark.parametrize("name", ["q", "k", "v"])
@pytest.mark.parametrize("bad", [NAN, INF, -INF])
@pytest.mark.parametrize("other", [0.0, 1.0, -1.0])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("n", [1, 3, 40])
def test_a_number_that_is_not_finite_is_found_whatever_it_meets(name, bad, other, dtype, n):
    for width in (1, 4, 33):
        arrays = {letter: np.full((n, width), other, dtype) for letter in "qkv"}
        arrays[name][n - 1, width // 2] = bad
        with pytest.raises(ValueError, match=rf"^{name}: {bad} at index \({n - 1}, {width // 2}\)"):
            scaled_dot_product_attention(**arrays, is_causal=True)


def test_each_number_of_the_keys_is_looked_at_by_no_check(monkeypatch):
    """One query against many cached keys: the checks look at its scores and its output."""
    looked, isfinite = [], np.isfinite
    monkeypatch.setattr(np, "isfinite", lambda a: looked.append(np.size(a)) or isfinite(a))
    q, k, v = qkv(n_q=1, n_k=500, d_k=64, d_v=32)
    scaled_dot_product_attention(q, k, v, is_causal=True, q_start=499)
    assert looked == [500, 32]


# Where the queries stand


def test_queries_that_are_the_last_tokens():
    q, k, v = qkv(n_q=5, n_k=5)
    whole = scaled_dot_product_attention(q, k, v, is_causal=True, return_weights=True)
    last = scaled_dot_product_attention(q[3:], k, v, is_causal=True, q_start=3, return_weights=True)
    for one, rows in zip(last, whole, strict=True):
        np.testing.assert_allclose(one, rows[3:], atol=1e-12)
    weights = attention_weights(q[3:], k, is_causal=True, q_start=3)
    np.testing.assert_allclose(weights, whole[1][3:], atol=1e-12)
    unmasked = attention_weights(q[3:], k)
    np.testing.assert_array_equal(attention_weights(q[3:], k, q_start=3), unmasked)


# Errors


def attend(q=((1.0, 2.0),), k=((1.0, 2.0),), v=((1.0,),), **options):
    return scaled_dot_product_attention(q, k, v, **options)


ones = np.ones
ERRORS = [
    # Not real numbers
    (lambda: attend(q=[[True, False]]), TypeError, r"q: dtype bool; expected floating"),
    (lambda: attend(k=[[1j, 0]]), TypeError, r"k: dtype complex128"),
    (lambda: attend(v=[["a"]]), TypeError, r"v: dtype <U1"),
    (lambda: attend(v=None), TypeError, r"v: dtype object"),
    (lambda: project([[None]], [[1.0]]), TypeError, r"x: dtype object"),
    (lambda: project([[1.0]], [[True]]), TypeError, r"w: dtype bool"),
    (lambda: softmax([True]), TypeError, r"scores: dtype bool"),
    # Not finite
    (lambda: attend(q=[[1.0, NAN]]), ValueError, r"q: nan at index \(0, 1\); expected finite"),
    (lambda: attend(k=[[INF, 1.0]]), ValueError, r"k: inf at index \(0, 0\)"),
    (lambda: attend(v=[[-INF]]), ValueError, r"v: -inf at index \(0, 0\)"),
    (lambda: project([[NAN]], [[1.0]]), ValueError, r"x: nan"),
    (lambda: project([[1.0]], [[INF]]), ValueError, r"w: inf"),
    (lambda: softmax([0.0, NAN]), ValueError, r"scores: nan at index \(1,\); .* or -inf"),
    (lambda: softmax([INF, 0.0]), ValueError, r"scores: inf at index \(0,\)"),
    # Shapes
    (lambda: attend(q=[[1.0], [1.0, 2.0]]), ValueError, r"q: rows of unequal length"),
    (lambda: attend(q=[1.0, 2.0]), ValueError, r"q: shape \(2,\); expected \(..., n_q, d_k\)"),
    (lambda: attend(v=5.0), ValueError, r"v: shape \(\); expected \(..., n_k, d_v\)"),
    (lambda: project([1.0], [[1.0]]), ValueError, r"x: shape \(1,\); expected \(..., n, d_model\)"),
    (lambda: softmax(1.0), ValueError, r"scores: shape \(\); expected"),
    (lambda: attend(q=ones((3, 0)), k=ones((3, 0))), ValueError, r"q: .* with d_k > 0"),
    (
        lambda: attend(q=ones((3, 4))),
        ValueError,
        r"q, k: d_k is 4 in q of shape \(3, 4\), 2 in k of shape \(1, 2\); expected the same d_k",
    ),
    (lambda: attend(v=ones((3, 1))), ValueError, r"k, v: n_k is 1 in k of .*, 3 in v of"),
    (lambda: project(ones((2, 3)), ones((2, 3))), ValueError, r"x, w: d_model is 3 .*, 2 in w"),
    (lambda: attention_scores(ones((1, 4)), ones((1, 2))), ValueError, r"q, k: d_k is 4 in q"),
    (
        lambda: attention_scores(ones((2, 1, 2)), ones((3, 1, 2))),
        ValueError,
        r"q, k: shapes \(2, 1, 2\), \(3, 1, 2\); expected batch axes .* that broadcast",
    ),
    (lambda: attend(q=ones((2, 1, 2)), v=ones((3, 1, 1))), ValueError, r"q, k, v: shapes"),
    (lambda: project(ones((2, 1, 1)), ones((3, 1, 1))), ValueError, r"x, w: shapes"),
    # Too large for the dtype
    (lambda: project([[1e200]], [[1e200]]), ValueError, r"x @ w: overflows float64"),
    (lambda: attention_scores([[1e200]], [[1e200]]), ValueError, r"q @ k.T: overflows float64"),
    (lambda: attend(scale=1e308), ValueError, r"q @ k.T \* scale: overflows float64"),
    # Options
    (lambda: attend(scale=NAN), ValueError, r"scale: nan; expected a finite number"),
    (lambda: attend(scale=-INF), ValueError, r"scale: -inf; expected a finite number"),
    (lambda: attend(scale=10**400), ValueError, r"scale: 1000.*; expected a finite number"),
    (lambda: attend(scale="2"), TypeError, r"scale: '2'; expected a real number"),
    (lambda: attend(scale=True), TypeError, r"scale: True; expected a real number"),
    (lambda: attend(scale=1j), TypeError, r"scale: 1j; expected a real number"),
    (lambda: attend(q_start=-1), ValueError, r"q_start: -1; expected an integer >= 0"),
    (lambda: attend(q_start=0.0), TypeError, r"q_start: 0.0; expected an integer >= 0"),
    (lambda: softmax([1.0], axis=1), ValueError, r"axis: 1; expected an integer from -1 to 0"),
    (lambda: softmax([1.0], axis=None), TypeError, r"axis: None; expected an integer"),
    (lambda: attend(mask=[[1]]), TypeError, r"mask: dtype int64 is ambiguous"),
    (lambda: attend(mask=ones((2, 1))), ValueError, r"mask: shape \(2, 1\); .* to \(1, 1\)"),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_the_argument(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()


@pytest.mark.parametrize(("n_q", "n_k"), [(1, 128), (3, 500), (8, 128), (9, 128), (3, 127)])
def test_few_queries_and_many_keys_are_compared_as_any(n_q, n_k):
    q, k = (np.random.default_rng(0).normal(size=(2, 3, n, 5)) for n in (n_q, n_k))
    scores = _formula.dot(q, k)
    np.testing.assert_allclose(scores, np.einsum("abqd,abkd->abqk", q, k), atol=1e-12)
    assert scores.flags.c_contiguous  # a softmax along a stride takes ten times longer
