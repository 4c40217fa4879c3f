"""What the extension writes into a page: ids for good, exercises, solutions, the settings."""

import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import nbformat
import pytest

from qkvlib.workbench import sphinx_ext

CONFIG = """
title: Another book
execute: {execute_notebooks: "off"}
sphinx:
  extra_extensions: [qkvlib.workbench.sphinx_ext]
  config: {workbench_packages: [numpy], workbench_exercise: "# todo", workbench_solution: ask}
"""
PYTHON = {
    "kernelspec": {"name": "python3", "display_name": "Python", "language": "python"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
CELLS = {
    "aaaa1111": ("x = 1", []),
    "bbbb2222": ("def f():\n    return None  # todo\n\nask(f)", []),
    "cccc3333": ("def f():\n    return x\n\nask(f)", ["hide-cell"]),
    "dddd4444": ("print('no solution')", ["hide-cell"]),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Another book, built."""
    folder = tmp_path_factory.mktemp("book")
    cells = [nbformat.v4.new_markdown_cell("# Notebook", id="eeee5555")]
    for name, (code, tags) in CELLS.items():
        cells.append(nbformat.v4.new_code_cell(code, id=name, metadata={"tags": tags}))
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=PYTHON)
    nbformat.write(notebook, folder / "work.ipynb")
    (folder / "_config.yml").write_text(CONFIG)
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters: [{file: work}]\n")
    (folder / "index.md").write_text("# Start\n\nText.\n")
    command = [Path(sys.executable).with_name("jupyter-book"), "build", "--quiet", "-W", folder]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "_build" / "html"


def settings(page):
    return json.loads(unescape(re.search(r'name="workbench" content="([^"]*)"', page)[1]))


def test_cells_have_their_ids_and_say_what_they_are(built):
    page = (built / "work.html").read_text()
    found = re.findall(r'<div class="([^"]*)" id="cell-(\w+)"', page)
    kinds = {name: set(re.findall(r"is-\w+", classes)) for classes, name in found}
    assert list(kinds) == list(CELLS)
    assert list(kinds.values()) == [set(), {"is-exercise"}, {"is-solution"}, set()]


def test_pages_know_the_book_and_its_exercises(built):
    for name in ("index", "work"):
        said = settings((built / f"{name}.html").read_text())
        assert said["book"] == "Another book" and said["page"] == name
        assert said["pages"] == {"work": ["bbbb2222"]}
        assert said["packages"] == ["numpy"]
        assert said["python"]["place"].startswith("https://cdn.jsdelivr.net/pyodide/v")
        assert said["notebook"] == ("_sources/work.ipynb" if name == "work" else None)


def test_only_pages_with_cells_have_the_bench(built):
    assert "workbench.js" in (built / "work.html").read_text()
    start = (built / "index.html").read_text()
    assert "workbench_marks.js" in start and "workbench.js" not in start
    for name in ("workbench.js", "workbench_marks.js", "workbench_worker.js", "workbench_run.py"):
        assert (built / "_static" / name).stat().st_size > 1000


def test_joined_scripts_have_no_comment_and_all_names():
    joined = sphinx_ext.joined(("keep", "marks"))
    assert "//" not in re.sub(r'"[^"]*"|`[^`]*`', "", joined)
    assert "const openKeep" in joined and "const showMarks" in joined
