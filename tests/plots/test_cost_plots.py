"""Pictures of *Cost*: growth, a running softmax, tiles, memory."""

import frozen
import numpy as np
import pytest

from qkvlib import (
    causal_mask,
    measure_growth,
    plots,
    project,
    recorded_growth,
    scaled_dot_product_attention,
    sliding_window_mask,
)

Q, K, V = (project(frozen.X, w) for w in (frozen.W_Q, frozen.W_K, frozen.W_V))
SCORES = K @ Q[2] / 2


RUN = {
    "n": [256, 512, 1024],
    "plain": {"seconds": [0.3, 1.0, 4.0], "peak_bytes": [2**20, 2**22, 2**24]},
    "tiled": {"seconds": [0.1, 2.0, 4.0], "peak_bytes": [2**19, 2**20, 2**21]},
}


def test_growth_fits_a_line_from_512_on_and_reads_it():
    picture = plots.growth(RUN, what="time", at=2048)
    assert "plain: 300 ms at n = 256, 4 s at n = 1,024, slope 2.00" in picture.alt
    assert "the line gives 16 s at n = 2,048" in picture.alt
    assert picture.table == [
        ("n", "256", "512", "1,024", "slope", "line at 2,048"),
        ("plain", "300 ms", "1 s", "4 s", "2.00", "16 s"),
        ("tiled", "100 ms", "2 s", "4 s", "1.00", "8 s"),
    ]
    picture = plots.growth(RUN, what="memory", at=131072)
    assert "the line gives 256 GiB at n = 131,072" in picture.alt
    assert plots.slope([200, 400], [4.0, 16.0]) == pytest.approx(2)


def test_growth_draws_the_recorded_and_a_new_run():
    for run in (recorded_growth(), measure_growth([512, 1024], num_heads=1, repeats=1)):
        assert "plain" in plots.growth(run, what="memory", at=512).alt


def test_growth_refuses():
    with pytest.raises(ValueError, match="what: 'speed'; expected one of 'time', 'memory'"):
        plots.growth(RUN, what="speed", at=512)
    with pytest.raises(ValueError, match=r"run: n = \[256, 512\]; expected two sizes from 512 on"):
        plots.growth({"n": [256, 512]}, what="time", at=512)


def run(order, read):
    names = [frozen.TOKENS[j] for j in order]
    return plots.online_softmax(
        SCORES[order], V[order], names, frozen.FEATURES, query="its", read=read
    )


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0]])
def test_a_running_softmax_ends_as_attention(order):
    picture = run(order, 4)
    output = scaled_dot_product_attention(Q, K, V)[2]
    for name, value in zip(frozen.FEATURES, output, strict=True):
        assert f"{name} {value:.3f}" in picture.alt


def test_a_running_softmax_says_what_shrinks():
    assert "multiplied" not in run([3, 2, 1, 0], 1).alt
    assert "The part before is multiplied by 1.000" in run([3, 2, 1, 0], 3).alt
    factor = np.exp(SCORES[3] - SCORES[0])
    assert f"The part before is multiplied by {factor:.3f}" in run([3, 2, 1, 0], 4).alt
    assert run([3, 2, 1, 0], 1).table[2] == ("term", "1.000", *["not read"] * 3, "1.000")


def test_a_running_softmax_refuses():
    with pytest.raises(ValueError, match="read: 0; expected an integer from 1 to 4"):
        run([0, 1, 2, 3], 0)
    with pytest.raises(ValueError, match=r"v: shape \(4, 3\); expected \(4, 4\)"):
        plots.online_softmax(SCORES, V[:, :3], frozen.TOKENS, frozen.FEATURES, query="its", read=1)


def test_tiles_counts_them():
    picture = plots.tiles(causal_mask(8), size=2, title="Causal")
    assert "Of 16 tiles 6 are computed whole, 4 are computed and partly hidden" in picture.alt
    assert "6 are skipped: 62% of the work" in picture.alt
    assert picture.table[1] == ("0–", "partly", "skipped", "skipped", "skipped")
    window = plots.tiles(sliding_window_mask(8, window=1), size=2, title="Window")
    assert "0 are computed whole, 4 are" in window.alt


def test_tiles_refuses():
    with pytest.raises(ValueError, match=r"allowed: float64 of shape \(2, 2\); expected bool"):
        plots.tiles(np.ones((2, 2)), size=1, title="T")
    with pytest.raises(ValueError, match="size: 0; expected an integer >= 1"):
        plots.tiles(causal_mask(2), size=0, title="T")


@pytest.mark.parametrize(("causal", "n"), [(False, 6 * 64), (True, 12 * 64)])
def test_attention_is_half_of_the_work_where_it_catches_up(causal, n):
    picture = plots.layer_work(n, d_model=64, causal=causal)
    assert "attention takes 50.0%" in picture.alt and ("causal" in picture.alt) == causal
    assert "attention takes 50.0%" not in plots.layer_work(n + 64, d_model=64, causal=causal).alt
    shares = [float(row[2].rstrip("%")) for row in picture.table[1:]]
    assert shares[2] == pytest.approx(2 * shares[1], abs=0.2), "the network has twice the matrices"


def test_work_of_a_layer_refuses():
    with pytest.raises(ValueError, match="d_model: 0; expected an integer >= 1"):
        plots.layer_work(4, d_model=0, causal=False)
    with pytest.raises(TypeError, match="causal: 'no'; expected True or False"):
        plots.layer_work(4, d_model=4, causal="no")


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (1023, "1,023 bytes"),
        (1024, "1 KiB"),
        (1000 * 1024, "1,000 KiB"),
        (999.5 * 1024**2, "1,000 MiB"),
        (1.234567 * 2**30, "1.23 GiB"),
        (2**50, "1 PiB"),
        (2**60, "1,024 PiB"),
    ],
)
def test_bytes_in_the_unit_that_fits(count, said):
    assert plots.in_bytes(count) == said
