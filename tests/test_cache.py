"""The KV cache: what it gives is what plain attention gives, with a window too."""

import numpy as np
import pytest

from qkvlib import KVCache, scaled_dot_product_attention, sliding_window_mask, tiled_attention

DTYPES = pytest.mark.parametrize(("dtype", "atol"), [(np.float64, 1e-6), (np.float32, 1e-5)])


def arrays(*batch, n=9, d_k=3, d_v=5, dtype=np.float64):
    rng = np.random.default_rng(0)
    return [rng.normal(size=(*batch, n, d)).astype(dtype) for d in (d_k, d_k, d_v)]


@pytest.mark.parametrize("batch", [(), (2, 3)])
@pytest.mark.parametrize("sizes", [[1] * 9, [4] + [1] * 5, [2, 3, 4], [9], [0, 9]])
@DTYPES
def test_each_new_token_gets_its_row_of_the_causal_pass(batch, sizes, dtype, atol):
    q, k, v = arrays(*batch, dtype=dtype)
    expected = scaled_dot_product_attention(q, k, v, is_causal=True)
    cache, start = KVCache(), 0
    for size in sizes:
        new = slice(start, start + size)
        keys, values = cache.append(k[..., new, :], v[..., new, :])
        start += size
        np.testing.assert_array_equal(keys, k[..., :start, :])
        np.testing.assert_array_equal(values, v[..., :start, :])
        where = {"is_causal": True, "q_start": cache.q_start}
        for attend in (scaled_dot_product_attention, tiled_attention):
            output = attend(q[..., new, :], keys, values, **where)
            np.testing.assert_allclose(output, expected[..., new, :], rtol=0, atol=atol)
        assert len(cache) == cache.position == start and cache.q_start == start - size
    assert start == 9
    assert keys.dtype == values.dtype == dtype


def test_what_was_returned_stays_and_cannot_be_changed():
    cache = KVCache()
    first, _ = cache.append([[1.0]], [[2.0]])
    for _ in range(9):
        cache.append([[3.0]], [[4.0]])
    np.testing.assert_array_equal(first, [[1.0]])
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 5


def test_bytes_are_those_of_the_tokens_kept():
    cache = KVCache()
    assert (len(cache), cache.nbytes) == (0, 0)
    for n in range(1, 6):
        cache.append(np.ones((2, 1, 3), np.float32), np.ones((2, 1, 4), np.float32))
        assert cache.nbytes == n * 2 * (3 + 4) * 4


def test_room_doubles_so_that_copies_stay_few():
    cache, moved, last = KVCache(), [], None
    for n in range(1, 1001):
        keys, _ = cache.append([[1.0]], [[1.0]])
        if last is not None and not np.shares_memory(keys, last):
            moved.append(n)
        last = keys
    assert moved == [2**i + 1 for i in range(10)]


def test_a_cache_is_there_when_it_is_empty():
    cache = KVCache()
    assert cache and len(cache) == cache.q_start == cache.position == 0


@pytest.mark.parametrize("sizes", [[1] * 9, [4, 2, 3], [2, 1, 5, 1], [9], [0, 5, 0, 4]])
@pytest.mark.parametrize("window", [1, 2, 3, 8, 20])
@pytest.mark.parametrize("sink", [0, 1, 4])
@pytest.mark.parametrize("batch", [(), (2,)])
def test_a_window_forgets_what_its_mask_hides(sizes, window, sink, batch):
    q, k, v = arrays(*batch)
    mask = sliding_window_mask(9, window=window, sink=sink)
    expected = scaled_dot_product_attention(q, k, v, mask=mask, is_causal=True)
    cache, start = KVCache(window=window, **({"sink": sink} if sink else {})), 0
    for size in sizes:
        new = slice(start, start + size)
        keys, values = cache.append(k[..., new, :], v[..., new, :])
        start += size
        n_k = keys.shape[-2]
        assert cache.position == start
        assert len(cache) == n_k == min(start, sink + window - 1 + size)
        q_start = cache.q_start
        mask = sliding_window_mask(size, n_k, window=window, sink=sink, q_start=q_start)
        how = {"mask": mask, "is_causal": True, "q_start": q_start}
        got = scaled_dot_product_attention(q[..., new, :], keys, values, **how)
        np.testing.assert_allclose(got, expected[..., new, :], atol=1e-12)
        if size == 1:  # what is kept is what it may see
            alone = scaled_dot_product_attention(q[..., new, :], keys, values)
            np.testing.assert_allclose(alone, expected[..., new, :], atol=1e-12)


def test_a_window_keeps_memory_from_growing():
    cache, first = KVCache(window=4, sink=2), None
    for i in range(50):
        keys, _ = cache.append(np.full((1, 3), i), np.ones((1, 3)))
        first = keys if i == 0 else first
    np.testing.assert_array_equal(keys[:, 0], [0, 1, 46, 47, 48, 49])
    assert cache.nbytes == 6 * (3 + 3) * 8 and cache.position == 50
    np.testing.assert_array_equal(first, [[0, 0, 0]])  # what was returned stays


def test_a_failed_append_leaves_the_cache_as_it_was():
    cache = KVCache()
    cache.append(np.ones((2, 3)), np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"^v: shape"):
        cache.append(np.ones((1, 3)), np.ones((1, 5)))
    assert (len(cache), cache.position, cache.q_start) == (2, 2, 0)
    keys, _ = cache.append(np.zeros((1, 3)), np.zeros((1, 4)))
    np.testing.assert_array_equal(keys, [[1] * 3, [1] * 3, [0] * 3])


ones = np.ones
CACHE = KVCache()
CACHE.append(ones((1, 2)), ones((1, 3)))
ERRORS = [
    (lambda: KVCache().append(ones(2), ones(2)), ValueError, r"k: shape \(2,\); .*n_new, d_k"),
    (
        lambda: KVCache().append(ones((1, 2)), ones((2, 2))),
        ValueError,
        r"k, v: n_new is 1 in k .*, 2 in v",
    ),
    (lambda: KVCache().append([[np.inf]], [[1]]), ValueError, r"k: inf at index \(0, 0\)"),
    (
        lambda: CACHE.append(ones((1, 3)), ones((1, 3))),
        ValueError,
        r"k: shape \(1, 3\), dtype float64; expected \(n_new, 2\) and float64, as in the cache",
    ),
    (
        lambda: CACHE.append(ones((1, 2), np.float32), ones((1, 3))),
        ValueError,
        r"k: shape \(1, 2\), dtype float32; expected \(n_new, 2\) and float64",
    ),
    (
        lambda: KVCache().append(ones((2, 1, 3)), ones((5, 1, 3))),
        ValueError,
        r"k, v: shapes \(2, 1, 3\), \(5, 1, 3\); expected batch axes",
    ),
    (lambda: KVCache(window=0), ValueError, "window: 0; expected an integer >= 1"),
    (lambda: KVCache(sink=-1), ValueError, "sink: -1; expected an integer >= 0"),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_the_argument(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()
