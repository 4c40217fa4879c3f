"""Grade one notebook, in a process of its own: who reads and judges it can be ended like it.

So a file that takes for ever to read, or an answer that a checker chokes on, costs its author the
grade and nobody else anything; and nothing is left over from one notebook to the next.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .. import checks
from ..checks.verdict import Verdict
from . import signs
from .line import Line, LineError
from .notebook import NotebookError, named, read_cells
from .nursery import Leash, child
from .packing import plain, unpack
from .stand_in import StandIn

TO_READ, TO_START, TO_LOOK, TO_THINK = 5, 60, 5, 1  # seconds
MOST_ASKED = 50  # times for a checker, so that nobody tries numbers until they fit
_MEMORY = 100_000_000  # bytes, beyond what it is born with


def prepare() -> None:
    """Know all checkers."""


def serve(line: Line, learners: socket.socket) -> None:
    """Take an order, and answer with what is known of each exercise, as soon as it is."""
    _bound_memory()
    warnings.simplefilter("ignore")  # of NumPy's, about what a learner sent
    try:
        _grade(line, line.obey(), learners)
    except LineError as error:
        line.send(wrong=plain(f"no verdict: no process for it started: {error}"))
    except Exception as error:  # none is known; what was told so far stands
        line.send(wrong=f"no verdict: grading it failed: {plain(type(error).__name__)}")


def _grade(line: Line, order: dict, learners: socket.socket) -> None:
    tasks = [tuple(one) for one in order["tasks"]]
    try:
        with _within(TO_READ, "reading it took more than {} seconds"):
            cells, solutions = read_cells(Path(order["path"]))
            names = [named(cell) for cell in cells]
            expected = _expected(tasks, set().union(*names), order["chapter"])
    except (NotebookError, LineError) as error:
        line.send(wrong=plain(f"not a notebook: {error}"))
        return
    line.send(expects=expected)
    if not expected:
        line.send(ended="", work="")
        return
    with child(learners) as (to_learner, leash):
        unconfined = start(to_learner, order)
        if unconfined and not order["unconfined"]:
            line.send(wrong=plain(f"no verdict: not run, nothing would confine it: {unconfined}"))
            return
        run = Run(to_learner, line, tasks)
        run.cells(cells, order["seconds"])
        if run.ending:
            run.end(leash)
        with _quietly(), _within(min(run.left, TO_LOOK), ""):
            if not run.ending:
                run.look(expected)
        line.send(begins=False)
        work = ""
        with _quietly(), _within(TO_THINK, ""):
            work = signs.fingerprint(run.verdicts, cells)
            for index, text in signs.hints(run.verdicts, run.used, tasks, cells, solutions):
                line.send(hint=index, text=plain(text))
    for index in expected:
        checker = tasks[index][2]
        if checker not in run.verdicts:
            places = [place for place, found in enumerate(names) if checker in found]
            passed = checker in run.right and order["count_unasked"]
            message = plain(run.absent(checker, places))
            line.send(said=index, passed=passed, message=message, shown="")
    line.send(ended=plain(run.ending), work=work)


def start(line: Line, order: dict) -> str:
    """Wait until a learner's process is shut in; return what kept it from that."""
    checkers = sorted({checker for _, _, checker in order["tasks"]})
    line.wait(TO_START)
    line.send(checkers=checkers, memory=order["memory"], seconds=order["seconds"])
    unconfined = line.receive("ready")["ready"]
    line.wait(None)
    return unconfined


@dataclass
class Run:
    """A notebook that runs, and what became of it so far."""

    learner: Line
    out: Line
    tasks: list[tuple]
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)
    right: dict[str, str] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    asked: Counter = field(default_factory=Counter)
    ending: str = ""
    left: float = 0  # seconds

    def cells(self, cells: list[str], seconds: float) -> None:
        """Run the cells, and judge what they hand in, until the time is up."""
        self.out.send(begins=True)
        start = time.monotonic()
        try:
            with _within(seconds, "it was stopped after {} seconds"):
                for place, cell in enumerate(cells):
                    self.learner.send(cell=cell)
                    for checker, verdict, used in self._judge(place):
                        self._say(checker, verdict, used)
        except LineError as error:
            self.ending = str(error)
        self.left = max(seconds - (time.monotonic() - start), 0.01)

    def end(self, leash: Leash) -> None:
        """End a notebook that did not reach its end, and tell how it ended, if by itself."""
        if how := leash.pull():
            self.ending += f" ({how})"

    def look(self, expected: list[int]) -> None:
        """Try the functions of the notebook on checkers that it never asked."""
        missing = {self.tasks[index][2] for index in expected} - self.verdicts.keys()
        if not missing:
            return
        self.learner.send(list=True)
        functions = self.learner.receive("functions")["functions"]
        for checker in sorted(missing):
            wanted = re.search(r"``function\((.*?)\)``", getattr(checks, checker).__doc__ or "")
            count = len(wanted[1].split()) if wanted else -1  # numbers are asked for, no function
            for name, *parameters in functions:
                if checker not in self.right and len(parameters) == count:
                    self.learner.send(hand_in=name, to=checker)
                    if any(verdict.passed for _, verdict, _ in list(self._judge(-1))):
                        self.right[checker] = name

    def absent(self, checker: str, places: list[int]) -> str:
        """Say why there is no verdict; `places` are the cells that name the checker."""
        errors = [self.failed[place] for place in places if place in self.failed]
        if checker in self.right:
            return f"not handed in: {self.right[checker]} is right, but no cell asks {checker}"
        if not places:
            return f"not handed in: no cell asks {checker}"
        if errors:
            return f"not handed in: its cell raised {errors[-1]}"
        if self.ending:
            return f"no verdict: {self.ending}"
        return "not handed in: its cell ran, and gave the checker nothing"

    def _judge(self, place: int) -> Iterator[tuple[str, Verdict, set[str]]]:
        """Judge what is handed in until the cell is done; keep what it raised."""
        known = {checker for _, _, checker in self.tasks}
        while "done" not in (message := self.learner.receive("done", "check")):
            if message["check"] not in known:
                raise LineError("it wrote to the grader's own line")
            checker, function = message["check"], StandIn(self.learner, message)
            self.asked[checker] += 1
            verdict = Verdict(False, f"{checker} was asked more than {MOST_ASKED} times")
            if self.asked[checker] <= MOST_ASKED:
                verdict = _verdict(getattr(checks, checker), message, function)
            yield checker, verdict, function.used or set()
            # Whoever knew could guess until it is right, so the notebook is told nothing.
            self.learner.send(verdict=[True, "It is judged where the notebook is not.", True])
        if message["done"]:
            self.failed[place] = message["done"]

    def _say(self, checker: str, verdict: Verdict, used: set[str]) -> None:
        self.verdicts[checker], self.used[checker] = verdict, used
        said = {"passed": bool(verdict.passed), "message": plain(verdict.message)}
        for index, (_, _, name) in enumerate(self.tasks):
            if name == checker:
                self.out.send(said=index, **said, shown=plain(verdict.shown))


def _verdict(checker: Callable, message: dict, function: StandIn) -> Verdict:
    """Ask the checker; where no function was handed in, the message says what was."""
    kind = message["kind"]
    try:
        if kind and checker.__name__ in checks.QUESTIONS:
            return checker(*map(unpack, message["numbers"]))
        return checker(type(kind, (), {})() if kind else function)
    except Exception as error:  # the next exercise goes on, whatever a learner's process sends
        return Verdict(False, f"the checker could not judge it: {type(error).__name__}: {error}")


def _expected(tasks: list[tuple], found: set[str], chapter: str | None) -> list[int]:
    """Choose the exercises: of one chapter, or of those whose checkers the notebook names."""
    asked: dict[str, dict[str, bool]] = {}
    for word, _, checker in tasks:
        asked.setdefault(word, {})[checker] = checker in found
    whole = {word for word, checkers in asked.items() if all(checkers.values())}
    # Chapters may share a checker: one that a whole chapter has asked tells nothing about another.
    told = {checker for word in whole for checker in asked[word]}
    some = {
        word
        for word, checkers in asked.items()
        if any(names and checker not in told for checker, names in checkers.items())
    }
    words = {chapter} if chapter else whole | some
    return [index for index, (word, _, _) in enumerate(tasks) if word in words]


@contextlib.contextmanager
def _within(seconds: float, says: str) -> Iterator[None]:
    """Interrupt what takes longer, and say so; again and again, should a checker swallow it."""

    def stop(*_):
        raise LineError(says.format(f"{seconds:g}"))

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Do without what cannot be found out."""
    with contextlib.suppress(LineError, Exception):
        yield


def _bound_memory() -> None:
    if sys.platform == "linux":
        import resource

        with open("/proc/self/statm") as file:
            most = int(file.read().split()[0]) * os.sysconf("SC_PAGESIZE") + _MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
