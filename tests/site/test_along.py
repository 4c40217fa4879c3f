"""A chapter goes along as a notebook, is graded, and comes back on another origin."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect
from serve import serve
from the_book import chapter

from qkvlib.grade import grade

ROOT = Path(__file__).parents[2]
FIRST, EXERCISE, SOLUTION = "bea83278", "f0109af2", "da6077b1"
RIGHT = "def score(q, k):\n    return (q * k).sum()\n\n\nqkv.check_score(score)"
MINE = "mine = q.shape"
PAGE = f"{chapter('scores')}.html"


def cell(page, name):
    return page.locator(f"#cell-{name}")


def write(page, name, text):
    cell(page, name).locator(".wb-edit, textarea").first.click(force=True)
    cell(page, name).locator("textarea").fill(text)


def carry_in(page, path):
    with page.expect_file_chooser() as chosen:
        page.locator(".wb-bring").click()
    chosen.value.set_files(path)
    said = page.locator(".wb-foot [role=status]")
    expect(said).to_contain_text(path.name)
    return said.inner_text()


@pytest.fixture
def taken(browser, pages, tmp_path):
    """What somebody took along: two cells changed, one added, a question answered."""
    page = browser.new_page()
    page.goto(f"{pages}/{PAGE}")
    code = page.locator(f"#cell-{FIRST} pre").first.inner_text().strip()
    write(page, FIRST, f"{code}\n{MINE}")
    write(page, EXERCISE, RIGHT)
    page.locator(".wb-add").click()
    page.locator(".wb-scratch textarea").fill("'my own'")
    page.locator("details.quiz").first.locator("summary").click()
    with page.expect_download() as download:
        page.locator(".wb-take").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    page.close()
    return path


def test_the_notebook_has_the_readers_code_and_no_output(taken):
    notebook = nbformat.read(taken, as_version=4)
    nbformat.validate(notebook)
    assert taken.name == PAGE.replace(".html", ".ipynb")
    cells = {one.id: one for one in notebook.cells}
    assert cells[FIRST].source.endswith(MINE)
    assert cells[EXERCISE].source == RIGHT
    assert notebook.cells[-1].source == "'my own'"
    assert SOLUTION not in cells, "what was not changed stays out of a learner's notebook"
    assert not any(one.get("outputs") for one in notebook.cells)
    assert any(one.cell_type == "markdown" for one in notebook.cells)


def test_the_grader_grades_it(taken):
    (graded,) = grade([taken], chapter="scores")
    passed = {result.exercise: result.passed for result in graded.results}
    assert [name for name, right in passed.items() if right] == ["scores.1 check_score"]


def test_it_comes_back_on_another_origin_and_asks_once(taken, browser, pages, tmp_path):
    with serve(ROOT / "_build" / "site") as other:
        page = browser.new_page()
        workers = []
        page.on("worker", lambda worker: workers.append(worker.url))
        page.goto(f"{other}/book/{PAGE}")
        expect(cell(page, FIRST).locator("pre").first).not_to_contain_text(MINE)
        assert "3 cells are here. Nothing has run yet." in carry_in(page, taken)
        expect(cell(page, FIRST).locator("textarea")).to_have_value(re.compile(f"{MINE}$"))
        expect(cell(page, EXERCISE).locator("textarea")).to_have_value(RIGHT)
        expect(page.locator(".wb-scratch textarea")).to_have_value("'my own'")
        assert page.locator("details.quiz[open]").count() == 1
        page.reload()
        page.wait_for_timeout(800)
        assert workers == [], "nothing runs by itself"
        asks = cell(page, EXERCISE).locator(".wb-note[role=alert]")
        cell(page, EXERCISE).locator(".wb-run").click()
        expect(asks).to_contain_text(taken.name)
        asks.locator(".wb-drop").click()
        assert cell(page, EXERCISE).locator(".wb-said").inner_text() == "Not run"
        cell(page, EXERCISE).locator(".wb-run").click()
        asks.locator(".wb-use").click()
        expect(cell(page, EXERCISE)).to_contain_text("✓ score: right", timeout=60_000)
        cell(page, EXERCISE).locator(".wb-run").click()
        expect(asks).to_have_count(0)
        assert "nothing in it is other" in carry_in(page, taken)
        page.close()


def test_cells_without_ids_are_found_by_their_text_and_the_rest_is_added(
    taken, browser, pages, tmp_path
):
    notebook = json.loads(taken.read_text())
    for one in notebook["cells"]:
        del one["id"]
        if one["cell_type"] == "code":
            one["outputs"] = [{"output_type": "display_data", "data": {"text/html": "<b>evil</b>"}}]
    notebook["cells"].append({"cell_type": "code", "metadata": {}, "source": ["a = 1\n", "a"]})
    taken.write_text(json.dumps(notebook))
    page = browser.new_page()
    page.goto(f"{pages}/{PAGE}")
    write(page, EXERCISE, "def score(q, k):\n    return 1  # kept")
    carry_in(page, taken)
    expect(cell(page, EXERCISE).locator("textarea")).to_have_value(RIGHT)
    expect(cell(page, EXERCISE).locator(".wb-note")).to_contain_text("# kept")
    own = page.locator(".wb-scratch textarea").evaluate_all("areas => areas.map(a => a.value)")
    assert own == ["'my own'", "a = 1\na"]
    expect(cell(page, FIRST).locator("textarea")).to_have_value(re.compile(f"{MINE}$"))
    assert "evil" not in page.locator("article").inner_text()
    page.close()


@pytest.mark.parametrize(
    "text", ["no notebook", "[]", '{"cells": 1}', '{"cells": [null]}', '{"cells": [{"source": 5}]}']
)
def test_what_is_no_notebook_is_named(browser, pages, tmp_path, text):
    path = tmp_path / "other.ipynb"
    path.write_text(text)
    page = browser.new_page()
    page.goto(f"{pages}/{PAGE}")
    assert "not a notebook" in carry_in(page, path)
    page.close()
