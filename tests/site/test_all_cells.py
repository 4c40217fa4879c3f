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
# What is written in another way here, and why: the committed text, the page's.
DIFFERENT = {
    # 0.5245 is a sum, whose last bits depend on the order: the page's Python rounds it down.
    "d450e5dd": ("e to the 0.525 is", "e to the 0.524 is")
}


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


# In WebKit these two stand for all, unless all are asked for.
SHORT = {"output", "decoder"}
ALL = [
    pytest.param(name, marks=[] if name[3:] in SHORT else pytest.mark.slow_in_webkit)
    for name in CHAPTERS
]


@pytest.mark.parametrize("chapter", ALL)
def test_chapter_gives_what_is_committed(engine, pages, chapter):
    engine.load(f"{pages}/{chapter}.html")
    engine.ask(RUN_ALL)
    wait(engine, DONE)
    said = dict(engine.ask("() => heard"))
    cells = [c for c in nbformat.read(BOOK / f"{chapter}.ipynb", 4).cells if c.cell_type == "code"]
    assert list(said) == [cell.id for cell in cells]
    wrong = {}
    for cell in cells:
        there, here = DIFFERENT.get(cell.id, ("", ""))
        if str(got := heard(said[cell.id])) != str(committed(cell)).replace(there, here):
            wrong[cell.id] = (got, committed(cell))
    assert wrong == {}
    assert engine.ask("() => flaws") == []
