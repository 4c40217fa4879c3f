"""Each chapter opens with questions about earlier ones, which follow the order of the chapters."""

import itertools

import nbformat
import order
import pytest
import recall
from the_book import CHAPTERS, ROOT

WORDS = order.words(ROOT)
KNOWN = recall.table(ROOT)


def cells(path):
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if "recall" in cell.metadata.get("tags", ())]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_asks_what_the_table_says(chapter):
    (cell,) = cells(chapter)
    assert cell.source == recall.cell(chapter.stem[3:], WORDS, KNOWN)
    assert cell.source.count("<details>") == min(2, CHAPTERS.index(chapter))


def test_every_chapter_has_questions_and_none_is_asked_twice():
    assert set(WORDS) <= set(KNOWN)
    asked = [one["asks"] for word in WORDS for _, one in recall.chosen(word, WORDS, KNOWN)]
    assert len(asked) == len(set(asked)) == max(0, 2 * len(WORDS) - 3)
    every = [one["asks"] for questions in KNOWN.values() for one in questions]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("gone", WORDS[:3] + WORDS[-1:])
def test_what_asks_about_a_chapter_goes_with_it(gone):
    left = [word for word in WORDS if word != gone]
    for before, word in itertools.pairwise(left):
        about = [one for one, _ in recall.chosen(word, left, KNOWN)]
        assert about[0] == before and gone not in about
        source = recall.cell(word, left, KNOWN)
        assert f"_{gone}.ipynb" not in source
        assert f"[chapter {left.index(before) + 1}]({left.index(before) + 1:02}_{before}" in source
    assert recall.cell(left[0], left, KNOWN) == ""


def test_a_chapter_without_questions_is_passed_over():
    known = {word: KNOWN[word] for word in WORDS[:2]}
    about = [one for one, _ in recall.chosen("new", [*WORDS[:2], "other", "new"], known)]
    assert about == [WORDS[1], WORDS[0]]


def test_only_the_cell_with_the_tag_is_written():
    write = nbformat.v4
    made = write.new_notebook(
        cells=[
            write.new_markdown_cell("Text."),
            write.new_markdown_cell("Old.", metadata={"tags": ["recall"]}),
        ]
    )
    text = nbformat.writes(made) + "\n"
    new = nbformat.reads(recall.written(text, "New."), as_version=4)
    assert [cell.source for cell in new.cells] == ["Text.", "New."]
    assert [cell.id for cell in new.cells] == [cell.id for cell in made.cells]
    assert recall.written(text, "Old.") == text


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("a: [{asks: What, answer: That.}]", "a: 1 questions; expected two or more"),
        ("a: [{asks: What}, {asks: Who, answer: He.}]", "a: .'asks'.; expected answer, asks"),
    ],
)
def test_a_table_that_lacks_something_is_named(tmp_path, table, says):
    (tmp_path / "book").mkdir()
    (tmp_path / recall.TABLE).write_text(table)
    with pytest.raises(ValueError, match=says):
        recall.table(tmp_path)
