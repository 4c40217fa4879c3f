"""The KV cache and shared heads give what plain attention gives."""

import numpy as np
import pytest

from qkvlib import (
    KVCache,
    grouped_query_attention,
    padding_mask,
    scaled_dot_product_attention,
    tiled_attention,
)

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
        if size == 1:
            output = scaled_dot_product_attention(q[..., new, :], keys, values)
            np.testing.assert_allclose(output, expected[..., new, :], rtol=0, atol=atol)
    assert len(cache) == start == 9
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
    cache, moved, last = KVCache(), 0, None
    for _ in range(1000):
        keys, _ = cache.append([[1.0]], [[1.0]])
        if last is not None and not np.shares_memory(keys, last):
            moved += 1
        last = keys
    assert moved <= 10


def test_a_failed_append_leaves_the_cache_as_it_was():
    cache = KVCache()
    cache.append(np.ones((2, 3)), np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"^v: shape"):
        cache.append(np.ones((1, 3)), np.ones((1, 5)))
    assert len(cache) == 2
    keys, _ = cache.append(np.zeros((1, 3)), np.zeros((1, 4)))
    np.testing.assert_array_equal(keys, [[1] * 3, [1] * 3, [0] * 3])


def repeated(x, group):
    """Specify which head of keys serves which head of queries: a loop."""
    heads = [x[..., h // group, :, :] for h in range(group * x.shape[-3])]
    return np.stack(heads, axis=-3)


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
@pytest.mark.parametrize(("heads", "kv_heads"), [(6, 1), (6, 2), (6, 3), (6, 6), (1, 1)])
@DTYPES
def test_grouped_queries_equal_repeated_keys(batch, heads, kv_heads, dtype, atol):
    q = arrays(*batch, heads, n=4, dtype=dtype)[0]
    _, k, v = arrays(*batch, kv_heads, dtype=dtype)
    group = heads // kv_heads
    rng = np.random.default_rng(1)
    for options in (
        {},
        {"is_causal": True},
        {"scale": 0.2},
        {"mask": padding_mask(5, 9)},
        {"mask": rng.random((4, 9)) < 0.5},
        {"mask": rng.random((heads, 4, 9)) < 0.5, "is_causal": True},
        {"mask": rng.normal(size=(*batch, 1, 4, 9))},
    ):
        got = grouped_query_attention(q, k, v, **options)
        full = q, repeated(k, group), repeated(v, group)
        assert got.shape == (*batch, heads, 4, 5) and got.dtype == dtype
        expected = scaled_dot_product_attention(*full, **options)
        np.testing.assert_allclose(got, expected, rtol=0, atol=atol)
        tiled = tiled_attention(*full, block_size=3, **options)
        np.testing.assert_allclose(got, tiled, rtol=0, atol=atol)


def test_one_text_in_the_cache_serves_a_batch_of_queries():
    q = arrays(2, 6, n=4)[0]
    _, k, v = arrays(3)
    got = grouped_query_attention(q, k, v)
    for b in range(2):
        np.testing.assert_allclose(got[b], grouped_query_attention(q[b], k, v), atol=1e-12)


ones = np.ones
CACHE = KVCache()
CACHE.append(ones((1, 2)), ones((1, 3)))
GROUPED = grouped_query_attention
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
        lambda: GROUPED(ones((4, 1, 2)), ones((3, 1, 2)), ones((3, 1, 2))),
        ValueError,
        r"q, k: num_heads is 4 in q .*, num_kv_heads is 3 in k .*; expected num_kv_heads to divide",
    ),
    (
        lambda: GROUPED(ones((4, 1, 2)), ones((0, 1, 2)), ones((0, 1, 2))),
        ValueError,
        r"q, k: num_heads is 4 .* num_kv_heads is 0",
    ),
    (
        lambda: GROUPED(ones((4, 1, 2)), ones((2, 1, 2)), ones((4, 1, 2))),
        ValueError,
        r"k, v: num_kv_heads is 2 in k .*, 4 in v",
    ),
    (
        lambda: GROUPED(ones((1, 2)), ones((2, 1, 2)), ones((2, 1, 2))),
        ValueError,
        r"q: shape \(1, 2\); expected \(..., num_heads, n_q, d_k\)",
    ),
    (
        lambda: GROUPED(ones((4, 1, 2)), ones((2, 1, 2)), ones((2, 1, 2)), mask=[[[[True]]]]),
        ValueError,
        r"mask: shape \(1, 1, 1, 1\); expected .* \(4, 1, 1\)",
    ),
    (
        lambda: GROUPED(ones((5, 4, 1, 2)), ones((3, 2, 1, 2)), ones((3, 2, 1, 2)), mask=[True]),
        ValueError,
        r"q, k, v: shapes \(5, 4, 1, 2\), .*; expected batch axes \(all but the last 3\)",
    ),
    (
        lambda: GROUPED(ones((4, 1, 2)), ones((2, 1, 3)), ones((2, 1, 2))),
        ValueError,
        r"q, k: d_k is 2 in q of shape \(4, 1, 2\), 3 in k",
    ),
    (
        lambda: GROUPED(ones((4, 1, 2)), ones((2, 1, 2)), ones((2, 3, 2))),
        ValueError,
        r"k, v: n_k is 1 in k of shape \(2, 1, 2\), 3 in v",
    ),
    (
        lambda: KVCache().append(ones((2, 1, 3)), ones((5, 1, 3))),
        ValueError,
        r"k, v: shapes \(2, 1, 3\), \(5, 1, 3\); expected batch axes",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_the_argument(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()
