"""What pages of the library say of chapters: who uses a function, where a checker is asked."""

import json
from types import SimpleNamespace

import nbformat
import pytest
import used_in
from nbformat import v4


def test_names_are_those_that_code_takes_from_the_library():
    code = "import qkvlib as qkv\nx = qkv.softmax(s) + qkv.plots.bars(qkv.KVCache().k)\nsoftmax(x)"
    assert used_in.names_in(code) == {"softmax", "plots", "plots.bars", "KVCache"}


@pytest.fixture
def root(tmp_path):
    """A course of two chapters; the second asks a checker too."""
    sources = {"01_first": ["qkv.softmax(x)"], "02_second": ["qkv.softmax(x)", "qkv.check_sum(f)"]}
    for name, code in sources.items():
        cells = [v4.new_markdown_cell(f"# {name[3:].title()}: why?"), *map(v4.new_code_cell, code)]
        (tmp_path / "book").mkdir(exist_ok=True)
        nbformat.write(v4.new_notebook(cells=cells), tmp_path / f"book/{name}.ipynb")
    exercises = tmp_path / used_in.EXERCISES
    exercises.parent.mkdir(parents=True)
    exercises.write_text(json.dumps({"first": [], "second": ["check_mean", "check_sum"]}))
    return tmp_path


def test_chapters_are_named_by_number_and_title_and_led_to(root):
    lines = used_in.lines_of(root, ["book/01_first", "book/02_second"])
    first, second = ":doc:`1. First </book/01_first>`", ":doc:`2. Second </book/02_second>`"
    assert lines["softmax"] == f"Used in {first}, {second}."
    assert lines["checks.check_sum"] == f"Exercise 2 of {second}."
    assert "log" not in lines


def test_pages_are_read_again_where_chapters_use_something_else(root):
    env = SimpleNamespace(found_docs={"book/01_first", "book/reference/api_pictures", "book/index"})
    app = SimpleNamespace(srcdir=root, env=env)
    read = lambda: used_in.read_chapters(app, env, set(), set(), set())  # noqa: E731
    assert read() == ["book/reference/api_pictures"]
    assert read() == []
    env.found_docs.add("book/02_second")
    assert read() == ["book/reference/api_pictures"]


@pytest.mark.parametrize(
    ("what", "name", "then"),
    [
        ("function", "qkvlib.softmax", ["First.", "", "Used.", "", "More."]),
        ("function", "qkvlib.checks.check_sum", ["First.", "", "Asked.", "", "More."]),
        ("method", "qkvlib.softmax", ["First.", "", "More."]),
        ("function", "qkvlib.log", ["First.", "", "More."]),
    ],
)
def test_the_line_stands_below_the_first_paragraph(what, name, then):
    env = SimpleNamespace(used_in={"softmax": "Used.", "checks.check_sum": "Asked."})
    lines = ["First.", "", "More."]
    used_in.add_line(SimpleNamespace(env=env), what, name, None, None, lines)
    assert lines == then
    alone = ["First."]
    used_in.add_line(SimpleNamespace(env=env), what, name, None, None, alone)
    assert len(alone) == len(then) - 2
