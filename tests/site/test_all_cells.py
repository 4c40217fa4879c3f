"""Every cell of every chapter runs in its page, and gives what is committed, in three browsers."""

from pathlib import Path

import nbformat
import pytest
from desk import wait

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"
CHAPTERS = sorted(page.stem for page in (ROOT / "_build/site").glob("book/[0-9][0-9]_*.html"))
assert CHAPTERS, "no built site: run `make site` first"

RUN_ALL = "() => document.querySelectorAll('.wb-run').forEach((button) => button.click())"
DONE = "() => !document.querySelector('.wb-running')"
# Cells that give something else here, and why.
DIFFERENT = {}


def committed(cell):
    """What a notebook has of a cell: printed text, then the words of values."""
    texts = {"stdout": "", "stderr": "", "result": []}
    for output in cell.outputs:
        if output.output_type == "stream":
            texts[output.name] += output.text
        else:
            texts["result"].append(output.data["text/plain"])
    return texts


def heard(said):
    """The same of what the worker said, and errors."""
    texts = {"stdout": "", "stderr": "", "result": []}
    for part in said:
        if part.get("failed"):
            return part["failed"]["says"]
        if "kind" in part:
            texts[part["kind"]] += (
                [part["what"]["text"]] if part["kind"] == "result" else part["what"]
            )
    return texts


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_gives_what_is_committed(engine, pages, chapter):
    engine.load(f"{pages}/{chapter}.html")
    engine.ask(RUN_ALL)
    wait(engine, DONE)
    said = dict(engine.ask("() => heard"))
    cells = [c for c in nbformat.read(BOOK / f"{chapter}.ipynb", 4).cells if c.cell_type == "code"]
    assert list(said) == [cell.id for cell in cells]
    wrong = {}
    for cell in cells:
        if (got := heard(said[cell.id])) != committed(cell) and cell.id not in DIFFERENT:
            wrong[cell.id] = (got, committed(cell))
    assert wrong == {}
    assert engine.ask("() => flaws") == []
