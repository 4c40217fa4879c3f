"""A small file in the GGUF format, and what `gguf` reads of the language model's."""

import numpy as np
import pytest
from gguf_writer import write

from qkvlib.models.files import ModelNotFoundError, find
from qkvlib.models.gguf_file import read_gguf
from qkvlib.models.smollm_weights import FILE, SMOLLM

FOUR, EIGHT = np.float16([0.5, -2]), np.float16([0.25])  # step and lowest value; step
HALVES, WHOLE = np.arange(16, dtype=np.uint8) * 17, np.arange(-16, 16, dtype=np.int8)
SAID = {"size": 0.5, "names": ["a", "ß"], "kinds": [1, -1, 3]}
ARRAYS = {
    "plain": np.arange(6.0).reshape(2, 3),
    "four": (3, (32, 1), FOUR.tobytes() + HALVES.tobytes()),
    "eight": (8, (32, 1), EIGHT.tobytes() + WHOLE.tobytes()),
}


def test_what_a_file_says_and_holds(tmp_path):
    said, arrays = read_gguf(write(tmp_path / "a", SAID, ARRAYS))
    assert said == SAID
    np.testing.assert_array_equal(arrays["plain"], [[0, 1, 2], [3, 4, 5]])
    # Byte i is 17 i: its low half and its high half are both i.
    np.testing.assert_array_equal(arrays["four"], [[*(np.arange(16) / 2 - 2)] * 2])
    np.testing.assert_array_equal(arrays["eight"], [np.arange(-16, 16) / 4])
    for array in arrays.values():
        assert array.dtype == np.float32 and not array.flags.writeable


def test_low_halves_come_first(tmp_path):
    one = {"four": (3, (32, 1), np.float16([1, 0]).tobytes() + bytes([0x21] * 16))}
    _, arrays = read_gguf(write(tmp_path / "a", {}, one))
    np.testing.assert_array_equal(arrays["four"], [[1] * 16 + [2] * 16])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (dict(arrays={}, magic=b"GGML"), r"begins with b'GGML'; expected a GGUF file"),
        (dict(arrays={"a": (2, (32,), bytes(18))}), r"stored as type 2; expected \[0, 3, 8\]"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, given, message):
    with pytest.raises(ValueError, match=message):
        read_gguf(write(tmp_path / "a", {}, **given))


def test_the_models_arrays_are_those_that_gguf_reads():
    gguf = pytest.importorskip("gguf")
    try:
        path = find(SMOLLM, FILE)
    except ModelNotFoundError:
        pytest.skip("the model is not here")
    _, arrays = read_gguf(path)
    theirs = gguf.GGUFReader(path).tensors
    assert len(theirs) == len(arrays) == 272
    for tensor in theirs:
        expected = gguf.dequantize(tensor.data, tensor.tensor_type)
        np.testing.assert_array_equal(arrays[tensor.name], expected, err_msg=tensor.name)
