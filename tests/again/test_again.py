"""A notebook gives its outputs anywhere and at any time.

Each is run twice in one kernel, in the reverse order of chapters, in a copy that cannot be written
to. `make nbval` runs them the ordinary way.
"""

import copy
import json
import os
import re
import shutil
from pathlib import Path

import nbformat
import notebooks
import pytest

BOOK = Path(__file__).parents[2] / "book"
CHAPTERS = sorted((path.name for path in BOOK.glob("*.ipynb")), reverse=True)
PICTURE = re.compile(r"data:image/svg\+xml;base64,[\w+/=]*")  # as in tests/nbval.cfg


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the chapters that refuses every writer but the superuser."""
    folder = tmp_path_factory.mktemp("elsewhere") / "book"
    shutil.copytree(BOOK, folder, ignore=shutil.ignore_patterns("*.html", "_static"))
    lock(folder, False)
    yield folder
    lock(folder, True)


def lock(folder, writable):
    for path in [folder, *folder.rglob("*")]:
        path.chmod(
            (0o755 if path.is_dir() else 0o644) if writable else (0o555 if path.is_dir() else 0o444)
        )


def files(folder):
    return {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]}


def run_twice(notebook, folder):
    """Run all cells, then all again; return the outputs of both."""
    once = len(notebook.cells)
    notebook.cells += copy.deepcopy(notebook.cells)
    notebooks.run(notebook, folder)
    notebooks.normalize(notebook)
    return [outputs(notebook.cells[:once]), outputs(notebook.cells[once:])]


def outputs(cells):
    """What nbval compares: a picture may differ in its last digits."""
    found = []
    for cell in cells:
        for output in cell.get("outputs", ()):
            output.pop("execution_count", None)
            found.append(PICTURE.sub("PICTURE", json.dumps(output, sort_keys=True)))
    return found


@pytest.mark.parametrize("name", CHAPTERS)
def test_outputs_are_those_committed_both_times(folder, name):
    before = files(folder)
    notebook = nbformat.read(folder / name, as_version=4)
    committed = outputs(copy.deepcopy(notebook.cells))
    first, second = run_twice(notebook, folder)
    assert first == committed
    assert second == committed
    assert files(folder) == before


def test_notebook_that_remembers_is_found(tmp_path):
    code = "try:\n    n += 1\nexcept NameError:\n    n = 0\nprint(n)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    first, second = run_twice(notebook, tmp_path)
    assert first != second


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_copy_cannot_be_written_to(folder):
    with pytest.raises(PermissionError):
        (folder / "new.txt").write_text("")
