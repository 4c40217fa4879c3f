"""Nothing in the open gives an answer away before its fold is opened."""

import itertools
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import notebooks as writer
import pytest
from bs4 import BeautifulSoup

BOOK = Path(__file__).parents[1] / "book"
CHAPTERS = sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))
PROVES = {"jupyter": {"outputs_hidden": True, "source_hidden": True}, "tags": ["answer"]}
ANSWER = re.compile(r"<details><summary>Answer</summary>(.*?)</details>", re.S)
FOLD = re.compile(r"<details>.*?</details>", re.S)
# What an answer marks as such: numbers with a point, and what stands in bold.
MARKED = re.compile(r"(?<![\d.])\d+\.\d+|\*\*(.+?)\*\*", re.S)
FOLDED = {"answer", "hide-cell"}

EACH = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


def tags(cell):
    return cell.metadata.get("tags", [])


def in_the_open(cell):
    """What a reader sees of a cell who opens no fold."""
    if cell.cell_type == "markdown":
        return FOLD.sub("", cell.source)
    if FOLDED & set(tags(cell)):
        return ""
    said = [out.get("text", "") + out.get("data", {}).get("text/plain", "") for out in cell.outputs]
    return "\n".join([cell.source] * ("hide-input" not in tags(cell)) + said)


def sections(notebook):
    """The cells of the lesson, section by section."""
    found = [[]]
    for cell in notebook.cells:
        if cell.source.startswith("## Exercises"):
            break
        if cell.source.startswith("## "):
            found.append([])
        found[-1].append(cell)
    return found


def given_away(notebook):
    """What answers mark that stands open between their question and the next heading."""
    found = []
    for cells in sections(notebook):
        for place, cell in enumerate(cells):
            if answer := ANSWER.search(cell.source):
                # Before the fold stand the question and its picture, in one cell each.
                asked = "".join(part.source for part in cells[: place - 1]).lower()
                told = "\n".join(map(in_the_open, cells[place - 1 :]))
                for mark in MARKED.finditer(answer[1]):
                    words = mark[1] or mark[0]
                    whole = rf"(?<![\d.]){re.escape(words)}(?!\d)"
                    if words.lower() not in asked and re.search(whole, told):
                        found.append(words)
    return found


@EACH
def test_no_answer_stands_open(chapter):
    assert not given_away(nbformat.read(chapter, as_version=4))


@EACH
def test_a_cell_that_proves_an_answer_follows_its_fold(chapter):
    """The build joins it to the fold, and Jupyter collapses it."""
    cells = nbformat.read(chapter, as_version=4).cells
    for before, cell in itertools.pairwise(cells):
        if "answer" in tags(cell):
            assert cell.metadata == PROVES, cell.id
            assert tags(before) == ["answer"] or before.source.endswith("</details>"), cell.id


def chapter_of(*cells):
    """A chapter in which a question has been asked: its picture, its answer, and `cells`."""
    write = nbformat.v4
    say = write.new_output("display_data", {"text/plain": "At 1: 0.25."})
    start = [
        write.new_markdown_cell("## A section\n\nFrom 0.1 on.\n\n**Where is the edge?**"),
        write.new_code_cell("qkv.explore(draw)", outputs=[say], metadata={"tags": ["hide-input"]}),
        write.new_markdown_cell(
            "<details><summary>Answer</summary>\n\nAt **the top**, 0.75, not 0.1.\n\n</details>"
        ),
    ]
    return write.new_notebook(cells=[*start, *cells])


def cell_that_prints(number, **metadata):
    said = [nbformat.v4.new_output("stream", text=f"{number}\n")]
    return nbformat.v4.new_code_cell("print(edge)", outputs=said, metadata=metadata)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (cell_that_prints(0.75), ["0.75"]),
        (cell_that_prints(0.75, tags=["answer"]), []),
        (cell_that_prints(10.75), []),
        (cell_that_prints(0.1), []),  # the text before the question says so
        (nbformat.v4.new_markdown_cell("It is at the top, at 0.75."), ["the top", "0.75"]),
        (nbformat.v4.new_markdown_cell("<details>At the top.</details>"), []),
        (nbformat.v4.new_markdown_cell("## Next\n\nAt the top."), []),
    ],
)
def test_an_answer_in_the_open_is_found(cell, found):
    assert given_away(chapter_of(cell)) == found


def test_a_picture_that_starts_with_the_answer_is_found():
    notebook = chapter_of()
    notebook.cells[1].outputs[0].data["text/plain"] = "At 1: 0.75."
    assert given_away(notebook) == ["0.75"]


CONF = """
import sys
sys.path.insert(0, {ext!r})
extensions, root_doc, html_theme = ["myst_nb", "answers"], "page", "basic"
nb_execution_mode = "off"
"""


def build(folder, notebook):
    (folder / "conf.py").write_text(CONF.format(ext=str(BOOK / "_ext")))
    writer.normalize(notebook)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("# A chapter"))
    nbformat.write(notebook, folder / "page.ipynb")
    command = [sys.executable, "-m", "sphinx", "-qW", "--keep-going", folder, folder / "out"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_on_the_page_the_cells_stand_at_the_end_of_the_fold(tmp_path):
    proofs = (cell_that_prints(number, tags=["answer"]) for number in (0.75, 0.76))
    done = build(tmp_path, chapter_of(*proofs, cell_that_prints(0.77)))
    assert done.returncode == 0, done.stderr
    page = BeautifulSoup((tmp_path / "out/page.html").read_text(), "html.parser")
    fold = page.find("summary", string="Answer").parent
    first, *cells = fold.find_all(recursive=False)[1:]
    assert "the top" in first.get_text()
    assert [cell.select_one(".output").get_text().strip() for cell in cells] == ["0.75", "0.76"]
    assert "0.77" in page.get_text() and "0.77" not in fold.get_text()


def test_a_cell_that_follows_no_fold_fails_the_build(tmp_path):
    away = nbformat.v4.new_markdown_cell("Text.")
    done = build(tmp_path, chapter_of(away, cell_that_prints(0.75, tags=["answer"])))
    assert done.returncode == 1
    assert "an answer's cell must follow its fold" in done.stderr
