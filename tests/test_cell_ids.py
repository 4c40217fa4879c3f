"""Ids of cells are for good: the committed list, and what it finds."""

from pathlib import Path

import cell_ids
import nbformat
import pytest
from nbformat import v4

ROOT = Path(__file__).parents[1]
LISTED = {"a1": "one", "b2": "two", "c3": "three", "d4": cell_ids.RETIRED}


def test_every_cell_of_the_book_has_the_id_that_is_listed():
    listed = cell_ids.read(cell_ids.LIST)
    assert cell_ids.updated(listed, cell_ids.in_book(ROOT / "book")) == listed, "make notebooks"


def test_no_id_holds_a_number_or_a_place():
    """Those that `make notebooks` gave until 2026 did: 04_scores-36."""
    for cell in cell_ids.read(cell_ids.LIST):
        assert cell.isalnum()


def test_cells_may_be_edited_added_and_taken_out():
    now = {"a1": "one", "c3": "three, edited", "e5": "new"}
    updated = cell_ids.updated(LISTED, now)
    assert updated == {**now, "b2": cell_ids.RETIRED, "d4": cell_ids.RETIRED}
    assert cell_ids.updated(updated, now) == updated


def test_copies_of_a_cell_are_no_cells_that_moved():
    now = {"a1": "one", "b2": "two", "c3": "three", "e5": "two"}
    assert cell_ids.updated(LISTED, now) == {**now, "d4": cell_ids.RETIRED}


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ({"a1": "one", "d4": "new"}, "d4: retired; a new cell needs an id that no cell had"),
        ({"a1": "two", "b2": "one", "c3": "three"}, "b2 is now a1, a1 is now b2"),
        ({"a1": "new", "b2": "one", "c3": "two", "e5": "three"}, "a1 is now b2, b2 is now c3"),
        ({"a1": "one", "b2": "two", "e5": "three"}, "keeps its id: c3 is now e5; write"),
    ],
    ids=["used again", "swapped", "numbered anew", "another id"],
)
def test_an_id_stays_with_its_cell(now, says):
    with pytest.raises(ValueError, match=says):
        cell_ids.updated(LISTED, now)


@pytest.fixture
def book(tmp_path):
    """Two chapters of two cells each, and their list."""
    for name in ("01_a", "02_b"):
        cells = [v4.new_markdown_cell(f"# {name}"), v4.new_code_cell(f"print({name!r})")]
        nbformat.write(v4.new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    return tmp_path


def edit(path, change):
    notebook = nbformat.read(path, as_version=4)
    change(notebook.cells)
    nbformat.write(notebook, path)


def test_an_id_belongs_to_one_cell(book):
    (taken, *_), edited = cell_ids.in_book(book), book / "02_b.ipynb"
    edit(edited, lambda cells: cells[1].update(id=taken))
    with pytest.raises(ValueError, match=rf"01_a.ipynb and 02_b.ipynb: .* the id {taken}"):
        cell_ids.in_book(book)


def test_a_cell_that_was_pasted_elsewhere_gets_its_id_back(book):
    before = cell_ids.in_book(book)
    cut = nbformat.read(book / "01_a.ipynb", as_version=4).cells[1]
    edit(book / "01_a.ipynb", lambda cells: cells.pop())
    edit(book / "02_b.ipynb", lambda cells: cells.append(v4.new_code_cell(cut.source)))
    assert cell_ids.in_book(book) != before
    cell_ids.restore(book, before)
    assert cell_ids.in_book(book) == before
    assert cell_ids.updated(before, before) == before


def test_what_came_and_what_went_is_said(book):
    list_file = book / cell_ids.LIST.relative_to(ROOT)
    list_file.parent.mkdir()
    (book / "book").mkdir()
    for path in book.glob("*.ipynb"):
        path.rename(book / "book" / path.name)
    cell_ids.write(list_file, {})
    ids = cell_ids.in_book(book / "book")
    assert cell_ids.bring_up_to_date(book) == {"new": list(ids), "retired": []}
    edit(book / "book/01_a.ipynb", lambda cells: cells.pop())
    assert cell_ids.bring_up_to_date(book) == {"new": [], "retired": [list(ids)[1]]}


def test_the_same_text_has_another_id_once_it_is_copied(book):
    notebook = nbformat.read(book / "01_a.ipynb", as_version=4)
    before = {cell.id for cell in notebook.cells}
    cell_ids.renew(notebook.cells)
    after = {cell.id for cell in notebook.cells}
    assert len(after) == 2 and not before & after
    nbformat.validate(notebook)
