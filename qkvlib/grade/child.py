"""The learner's side: run the cells in order, and let the grader call what they hand in.

Nothing here decides about a grade: from the first cell on, the learner could have changed it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

import numpy as np

import qkvlib

from ..checks.verdict import Verdict
from .confine import confine, limit
from .line import Line, pack, pack_error, unpack


def main(number: int) -> None:
    """Serve the grader on the socket of that number until the last cell has run."""
    line = Line(socket.socket(fileno=number))
    order = line.receive()
    shell = _shell()
    missing = limit(order["memory"], order["seconds"])
    try:
        confine(os.getcwd())
    except OSError as error:
        missing.append(str(error))
    desk = _Desk(line)
    for name in order["checkers"]:
        for place in (qkvlib, qkvlib.checks):
            setattr(place, name, desk.checker(name))
    os.dup2(1, 2)  # to nowhere; until now it was open to say why a start failed
    line.send(ready="; ".join(missing))
    for place, cell in enumerate(line.receive()["cells"]):
        result = shell.run_cell(cell, silent=True)
        if error := result.error_before_exec or result.error_in_exec:
            line.send(failed=place, error=": ".join(pack_error(error)))
    line.send(end=True)


def _shell():
    """What runs a notebook's cells in Jupyter too: it knows ``%magic`` and ``display``."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Shell(InteractiveShell):
        def enable_gui(self, gui=None):
            """Have no window to draw in; ``%matplotlib`` asks for one."""

    config = Config()
    config.HistoryManager.enabled = False
    return Shell.instance(config=config)


class _Desk:
    """Where functions are handed in."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._busy = False

    def checker(self, name: str) -> Callable:
        """Stand in for a checker: the grader's own asks for calls until it has a verdict."""

        def check(function: object) -> Verdict:
            if self._busy:
                raise RuntimeError(f"{name} was asked by a function that is being checked")
            called = {"called": str(function.__name__)} if hasattr(function, "__name__") else {}
            kind = "" if callable(function) else type(function).__name__
            self._line.send(check=name, kind=kind, **called)
            while "verdict" not in (message := self._line.receive()):
                self._busy = True
                answer = self._answer(function, message["call"])
                self._busy = False
                self._line.send(**answer)
            return Verdict(*message["verdict"])

        return check

    def _answer(self, function: Callable, packed: list) -> dict:
        try:
            arguments = [self._argument(place, one) for place, one in enumerate(packed)]
            result = function(*arguments)
            several = isinstance(result, tuple)
            returned = [pack(one) for one in (result if several else (result,))]
            # The checker looks whether they were changed in place.
            left = [pack(one) if isinstance(one, np.ndarray) else None for one in arguments]
            return {"returned": returned, "several": several, "arguments": left}
        except BaseException as error:  # sys.exit() too is the function's own doing
            return {"raised": pack_error(error)}

    def _argument(self, place: int, packed: dict) -> object:
        if "function" not in packed:
            return unpack(packed)

        def function(array):
            """Call the grader's function."""
            self._line.send(function=place, of=pack(array))
            message = self._line.receive()
            if "raised" in message:
                raise RuntimeError(": ".join(message["raised"]))
            return unpack(message["returned"])

        return function
