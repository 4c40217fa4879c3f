"""Run a reader's cell as a notebook would, with nothing but the standard library.

The worker in the page reads this file as it is, so it imports nothing of its package.
"""

import ast
import builtins
import contextlib
import io
import linecache
import sys
import traceback
import types
from collections.abc import Callable

LIMIT = 50_000  # characters that one run of a cell may print
SHOWN: dict[str, dict] = {}  # the controls that each cell has shown, by number
CUT = f"\n… and more. A cell may print {LIMIT:,} characters here.\n"


class _Printed(io.TextIOBase):
    """Hands on what is printed, line by line, up to a limit for both streams together."""

    def __init__(self, show: Callable, kind: str, left: list[int]) -> None:
        self.show, self.kind, self.left, self.line = show, kind, left, ""

    def write(self, text: str) -> int:
        """Keep what has no end of line yet."""
        if self.left[0] > 0:
            self.line += text[: self.left[0]]
            self.left[0] -= len(text)
            if self.left[0] <= 0:
                self.line += CUT
            if "\n" in text or self.left[0] <= 0:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Hand on what there is."""
        if self.line:
            self.show(self.kind, self.line)
            self.line = ""


def new_namespace() -> dict:
    """Names of a fresh notebook; it stands for the module ``__main__``."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    builtins.input = _no_input
    return vars(module)


def _no_input(prompt: object = "") -> str:
    raise RuntimeError("input() is not available on a page; write the value into the code")


def run(code: str, cell: str, names: dict, show: Callable[[str, object], None]) -> dict | None:
    """Run a cell; ``show(kind, what)`` gets what it prints and shows, as it comes.

    Returns
    -------
    dict or None
        What went wrong: the reader's own line, what Python says, the traceback. None: nothing.
    """
    name = f"<cell {cell}>"
    # Tracebacks quote it, and inspect finds it.
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)

    controls = SHOWN[cell] = {}

    def display(*values: object) -> None:
        for value in values:
            shown = represent(value)
            if "control" in shown:
                number = len(controls)
                controls[number] = value
                shown["control"] |= {"key": f"{cell}/{number}", "number": number}
            show("result", shown)

    names["display"] = display
    left = [LIMIT]
    out, err = (_Printed(show, kind, left) for kind in ("stdout", "stderr"))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            tree = ast.parse(code, name)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, name, "exec"), names)
            if last:
                value = eval(compile(ast.Expression(last.value), name, "eval"), names)
                out.flush()
                if value is not None and not code.rstrip().endswith(";"):
                    display(value)
            _show_figures(show)
        except BaseException as error:  # a reader's code may raise anything, SystemExit too
            return explain(error, name, code)
        finally:
            out.flush()
            err.flush()
    return None


def state(key: str, positions: list[float]) -> dict:
    """Draw what a control shows at some positions: its own answer, or what went wrong."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            cell, _, number = key.rpartition("/")
            return SHOWN[cell][int(number)]._state_(positions)
    except BaseException as error:
        return {"failed": traceback.format_exception_only(error)[-1].strip()}
    finally:
        _close_figures()


def represent(value: object) -> dict:
    """What a page shows of a value: text, HTML where it has some, a checker's verdict.

    A value with ``_repr_page_`` is a control: its markup and what the page's script knows of it.
    """
    if callable(in_page := getattr(value, "_repr_page_", None)):
        return {"text": repr(value), "html": None, "control": in_page()}
    html = getattr(value, "_repr_html_", None)
    shown = {"text": repr(value), "html": html() if callable(html) else None}
    if hasattr(value, "savefig"):
        shown["html"] = _to_svg(value)
    if isinstance(passed := getattr(value, "passed", None), bool):
        shown["passed"] = passed
    return shown


def explain(error: BaseException, name: str, code: str) -> dict:
    """What a learner needs first: which of their lines, and what Python says about it."""
    here = explain.__code__.co_filename
    steps = [s for s in traceback.extract_tb(error.__traceback__) if s.filename != here]
    own = [step.lineno for step in steps if step.filename == name]
    line = error.lineno if isinstance(error, SyntaxError) and not own else (own or [None])[-1]
    lines = code.splitlines()
    said = traceback.format_exception_only(error)
    return {
        "line": line,
        "code": lines[line - 1].strip() if line and line <= len(lines) else "",
        "says": said[-1].strip(),
        "trace": "".join([*traceback.format_list(steps), *said]),
    }


def _show_figures(show: Callable) -> None:
    """Show the figures that pyplot has open, as notebooks do, and close them."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        for number in pyplot.get_fignums():
            show("result", {"text": "Figure", "html": _to_svg(pyplot.figure(number))})
    _close_figures()


def _close_figures() -> None:
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


def _to_svg(figure) -> str:
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", bbox_inches="tight")
    return drawn.getvalue()
