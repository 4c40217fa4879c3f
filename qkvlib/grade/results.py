"""What is known of each exercise of a notebook, whatever the notebook did."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from . import judge
from .exercises import Task
from .line import Line


@dataclass(frozen=True)
class Result:
    """What is known of an exercise; of a notebook without any, the exercise is empty.

    ``shown`` is a small input that shows what is wrong; ``hint`` is a sign that the answer is not
    the learner's own; ``confined`` says whether the notebook was shut in while it ran.
    """

    notebook: str
    exercise: str
    passed: bool
    message: str
    shown: str = ""
    hint: str = ""
    confined: bool = True


@dataclass(frozen=True)
class Graded:
    """A notebook's results, what kept it from being shut in, and a hash of its answers."""

    results: list[Result]
    unconfined: str = ""
    work: str = field(default="", repr=False)


@dataclass
class Found:
    """What a judge has told so far of one notebook; `expected` are places in the list of tasks."""

    expected: list[int]
    unconfined: str = ""
    said: dict[int, dict] = field(default_factory=dict)
    hints: dict[int, str] = field(default_factory=dict)
    wrong: str = ""
    work: str = ""

    def hear(self, line: Line, seconds: float) -> None:
        """Listen until all is told, in each phase as long as it may take."""
        end = time.monotonic() + judge.TO_READ + 1
        while True:
            line.wait(max(end - time.monotonic(), 0.01))
            match line.receive("expects", "begins", "said", "hint", "wrong", "ended"):
                case {"expects": places}:
                    self.expected = places
                    end = time.monotonic() + judge.TO_START + 1
                case {"begins": begins}:
                    end = time.monotonic() + (seconds if begins else judge.TO_THINK) + 1
                case {"said": place, **said}:
                    self.said[place] = said
                case {"hint": place, "text": text}:
                    self.hints[place] = text
                case {"wrong": wrong}:
                    self.wrong = wrong
                    return
                case {"ended": _, "work": work}:
                    self.work = work
                    return

    def graded(self, name: str, known: tuple[Task, ...]) -> Graded:
        """Put a result to each exercise that is expected."""
        if not self.expected:
            message = self.wrong or "no cell asks a checker of this course"
            only = Result(name, "", False, message, confined=not self.unconfined)
            return Graded([only], self.unconfined)
        missing = {"passed": False, "message": self.wrong, "shown": ""}
        results = [
            Result(
                name,
                str(known[place]),
                **self.said.get(place, missing),
                hint=self.hints.get(place, ""),
                confined=not self.unconfined,
            )
            for place in self.expected
        ]
        return Graded(results, self.unconfined, self.work)
