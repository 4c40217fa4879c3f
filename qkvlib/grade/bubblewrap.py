"""Bubblewrap, where it is installed: a world in which other files and processes are not there.

Landlock and the filter of calls keep a notebook from opening what it should not. They cannot keep
it from asking whether a file exists, or how large it is; here the answer is no.
Source: https://github.com/containers/bubblewrap
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys

from .places import PREFIXES, own_library, readable

_APART = ["--unshare-all", "--cap-drop", "ALL", "--dev", "/dev"]


@functools.cache
def works() -> bool:
    """Say whether it is here and may do what it does; some containers forbid it."""
    program = shutil.which("bwrap")
    if sys.platform != "linux" or not program:
        return False
    trial = [program, *_APART, "--proc", "/proc", *_shown(["/usr", "/lib", "/lib64", "/bin"])]
    try:
        return subprocess.run([*trial, "true"], capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def no_shelter(folder: str) -> list[str]:
    """Do without."""
    return []


def shelter(folder: str) -> list[str]:
    """Write the beginning of a command that runs the rest in such a world."""
    python = [os.path.dirname(one) for one in (sys.executable, os.path.realpath(sys.executable))]
    shown = _shown(["/usr/lib", "/lib", "/lib64", "/etc/ld.so.cache", *python, *_homes()])
    grader = os.path.dirname(__file__)
    shown += _shown([*readable(), *own_library(), grader, os.path.join(grader, "../checks")])
    world = [*_APART, "--proc", "/proc", *shown, "--bind", folder, folder]
    return [shutil.which("bwrap"), *world, "--chdir", folder, "--"]


def _homes() -> list[str]:
    """Find what tells a virtual environment that it is one."""
    return [f"{prefix}/pyvenv.cfg" for prefix in PREFIXES]


def _shown(paths: list[str]) -> list[str]:
    found = [os.path.normpath(path) for path in paths if os.path.exists(path)]
    return [word for path in dict.fromkeys(found) for word in ("--ro-bind", path, path)]
