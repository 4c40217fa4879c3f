"""How long the book takes to build: at first, and after an edit, beside its notebooks alone."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from jupyter_cache import get_cache

from . import ROOT
from .books import build, chapter

KINDS = {"text": "markdown", "code": "code"}


def time_building(folder: Path) -> Iterator[tuple[str, float]]:
    """Build a copy of the book again and again; give what was done and its seconds.

    The floor is what the notebooks of the first build would take if they kept all cores busy.
    """
    copy_book(folder)
    yield "from nothing", seconds(folder)
    yield "floor", sum(executions(folder)) / os.cpu_count()
    yield "with nothing changed", seconds(folder)
    for name, kind in KINDS.items():
        edit(folder / "book" / f"{chapter()}.ipynb", kind)
        yield f"after an edit of one chapter's {name}", seconds(folder)


def copy_book(folder: Path) -> None:
    """Copy what git knows of or would add, as it is now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def seconds(folder: Path) -> float:
    """How long it takes to build the book in a folder."""
    begun = time.monotonic()
    build(folder)
    return time.monotonic() - begun


def edit(path: Path, kind: str) -> None:
    """Change the last cell of a kind, in a way that changes no result."""
    notebook = nbformat.read(path, as_version=4)
    cell = [cell for cell in notebook.cells if cell.cell_type == kind][-1]
    cell.source += "\n\n<!-- edited -->" if kind == "markdown" else "  # edited"
    nbformat.write(notebook, path)


def executions(folder: Path) -> list[float]:
    """The seconds of each notebook's last run, as the build has noted them."""
    (cache,) = folder.glob("_build/.jupyter_cache/*")
    return [record.data["execution_seconds"] for record in get_cache(cache).list_cache_records()]
