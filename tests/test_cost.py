"""Counts against loops and against numbers from papers; measuring; the recorded run."""

import time

import numpy as np
import pytest
from bench import attention, record_cost, record_rows

from qkvlib import (
    KVCache,
    attention_flops,
    kv_cache_bytes,
    layer_flops,
    measure,
    measure_growth,
    measure_rows,
    recorded_growth,
    recorded_rows,
    scaled_dot_product_attention,
    score_bytes,
    tiled_attention,
)


def test_flops_equal_the_loops():
    count = 0
    for _ in range(2 * 3 * 5):  # heads, queries, keys
        count += 7 * 2  # a score: multiply and add, feature by feature
        count += 7 * 2  # its weight times the value, added to the output
    assert attention_flops(3, 5, num_heads=2, d_head=7) == count
    assert attention_flops(3, num_heads=2, d_head=7) == attention_flops(3, 3, num_heads=2, d_head=7)


def test_flops_as_flash_attention_2_counts_them():
    """Section 4.1: 4 · seqlen² · head dimension · number of heads."""
    assert attention_flops(2048, num_heads=16, d_head=128) == 4 * 2048**2 * 128 * 16


def test_layer_flops_equal_the_matrices():
    n, d_model, d_ff = 3, 4, 10
    matrices = [(d_model, d_model)] * 4 + [(d_model, d_ff), (d_ff, d_model)]
    count = sum(2 * n * rows * columns for rows, columns in matrices)
    assert layer_flops(n, d_model=d_model, d_ff=d_ff) == count
    assert layer_flops(n, d_model=d_model) == layer_flops(n, d_model=d_model, d_ff=4 * d_model)
    assert layer_flops(n, d_model=d_model) == 24 * n * d_model**2


@pytest.mark.parametrize("d_model", [64, 512, 4096])
def test_attention_catches_up_at_six_times_the_width(d_model):
    def ahead(n):
        return attention_flops(n, num_heads=1, d_head=d_model) >= layer_flops(n, d_model=d_model)

    assert ahead(6 * d_model) and not ahead(6 * d_model - 1)


def test_score_bytes_are_those_of_the_scores():
    q = np.zeros((8, 12, 4), np.float32)
    assert score_bytes(12, num_heads=8) == (q @ q.swapaxes(-1, -2)).nbytes
    assert score_bytes(3, 5, num_heads=2, itemsize=2) == 60


def test_cache_bytes_are_those_of_a_cache():
    cache = KVCache()
    cache.append(*np.zeros((2, 3, 2, 10, 4), np.float16))  # 3 layers, 2 heads
    assert cache.nbytes == kv_cache_bytes(10, num_layers=3, num_kv_heads=2, d_head=4)


def test_cache_bytes_of_known_models():
    # Kwon et al. (2023), section 3: OPT-13B keeps 800 KB for a token, 1.6 GB for 2048.
    opt = {"num_layers": 40, "num_kv_heads": 40, "d_head": 5120 // 40}
    assert kv_cache_bytes(1, **opt) == 800 * 1024
    assert kv_cache_bytes(2048, **opt) == 1.5625 * 2**30
    # Llama 2 70B (Touvron et al., 2023): 80 layers, 64 heads of 128, which share 8 of keys.
    llama = {"num_layers": 80, "d_head": 8192 // 64}
    assert kv_cache_bytes(4096, num_kv_heads=8, **llama) == 1.25 * 2**30
    assert kv_cache_bytes(4096, num_kv_heads=64, **llama) == 10 * 2**30


def test_measure_takes_the_fastest_run_and_the_most_memory():
    calls = []

    def work(n):
        calls.append(n)
        time.sleep(0.2 if len(calls) == 1 else 0.001)
        np.ones(n)  # freed at once
        return np.ones(n // 2)

    cost = measure(work, 1_000_000, repeats=2)
    assert 0.001 <= cost.seconds < 0.2
    assert cost.peak_bytes == pytest.approx(8e6, rel=0.01)
    assert calls == [1_000_000] * 3


def test_plain_grows_with_the_square_and_tiled_does_not():
    def growth(attend):
        small, large = (np.ones((3, n, 8)) for n in (512, 1024))
        peaks = [measure(attend, *x, repeats=1).peak_bytes for x in (small, large)]
        return peaks[1] / peaks[0]

    assert growth(scaled_dot_product_attention) == pytest.approx(4, rel=0.05)
    assert growth(lambda q, k, v: tiled_attention(q, k, v, block_size=64)) < 2.1


def test_the_recorded_run_is_whole_and_names_its_machine():
    run = recorded_growth()
    assert run["n"] == list(record_cost.SIZES)
    for name in ("plain", "tiled"):
        for numbers in run[name].values():
            assert len(numbers) == len(run["n"]) and all(number > 0 for number in numbers)
            assert numbers == sorted(numbers)
    assert "cores" in run["machine"] and "NumPy" in run["machine"] and "/" not in run["machine"]


def test_the_script_records_what_the_file_holds():
    small = record_cost.record(sizes=(16, 32), repeats=1)
    committed = recorded_growth()
    assert set(small) == set(committed)
    for name in ("num_heads", "d_head"):
        assert small[name] == committed[name]
    # Memory does not depend on how busy the machine is.
    again = record_cost.record(sizes=(128,), repeats=1)
    for name in ("plain", "tiled"):
        expected = committed[name]["peak_bytes"][0]
        assert again[name]["peak_bytes"][0] == pytest.approx(expected, rel=0.1)


def test_the_recorded_rows_are_whole_and_share_their_reading():
    run = recorded_rows()
    assert run["rows"] == list(record_rows.ROWS) and "cores" in run["machine"]
    one, *others = np.divide(run["seconds"], run["rows"])
    assert all(each < one for each in others), "for each row many take less than one alone"


def test_the_script_records_rows_as_the_file_holds_them():
    small = record_rows.record(rows=(1, 2), repeats=1, d_in=8, d_out=8)
    assert set(small) == set(recorded_rows()) and len(small["seconds"]) == 2


def test_the_bench_compares_like_with_like():
    q, k, v = attention.inputs(600, heads=2)
    plain = scaled_dot_product_attention(q, k, v)
    np.testing.assert_allclose(attention.tiled(q, k, v), plain, rtol=0, atol=1e-5)
    large = scaled_dot_product_attention(8 * q, k, v)
    np.testing.assert_allclose(attention.tiled_large(q, k, v), large, rtol=0, atol=1e-4)
    np.testing.assert_allclose(attention.unchecked(q, k, v), plain, rtol=0, atol=1e-5)
    both = np.matmul(q @ k.swapaxes(-1, -2), v)
    np.testing.assert_allclose(attention.products(q, k, v), both, rtol=1e-3, atol=0.1)


def test_the_bench_has_a_row_for_each_way_and_the_floor():
    rows = list(attention.attention_rows(rounds=1, sizes=(64,), long=(128, 1)))
    assert all(len(row) == 4 for row in rows)
    decode, rows = rows[:2], rows[2:]
    assert all("one query" in name and "without a check" in here for name, here, *_ in decode)
    assert [row[0].split(", ", 2)[2].split(":")[0] for row in rows] == [
        "tiled",
        "tiled, large scores",
        "plain",
        "tiled",
        "plain",
        "tiled",
    ]


ERRORS = [
    (lambda: attention_flops(0, num_heads=1, d_head=1), ValueError, "n_q: 0; expected an integer"),
    (lambda: attention_flops(1, 2.0, num_heads=1, d_head=1), TypeError, "n_k: 2.0; expected"),
    (lambda: score_bytes(1, num_heads=-1), ValueError, "num_heads: -1; expected"),
    (
        lambda: kv_cache_bytes(1, num_layers=1, num_kv_heads=True, d_head=1),
        TypeError,
        "num_kv_heads: True; expected",
    ),
    (lambda: layer_flops(1, d_model=0), ValueError, "d_model: 0; expected an integer"),
    (lambda: layer_flops(1, d_model=4, d_ff=0), ValueError, "d_ff: 0; expected an integer"),
    (lambda: measure_rows([0]), ValueError, "rows: 0; expected an integer >= 1"),
    (lambda: measure_growth([4, 0]), ValueError, "sizes: 0; expected an integer >= 1"),
    (lambda: measure(3), TypeError, "function: int; expected something to call"),
    (lambda: measure(print, repeats=0), ValueError, "repeats: 0; expected an integer >= 1"),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_the_argument(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()
