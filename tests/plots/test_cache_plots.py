"""Pictures of *Cache*: a text that grows, FLOPs for each byte, what fits on a GPU."""

import frozen
import numpy as np
import pytest

from qkvlib import KVCache, known_models, plots

LLAMA = known_models()["Llama 3.1 70B"]


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_step_computes_one_row_and_reads_what_a_cache_holds(step):
    _, *table, read = plots.decoding(frozen.TOKENS, step=step, cached=True).table
    cache = KVCache()
    for _ in range(step - 1):
        cache.append(np.ones((1, 2)), np.ones((1, 2)))
    assert [row[1:4].count("new") for row in table] == [3 * (i == step - 1) for i in range(4)]
    assert sum(row.count("kept") for row in table) == 2 * len(cache)
    assert [row[1] for row in table[: step - 1]] == ["gone"] * (step - 1), "no query is kept"
    assert table[step - 1][4] == f"{step} new"
    assert read == ("read", "0", *[str(step - 1)] * 2, "")


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_without_a_cache_all_is_new(step):
    picture = plots.decoding(frozen.TOKENS, step=step, cached=False)
    _, *table, last = picture.table
    assert sum(row.count("new") for row in table) == 3 * step and last[0] == "no cache"
    assert f"{step * (step + 1) // 2} score" in picture.alt and "Nothing is kept" in picture.alt


def test_a_growing_text_refuses():
    with pytest.raises(ValueError, match="step: 5; expected an integer from 1 to 4"):
        plots.decoding(frozen.TOKENS, step=5, cached=True)
    with pytest.raises(TypeError, match="cached: 1; expected True or False"):
        plots.decoding(frozen.TOKENS, step=1, cached=1)


def boxes(picture):
    return [patch for patch in picture.content.axes[0].patches if hasattr(patch, "get_width")]


def test_bars_of_flops_are_as_long_as_their_numbers():
    first, second = boxes(plots.busy({"a": 40, "b": 10}, need=200, gpu="G"))
    assert first.get_width() == pytest.approx(4 * second.get_width())
    over, _ = boxes(plots.busy({"a": 4000, "b": 10}, need=200, gpu="G"))
    assert over.get_width() < plots.marks.WIDTH
    alt = plots.busy({"a": 4000, "b": 10}, need=200, gpu="G").alt
    assert "Busy: a 100.0%, b 5.0%" in alt, "no GPU is more than busy"


def test_flops_refuse():
    with pytest.raises(ValueError, match="need: 0; expected a number above 0"):
        plots.busy({"a": 1}, need=0, gpu="G")


def cache(n=1024, texts=1, bits=16, model=LLAMA):
    return plots.cache_memory(model, n=n, texts=texts, bits=bits)


def test_memory_is_as_long_as_it_is_large():
    small, large = (boxes(cache(n))[1].get_width() for n in (16384, 131072))
    assert large == pytest.approx(8 * small)
    assert boxes(cache(131072, bits=8))[1].get_width() == pytest.approx(large / 2)
    assert boxes(cache(131072, texts=2))[2].get_width() == pytest.approx(2 * large)
    tip = cache(131072, texts=64).content.axes[0].patches[-1].get_xy()[:, 0].max()
    assert tip == plots.marks.WIDTH, "more than every GPU has ends in a point"


def test_memory_says_what_fits_where():
    rows = cache(131072).table
    assert rows[0] == ("", "bytes", "in GB", "of H200", "of B200", "of MI355X")
    assert rows[2] == ("one cache", "42,949,672,960", "42.9 GB", "30.5%", "23.9%", "14.9%")
    tiny = cache(1024, bits=4, model=known_models()["SmolLM2 135M"]).table[2]
    assert tiny[2] == "5.9 MB"


def test_a_text_that_a_model_was_not_made_for_is_named():
    gpt = known_models()["GPT-3 175B"]
    assert "longer than the context of 2,048 tokens" in cache(4096, model=gpt).alt
    assert "longer" not in cache(2048, model=gpt).alt


def test_memory_refuses():
    with pytest.raises(TypeError, match="model: str; expected one of known_models"):
        cache(model="Llama")
    with pytest.raises(ValueError, match="texts: 0; expected an integer >= 1"):
        cache(texts=0)
