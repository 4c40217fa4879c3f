"""A folder for a gradebook: a row for each learner, counts of messages, a feedback file each."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from .exercises import tasks
from .packing import plain
from .results import Graded, Result
from .table import block, write_rows, write_whole

TABLES = ("learners.csv", "messages.csv")
_NAMED = re.compile(r"^[\w<>.]+(\((?:[^()]|\([^()]*\))*\))?: ")
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|nan|inf)\b")


def read_weights(path: Path) -> dict[str, float]:
    """Read points for exercises from a CSV file: rows like ``scores.1,2``, or ``scores,2``.

    Raises
    ------
    ValueError
        If a row names no exercise of this course, or no number from 0.
    OSError
        If the file cannot be read.
    """
    known = {str(task).split()[0]: task.chapter for task in tasks()}
    weights: dict[str, float] = {}
    rows = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
    for number, row in enumerate(rows, 1):
        if not row or [one.strip() for one in row] == ["exercise", "points"]:
            continue
        name, points = (*(one.strip() for one in row), "")[:2]
        named = [one for one in known if name in (one, known[one])]
        if not named:
            raise ValueError(f"line {number}: {name!r}; expected an exercise such as {min(known)}")
        if len(row) != 2 or not re.fullmatch(r"\d+(\.\d+)?", points):
            raise ValueError(f"line {number}: {points!r} points; expected a number from 0")
        weights |= dict.fromkeys(named, float(points))
    return weights


def learners(paths: Sequence[Path], by_folder: bool) -> list[str]:
    """Name the learner of each file, by the file or by its folder: no two have one name.

    Examples
    --------
    >>> learners([Path("a/ada.ipynb"), Path("a/ben.ipynb")], by_folder=False)
    ['ada', 'ben']
    >>> learners([Path("ada/scores.ipynb"), Path("ben/scores.ipynb")], by_folder=False)
    ['ada/scores', 'ben/scores']
    """
    full = [path.absolute() for path in paths]
    full = [path.parent if by_folder else path.parent / path.stem for path in full]
    alone = len({path.name for path in full}) == len(set(full))
    above = Path(os.path.commonpath([path.parent for path in full]))
    return [path.name if alone else str(path.relative_to(above)) for path in full]


class Gradebook:
    """What is known of each learner. An exercise passes if it does in one of their notebooks."""

    def __init__(self, names: Iterable[str], weights: dict[str, float]) -> None:
        self._weights = weights
        self._graded: dict[str, list[Graded]] = {name: [] for name in names}
        self._files: dict[str, str] = {}  # of feedback; each learner's is another
        for place, name in enumerate(self._graded):
            file = re.sub(r"[^\w.-]", "-", plain(name, 60), flags=re.ASCII)
            same = file.casefold() in map(str.casefold, self._files.values())
            self._files[name] = f"{file}-{place}" if same else file

    def add(self, name: str, graded: Graded) -> None:
        """Put a notebook to a learner's."""
        self._graded[name].append(graded)

    def rows(self) -> list[list]:
        """Make a table with a row for each learner, in the order they came."""
        exercises = sorted(
            {one.exercise for all_ in self._graded.values() for g in all_ for one in g.results}
            - {""},
            key=[str(task) for task in tasks()].index,
        )
        columns = [one.split()[0] for one in exercises]
        of = sum(self._points(one) for one in exercises)
        twins = self.twins()
        head = ["learner", "points", "of", "passed", "exercises", *columns, "confined", "notes"]
        rows = [head]
        for name, all_ in self._graded.items():
            results = [one for graded in all_ for one in graded.results]
            passed = {one.exercise for one in results if one.passed}
            points = [self._points(one) if one in passed else 0 for one in exercises]
            confined = all(one.confined for one in results)
            notes = [f"{one.exercise.split()[0]}: {one.hint}" for one in results if one.hint]
            notes += [one.message for one in results if not one.exercise]
            notes += [f"the same answers as {other}" for other in twins.get(name, ())]
            counts = [sum(points), of, len(passed), len(exercises)]
            numbers = map(_short, [*counts, *points])
            rows.append([plain(name), *numbers, confined, ". ".join(notes)])
        return rows

    def twins(self) -> dict[str, list[str]]:
        """Find learners who handed in the same answers."""
        same = defaultdict(list)
        for name, all_ in self._graded.items():
            for work in {graded.work for graded in all_} - {""}:
                same[work].append(name)
        twins = defaultdict(list)
        for names in (found for found in same.values() if len(found) > 1):
            for name in names:
                twins[name] += [one for one in names if one != name]
        return dict(twins)

    def messages(self) -> list[list]:
        """Count each message of each exercise, the most frequent first."""
        counted = Counter(
            (one.exercise, alike(one.message))
            for all_ in self._graded.values()
            for graded in all_
            for one in graded.results
            if not one.passed
        )
        return [["count", "exercise", "message"]] + [
            [count, *what] for what, count in counted.most_common()
        ]

    def feedback(self, name: str) -> str:
        """Write what one learner may read."""
        parts = []
        for graded in self._graded[name]:
            told = [Result(Path(one.notebook).name, *_told(one)) for one in graded.results]
            parts.append(block(told))
        return "\n\n".join(parts) + "\n"

    def write(self, folder: Path) -> None:
        """Write the tables."""
        for name, rows in zip(TABLES, (self.rows(), self.messages()), strict=True):
            write_rows(folder / name, rows)

    def write_feedback(self, folder: Path, name: str) -> None:
        """Write one learner's file."""
        path = folder / "feedback" / f"{self._files[name]}.txt"
        write_whole(path, self.feedback(name).encode(errors="replace"))

    def _points(self, exercise: str) -> float:
        return self._weights.get(exercise.split()[0], 1.0)


def alike(message: str) -> str:
    """Leave out the learner's own names and numbers.

    Examples
    --------
    >>> alike("mine(q of shape (2, 3), k of shape (2,)): it returned 3.5; expected 2.0000.")
    'it returned …; expected ….'
    """
    text = _NAMED.sub("", message)
    return _NUMBER.sub("…", text) if text.startswith("it returned") else text


def _told(one: Result) -> tuple[str, bool, str]:
    return one.exercise, one.passed, f"{one.message} {one.shown}".strip()


def _short(number: float) -> float | int:
    return int(number) if number == int(number) else round(number, 6)
