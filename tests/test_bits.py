"""Numbers of a few bits: the codes, their bytes, and how far they are off."""

import numpy as np
import pytest

from qkvlib import KVCache, dequantize, quantize, scaled_dot_product_attention


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def by_loops(x, bits):
    """Specify one group: the nearest of 2**bits numbers that lie evenly."""
    lowest, highest = min(x), max(x)
    levels = [lowest + i * (highest - lowest) / (2**bits - 1) for i in range(2**bits)]
    return [min(levels, key=lambda level: abs(level - number)) for number in x]


@pytest.mark.parametrize("bits", range(1, 9))
@pytest.mark.parametrize("shape", [(1, 8), (3, 5), (2, 4, 7)])
def test_each_number_goes_to_the_nearest_level(bits, shape):
    x = numbers(*shape)
    got = dequantize(quantize(x, bits=bits))
    for index in np.ndindex(shape[:-1]):
        np.testing.assert_allclose(got[index], by_loops(x[index], bits), atol=1e-12)
    columns = dequantize(quantize(x, bits=bits, axis=-2))
    expected = dequantize(quantize(np.swapaxes(x, -1, -2), bits=bits))
    np.testing.assert_array_equal(columns, np.swapaxes(expected, -1, -2))
    last = quantize(x, bits=bits, axis=len(shape) - 1)
    np.testing.assert_array_equal(dequantize(last), got)


@pytest.mark.parametrize("bits", [1, 3, 4, 8])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_no_number_moves_by_more_than_half_a_step(bits, dtype):
    x = numbers(9, 16).astype(dtype)
    kept = quantize(x, bits=bits)
    got = dequantize(kept)
    assert got.dtype == kept.step.dtype == kept.lowest.dtype == dtype
    room = 2**bits * np.finfo(dtype).eps * 8
    assert (abs(got.astype(float) - x) <= kept.step.astype(float) * (0.5 + room) + room / 8).all()


@pytest.mark.parametrize(("bits", "d", "each"), [(8, 64, 64), (4, 64, 32), (3, 8, 3), (4, 5, 3)])
def test_bytes(bits, d, each):
    kept = quantize(np.ones((10, d), np.float32), bits=bits)
    assert kept.codes.dtype == np.uint8 and kept.codes.shape == (10, each)
    assert kept.nbytes == 10 * (each + 4 + 4)


def test_equal_numbers_stay_as_they_are():
    x = np.full((2, 3), 0.3)
    np.testing.assert_array_equal(dequantize(quantize(x, bits=2)), x)


def test_fewer_bits_cost_more_of_the_output():
    q, k, v = numbers(3, 1, 64), numbers(1, 50, 64, seed=1), numbers(1, 50, 64, seed=2)
    expected, errors = scaled_dot_product_attention(q, k, v), []
    for bits in (8, 4, 2):
        keys, values = (dequantize(quantize(a, bits=bits)) for a in KVCache().append(k, v))
        errors.append(abs(scaled_dot_product_attention(q, keys, values) - expected).max())
    assert errors[0] < 0.005 < errors[1] < 0.1 < errors[2]


def test_a_feature_that_is_always_large_is_better_kept_by_itself():
    k = numbers(50, 64)
    k[:, 3] += 40
    error = {a: abs(dequantize(quantize(k, bits=4, axis=a)) - k).mean() for a in (-1, -2)}
    assert error[-2] < error[-1] / 4


ERRORS = [
    (lambda: quantize([[1.0]], bits=0), ValueError, "bits: 0; expected an integer from 1 to 8"),
    (lambda: quantize([[1.0]], bits=9), ValueError, "bits: 9; expected an integer from 1 to 8"),
    (lambda: quantize([[1.0]], bits=4, axis=2), ValueError, "axis: 2; expected an integer from -2"),
    (
        lambda: quantize(np.ones((0, 2)), bits=4, axis=-2),
        ValueError,
        r"x: shape \(0, 2\); expected numbers along axis -2",
    ),
    (lambda: quantize([1.0], bits=4), ValueError, r"x: shape \(1,\); expected \(..., n, d\)"),
    (lambda: quantize([[np.nan]], bits=4), ValueError, r"x: nan at index \(0, 0\)"),
    (lambda: quantize([[1e308, -1e308]], bits=4), ValueError, "highest - lowest of x: overflows"),
    (lambda: dequantize([1.0]), TypeError, "quantized: list; expected what quantize returns"),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_the_argument(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()
