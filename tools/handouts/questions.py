"""Read the questions that the book's pages ask: in bold on a line, what answers them folded below.

A quiz asks at the end of a chapter. Each of its options is a fold: the summary names it, the text
says why it is right or wrong. Among the exercises some are answered in numbers: `typed` gives them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from qkvlib.checks import QUESTIONS
from qkvlib.checks.typed import Typed
from qkvlib.grade.exercises import tasks

QUESTION = re.compile(r"^\*\*(?:\d+\. )?(.+)\*\*$", re.M)
FOLD = re.compile(r"<details(.*?)><summary>(.+?)</summary>\n\n(.+?)\n\n</details>", re.S)


class Fold(NamedTuple):
    """What is folded: its attributes in HTML, its summary, its text."""

    attributes: str
    summary: str
    text: str

    @property
    def is_right(self) -> bool:
        """Whether it is the right option of a quiz."""
        return 'class="quiz right"' in self.attributes


class Quiz(NamedTuple):
    """What a chapter asks: its name such as ``04_scores``, its title, questions of two kinds."""

    chapter: str
    title: str
    choices: list[tuple[str, list[Fold]]]
    numbers: list[Typed]


def asked(source: str, page: Path) -> Iterator[tuple[str, list[Fold]]]:
    """Give each question of Markdown and what is folded below it; `page` is named in errors.

    Raises
    ------
    ValueError
        If nothing is asked, or a fold has no summary, text or end.
    """
    _, *parts = QUESTION.split(source)
    if not parts:
        raise ValueError(f"{page}: no question; expected one in bold on a line of its own")
    for question, below in zip(parts[::2], parts[1::2], strict=True):
        folds = [Fold(*found) for found in FOLD.findall(below)]
        if not folds or len(folds) != below.count("<details"):
            raise ValueError(f"{page}: {question!r} has a fold without a summary, text or end")
        yield question, folds


def quiz(chapter: str, page: Path) -> Iterator[tuple[str, list[Fold]]]:
    """Give each question of a chapter's quiz with its options, of which one is right.

    Raises
    ------
    ValueError
        As `asked`, and if not exactly one option is right.
    """
    questions = chapter.partition("## Quiz\n")[2].partition("## To take away")[0]
    for question, options in asked(questions, page):
        right = sum(option.is_right for option in options)
        if right != 1:
            raise ValueError(f"{page}: {question!r} has {right} right options; expected one")
        yield question, options


def typed(chapter: str) -> Iterator[Typed]:
    """Give the questions of a chapter that are answered in numbers, a chapter by its word.

    Each says what it ``asks``; its ``fields`` have a label, the answer, how far ``within`` it a
    number counts, and the mistakes: what to say to which wrong number.

    Examples
    --------
    >>> [[field.label for field in one.fields] for one in typed("scores")]
    [['score', 'with the longer key']]
    """
    for task in tasks():
        if task.chapter == chapter and task.checker in QUESTIONS:
            yield QUESTIONS[task.checker]
