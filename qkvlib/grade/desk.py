"""Where results are printed and written as they come."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from enum import IntEnum

from . import table
from .gradebook import Gradebook, learners
from .grader import Grader, TamperedError


class Exit(IntEnum):
    """What the command ends with."""

    GRADED = 0
    TAMPERED = 1
    MISUSED = 2
    UNCONFINED = 3
    NOT_WRITTEN = 4
    INTERRUPTED = 130


class Desk:
    """What prints and writes, whatever is full or closed."""

    def __init__(self, order: argparse.Namespace) -> None:
        self._order = order
        self._out = [table.ResultsFile(path) for path in order.files]
        self._names = learners(order.notebooks, order.learner == "folder")
        self._book = Gradebook(self._names, order.weights)
        self._counts = [0, 0]
        self._failed: dict[str, str] = {}

    def grade(self, grader: Grader) -> Exit:
        """Grade all notebooks of the order, and say how that ended."""
        ending = Exit.GRADED
        if grader.why_unconfined:
            self._say(f"not confined: {grader.why_unconfined}.")
        try:
            each = zip(self._names, grader.grade(self._order.notebooks), strict=True)
            for name, graded in each:
                self._book.add(name, graded)
                self._write(graded.results)
                self._say(table.block(graded.results, self._marks()))
                self._counts[0] += sum(one.passed for one in graded.results)
                self._counts[1] += len(graded.results)
                if self._order.gradebook:
                    self._try("feedback", self._book.write_feedback, self._order.gradebook, name)
        except TamperedError as error:
            print(f"stopped: {error}", file=sys.stderr)
            ending = Exit.TAMPERED
        except KeyboardInterrupt:
            print("stopped; what was graded is written", file=sys.stderr)
            ending = Exit.INTERRUPTED
        written = self._close()
        return ending or written

    def _close(self) -> Exit:
        self._write([])
        if self._order.gradebook:
            self._try("gradebook", self._book.write, self._order.gradebook)
        for names in {tuple(sorted([one, *all_])) for one, all_ in self._book.twins().items()}:
            self._say(f"the same answers: {', '.join(names)}")
        self._say("All notebooks: {} of {}".format(*self._counts))
        for file in self._out:
            file.close()
        for what, why in self._failed.items():
            with contextlib.suppress(OSError):
                print(f"not written: {what}: {why}", file=sys.stderr)
        return Exit.NOT_WRITTEN if self._failed else Exit.GRADED

    def _write(self, results: list) -> None:
        for file in self._out:
            if file.add(results):
                self._failed.pop(str(file.path), None)
            else:
                self._failed[str(file.path)] = file.error

    def _try(self, what: str, act, *arguments) -> None:
        try:
            act(*arguments)
        except OSError as error:
            self._failed[what] = str(error)

    def _marks(self) -> str:
        try:
            "✓✗".encode(sys.stdout.encoding or "ascii")
        except (UnicodeError, LookupError):
            return "+-"
        return "✓✗"

    def _say(self, text: str) -> None:
        """Print, whatever the terminal can show; without one, grading goes on."""
        encoding = sys.stdout.encoding or "ascii"
        try:
            print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
        except OSError as error:
            self._failed["the printed table"] = error.strerror or str(error)
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
