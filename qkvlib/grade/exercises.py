"""The exercises of the course: the checkers that each chapter asks, as ``make renumber`` lists."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .. import checks

_LIST = Path(__file__).parents[1] / "data" / "exercises.json"


@dataclass(frozen=True)
class Task:
    """An exercise of a chapter, and the name of its checker.

    A chapter is known by its word, ``scores`` for ``04_scores.ipynb``: its number may change.
    """

    chapter: str
    number: int
    checker: str

    def __str__(self) -> str:
        return f"{self.chapter}.{self.number} {self.checker}"

    @property
    def check(self) -> Callable:
        """The checker itself."""
        return getattr(checks, self.checker)


@functools.cache
def tasks() -> tuple[Task, ...]:
    """Every exercise of the course, in the order of its chapters.

    Examples
    --------
    >>> first = tasks()[0]
    >>> str(first) == f"{first.chapter}.1 {first.checker}"
    True
    """
    listed = json.loads(_LIST.read_text(encoding="utf-8")).items()
    return tuple(
        Task(chapter, number, checker)
        for chapter, checkers in listed
        for number, checker in enumerate(checkers, 1)
    )
