"""Tell whether files were touched, where nothing can keep a notebook from it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path


def look(paths: Iterable[Path]) -> dict[str, tuple[int, ...] | None]:
    """Remember each file, and all that is in a folder; no program can set the time of a change."""
    return {name: _mark(name) for path in paths for name in _within(path)}


def changed(before: dict, after: dict) -> str:
    """Name the files that are not what they were, and those that came or went."""
    return ", ".join(
        sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    )


def _within(path: Path) -> Iterator[str]:
    yield str(path)
    for folder, folders, files in os.walk(path):
        yield from (os.path.join(folder, name) for name in (*folders, *files))


def _mark(path: str) -> tuple[int, ...] | None:
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mode, found.st_ctime_ns
