"""Positions: rotary pairs by complex numbers, clocks slowed, sines, and slopes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qkvlib as qkv


def random(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def rotated_by_loops(x, positions, frequencies, interleaved):
    """Specify the rotation: one pair at a time, as a complex number."""
    turned, pairs = np.array(x), len(frequencies)
    for row, place in enumerate(positions):
        for i, frequency in enumerate(frequencies):
            a, b = (2 * i, 2 * i + 1) if interleaved else (i, i + pairs)
            pair = complex(x[row, a], x[row, b]) * np.exp(1j * place * frequency)
            turned[row, a], turned[row, b] = pair.real, pair.imag
    return turned


@pytest.mark.parametrize("interleaved", [True, False])
@pytest.mark.parametrize("positions", [[0, 1, 2], [7, 7, 3], [0.5, -2, 1e4]])
@pytest.mark.parametrize("pairs", [1, 2, 3])
def test_rotation_equals_the_loops(interleaved, positions, pairs):
    x = random(3, 6)
    frequencies = qkv.rotary_frequencies(2 * pairs)
    got = qkv.rotary_embedding(x, positions, frequencies, interleaved=interleaved)
    expected = rotated_by_loops(x, positions, frequencies, interleaved)
    np.testing.assert_allclose(got, expected, atol=1e-12)


def test_unless_told_the_pairs_are_neighbors_and_the_base_is_10_000():
    x = random(3, 6)
    frequencies = [1, 10_000 ** (-1 / 3), 10_000 ** (-2 / 3)]
    expected = rotated_by_loops(x, range(3), frequencies, interleaved=True)
    np.testing.assert_allclose(qkv.rotary_embedding(x, np.arange(3)), expected, atol=1e-12)


@given(st.integers(-9, 9), st.integers(0, 99), st.booleans(), st.integers(0, 99))
def test_a_score_depends_on_the_distance_alone(distance, place, interleaved, seed):
    q, k = random(2, 1, 8, seed=seed)
    scores = [
        qkv.attention_scores(
            qkv.rotary_embedding(q, [start + distance], interleaved=interleaved),
            qkv.rotary_embedding(k, [start], interleaved=interleaved),
        )
        for start in (0, place)
    ]
    np.testing.assert_allclose(*scores, atol=1e-9)


def test_the_two_pairings_are_one_with_the_columns_in_another_order():
    x, order = random(3, 8), [0, 2, 4, 6, 1, 3, 5, 7]
    neighbors = qkv.rotary_embedding(x, [3, 1, 4])
    halves = qkv.rotary_embedding(x[:, order], [3, 1, 4], interleaved=False)
    np.testing.assert_allclose(halves, neighbors[:, order], atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_rotation_keeps_the_dtype_and_what_was_given(dtype):
    x = random(3, 4).astype(dtype)
    before = x.copy()
    turned = qkv.rotary_embedding(x, [0, 1, 70_000])  # a place beyond float16
    assert turned.dtype == dtype
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(
        turned, qkv.rotary_embedding(x.astype(float), [0, 1, 70_000]), atol=4 * np.finfo(dtype).eps
    )


def test_places_are_for_all_heads_or_of_each_sentence():
    x = random(2, 3, 4, 6)  # sentences, heads, tokens
    places = np.array([[0, 1, 2, 3], [5, 6, 7, 8]])
    got = qkv.rotary_embedding(x, places[:, None])
    for sentence in range(2):
        for head in range(3):
            one = qkv.rotary_embedding(x[sentence, head], places[sentence])
            np.testing.assert_allclose(got[sentence, head], one, atol=1e-12)
    np.testing.assert_array_equal(
        qkv.rotary_embedding(x, [1]), qkv.rotary_embedding(x, [1, 1, 1, 1])
    )
    assert qkv.rotary_embedding(x[..., :0, :], []).shape == (2, 3, 0, 6)


def test_new_tokens_in_a_cache_are_turned_as_in_the_whole_text():
    q, k, v = random(3, 6, 4)
    whole = [qkv.rotary_embedding(a, np.arange(6)) for a in (q, k)]
    expected = qkv.scaled_dot_product_attention(*whole, v, is_causal=True)
    cache = qkv.KVCache()
    for new in (slice(0, 3), slice(3, 4), slice(4, 6)):
        places = cache.position + np.arange(new.stop - new.start)
        turned = [qkv.rotary_embedding(a[new], places) for a in (q, k)]
        keys, values = cache.append(turned[1], v[new])
        got = qkv.scaled_dot_product_attention(
            turned[0], keys, values, is_causal=True, q_start=cache.q_start
        )
        np.testing.assert_allclose(got, expected[new], atol=1e-12)


# Frequencies


@pytest.mark.parametrize("base", [10_000, 500_000.0, 2])
def test_frequencies_are_powers_of_the_base(base):
    expected = [base ** (-2 * i / 10) for i in range(5)]
    np.testing.assert_allclose(qkv.rotary_frequencies(10, base=base), expected, rtol=1e-12)


def test_interpolation_is_a_text_that_many_times_shorter():
    x = random(4, 6)
    slowed = qkv.rotary_embedding(x, [0, 4, 8, 12], qkv.rotary_frequencies(6, factor=4))
    np.testing.assert_allclose(slowed, qkv.rotary_embedding(x, [0, 1, 2, 3]), atol=1e-12)


def test_only_slow_clocks_are_slowed():
    """Llama 3's numbers, by its rule as a loop over wavelengths."""
    base, factor, length, few, many = 500_000, 8, 8192, 1, 4
    expected = []
    for frequency in qkv.rotary_frequencies(128, base=base):
        turns = length / (2 * math.pi / frequency)
        if turns < few:
            expected.append(frequency / factor)
        elif turns > many:
            expected.append(frequency)
        else:
            part = (turns - few) / (many - few)
            expected.append((1 - part) * frequency / factor + part * frequency)
    got = qkv.rotary_frequencies(128, base=base, factor=factor, trained_length=length)
    np.testing.assert_allclose(got, expected, rtol=1e-12)
    ratios = qkv.rotary_frequencies(128, base=base) / got
    assert (
        ratios[0] == 1
        and ratios[-1] == pytest.approx(8)
        and ((ratios > 1.1) & (ratios < 7.9)).any()
    )
    wide = qkv.rotary_frequencies(
        128, base=base, factor=factor, trained_length=length, turns=(1, 32)
    )
    assert (wide <= got).all() and (wide < got).any()


# Sines


def test_sines_by_the_papers_formula():
    got = qkv.sinusoidal_embedding([0, 3, 2.5], 6)
    for row, place in enumerate([0, 3, 2.5]):
        for i in range(3):
            angle = place / 10_000 ** (2 * i / 6)
            assert got[row, 2 * i] == pytest.approx(math.sin(angle), abs=1e-15)
            assert got[row, 2 * i + 1] == pytest.approx(math.cos(angle), abs=1e-15)
    assert qkv.sinusoidal_embedding([[1, 2], [3, 4]], 4).shape == (2, 2, 4)
    assert qkv.sinusoidal_embedding([], 4).shape == (0, 4)
    np.testing.assert_allclose(
        qkv.sinusoidal_embedding([1], 4, base=100)[0, 2:], [math.sin(0.1), math.cos(0.1)]
    )


# ALiBi


@pytest.mark.parametrize(
    ("num_heads", "exponents"),
    [
        (1, [8]),
        (2, [4, 8]),
        (8, [1, 2, 3, 4, 5, 6, 7, 8]),
        (3, [4, 8, 2]),
        (12, [1, 2, 3, 4, 5, 6, 7, 8, 0.5, 1.5, 2.5, 3.5]),
    ],
)
def test_slopes_are_the_papers(num_heads, exponents):
    bias = qkv.alibi_bias(num_heads, 2)
    np.testing.assert_allclose(bias[:, 1, 0], [-(2.0**-e) for e in exponents], rtol=1e-12)


def test_the_bias_grows_with_the_distance():
    bias = qkv.alibi_bias(2, 2, 5, q_start=3)
    for h, slope in enumerate([1 / 16, 1 / 256]):
        for i in range(2):
            for j in range(5):
                assert bias[h, i, j] == -slope * abs(3 + i - j)
    assert qkv.alibi_bias(1, 2, q_start=3).shape == (1, 2, 5)
    assert qkv.alibi_bias(1, 2).shape == (1, 2, 2)
    assert qkv.alibi_bias(1, 0, 0).shape == (1, 0, 0)


def test_alibi_serves_every_head_of_every_sentence():
    x, w = random(2, 3, 4), random(4, 4, seed=1)
    options = {"num_heads": 2, "is_causal": True, "return_weights": True}
    mask = qkv.alibi_bias(2, 3)
    _, weights = qkv.multi_head_attention(x, w, w, w, w, mask=mask[None], **options)
    for sentence in range(2):
        _, own = qkv.multi_head_attention(x[sentence], w, w, w, w, mask=mask, **options)
        np.testing.assert_allclose(weights[sentence], own, atol=1e-12)


ERRORS = [
    (lambda: qkv.rotary_frequencies(3), ValueError, "d_k: 3; expected an even number"),
    (lambda: qkv.rotary_frequencies(0), ValueError, "d_k: 0; expected an integer >= 2"),
    (lambda: qkv.sinusoidal_embedding([0], 3), ValueError, "d_model: 3; expected an even"),
    (lambda: qkv.rotary_embedding(np.ones((1, 3)), [0]), ValueError, "x, d_k: 3; expected an even"),
    (
        lambda: qkv.rotary_embedding(np.ones((2, 4)), [0, 1, 2]),
        ValueError,
        r"positions: shape \(3,\); expected a shape that broadcasts to \(2,\)",
    ),
    (
        lambda: qkv.rotary_embedding(np.ones((2, 4)), [[0, 1]]),
        ValueError,
        r"positions: shape \(1, 2\); expected .* to \(2,\)",
    ),
    (
        lambda: qkv.rotary_embedding(np.ones((2, 4)), [0, 1], [1.0, 1.0, 1.0]),
        ValueError,
        r"frequencies: shape \(3,\); expected one for each pair of 4 features",
    ),
    (
        lambda: qkv.rotary_embedding(np.ones((2, 4)), [0, 1], [[1.0]]),
        ValueError,
        r"frequencies: shape \(1, 1\)",
    ),
    (
        lambda: qkv.rotary_embedding([[1.7e308, -1.7e308]], [math.pi / 4], [1.0]),
        ValueError,
        "x, turned: overflows float64",
    ),
    (
        lambda: qkv.rotary_embedding([[1.7e308, 1.7e308]], [math.pi / 4], [1.0]),
        ValueError,
        "x, turned: overflows float64",
    ),
    (
        lambda: qkv.rotary_embedding(np.ones((1, 2)), [1e300], [1e300]),
        ValueError,
        "positions, times frequencies: overflows",
    ),
    (
        lambda: qkv.rotary_frequencies(4, factor=1e-308, base=1e-9),
        ValueError,
        "frequencies / factor: overflows",
    ),
    (lambda: qkv.rotary_frequencies(1000, base=5e-324), ValueError, "base, to the powers"),
    (
        lambda: qkv.rotary_frequencies(4, trained_length=1e308, base=1e-9),
        ValueError,
        "trained_length, in turns: overflows",
    ),
    (lambda: qkv.rotary_frequencies(4, trained_length=9, turns=4), TypeError, "turns: 4; expected"),
    (
        lambda: qkv.rotary_frequencies(4, trained_length=9, turns=(1, 0)),
        ValueError,
        "turns: 0; expected a number above 0",
    ),
    (
        lambda: qkv.rotary_frequencies(4, trained_length=9, turns=(2, 2)),
        ValueError,
        r"turns: \(2, 2\); expected a number and a larger one",
    ),
    (lambda: qkv.alibi_bias(0, 1), ValueError, "num_heads: 0; expected an integer >= 1"),
    (lambda: qkv.alibi_bias(1, -1), ValueError, "n_q: -1; expected"),
    (lambda: qkv.alibi_bias(1, 1, -1), ValueError, "n_k: -1; expected"),
    (lambda: qkv.alibi_bias(1, 1, q_start=-1), ValueError, "q_start: -1; expected an integer >= 0"),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_the_argument(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()
