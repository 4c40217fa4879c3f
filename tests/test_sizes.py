"""Sizes of models and GPUs: whole, with their sources, and as their papers count them."""

import json
from importlib import resources
from urllib.parse import urlparse

import numpy as np
import pytest

from qkvlib import KVCache, known_gpus, known_models, kv_cache_bytes, model_cache_bytes
from qkvlib.sizes import ModelSizes

MODELS, GPUS = known_models(), known_gpus()
SOURCES = {"arxiv.org", "huggingface.co", "www.nvidia.com", "www.amd.com"}


@pytest.mark.parametrize("row", [*MODELS.values(), *GPUS.values()], ids=lambda row: row.name)
def test_each_row_names_its_source(row):
    address = urlparse(row.source)
    assert address.scheme == "https" and address.netloc in SOURCES and len(address.path) > 3


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_each_model_is_whole(model):
    assert min(model.weight_bytes, model.context, model.layers, model.heads, model.kept) > 0
    assert bool(model.latent) != bool(model.kv_heads and model.d_head)
    assert not model.kv_heads or model.heads % model.kv_heads == 0
    assert model.window_layers < model.layers and bool(model.window) == bool(model.window_layers)


def test_the_file_holds_nothing_that_no_one_reads():
    text = resources.files("qkvlib").joinpath("data", "sizes.json").read_text("utf-8")
    assert set(json.loads(text)) == {"models", "gpus"}


@pytest.mark.parametrize("name", ["Llama 3.1 70B", "GPT-3 175B"])
def test_without_windows_it_is_the_count_of_a_cache(name):
    one = MODELS[name]
    sizes = {"num_layers": one.layers, "num_kv_heads": one.kv_heads, "d_head": one.d_head}
    assert model_cache_bytes(one, 100) == kv_cache_bytes(100, **sizes)
    assert model_cache_bytes(one, 100, bits=4) == kv_cache_bytes(100, **sizes) // 4


def test_windows_keep_what_a_cache_with_a_window_keeps():
    model = ModelSizes("M", 1, 99, 8, layers=3, heads=2, source="-", kv_heads=2, d_head=4)
    model = model._replace(window=5, window_layers=2)
    layers = [KVCache(), KVCache(window=5), KVCache(window=5)]
    for n in range(1, 12):
        for layer in layers:
            layer.append(*np.ones((2, 2, 1, 4), np.float16))
        assert model_cache_bytes(model, n) == sum(layer.nbytes for layer in layers), n


def test_latents_as_deepseek_counts_them():
    """Their table 1: 9/2 of d_head times layers, for 128 heads of 128."""
    model = MODELS["DeepSeek-V3"]
    assert model.kept == 9 / 2 * 128 == 512 + 64
    assert model_cache_bytes(model, 1) == 2 * 576 * 61


def test_the_size_of_a_head_is_free():
    """As *Multi-head attention* says: 64 heads of 128 on a width of 5,120."""
    one = MODELS["Qwen3 32B"]
    assert one.heads * one.d_head == 8192 != one.d_model == 5120


def test_smollm_is_what_the_book_runs():
    model = MODELS["SmolLM2 135M"]
    assert (model.layers, model.heads, model.kv_heads, model.d_head) == (30, 9, 3, 64)


@pytest.mark.parametrize("gpu", GPUS.values(), ids=lambda gpu: gpu.name)
def test_gpus_compute_some_hundred_flops_while_they_read_a_byte(gpu):
    assert 200 < gpu.flops / gpu.bandwidth < 320
    assert 141e9 <= gpu.memory <= 288e9
