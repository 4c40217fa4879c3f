"""The notebooks of a book are run side by side, and only when their code has changed."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

EXT = Path(__file__).parents[1] / "book" / "_ext"
CONFIG = f"""
title: A book
author: Nobody
execute: {{execute_notebooks: cache}}
sphinx:
  extra_extensions: [qkvlib.explorer.sphinx_ext]
  local_extensions: {{parallel_run: "{EXT.as_posix()}"}}
"""
TOC = "format: jb-book\nroot: one\nchapters:\n- file: two\n"
# Each run leaves a line: which page the code was told that it draws for.
RUN = "import os\nwith open('runs.txt', 'a') as f:\n    print(os.environ['EXPLORE_PAGE'], file=f)"


def write(folder, name, code, text="Text."):
    cells = [nbformat.v4.new_markdown_cell(f"# {name}\n\n{text}"), nbformat.v4.new_code_cell(code)]
    for cell, kind in zip(cells, ("text", "code"), strict=True):
        cell.id = kind
    (folder / f"{name}.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))


def build(folder):
    start = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", start, "build", "-W", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    (folder / "_config.yml").write_text(CONFIG)
    (folder / "_toc.yml").write_text(TOC)
    write(folder, "one", f"{RUN}\nprint('shown by one')")
    write(folder, "two", f"{RUN}\nprint('shown by two')")
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return folder


def runs(book):
    return sorted((book / "runs.txt").read_text().split())


def test_each_is_run_once_for_its_own_page_and_shown(book):
    assert runs(book)[:2] == ["one", "two"]
    for name in ("one", "two"):
        assert f"shown by {name}" in (book / f"_build/html/{name}.html").read_text()


def test_only_code_that_has_changed_is_run_again(book):
    before = runs(book)
    write(book, "one", f"{RUN}\nprint('shown by one')", text="Other words.")
    write(book, "two", f"{RUN}\nprint('something new')")
    assert build(book).returncode == 0
    assert runs(book) == [*before, "two"]
    assert "Other words" in (book / "_build/html/one.html").read_text()
    assert "something new" in (book / "_build/html/two.html").read_text()


def test_what_older_code_has_drawn_is_dropped(book):
    (cache,) = (book / "_build/.jupyter_cache").iterdir()
    old = cache.rename(cache.with_name("older"))
    before = runs(book)
    write(book, "one", f"{RUN}\nprint('shown by one')", text="To be read again.")
    assert build(book).returncode == 0
    assert not old.exists() and cache.exists()
    assert runs(book) == sorted([*before, "one"])


def test_notebook_that_fails_is_named_with_its_error(book):
    before = json.loads((book / "two.ipynb").read_text())
    write(book, "two", "1 / 0")
    done = build(book)
    assert done.returncode != 0
    assert "two does not run" in done.stderr and "ZeroDivisionError" in done.stderr
    (book / "two.ipynb").write_text(json.dumps(before))
