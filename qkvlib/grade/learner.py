"""The learner's side: run the cells in order, and let the grader call what they hand in.

Nothing here decides about a grade: from the first cell on, the learner could have changed it.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import os
import sys
import tempfile
import types
from collections.abc import Callable

import numpy as np

import qkvlib

from .._threads import on_one_thread
from ..checks.bytecode import computes
from ..checks.verdict import Verdict
from ..explorer.fields import is_number
from .line import Line
from .packing import pack, pack_error, plain, unpack


def prepare() -> None:
    """Import what notebooks use; of the checkers, which hold the answers, there is none here."""
    for name in ("qkvlib.plots", "matplotlib_inline.backend_inline"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    with on_one_thread():  # finds the libraries of matrix products, which takes files of /proc
        pass
    qkvlib.checks.__path__ = []
    _shell()


def serve(line: Line, _) -> None:
    """Serve the grader until it hangs up."""
    order = line.obey()
    shell = _shell()
    missing = _shut_in(order)
    desk = _Desk(line)
    for name in order["checkers"]:
        for place in (qkvlib, qkvlib.checks):
            setattr(place, name, desk.checker(name))
    os.dup2(1, 2)  # to nowhere; until now it was open to say why a start failed
    line.send(ready=plain("; ".join(missing)))
    while True:
        match line.obey():
            case {"cell": source}:
                result = shell.run_cell(source, silent=True)
                error = result.error_before_exec or result.error_in_exec
                line.send(done=plain(": ".join(pack_error(error))) if error else "")
            case {"list": True}:
                line.send(functions=_functions(shell.user_ns))
            case {"hand_in": name, "to": checker}:
                desk.checker(checker)(shell.user_ns[name])
                line.send(done="")


def _shut_in(order: dict) -> list[str]:
    """Confine this process; return what could not be done."""
    if sys.platform == "win32":
        return ["Windows cannot shut a process in"]
    from .confine import confine, limit

    os.cpu_count = lambda: 1  # it gets no threads
    missing = limit(order["memory"], order["seconds"])
    try:
        confine()
    except OSError as error:
        missing.append(str(error))
        os.chdir(tempfile.mkdtemp())  # its own; where nothing is confined it can be written to
    return missing


def _shell():
    """What runs a notebook's cells in Jupyter too: it knows ``%magic`` and ``display``."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Shell(InteractiveShell):
        def enable_gui(self, gui=None):
            """Have no window to draw in; ``%matplotlib`` asks for one."""

    if InteractiveShell.initialized():
        return InteractiveShell.instance()
    config = Config()
    config.HistoryManager.enabled = False
    return Shell.instance(config=config)


def _functions(names: dict) -> list[list[str]]:
    """Name the functions that the notebook defines, the last first, and what they take."""
    found = []
    for name, value in reversed(list(names.items())):
        if isinstance(value, types.FunctionType) and value.__module__ == "__main__":
            with contextlib.suppress(ValueError, TypeError):
                found.append([plain(name), *map(plain, inspect.signature(value).parameters)][:9])
    return found[:30]


def _number(value: object) -> object:
    """A typed number as it travels; of anything else, only what it is."""
    typed = value is None or is_number(value)
    return pack(value) if typed else {"other": plain(type(value).__name__)}


class _Desk:
    """Where functions are handed in."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._busy = False

    def checker(self, name: str) -> Callable:
        """Stand in for a checker: the grader's own asks for calls until it has a verdict."""

        def check(*given: object) -> Verdict:
            if self._busy:
                raise RuntimeError(f"{name} was asked by a function that is being checked")
            function = given[0] if len(given) == 1 else given
            called = plain(str(getattr(function, "__name__", "")))
            kind = "" if callable(function) else plain(type(function).__name__)
            numbers = [_number(one) for one in given[:9]] if kind else []
            works = computes(function)
            self._line.send(check=name, kind=kind, called=called, works=works, numbers=numbers)
            while "verdict" not in (message := self._line.obey()):
                self._busy = True
                answer = self._answer(function, message["call"], message["watch"])
                self._busy = False
                self._line.send(**answer)
            return Verdict(*message["verdict"])

        return check

    def _answer(self, function: Callable, packed: list, watch: bool) -> dict:
        try:
            arguments = [self._argument(place, one) for place, one in enumerate(packed)]
            said, used = io.StringIO(), set()
            with contextlib.redirect_stdout(said), _seeing(used if watch else None):
                result = function(*arguments)
            # A list is several results or one; the checker knows.
            is_list = isinstance(result, list) and 0 < len(result) < 9
            several = "tuple" if isinstance(result, tuple) else "list" if is_list else ""
            returned = [pack(one) for one in (result if several else (result,))]
            # The checker looks whether they were changed in place.
            left = [pack(one) if isinstance(one, np.ndarray) else None for one in arguments]
            return {
                "returned": returned,
                "several": several,
                "arguments": left,
                "printed": bool(said.getvalue().strip()),
                "used": sorted(used)[:20],
            }
        except BaseException as error:  # sys.exit() too is the function's own doing
            return {"raised": pack_error(error)}

    def _argument(self, place: int, packed: dict) -> object:
        if "function" not in packed:
            return unpack(packed)

        def function(array):
            """Call the grader's function."""
            self._line.send(function=place, of=pack(array))
            message = self._line.obey()
            if "raised" in message:
                raise RuntimeError(": ".join(message["raised"]))
            return unpack(message["returned"])

        return function


@contextlib.contextmanager
def _seeing(used: set | None):
    """See which functions of the library are called by code that is not the library's."""

    def of_library(frame):
        name = frame.f_globals.get("__name__", "")
        return name.startswith("qkvlib.") and not name.startswith(__package__)

    def see(frame, event, _):
        if event == "call" and of_library(frame) and not of_library(frame.f_back):
            used.add(frame.f_code.co_name)

    if used is not None:
        sys.setprofile(see)
    try:
        yield
    finally:
        if used is not None:
            sys.setprofile(None)
