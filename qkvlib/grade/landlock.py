"""Files a process may touch: its own folder, and Python's to read. Linux calls this Landlock.

Source: https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

from .libc import NotConfinedError, call

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # system calls, on every machine
_VERSION = 1  # ask for the version in place of a set of rules
_PATH_BENEATH = 1
# What the rules rule: everything that version 3 knows. With an older one, files could be emptied.
_KNOWN_SINCE, _ALL = 3, (1 << 15) - 1
_EXECUTE, _WRITE, _READ, _LIST, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_ON_A_FILE = _EXECUTE | _WRITE | _READ | _TRUNCATE

_SYSTEM = ("/usr", "/lib", "/lib64", "/etc/fonts", "/etc/localtime", "/dev/urandom", "/proc/self")


def restrict_files(folder: str) -> None:
    """Let this process write below `folder`, and read what Python needs."""
    version = call("syscall", _CREATE, None, 0, _VERSION)
    if version < _KNOWN_SINCE:
        raise NotConfinedError(f"Landlock {version}; {_KNOWN_SINCE} expected (Linux 6.2)")
    rules = call("syscall", _CREATE, struct.pack("Q", _ALL), 8, 0)
    packages = (path for path in sys.path if path.endswith(("site-packages", "dist-packages")))
    library = Path(__file__).parents[1]
    for path in (*_SYSTEM, sys.prefix, sys.base_prefix, library, *packages):
        if os.path.exists(path):
            _allow(rules, path, _EXECUTE | _READ | _LIST)
    for path in (folder, "/dev/null"):
        _allow(rules, path, _ALL)
    call("syscall", _RESTRICT, rules, 0)
    os.close(rules)


def _allow(rules: int, path: str | Path, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not os.path.isdir(path):
        rights &= _ON_A_FILE
    call("syscall", _ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    os.close(place)
