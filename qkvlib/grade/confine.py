"""Shut this process in, for good: the learner's own process does it before the first cell."""

from __future__ import annotations

import os
import resource
import struct
import sys

from .landlock import restrict_files
from .libc import NotConfinedError, call
from .seccomp import filter_calls

_NO_NEW_PRIVILEGES = 38
_CAPABILITIES_VERSION_3 = 0x20080522
_LARGEST_FILE = 100_000_000  # bytes


def limit(memory: int, seconds: float) -> list[str]:
    """Bound memory (bytes), processor time and files; return what this system cannot bound."""
    unbound = []
    # Processor time is of all threads; it ends a process whose grader is gone.
    busy = int(seconds * (os.cpu_count() or 1)) + 10
    wanted = {"AS": memory, "CPU": busy, "FSIZE": _LARGEST_FILE, "CORE": 0}
    for name, value in wanted.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        _, most = resource.getrlimit(kind)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):  # macOS has no limit on memory
            unbound.append(f"no limit RLIMIT_{name}")
    return unbound


def confine(folder: str) -> None:
    """Let this process write below `folder`, read Python's files, and reach nothing else.

    Raises
    ------
    NotConfinedError
        If this system cannot do all of it; part of it may be in force then.
    """
    if sys.platform != "linux":
        raise NotConfinedError(f"only Linux can shut a process in, this is {sys.platform}")
    if len(os.listdir("/proc/self/task")) > 1:
        raise NotConfinedError("the process has threads already, which would stay free")
    # Without capabilities, root is an ordinary user, whom the rules bind.
    call("capset", struct.pack("Ii", _CAPABILITIES_VERSION_3, 0), bytes(24))
    call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    restrict_files(folder)
    filter_calls()
