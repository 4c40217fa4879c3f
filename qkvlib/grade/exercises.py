"""The exercises of the course, from the one place that says it: the docstring of each checker."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

from .. import checks

_PLACE = re.compile(r"Exercise\s+(\d+)\s+of\s+chapter\s+(\d+)\.")


@dataclass(frozen=True, order=True)
class Task:
    """An exercise of a chapter, and the name of its checker."""

    chapter: int
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
    >>> print(*tasks()[:3], sep="; ")
    1.1 check_weighted_average; 1.2 check_smoothing_weights; 1.3 check_kernel_regression
    """
    return tuple(sorted(_task(name) for name in checks.__all__))


def _task(checker: str) -> Task:
    place = _PLACE.search(getattr(checks, checker).__doc__ or "")
    if place is None:
        raise ValueError(f"{checker}: no 'Exercise N of chapter M.' in its docstring")
    return Task(int(place[2]), int(place[1]), checker)
