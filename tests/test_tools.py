"""The scripts behind the Makefile."""

import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import nbformat
import notebooks
import picture
import pytest
import serve
from nbformat import v4

ROOT = Path(__file__).parents[1]


def test_the_picture_in_the_readme_is_what_the_library_draws():
    assert (ROOT / "book" / "_static" / "its.svg").read_bytes() == picture.draw()


def test_a_port_that_is_taken_is_said_in_a_line(tmp_path):
    with serve.serve(tmp_path) as home:
        port = int(home.rpartition(":")[2])
        with pytest.raises(SystemExit, match=rf"^PORT: {port}: .* in use; .* PORT={port + 1}$"):
            serve.main(str(tmp_path), port, "index.html")


def test_what_is_asked_for_in_vain_is_noted(tmp_path):
    failed = []
    with serve.serve(tmp_path, failed) as home:
        for headers, asker in (({}, "nobody"), ({"Referer": f"{home}/a.html"}, "/a.html")):
            with pytest.raises(HTTPError):
                urlopen(Request(f"{home}/none.png", headers=headers))
            assert failed.pop() == f"404: /none.png, asked by {asker}"
        urlopen(home).close()
    assert failed == []


@pytest.fixture
def notebook():
    cell = v4.new_code_cell("1 + 1", metadata={"tags": ["a"], "execution": {"started": "12:00"}})
    cell.outputs = [
        v4.new_output("stream", text="x"),
        v4.new_output(
            "execute_result",
            data={"text/plain": "2", notebooks.WIDGET_VIEW: {}},
            metadata={"noise": 1},
            execution_count=1,
        ),
    ]
    return v4.new_notebook(cells=[cell], metadata={"widgets": {}, "toc": 1})


def test_normalize_drops_what_differs_from_run_to_run(notebook):
    before = notebook.cells[0].id
    notebooks.normalize(notebook)
    assert notebook.metadata == notebooks.METADATA
    (cell,) = notebook.cells
    assert (cell.id, cell.metadata) == (before, {"tags": ["a"]})
    assert cell.outputs[1].data == {"text/plain": "2"} and cell.outputs[1].metadata == {}
    assert nbformat.validate(notebook) is None


def test_run_gives_the_outputs_of_a_fresh_kernel(notebook, tmp_path):
    notebook.cells.append(v4.new_code_cell("print('hello')"))
    notebooks.run(notebook, tmp_path)
    assert notebook.cells[0].outputs[0].data["text/plain"] == "2"
    assert notebook.cells[1].outputs[0].text == "hello\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (nbformat.writes(v4.new_notebook(cells=[v4.new_code_cell("1 / 0")])), "ZeroDivisionError"),
        ("<<<<<<< HEAD", "JSON"),
    ],
)
def test_a_notebook_that_fails_is_named_and_left_as_it_was(tmp_path, text, says):
    path = tmp_path / "01_a.ipynb"
    path.write_text(text)
    command = [sys.executable, ROOT / "tools" / "notebooks.py", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and says in done.stderr
    assert done.stderr.splitlines()[-1] == f"{path} does not run; its file is as it was."
    assert path.read_text() == text
