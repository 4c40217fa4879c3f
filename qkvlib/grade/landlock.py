"""Files a process may touch: those named, most of them to read. Linux calls this Landlock.

Source: https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable

from .libc import NotConfinedError, call

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # system calls, on every machine
_VERSION = 1  # ask for the version in place of a set of rules
_PATH_BENEATH = 1
# What the rules rule: everything that version 3 knows. With an older one, files could be emptied.
_KNOWN_SINCE, _ALL = 3, (1 << 15) - 1
_WRITE, _READ, _LIST, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14


def restrict_files(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Let this process read below `readable`, write to the files `writable`, and start nothing."""
    version = call("syscall", _CREATE, None, 0, _VERSION)
    if version < _KNOWN_SINCE:
        raise NotConfinedError(f"Landlock {version}; {_KNOWN_SINCE} expected (Linux 6.2)")
    rules = call("syscall", _CREATE, struct.pack("Q", _ALL), 8, 0)
    for path in readable:
        _allow(rules, path, _READ | (_LIST if os.path.isdir(path) else 0))
    for path in writable:
        _allow(rules, path, _READ | _WRITE | _TRUNCATE)
    call("syscall", _RESTRICT, rules, 0)
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    call("syscall", _ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    os.close(place)
