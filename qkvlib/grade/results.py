"""Grade notebooks: one result for each exercise of the chapter, whatever the notebook did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .exercises import Task, tasks
from .notebook import NotebookError, read_cells
from .run import Run, run
from .watch import changed, look

SECONDS, MEGABYTES = 120, 2048


@dataclass(frozen=True)
class Result:
    """What is known of an exercise; of a notebook without any, the exercise is empty."""

    notebook: str
    exercise: str
    passed: bool
    message: str


class TamperedError(RuntimeError):
    """A notebook changed files that others are graded with."""


@dataclass(frozen=True)
class Graded:
    """A notebook's results, and what kept its process from being shut in, if anything did."""

    results: list[Result]
    unconfined: str = ""


def grade(
    notebooks: Sequence[Path],
    *,
    chapter: str | None = None,
    seconds: float = SECONDS,
    megabytes: int = MEGABYTES,
) -> Iterator[Graded]:
    """Grade one notebook after another; all are read before the first one runs.

    Parameters
    ----------
    notebooks : sequence of Path
        Files of any kind; one that is no notebook is reported as such.
    chapter : str, optional
        Whose exercises to expect. By default those of every chapter whose checkers a notebook
        names.
    seconds, megabytes : number, optional
        How long and how much memory each notebook may take.

    Yields
    ------
    Graded
        In the order of the notebooks.

    Raises
    ------
    ValueError
        If the course has no such chapter.
    TamperedError
        If a notebook changed another or this library, which it can where it is not shut in.
    """
    known = dict.fromkeys(task.chapter for task in tasks())
    if chapter is not None and chapter not in known:
        raise ValueError(f"chapter: {chapter!r}; expected one of {', '.join(known)}")
    watched = [*notebooks, *Path(__file__).parents[1].rglob("*.py")]
    before = look(watched)
    for name, cells in [(plain(str(path), 4096), _cells(path)) for path in notebooks]:
        expected = [task for task in tasks() if task.chapter in _chapters(cells, chapter)]
        if isinstance(cells, NotebookError):
            yield _all_failed(name, expected, f"not a notebook: {cells}")
        elif not expected:
            yield _all_failed(name, [], "no cell asks a checker of this course")
        else:
            outcome = run(cells, seconds=seconds, memory=megabytes * 2**20)
            results = [_result(name, task, cells, outcome) for task in expected]
            yield Graded(results, outcome.unconfined)
            if outcome.unconfined and (touched := changed(before, look(watched))):
                raise TamperedError(f"{name} changed {touched}; what comes after it is not graded")


def _cells(path: Path) -> list[str] | NotebookError:
    try:
        return read_cells(path)
    except NotebookError as error:
        return error


def _chapters(cells: list[str] | NotebookError, chapter: str | None) -> set[str]:
    if chapter is not None:
        return {chapter}
    code = "" if isinstance(cells, NotebookError) else "\n".join(cells)
    asked: dict[str, dict[str, bool]] = {}
    for task in tasks():
        asked.setdefault(task.chapter, {})[task.checker] = _names(task, code)
    whole = {name for name, checkers in asked.items() if all(checkers.values())}
    # Chapters may share a checker: one that a whole chapter has asked tells nothing about another.
    told = {checker for name in whole for checker in asked[name]}
    return whole | {
        name
        for name, checkers in asked.items()
        if any(named and checker not in told for checker, named in checkers.items())
    }


def _names(task: Task, code: str) -> bool:
    return re.search(rf"\b{task.checker}\b", code) is not None


def _all_failed(name: str, expected: list[Task], message: str) -> Graded:
    exercises = [str(task) for task in expected] or [""]
    return Graded([Result(name, exercise, False, message) for exercise in exercises])


def _result(name: str, task: Task, cells: list[str], outcome: Run) -> Result:
    verdict = outcome.verdicts.get(task.checker)
    if verdict is not None:
        return Result(name, str(task), verdict.passed, plain(verdict.message))
    places = [place for place, cell in enumerate(cells) if _names(task, cell)]
    errors = [outcome.failed[place] for place in places if place in outcome.failed]
    if not places:
        message = f"not handed in: no cell asks {task.checker}"
    elif errors:
        message = f"not handed in: its cell raised {errors[-1]}"
    elif outcome.ending:
        message = f"no verdict: {outcome.ending}"
    else:
        message = "not handed in: its cell ran, and gave the checker nothing"
    return Result(name, str(task), False, plain(message))


def plain(text: str, longest: int = 300) -> str:
    r"""Leave of a learner's text what a terminal and a table show as it is.

    Examples
    --------
    >>> plain("red:\x1b[31m\nnext")
    'red: [31m next'
    """
    return "".join(c if c.isprintable() else " " for c in text[:longest])
