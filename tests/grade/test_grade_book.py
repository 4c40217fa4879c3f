"""The course's own chapters, handed in with the book's solutions as a learner's work."""

import json
import re

import order
import pytest
from the_book import CHAPTERS, ROOT

from qkvlib import checks
from qkvlib.grade.exercises import tasks

LONG_LESSONS = ("cost", "learning")  # they measure and train; their exercises alone are run


@pytest.fixture(autouse=True)
def listed():
    """Here the exercises are the book's own."""


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
    word = chapter.stem[3:]
    expected = [task for task in tasks() if task.chapter == word]
    for places in (works, solutions):
        assert [checker(code[place]) for place in places] == [task.checker for task in expected]

    sources = ["".join(cell["source"]) for cell in code]
    lesson = [] if word in LONG_LESSONS else sources[: works[0]]
    cells = [sources[0], *lesson, *(sources[place] for place in solutions)]
    # By name: chapters may share a checker, as two new ones do.
    (results,) = graded(hand_in(chapter.name, *cells), chapter=word)
    assert [one.exercise for one in results] == [str(task) for task in expected]
    assert [one.message for one in results if not one.passed] == []


def test_a_published_chapter_as_it_is_has_nothing_done(graded):
    (results,) = graded(CHAPTERS[0])
    assert len(results) >= 3
    assert all("not done yet" in one.message and not one.passed for one in results)


def test_every_checker_is_asked_unless_its_chapter_was_cut():
    asked = {task.checker for task in tasks()}
    pages = "\n".join(path.read_text() for path in ROOT.glob("book/projects/*.md"))
    projects = set(re.findall(r"^qkv\.(check_\w+)\(", pages, re.M))
    assert len(projects) == 2 and not asked & projects
    assert asked <= set(checks.__all__) - projects
    assert asked == set(checks.__all__) - projects or order.cut(ROOT)
