"""Read a model's file in the GGUF format: what it says of itself, then its arrays, made wide again.

A weight of four bits is a whole number from 0 to 15: each block of 32 has a step and a lowest value
of its own. The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Internal to
`qkvlib`; a file's hash is compared before it comes here.
"""

import math
import struct

import numpy as np

_STRING, _LIST = 8, 9
_NUMBERS = dict(enumerate(("<B", "<b", "<H", "<h", "<I", "<i", "<f", "<?"))) | {
    10: "<Q",
    11: "<q",
    12: "<d",
}


def read_gguf(path):
    """Return what the file says, by name, and its arrays in float32, read-only, by name."""
    with open(path, "rb") as file:
        magic, _, tensors, fields = struct.unpack("<4sIQQ", file.read(24))
        if magic != b"GGUF":
            raise ValueError(f"path: {path} begins with {magic!r}; expected a GGUF file")
        said = {_text(file): _value(file, _number(file, "<I")) for _ in range(fields)}
        places = [_place(file) for _ in range(tensors)]
        align = said.get("general.alignment", 32)
        start = math.ceil(file.tell() / align) * align
        arrays = {}
        for name, shape, kind, offset in places:  # one after the other: it takes little room
            file.seek(start + offset)
            arrays[name] = _wide(file, shape, kind)
    return said, arrays


def _number(file, how):
    return struct.unpack(how, file.read(struct.calcsize(how)))[0]


def _text(file):
    return file.read(_number(file, "<Q")).decode("utf-8")


def _value(file, kind):
    """Return what stands next: a number, a text, or a list of either."""
    if kind == _STRING:
        return _text(file)
    if kind != _LIST:
        return _number(file, _NUMBERS[kind])
    kind, length = struct.unpack("<IQ", file.read(12))
    if kind in _NUMBERS:
        size = struct.calcsize(_NUMBERS[kind])
        return np.frombuffer(file.read(length * size), _NUMBERS[kind]).tolist()
    return [_value(file, kind) for _ in range(length)]


def _place(file):
    """Return an array's name, shape (the file says the last axis first), kind and place."""
    name, axes = _text(file), _number(file, "<I")
    *shape, kind, offset = struct.unpack(f"<{axes}QIQ", file.read(8 * axes + 12))
    return name, shape[::-1], kind, offset


def _wide(file, shape, kind):
    """Read an array and make float32 of it."""
    if kind not in _KINDS:
        raise ValueError(f"path: an array is stored as type {kind}; expected {[*_KINDS]}")
    stored, widened = _KINDS[kind]
    count = math.prod(shape) // (1 if stored.names is None else 32)
    array = widened(np.frombuffer(file.read(count * stored.itemsize), stored)).reshape(shape)
    array.setflags(write=False)
    return array


def _of_four_bits(blocks):
    """Each byte holds two: the low halves are the first sixteen weights, the high ones follow."""
    weights = np.empty((len(blocks), 32), np.float32)
    np.bitwise_and(blocks["weights"], 15, out=weights[:, :16], casting="unsafe")
    np.right_shift(blocks["weights"], 4, out=weights[:, 16:], casting="unsafe")
    weights *= blocks["step"].astype(np.float32)
    weights += blocks["lowest"].astype(np.float32)
    return weights


def _of_eight_bits(blocks):
    return blocks["weights"] * blocks["step"].astype(np.float32)


_STEP = ("step", "<f2", (1,))
_KINDS = {  # by the number that the format gives each
    0: (np.dtype("<f4"), np.copy),
    3: (np.dtype([_STEP, ("lowest", "<f2", (1,)), ("weights", "u1", 16)]), _of_four_bits),
    8: (np.dtype([_STEP, ("weights", "i1", 32)]), _of_eight_bits),
}
