"""Writes a file in the GGUF format, byte by byte: small ones stand in for a model's."""

import struct

import numpy as np

INT, FLOAT, STRING, LIST = 5, 6, 8, 9


def text(said):
    """A text, as the format has it: how long it is comes first."""
    return struct.pack("<Q", len(said.encode())) + said.encode()


def value(said):
    """The type of a value and the value: an integer, a float, a text, or a list of one kind."""
    if isinstance(said, list):
        ones = [value(one) for one in said]
        length = struct.pack("<Q", len(ones))
        return struct.pack("<I", LIST) + ones[0][:4] + length + b"".join(one[4:] for one in ones)
    if isinstance(said, str):
        return struct.pack("<I", STRING) + text(said)
    kind, how = (FLOAT, "<If") if isinstance(said, float) else (INT, "<Ii")
    return struct.pack(how, kind, said)


def write(path, said, arrays, magic=b"GGUF"):
    """Write what a file says, by name, and its arrays, at places that 32 divides.

    An array is of float32, or (type, axes with the last one first, bytes).
    """
    head = struct.pack("<IQQ", 3, len(arrays), len(said))
    head += b"".join(text(name) + value(one) for name, one in said.items())
    content = b""
    for name, array in arrays.items():
        if isinstance(array, np.ndarray):
            array = 0, array.shape[::-1], np.ascontiguousarray(array, "<f4").tobytes()
        kind, axes, data = array
        head += text(name) + struct.pack(f"<I{len(axes)}QIQ", len(axes), *axes, kind, len(content))
        content += data + bytes(-len(data) % 32)
    head = magic + head
    path.write_bytes(head + bytes(-len(head) % 32) + content)
    return path
