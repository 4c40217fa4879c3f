"""The notebooks of a book are run side by side, and only when their code has changed."""

import json
from pathlib import Path

import nbformat
import pytest

from qkvlib.explorer.sphinx_ext import fingerprint

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


@pytest.fixture(scope="module")
def book(tmp_path_factory, build_book):
    folder = tmp_path_factory.mktemp("book")
    (folder / "_config.yml").write_text(CONFIG)
    (folder / "_toc.yml").write_text(TOC)
    write(folder, "one", f"{RUN}\nprint('shown by one')")
    write(folder, "two", f"{RUN}\nprint('shown by two')")
    done = build_book(folder)
    assert done.returncode == 0, done.stderr
    return folder


def runs(book):
    return sorted((book / "runs.txt").read_text().split())


def test_each_is_run_once_for_its_own_page_and_shown(book):
    assert runs(book)[:2] == ["one", "two"]
    for name in ("one", "two"):
        assert f"shown by {name}" in (book / f"_build/html/{name}.html").read_text()


def test_only_code_that_has_changed_is_run_again(book, build_book):
    before = runs(book)
    write(book, "one", f"{RUN}\nprint('shown by one')", text="Other words.")
    write(book, "two", f"{RUN}\nprint('something new')")
    assert build_book(book).returncode == 0
    assert runs(book) == [*before, "two"]
    assert "Other words" in (book / "_build/html/one.html").read_text()
    assert "something new" in (book / "_build/html/two.html").read_text()


def test_what_older_code_has_drawn_is_dropped(book, build_book):
    (cache,) = (book / "_build/.jupyter_cache").iterdir()
    old = cache.rename(cache.with_name("older"))
    before = runs(book)
    write(book, "one", f"{RUN}\nprint('shown by one')", text="To be read again.")
    assert build_book(book).returncode == 0
    assert not old.exists() and cache.exists()
    assert runs(book) == sorted([*before, "one"])


@pytest.mark.parametrize("function", ["platform.python_version", "importlib.metadata.version"])
def test_what_other_versions_have_drawn_is_not_what_these_draw(monkeypatch, function):
    now = fingerprint(["qkvlib"])
    assert fingerprint(["qkvlib"]) == now
    monkeypatch.setattr(function, lambda *name: "0.1")
    assert fingerprint(["qkvlib"]) != now


@pytest.mark.parametrize(
    ("code", "says"), [("1 / 0", "ZeroDivisionError"), ("import os\nos._exit(1)", "Kernel died")]
)
def test_notebook_that_fails_is_named_with_its_error(book, build_book, code, says):
    before = json.loads((book / "two.ipynb").read_text())
    write(book, "two", code)
    done = build_book(book)
    assert done.returncode != 0
    assert "two does not run" in done.stderr and says in done.stderr
    (book / "two.ipynb").write_text(json.dumps(before))
