"""The grader's side: start a learner's process, check what it hands in, and end it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..checks.verdict import Verdict
from .exercises import tasks
from .line import Line, LineError
from .stand_in import StandIn

_START = "import sys; sys.path[:] = sys.argv[2:]; from qkvlib.grade import child; "
_START += "child.main(int(sys.argv[1]))"
_TO_START = 60  # seconds


@dataclass
class Run:
    """What became of a notebook.

    Attributes
    ----------
    verdicts : dict
        For each checker that was asked, what it said last.
    failed : dict
        For each cell that failed, its place and the error.
    ending : str
        Why the notebook did not reach its end; empty if it did.
    unconfined : str
        What kept the process from being shut in; empty if it was.
    """

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    ending: str = ""
    unconfined: str = ""


def run(cells: list[str], *, seconds: float, memory: int) -> Run:
    """Run the cells in a new process, for at most `seconds` and in at most `memory` bytes."""
    outcome = Run()
    with _process() as (line, process):
        line.allow(_TO_START)
        checkers = {task.checker: task.check for task in tasks()}
        line.send(checkers=list(checkers), memory=memory, seconds=seconds)
        try:
            outcome.unconfined = line.receive()["ready"]
        except LineError as error:
            raise RuntimeError(f"a learner's process did not start: {error}") from None
        line.allow(seconds)
        try:
            line.send(cells=cells)
            _listen(line, len(cells), checkers, outcome)
        except LineError as error:
            outcome.ending = str(error)
    if outcome.ending and process.returncode != -signal.SIGKILL:  # which was the grader's own
        outcome.ending += f" ({_ending(process.returncode)})"
    return outcome


def _listen(line: Line, cells: int, checkers: dict[str, Callable], outcome: Run) -> None:
    while "end" not in (message := line.receive()):
        match message:
            case {"check": str(name), "kind": str(kind)} if name in checkers:
                verdict = _verdict(checkers[name], kind, StandIn(line, message))
                outcome.verdicts[name] = verdict
                line.send(verdict=[verdict.passed, verdict.message, verdict.begun])
            case {"failed": int(place), "error": str(error)} if place in range(cells):
                outcome.failed[place] = error
            case _:
                raise LineError("it wrote to the grader's own line")


def _verdict(checker: Callable, kind: str, function: StandIn) -> Verdict:
    """Ask the checker; where no function was handed in, `kind` is the type of what was."""
    try:
        return checker(type(kind, (), {})() if kind else function)
    except Exception as error:  # the batch goes on, whatever a learner's process sends
        return Verdict(False, f"the checker could not judge it: {type(error).__name__}: {error}")


@contextlib.contextmanager
def _process() -> Iterator[tuple[Line, subprocess.Popen]]:
    """Start a process in an empty folder, and leave nothing of either."""
    ours, theirs = socket.socketpair()
    folder = tempfile.mkdtemp(prefix="grade-")
    # A library that starts threads at once could not be shut in; a heap for each takes up memory.
    environment = {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "MPLBACKEND": "agg"}
    if libraries := os.environ.get("LD_LIBRARY_PATH"):  # where Python itself may need it
        environment["LD_LIBRARY_PATH"] = libraries
    # The same library as here, and nothing else from the folder that the grader was started in.
    own, here = str(Path(__file__).parents[2]), os.getcwd()
    paths = [path for path in map(os.path.abspath, sys.path) if path == own or path != here]
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _START, str(theirs.fileno()), *paths],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        env={**environment, "HOME": folder, "TMPDIR": folder},
        pass_fds=[theirs.fileno()],
        start_new_session=True,
    )
    theirs.close()
    try:
        yield Line(ours), process
    finally:
        ours.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it is gone already
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        # Not by Python's own way: folders may be closed, and lie deeper than it goes.
        for remove in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            subprocess.run([*remove, folder], check=False, stderr=subprocess.DEVNULL)


def _ending(code: int) -> str:
    return signal.strsignal(-code) or f"signal {-code}" if code < 0 else f"exit code {code}"
