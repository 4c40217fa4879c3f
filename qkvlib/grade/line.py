"""The line between the grader and a learner's process: numbers, short texts, nothing that runs.

A message is JSON behind its length. An array travels as its type, its shape and its bytes; there is
no pickle, so that reading a message cannot do anything.
"""

from __future__ import annotations

import base64
import json
import math
import socket
import time

import numpy as np

_LARGEST = 16_000_000  # bytes in a message
_LARGEST_ARRAY = 2_000_000  # bytes, before they become text
_LONGEST = 300  # characters of an error's text


class LineError(BaseException):
    """The other side is late, gone or makes no sense.

    Not an ``Exception``: checkers take those for the learner's and go on.
    """


class Line:
    """A socket that sends and receives messages until the time is up."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self.allow(math.inf)

    def allow(self, seconds: float) -> None:
        """Set how much time is left for all that follows."""
        self._seconds, self._end = seconds, time.monotonic() + seconds

    def send(self, **message: object) -> None:
        """Send what JSON can say."""
        text = json.dumps(message).encode()
        self._within_time(self._socket.sendall, len(text).to_bytes(4, "big") + text)

    def receive(self) -> dict:
        """Wait for the next message."""
        size = int.from_bytes(self._read(4), "big")
        if size > _LARGEST:
            raise LineError(f"it sent more than {_LARGEST // 10**6} MB at once")
        try:
            message = json.loads(self._read(size))
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise LineError("it wrote to the grader's own line")
        return message

    def _read(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            piece = self._within_time(self._socket.recv, min(size - len(data), 1 << 16))
            if not piece:
                raise LineError("it ended before its last cell")
            data += piece
        return bytes(data)

    def _within_time(self, act, *arguments):
        left = self._end - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(None if left == math.inf else left)
            return act(*arguments)
        except TimeoutError:
            raise LineError(f"it was stopped after {self._seconds:g} seconds") from None
        except OSError:
            raise LineError("it ended before its last cell") from None


def pack(value: object) -> object:
    """Make a number or an array fit for a message; of anything else, only what it is.

    Examples
    --------
    >>> unpack(pack([[1, 2]])), unpack(pack(None)), pack("a text")
    (array([[1, 2]]), None, {'other': 'str'})
    """
    if value is None:
        return None
    array = np.asarray(value)
    if array.dtype.kind not in "biufc":
        return {"other": type(value).__name__}
    if array.nbytes > _LARGEST_ARRAY:
        raise ValueError(f"an array of shape {array.shape} is more than a checker asks for")
    data = base64.b64encode(array.tobytes()).decode()
    return {"dtype": array.dtype.str, "shape": array.shape, "data": data}


def unpack(packed: dict | None) -> object:
    """Undo ``pack``; a number comes back as NumPy's, something else as a bare ``object``."""
    if packed is None:
        return None
    if "other" in packed:
        return object()
    dtype, data = np.dtype(packed["dtype"]), bytearray(base64.b64decode(packed["data"]))
    if dtype.kind not in "biufc" or math.prod(packed["shape"]) * dtype.itemsize != len(data):
        raise ValueError("an array that is not what it says")
    return np.ndarray(packed["shape"], dtype, data)[()]


def pack_error(error: BaseException) -> list[str]:
    """Name an error and what it says."""
    return [type(error).__name__, str(error)[:_LONGEST]]
