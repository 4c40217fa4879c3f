"""Tell whether files were touched, where nothing can keep a notebook from it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def look(paths: Iterable[Path]) -> dict[Path, tuple[int, ...] | None]:
    """Remember each file; the time of the last change is the one that no program can set."""
    return {path: _mark(path) for path in paths}


def changed(before: dict, after: dict) -> str:
    """Name the files that are not what they were."""
    return ", ".join(sorted(str(path) for path in before if before[path] != after[path]))


def _mark(path: Path) -> tuple[int, ...] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_ctime_ns
