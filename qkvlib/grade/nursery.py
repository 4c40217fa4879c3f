"""Processes that are born ready: forked from one that has imported everything they need.

A nursery is a process beside the grader. It is handed two sockets, forks, and the child serves on
the first one. The second is the leash: who lets go of it, or dies with it in hand, ends the child.
When the grader is gone, so are the nursery and all its children, however that came about.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from .bubblewrap import no_shelter
from .line import Line

_START = """
import sys, types
kind, control, of, library, *sys.path = sys.argv[1:]
if kind == "learner":  # its checkers would hold every answer
    checks = sys.modules["qkvlib.checks"] = types.ModuleType("qkvlib.checks")
    checks.__path__, checks.__all__ = [library + "/qkvlib/checks"], []
from qkvlib.grade import nursery
nursery.main(kind, int(control), int(of))
"""
_OWN = Path(__file__).parents[2]
FORKS_SAFELY = sys.platform == "linux"  # elsewhere a library may break when it is forked


class Nursery:
    """A nursery of one kind, ``learner`` or ``judge``, which may itself ask `of` another one."""

    def __init__(
        self, kind: str, of: Nursery | None = None, shelter: Callable[[str], list[str]] = no_shelter
    ) -> None:
        self.folder = tempfile.mkdtemp(prefix="grade-")
        self.control, theirs = socket.socketpair()
        numbers = [theirs.fileno(), of.control.fileno() if of else -1]
        # A library that starts threads at once could not be shut in; a heap for each takes memory.
        environment = {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "MPLBACKEND": "agg"}
        environment |= {"HOME": self.folder, "TMPDIR": self.folder}
        if libraries := os.environ.get("LD_LIBRARY_PATH"):  # where Python itself may need it
            environment["LD_LIBRARY_PATH"] = libraries
        # The same library as here, and nothing else from the folder the grader was started in.
        own, here = str(_OWN), os.getcwd()
        paths = [path for path in map(os.path.abspath, sys.path) if path == own or path != here]
        python = [sys.executable, "-IB", "-c", _START, kind, *map(str, numbers), own, *paths]
        self._process = subprocess.Popen(
            [*shelter(self.folder), *python],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            env=environment,
            pass_fds=[number for number in numbers if number >= 0],
            start_new_session=True,  # Ctrl-C is for the grader alone
        )
        theirs.close()

    @property
    def number(self) -> int:
        """The number of its process."""
        return self._process.pid

    def is_gone(self) -> bool:
        """Say whether it has ended, which nobody asked for."""
        return self._process.poll() is not None

    def close(self) -> None:
        """End the nursery and its children, and leave nothing of them."""
        self.control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # Not by Python's own way: where a notebook can write, folders may be closed, or lie deep.
        for remove in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            with contextlib.suppress(subprocess.TimeoutExpired):
                subprocess.run([*remove, self.folder], stderr=subprocess.DEVNULL, timeout=60)


@contextlib.contextmanager
def child(control: socket.socket) -> Iterator[tuple[Line, Leash]]:
    """Let the nursery at the other end of `control` bear a child; it ends with the block."""
    (ours, theirs), (hand, collar) = socket.socketpair(), socket.socketpair()
    with ours, hand:
        with theirs, collar:
            with contextlib.suppress(OSError):  # it is gone, as the line will tell
                socket.send_fds(control, [b"."], [theirs.fileno(), collar.fileno()])
        yield Line(ours), Leash(hand)


class Leash:
    """What ends a child."""

    def __init__(self, hand: socket.socket) -> None:
        self._hand = hand

    def pull(self) -> str:
        """End the child, and say how it ended; nothing, if it was by this."""
        self._hand.settimeout(5)
        try:
            self._hand.sendall(b".")
            code = int(self._hand.recv(16) or -signal.SIGKILL)
        except (OSError, ValueError):
            return ""
        if code == -signal.SIGKILL:
            return ""
        return signal.strsignal(-code) or f"signal {-code}" if code < 0 else f"exit code {code}"


def main(kind: str, control: int, of: int) -> None:
    """Bear children of that kind until nobody asks any more."""
    asked = socket.socket(fileno=control)
    elder = socket.socket(fileno=of) if of >= 0 else None
    if FORKS_SAFELY:
        importlib.import_module(f".{kind}", __package__).prepare()
    leashes: dict[socket.socket, int] = {}
    while True:
        ready, _, _ = select.select([asked, *leashes], [], [])
        for one in ready:
            if one is asked:
                _, numbers, _, _ = socket.recv_fds(asked, 1, 2)
                if len(numbers) != 2:  # the grader is gone
                    for process in leashes.values():
                        _end(process)
                    os._exit(0)
                line, leash = (socket.socket(fileno=number) for number in numbers)
                if process := os.fork():
                    line.close()
                    leashes[leash] = process
                else:
                    _be(kind, line, elder, [asked, leash, *leashes])
            else:
                code = os.waitstatus_to_exitcode(_end(leashes.pop(one)))
                with one, contextlib.suppress(OSError):
                    one.sendall(str(code).encode())


def _be(kind: str, line: socket.socket, elder: socket.socket | None, others: list) -> None:
    """Be a child: what it serves is all that it holds."""
    try:
        for other in others:
            other.close()
        os.setsid()
        _die_with(os.getppid())
        ward = importlib.import_module(f".{kind}", __package__)
        if not FORKS_SAFELY:
            ward.prepare()
        ward.serve(Line(line), elder)
    finally:
        os._exit(0)


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        from .libc import call

        call("prctl", 1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(0)


def _end(process: int) -> int:
    for end in (os.kill, os.killpg):  # what it could start too, where nothing keeps it from that
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(process, signal.SIGKILL)
    return os.waitpid(process, 0)[1]
