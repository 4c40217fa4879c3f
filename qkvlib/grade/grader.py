"""Grade notebooks: several at once, each by a judge that has a learner's process to ask."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import bubblewrap, judge
from .exercises import tasks
from .line import Line, LineError
from .nursery import Nursery, child
from .packing import plain
from .places import below_readable
from .results import Found, Graded
from .watch import changed, look

SECONDS, MEGABYTES = 120, 2048
_LIBRARY = Path(__file__).parents[1]
_TOUCHED = "changed {}; what comes after it is not graded"


class TamperedError(RuntimeError):
    """A notebook changed files that others are graded with."""


class UnconfinedError(RuntimeError):
    """The system cannot shut a notebook in."""


@dataclass
class Grader:
    """The processes that grade; they end with the ``with`` block, and with this process.

    Parameters
    ----------
    seconds, megabytes : number, optional
        How long and how much memory each notebook may take.
    chapter : str, optional
        Whose exercises to expect. By default those of every chapter whose checkers a notebook
        names.
    unconfined : bool, optional
        Whether to go on where this system cannot shut a notebook in.
    count_unasked : bool, optional
        Whether a right function passes though no cell asks the checker about it.
    jobs : int, optional
        How many notebooks run at once; by default one for each processor.

    Raises
    ------
    ValueError
        If the course has no such chapter, or a number is out of all proportion.
    UnconfinedError
        If this system cannot shut a notebook in, and nobody said that it need not.
    """

    seconds: float = SECONDS
    megabytes: int = MEGABYTES
    chapter: str | None = None
    unconfined: bool = False
    count_unasked: bool = False
    jobs: int | None = None

    def __post_init__(self) -> None:
        known = dict.fromkeys(task.chapter for task in tasks())
        if self.chapter is not None and self.chapter not in known:
            raise ValueError(f"chapter: {self.chapter!r}; expected one of {', '.join(known)}")
        for name, least, most in (
            ("seconds", 0, 86_400),
            ("megabytes", 511, 2**20),
            ("jobs", 0, 999),
        ):
            value = getattr(self, name)
            if value is not None and not least < value <= most:
                raise ValueError(f"{name}: {value!r}; expected more than {least}, at most {most}")
        self._open: set[Line] = set()  # to the judges that are at work

    def __enter__(self) -> Grader:
        if sys.platform == "win32":
            raise UnconfinedError("Windows can neither fork a process nor shut one in")
        with contextlib.ExitStack() as stack:
            self._learners, self.why_unconfined = self._begin()
            stack.callback(self._learners.close)
            self._judges = Nursery("judge", of=self._learners)
            stack.callback(self._judges.close)
            if self.why_unconfined and not self.unconfined:
                raise UnconfinedError(self.why_unconfined)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_) -> None:
        self._stack.close()

    @property
    def processes(self) -> list[int]:
        """The numbers of the two processes that all others are forked from, or wait for one."""
        return [self._learners.number, self._judges.number]

    def _begin(self) -> tuple[Nursery, str]:
        """Start a learner's process, in bubblewrap if that works; say what does not shut it in."""
        for shelter in [bubblewrap.shelter] * bubblewrap.works() + [bubblewrap.no_shelter]:
            learners = Nursery("learner", shelter=shelter)
            try:
                with child(learners.control) as (line, _):
                    return learners, judge.start(line, self._order(Path()))
            except LineError as error:
                why = error
                learners.close()
            except BaseException:
                learners.close()
                raise
        raise RuntimeError(f"a learner's process did not start: {why}")

    def _order(self, path: Path) -> dict:
        return {
            "path": str(path.absolute()),
            "tasks": [[task.chapter, task.number, task.checker] for task in tasks()],
            "chapter": self.chapter,
            "seconds": self.seconds,
            "memory": self.megabytes * 2**20,
            "unconfined": self.unconfined,
            "count_unasked": self.count_unasked,
        }

    def grade(self, notebooks: Sequence[Path]) -> Iterator[Graded]:
        """Grade the notebooks, several at once; yields in their order.

        Raises
        ------
        ValueError
            If a notebook lies where each of them may read.
        TamperedError
            If a notebook changed another or this library, which it can where it is not shut in.
        """
        if found := below_readable(notebooks):
            raise ValueError("notebooks: {} is below {}, which every one may read".format(*found))
        jobs = 1 if self.why_unconfined else self.jobs or os.cpu_count() or 1
        watched = [*notebooks, _LIBRARY] if self.why_unconfined else []
        before = look(watched)
        self._stopped = False
        waiting: list[Future] = []
        rest = iter(notebooks)
        with ThreadPoolExecutor(jobs) as pool:
            try:
                while True:
                    ahead = 1 if self.why_unconfined else 2 * jobs
                    for path in itertools.islice(rest, ahead - len(waiting)):
                        waiting.append(pool.submit(self._one, path))
                    if not waiting:
                        return
                    graded = waiting.pop(0).result()
                    yield graded
                    name = graded.results[0].notebook
                    if watched and (touched := changed(before, look(watched))):
                        raise TamperedError(f"{name} {_TOUCHED.format(touched)}")
                    if self._learners.is_gone() or self._judges.is_gone():
                        raise TamperedError(f"{name} {_TOUCHED.format('the grader itself')}")
            finally:
                self._stopped = True
                pool.shutdown(wait=False, cancel_futures=True)
                for line in list(self._open):  # of what still runs, if this is not the end
                    line.hang_up()

    def _one(self, path: Path) -> Graded:
        """Let a judge grade it, and wait for that no longer than it may take."""
        known = tasks()
        expected = [at for at, one in enumerate(known) if one.chapter == self.chapter]
        found = Found(expected, self.why_unconfined)
        with child(self._judges.control) as (line, _):
            self._open.add(line)
            if self._stopped:
                line.hang_up()
            try:
                line.send(**self._order(path))
                found.hear(line, self.seconds)
            except LineError as error:
                found.wrong = f"no verdict: grading it was stopped: {error}"
            self._open.remove(line)
        return found.graded(plain(str(path), 4096), known)


def grade(notebooks: Sequence[Path], **options) -> Iterator[Graded]:
    """Grade one notebook after another; the options are those of ``Grader``.

    Examples
    --------
    >>> (graded,) = grade([Path("nobody.ipynb")], chapter="scores", unconfined=True)
    >>> print(graded.results[0].message)
    not a notebook: there is no such file
    """
    with Grader(**options) as grader:
        yield from grader.grade(notebooks)
