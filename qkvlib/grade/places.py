"""Where the files of the interpreter and its libraries are: what a notebook may read."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

_LIBRARY = Path(__file__).parents[1]
_NOT_ITS = {"checks", "grade"}  # of the library
_SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/fonts", "/usr/share/zoneinfo")
PREFIXES = sorted({sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix})


def readable() -> list[str]:
    """Name the folders of the interpreter and its libraries."""
    found = [f"{prefix}/{name}" for prefix in PREFIXES for name in ("lib", "lib64")]
    found += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found += [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    found += [path for path in os.environ.get("LD_LIBRARY_PATH", "").split(":") if path]
    return sorted({one for one in (*_SYSTEM, *found) if os.path.isdir(one)})


def own_library() -> list[str]:
    """Name the parts of this library that a notebook may read: all but answers and grader."""
    return [str(one) for one in _LIBRARY.iterdir() if one.name not in _NOT_ITS]


def below_readable(paths: Iterable[Path]) -> tuple[Path, str] | None:
    """Find a file that every notebook could read, and where it is."""
    places = {os.path.realpath(one) for one in (*readable(), *PREFIXES, _LIBRARY)} - {"/"}
    for path in paths:
        real = os.path.realpath(path)
        for place in places:
            if os.path.commonpath([real, place]) == place and not _home(place, real):
                return path, place
    return None


def _home(place: str, real: str) -> bool:
    """Whether it only seems so: below /usr, which is a prefix too, people have folders."""
    return place in ("/usr", "/usr/local") and not any(
        real.startswith(f"{one}/") for one in map(os.path.realpath, readable())
    )
