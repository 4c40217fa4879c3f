"""The line between two processes of the grader: messages that say what they are, or are refused.

A message is JSON behind its length. What has none of the forms that are due is kept by nobody.
"""

from __future__ import annotations

import contextlib
import json
import math
import socket

from .forms import FORMS, fits

_LARGEST = 4_000_000  # bytes in a message
_MOST_PARTS = 4000  # commas and brackets in it: each may become an object of a hundred bytes
_ALL = 100_000_000  # bytes on a line


class LineError(BaseException):
    """The other side is late, gone or makes no sense.

    Not an ``Exception``: checkers take those for the learner's and go on.
    """


class Line:
    """A socket that sends and receives messages."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._left = _ALL

    def fileno(self) -> int:
        """Tell the number of the socket."""
        return self._socket.fileno()

    def hang_up(self) -> None:
        """End the conversation, for both sides and for who waits."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def wait(self, seconds: float | None) -> None:
        """Set how long each step of what follows may take."""
        self._socket.settimeout(seconds)

    def send(self, **message: object) -> None:
        """Send what JSON can say."""
        text = json.dumps(message).encode()
        self._carefully(self._socket.sendall, len(text).to_bytes(4, "big") + text)

    def receive(self, *kinds: str) -> dict:
        """Wait for the next message, which has the form of one of these kinds."""
        message = self._read_message(_LARGEST, _MOST_PARTS)
        if not any(fits(message, FORMS[kind]) for kind in kinds):
            raise LineError("it wrote to the grader's own line")
        return message

    def obey(self) -> dict:
        """Wait for a message of somebody to be trusted."""
        return self._read_message(math.inf, math.inf)

    def _read_message(self, largest: float, most_parts: float) -> object:
        size = int.from_bytes(self._read(4), "big")
        self._left -= size
        if size > largest:
            raise LineError(f"it sent more than {largest // 10**6} MB at once")
        if self._left < 0:
            raise LineError(f"it sent more than {_ALL // 10**6} MB in all")
        data = self._read(size)
        if sum(map(data.count, (b",", b"[", b"{"))) > most_parts:
            raise LineError("it sent more parts than a message has")
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            raise LineError("it wrote to the grader's own line") from None

    def _read(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            piece = self._carefully(self._socket.recv, min(size - len(data), 1 << 16))
            if not piece:
                raise LineError("it ended before its last cell")
            data += piece
        return bytes(data)

    def _carefully(self, act, *arguments):
        try:
            return act(*arguments)
        except TimeoutError:
            raise LineError("it did not answer") from None
        except OSError:
            raise LineError("it ended before its last cell") from None
