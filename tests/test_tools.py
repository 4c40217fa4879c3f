"""The scripts behind the Makefile."""

from pathlib import Path

import nbformat
import notebooks
import picture
import pytest

ROOT = Path(__file__).parents[1]


def test_the_picture_in_the_readme_is_what_the_library_draws():
    assert (ROOT / "book" / "_static" / "its.svg").read_bytes() == picture.draw()


@pytest.fixture
def notebook():
    cell = nbformat.v4.new_code_cell(
        "1 + 1", metadata={"tags": ["a"], "execution": {"started": "12:00"}}
    )
    cell.outputs = [
        nbformat.v4.new_output("stream", text="x"),
        nbformat.v4.new_output(
            "execute_result",
            data={"text/plain": "2", notebooks.WIDGET_VIEW: {}},
            metadata={"noise": 1},
            execution_count=1,
        ),
    ]
    return nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {}, "toc": 1})


def test_normalize_drops_what_differs_from_run_to_run(notebook):
    notebooks.normalize(notebook, "04_scores")
    assert notebook.metadata == notebooks.METADATA
    (cell,) = notebook.cells
    assert (cell.id, cell.metadata) == ("04_scores-00", {"tags": ["a"]})
    assert cell.outputs[1].data == {"text/plain": "2"} and cell.outputs[1].metadata == {}
    assert nbformat.validate(notebook) is None


def test_run_gives_the_outputs_of_a_fresh_kernel(notebook, tmp_path):
    notebook.cells.append(nbformat.v4.new_code_cell("print('hello')"))
    notebooks.run(notebook, tmp_path)
    assert notebook.cells[0].outputs[0].data["text/plain"] == "2"
    assert notebook.cells[1].outputs[0].text == "hello\n"
