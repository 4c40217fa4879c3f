"""The course's own chapters, handed in with the book's solutions as a learner's work."""

import json
import re
from pathlib import Path

import pytest

from qkvlib.grade.exercises import tasks

CHAPTERS = sorted(Path(__file__).parents[2].glob("book/[0-9][0-9]_*.ipynb"))
LONG_LESSONS = ("11_cost", "12_learning")  # they measure and train; their exercises alone are run


def code_cells(chapter):
    cells = json.loads(chapter.read_text())["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def checker(cell):
    found = re.search(r"qkv\.(check_\w+)", "".join(cell["source"]))
    return found and found[1]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_the_book_passes_its_own_exercises(chapter, hand_in, graded):
    code = code_cells(chapter)
    asked = [place for place, cell in enumerate(code) if checker(cell)]
    works, solutions = asked[::2], asked[1::2]
    expected = [task for task in tasks() if task.chapter == int(chapter.stem[:2])]
    for places in (works, solutions):
        assert [checker(code[place]) for place in places] == [task.checker for task in expected]

    sources = ["".join(cell["source"]) for cell in code]
    lesson = [] if chapter.stem in LONG_LESSONS else sources[: works[0]]
    cells = [sources[0], *lesson, *(sources[place] for place in solutions)]
    (results,) = graded(hand_in(chapter.name, *cells))
    assert [one.exercise for one in results] == [str(task) for task in expected]
    assert [one.message for one in results if not one.passed] == []


def test_a_published_chapter_as_it_is_has_nothing_done(graded):
    chapter = next(path for path in CHAPTERS if path.stem == "04_scores")
    (results,) = graded(chapter)
    assert len(results) == 3
    assert all(one.message.endswith("not done yet, it returns nothing.") for one in results)
