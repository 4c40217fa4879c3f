"""Shut this process in, for good: the learner's own process does it before the first cell.

It may read the files of the interpreter and its libraries, and write none: what can keep nothing
needs no measure of the disk, and leaves nothing to clean up.
"""

from __future__ import annotations

import contextlib
import os
import resource
import struct
import sys
from pathlib import Path

from .landlock import restrict_files
from .libc import NotConfinedError, call
from .places import own_library, readable
from .seccomp import filter_calls

_DUMPABLE, _NO_NEW_PRIVILEGES = 4, 38
_CAPABILITIES_VERSION_3 = 0x20080522
_FILES = 64  # open at once; what the kernel keeps behind a socket counts against nothing else
_DEVICES = ("/dev/null", "/dev/urandom")


def limit(memory: int, seconds: float) -> list[str]:
    """Bound memory (bytes), processor time and files; return what this system cannot bound."""
    unbound = []
    os.nice(5)  # the judge goes first
    with contextlib.suppress(OSError):  # and where memory runs out, this goes first
        Path("/proc/self/oom_score_adj").write_text("1000")
    wanted = {"AS": memory, "CPU": int(seconds) + 2, "NOFILE": _FILES, "FSIZE": 0, "CORE": 0}
    for name, value in (wanted | {"MEMLOCK": 0}).items():
        kind = getattr(resource, f"RLIMIT_{name}")
        _, most = resource.getrlimit(kind)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):  # macOS has no limit on memory
            unbound.append(f"no limit RLIMIT_{name}")
    return unbound


def confine() -> None:
    """Let this process read Python's files, write none, and reach nothing else.

    Raises
    ------
    NotConfinedError
        If this system cannot do all of it; part of it may be in force then.
    """
    if sys.platform != "linux":
        raise NotConfinedError(f"only Linux can shut a process in, this is {sys.platform}")
    if len(os.listdir("/proc/self/task")) > 1:
        raise NotConfinedError("the process has threads already, which would stay free")
    for name, step in _STEPS.items():
        try:
            step()
        except OSError as error:
            raise NotConfinedError(f"{name}: {error}") from error


def _give_up_privileges() -> None:
    # Without capabilities, root is an ordinary user, whom the rules bind.
    call("capset", struct.pack("Ii", _CAPABILITIES_VERSION_3, 0), bytes(24))
    call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    call("prctl", _DUMPABLE, 0, 0, 0, 0)  # or a crash would leave its memory on the disk


_STEPS = {
    "privileges": _give_up_privileges,
    "Landlock": lambda: restrict_files([*readable(), *own_library()], _DEVICES),
    "seccomp": filter_calls,
}
