"""Tiled attention equals plain attention: masks, windows, tiles of all sizes, threads, dtypes."""

import contextlib
import math
import sys
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from qkvlib import (
    _threads,
    _tiles,
    online_softmax_step,
    padding_mask,
    scaled_dot_product_attention,
    sliding_window_mask,
    softmax,
    tiled_attention,
)

INF = math.inf
CLOSE = {np.float16: 2e-2, np.float32: 1e-5, np.float64: 1e-6}


def case(batch=(), n_q=7, n_k=9, dtype=np.float64, seed=0, size=1.0):
    """Return q, k and v whose sizes all differ."""
    rng = np.random.default_rng(seed)
    shapes = (n_q, 3), (n_k, 3), (n_k, 5)
    return [(size * rng.normal(size=(*batch, *shape))).astype(dtype) for shape in shapes]


def assert_same(q, k, v, dtype=np.float64, block_size=4, threads=None, window=None, **options):
    got = tiled_attention(q, k, v, block_size=block_size, threads=threads, window=window, **options)
    if window is not None:
        where = {"window": window, "q_start": options.get("q_start", 0)}
        mask = sliding_window_mask(q.shape[-2], k.shape[-2], **where)
        assert "mask" not in options or options["mask"].dtype == bool
        options["mask"] = mask & options.get("mask", True)
    expected = scaled_dot_product_attention(q, k, v, **options)
    assert got.dtype == expected.dtype and got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=0, atol=CLOSE[dtype])


@pytest.mark.parametrize("size", [1, 2, 4, 9, 20])
@pytest.mark.parametrize("large", [1, 300])
def test_online_softmax_is_softmax(size, large):
    q, k, v = case()
    scores = large * q @ k.T
    state = np.full(7, -INF), np.zeros(7), np.zeros((7, 5))
    for begin in range(0, 9, size):
        columns = slice(begin, begin + size)
        state = online_softmax_step(*state, scores[:, columns], v[columns])
    top, total, output = state
    np.testing.assert_array_equal(top, scores.max(-1))
    np.testing.assert_allclose(total, np.exp(scores - top[:, None]).sum(-1))
    np.testing.assert_allclose(output / total[:, None], softmax(scores) @ v, atol=1e-12)


def test_online_softmax_before_any_key_is_allowed():
    state = np.full(2, -INF), np.zeros(2), np.zeros((2, 1))
    state = online_softmax_step(*state, [[-INF, -INF], [1.0, -INF]], [[1.0], [2.0]])
    np.testing.assert_array_equal(state[0], [-INF, 1])
    np.testing.assert_array_equal(state[1], [0, 1])
    top, total, output = online_softmax_step(*state, [[5.0], [1.0]], [[4.0]])
    np.testing.assert_array_equal(top, [5, 1])
    np.testing.assert_allclose((output / total[:, None])[:, 0], [4, 2.5])


@pytest.mark.parametrize("size", [1, 1000], ids=["calm", "large scores"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("block_size", [1, 2, 3, 4, 7, 9, 512])
@pytest.mark.parametrize("n_q, n_k", [(7, 9), (9, 7), (8, 8), (1, 9), (9, 1)])
def test_equals_plain_attention(size, dtype, block_size, n_q, n_k):
    q, k, v = case(n_q=n_q, n_k=n_k, dtype=dtype)
    for options in (
        {},
        {"is_causal": True},
        {"is_causal": True, "q_start": 2},
        {"is_causal": True, "q_start": 30},
        {"scale": 0.3},
        {"scale": 0.0},
        {"mask": padding_mask(n_k // 2, n_k)},
        {"mask": padding_mask(n_k // 2, n_k), "is_causal": True},
        {"mask": np.random.default_rng(1).random((n_q, n_k)) < 0.3},
        {"window": 1},
        {"window": 3},
        {"window": 3, "is_causal": True},
        {"window": 20},
        {"window": 2, "q_start": 5},
        {"window": 3, "q_start": 30},
        {"window": 3, "q_start": 4, "is_causal": True, "mask": padding_mask(n_k // 2, n_k)},
        {"window": 3, "mask": padding_mask(n_k // 2, n_k)},
    ):
        assert_same(size * q, k, v, dtype=dtype, block_size=block_size, **options)


@pytest.mark.parametrize("seed", range(20))
def test_equals_plain_attention_on_random_cases(seed):
    rng = np.random.default_rng(seed)
    n_q, n_k, block_size, threads = (int(rng.integers(1, top)) for top in (40, 40, 20, 4))
    dtype = (np.float32, np.float64)[seed % 2]
    q, k, v = case((2, 3), n_q, n_k, dtype, seed, size=float(rng.choice([0.3, 1, 3])))
    options = {"is_causal": bool(rng.random() < 0.5)}
    options["mask"] = rng.random((2, 1, n_q, n_k)) < rng.random()
    if rng.random() < 0.5:
        options["window"] = int(rng.integers(1, 40))
    assert_same(q, k, v, dtype, block_size, threads, **options)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floating_masks(dtype):
    q, k, v = case(dtype=dtype)
    mask = np.random.default_rng(1).normal(scale=9, size=(7, 9))
    mask[2], mask[3, :4] = -INF, -INF
    for given in (mask, mask.astype(np.float32), mask[1], np.full((7, 9), -1e300)):
        assert_same(q, k, v, dtype, mask=given)
        assert_same(q, k, v, dtype, mask=given, is_causal=True)


@pytest.mark.parametrize(
    ("batch_q", "batch_k", "batch_v"),
    [((2, 3),) * 3, ((3,), (2, 1), (2, 3)), ((), (2,), ()), ((), (), (2,))],
)
def test_batch_axes_broadcast(batch_q, batch_k, batch_v):
    q, k, v = case(batch_q)[0], case(batch_k, seed=1)[1], case(batch_v, seed=2)[2]
    assert_same(q, k, v)
    assert_same(q, k, v, mask=padding_mask(4, 9))


def test_a_hidden_key_that_is_not_finite_is_refused_as_by_the_plain_way():
    q, k, v = case()
    k[8, 0] = np.nan
    for attend in (scaled_dot_product_attention, tiled_attention):
        with pytest.raises(ValueError, match=r"^k: nan at index \(8, 0\)"):
            attend(q, k, v, is_causal=True)


def test_half_precision_is_summed_in_single():
    q, k, v = case(dtype=np.float16)
    assert_same(q, k, v, np.float16)
    many = np.zeros((1, 70_000), np.float16)  # a sum of as many ones overflows float16
    assert tiled_attention(many[:, :1], many.T, np.ones_like(many.T)) == 1


def test_rows_with_nothing_to_attend_to_are_zero():
    q, k, v = case()
    mask = np.ones((7, 9), bool)
    mask[3] = False
    for size in (1, 1000):
        output = tiled_attention(size * q, k, v, mask=mask, block_size=2)
        np.testing.assert_array_equal(output[3], np.zeros(5))
        assert output[2].any()


@pytest.mark.parametrize("batch, n_q, n_k", [((), 0, 3), ((), 3, 0), ((0,), 3, 3), ((), 0, 0)])
def test_nothing(batch, n_q, n_k):
    assert_same(*case(batch, n_q, n_k))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("most", range(0, 1200, 40))
def test_scores_around_the_safe_range(dtype, most):
    """The largest and the smallest score that can be: the longest q and k, parallel."""
    q = np.sqrt(most / math.log2(math.e)) * np.array([[1.0], [-1.0], [0.5]])
    k = np.sqrt(most / math.log2(math.e)) * np.array([[1.0], [-1.0], [0.9], [-0.9], [0.0]])
    v = np.arange(10.0).reshape(5, 2)
    assert_same(*(a.astype(dtype) for a in (q, k, v)), dtype=dtype, block_size=2)


def test_a_score_beyond_the_safe_range_far_into_the_text():
    q, k, v = case(n_k=40)
    k[37] *= 1e4
    assert_same(q, k, v)
    assert_same(-q, k, v)
    assert_same(1e3 * q, -abs(k), v)  # all far below 0: their powers of 2 vanish


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_give_the_same_bits(threads):
    q, k, v = case((2,), 30, 30)
    expected = tiled_attention(q, k, v, block_size=4, threads=1)
    got = tiled_attention(q, k, v, block_size=4, threads=threads)
    np.testing.assert_array_equal(got, expected)


def test_without_threadpoolctl_there_is_one_thread_unless_asked(monkeypatch):
    monkeypatch.setattr(_threads, "_blas", lambda: None)
    used = []
    monkeypatch.setattr(
        _threads, "ThreadPoolExecutor", lambda n: used.append(n) or ThreadPoolExecutor(n)
    )
    q, k, v = case((2,), 30, 30)
    assert_same(q, k, v)
    assert used == []
    assert_same(q, k, v, threads=2)
    assert used == [2]


def test_a_single_tile_is_left_to_one_thread(monkeypatch):
    monkeypatch.setattr(_threads, "ThreadPoolExecutor", None)
    assert_same(*case((2,), 4, 4), block_size=4, threads=2)


def test_threadpoolctl_is_optional(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    _threads._blas.cache_clear()
    try:
        assert _threads._blas() is None
    finally:
        _threads._blas.cache_clear()


@pytest.mark.parametrize("faster", [True, False])
def test_whether_one_thread_is_faster_is_tried(monkeypatch, faster):
    held = []

    class Blas:
        @contextlib.contextmanager
        def limit(self, **how):
            held.append(how["limits"])
            yield
            held.pop()

    def work():
        if bool(held) != faster:
            time.sleep(0.005)

    monkeypatch.setattr(_threads, "_blas", Blas)
    assert _threads.one_is_faster(work) is faster


def test_where_nothing_holds_threads_nothing_is_tried(monkeypatch):
    monkeypatch.setattr(_threads, "_blas", lambda: None)
    assert _threads.one_is_faster(None) is False


def test_errors_in_a_thread_are_raised():
    q, k, v = case((2,), 30, 30, dtype=np.float32)
    mask = np.zeros((30, 30))
    mask[29, 29] = 1.7e308
    with pytest.raises(ValueError, match=r"mask: scores \+ mask overflows float32"):
        tiled_attention(q, k, v, mask=mask, block_size=4, threads=2)


# With a window there is less to compute, and the same buffers.
@pytest.mark.parametrize("heads, n, window, limit", [(8, 2048, None, 8e6), (1, 16384, 600, 9e6)])
def test_memory_does_not_grow_with_the_square(heads, n, window, limit):
    arrays = np.random.default_rng(0).standard_normal((3, heads, n, 64), dtype=np.float32)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    tiled_attention(*arrays, window=window, threads=2)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert arrays[0].nbytes < peak < limit  # the output is as large as q


def attend(**changes):
    q, k, v = case()
    return tiled_attention(**({"q": q, "k": k, "v": v} | changes))


ones = np.ones


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"q": ones((2, 7, 3)), "k": ones((3, 9, 3))}, r"q, k, v: shapes .*batch"),
        ({"mask": ones((7, 8))}, r"mask: shape \(7, 8\); .*\(7, 9\)"),
        ({"mask": ones((2, 7, 9))}, r"mask: shape \(2, 7, 9\); .*\(7, 9\)"),
        (
            {"q": np.full((7, 3), 1e200), "k": np.full((9, 3), -1e200)},
            r"q @ k.T \* scale: overflows float64; expected smaller numbers",
        ),
        ({"v": np.full((9, 5), 1e308)}, r"weights @ v: overflows float64"),
    ],
)
def test_what_arrays_do_together_is_refused(changes, message):
    """Each argument by itself, see test_bad_input.py."""
    with pytest.raises(ValueError, match="^" + message):
        attend(**changes)


def step_case(*batch):
    """Arguments of `online_softmax_step` whose sizes all differ."""
    rng = np.random.default_rng(0)
    shapes = {"top": (3,), "total": (3,), "output": (3, 4), "scores": (3, 5), "v": (5, 4)}
    return {name: abs(rng.normal(size=(*batch, *shape))) for name, shape in shapes.items()}


def test_a_step_for_a_batch_is_a_step_for_each():
    arguments = step_case(2)
    together = online_softmax_step(**arguments)
    for i in range(2):
        alone = online_softmax_step(**{name: array[i] for name, array in arguments.items()})
        for whole, part in zip(together, alone, strict=True):
            np.testing.assert_allclose(whole[i], part, rtol=1e-12)
    none = {n: a if n == "v" else a[:, :0] for n, a in arguments.items()}
    assert [a.shape for a in online_softmax_step(**none)] == [(2, 0), (2, 0), (2, 0, 4)]


@pytest.mark.parametrize("name", ["top", "total", "output", "scores", "v"])
def test_batches_that_do_not_match_are_refused_in_a_step(name):
    arguments = step_case(2)
    arguments[name] = step_case(3)[name]
    with pytest.raises(ValueError, match=r"^top, total, output, scores, v: shapes .* batch axes"):
        online_softmax_step(**arguments)


def test_a_step_over_the_whole_range_of_floats():
    with np.errstate(all="raise", under="ignore"):
        top, total, output = online_softmax_step([-1e308], [2.0], [[3.0]], [[1e308]], [[7.0]])
    assert (top, total, output) == (1e308, 1, 7)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"v": ones((4, 4))}, "scores, v: n_k is 5 in scores of shape .*, 4 in v"),
        ({"v": ones((5, 3))}, "output, v: d_v is 4 in output of shape .*, 3 in v"),
        ({"top": ones(2)}, "top, total, output, scores: n_q is 2 in top"),
        ({"scores": ones((3, 0)), "v": ones((0, 4))}, r"scores: shape \(3, 0\); .* one key"),
        ({"output": np.full((3, 4), 1.7e308), "v": np.full((5, 4), 3e307)}, "output: overflows"),
        ({"v": np.full((5, 4), 1.7e308)}, r"exp\(scores - top\) @ v: overflows"),
    ],
)
def test_a_step_refuses(change, message):
    arguments = step_case() | {"scores": np.zeros((3, 5)), "top": np.zeros(3)}
    with pytest.raises(ValueError, match=f"^{message}"):
        online_softmax_step(**arguments | change)


def test_a_total_beyond_half_precision_is_refused():
    state = np.zeros(1, np.float16), np.full(1, 65504, np.float16), np.zeros((1, 1), np.float16)
    with pytest.raises(ValueError, match=r"^total: overflows float16"):
        online_softmax_step(*state, np.zeros((1, 64), np.float16), np.zeros((64, 1), np.float16))


def test_long_vectors_that_share_no_direction_do_not_overflow():
    q, k = np.array([[1e200, 0]]), np.array([[0, 1e200], [0, 1e200]])
    np.testing.assert_array_equal(tiled_attention(q, k, [[1.0], [3.0]]), [[2.0]])


def test_half_precision_is_scaled_in_single():
    q, k, v = (np.array(a, np.float16) for a in ([[10.0]], [[0.0], [-1.0]], [[0.0], [6e4]]))
    expected = 6e4 / (1 + math.exp(10))
    assert tiled_attention(q, k, v, scale=1)[0, 0] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("window", [None, 1, 2, 3])
def test_a_tile_knows_what_its_queries_may_see(causal, window):
    n_q, n_k = 6, 7
    i, j = np.arange(n_q)[:, None], np.arange(n_k)
    sees = np.ones((n_q, n_k), bool)
    sees &= (j <= i) | (not causal)
    sees &= abs(i - j) < (window or 99)
    for rows in (slice(a, b) for b in range(1, n_q + 1) for a in range(b)):
        seen = np.flatnonzero(sees[rows].any(axis=0))
        assert _tiles.visible_keys(rows, n_k, causal, window) == (seen[0], seen[-1] + 1)
        for columns in (slice(a, b) for b in range(1, n_k + 1) for a in range(b)):
            allowed = _tiles.allowed_pairs(rows, columns, causal, window, None)
            if allowed is None:
                assert sees[rows, columns].all()
            else:
                np.testing.assert_array_equal(allowed, sees[rows, columns])
                assert not allowed.all(), "no mask is needed: None is faster"


def test_the_largest_score_there_can_be():
    assert _tiles.largest_score(np.array([[3.0, 4.0], [0, 1]]), np.array([[2.0, 0]])) == 10
    assert _tiles.largest_score(np.array([[0.5]]), np.array([[0.5]])) == 0.25
    half = np.full((1, 4), 200, np.float16)  # its square is beyond float16
    assert _tiles.largest_score(half, half) == 160_000


def test_vectors_of_any_length_have_a_largest_score_or_an_infinite_one():
    with np.errstate(all="raise"):
        assert _tiles.largest_score(np.array([[1e200]]), np.array([[1.0]])) == INF


@pytest.mark.parametrize("calm", [False, True])
def test_a_tile_of_scores_is_overwritten_and_no_other_is_made(calm):
    scores = np.array([[1.0, 3.0]])
    running = _tiles.Running(1, 1, np.float64, calm, np.exp2)
    running.take(scores, np.array([[1.0], [2.0]]))
    np.testing.assert_array_equal(scores, [[2, 8]] if calm else [[0.25, 1]])
    np.testing.assert_allclose(running.result(), [[1.8]])


@pytest.mark.parametrize(
    ("most", "v", "dtype", "calm"),
    [
        (9999, np.zeros((0, 1)), np.float32, True),
        (60, [[0.0]], np.float32, True),  # powers of 2 up to 60, sums up to 128
        (60.5, [[0.0]], np.float32, False),
        (508, [[0.0]], np.float64, True),
        (508.5, [[0.0]], np.float64, False),
        (508.5, [[0.0]], np.longdouble, False),
        (0, [[2.0**66], [0]], np.float32, True),
        (0, [[2.0**67], [0]], np.float32, False),
        (0, [[-(2.0**66)], [0]], np.float32, True),
        (0, [[-(2.0**67)], [0]], np.float32, False),
        (0, [[float(np.finfo(np.float32).max) / 2.0**60]], np.float32, True),
    ],
)
def test_where_no_power_of_2_can_overflow(most, v, dtype, calm):
    assert _tiles.is_calm(most, np.array(v), dtype) is calm
