"""Call the C library, and raise what it refuses."""

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)


class NotConfinedError(OSError):
    """The system cannot shut a process in."""


def call(function: str, *arguments: int | bytes | None) -> int:
    """Call `function`; where it fails, the error says why."""
    result = getattr(_LIBC, function)(*arguments)
    if result < 0:
        raise NotConfinedError(f"{function}: {os.strerror(ctypes.get_errno())}")
    return result
