"""Signs that an answer is somebody else's: the library's, the published one, or another learner's.

They are hints for a teacher, and change no grade: short answers look alike.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Iterator

from .. import checks
from ..checks.verdict import Exercise, Verdict
from .notebook import named

_LONGEST = 20_000  # characters of a cell that is looked at
_LEAST = 3  # statements of an answer: shorter ones are alike by necessity
_LEAST_TOLD = 6  # of all answers of a notebook


def hints(
    verdicts: dict[str, Verdict],
    used: dict[str, set[str]],
    tasks: list[tuple],
    cells: list[str],
    solutions: list[str],
) -> Iterator[tuple[int, str]]:
    """Find, for each right answer, that it is the library's own or the published solution."""
    for index, (_, _, checker) in enumerate(tasks):
        exercise = _exercise(checker)
        if exercise and exercise.given:
            continue  # all have the same lines but one
        if checker in verdicts and verdicts[checker].passed:
            asking = [cell for cell in cells if checker in named(cell) and len(cell) <= _LONGEST]
            shapes = {shape(asking[-1])} if asking else set()
            published = {shape(one) for one in solutions if checker in named(one)}
            if asking and (name := _borrowed(asking[-1])):
                yield index, f"the library's own {name}"
            elif shapes & ({_library_answer(checker)} | published) - {""}:
                yield index, "word for word the course's own answer, but for names"
            elif name := next(iter(sorted(used.get(checker, ()))), ""):
                yield index, f"calls the library's {name}"


def fingerprint(verdicts: dict[str, Verdict], cells: list[str]) -> str:
    """Hash what was answered: the statements, if they are many, else the whole notebook's text."""
    begun = {checker for checker, verdict in verdicts.items() if verdict.begun}
    asking = [cell for cell in cells if named(cell) & begun and len(cell) <= _LONGEST]
    trees = [tree for cell in asking if (tree := _parse(cell))]
    if sum(map(_statements, trees)) < _LEAST_TOLD:
        trees = []
    text = "\n".join([ast.dump(tree) for tree in trees] or cells)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest() if begun else ""


def _statements(tree: ast.Module) -> int:
    """Count those within functions."""
    functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
    return sum(isinstance(one, ast.stmt) for f in functions for one in ast.walk(f)) - len(functions)


def shape(source: str) -> str:
    r"""Write the last function of a cell with numbers in place of its names, if it has some length.

    Examples
    --------
    >>> one = "def f(a):\n    b = a + 1\n    c = b * 2\n    return c"
    >>> shape(one) == shape(one.replace("b", "other").replace("f(", "g(")) != ""
    True
    >>> shape("def f(a):\n    return a")
    ''
    """
    tree = _parse(source)
    functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)] if tree else []
    if not functions:
        return ""
    function = functions[-1]
    if isinstance(getattr(function.body[0], "value", None), ast.Constant):
        function.body = function.body[1:] or function.body  # the docstring
    if _statements(ast.Module([function], [])) < _LEAST:
        return ""
    order: dict[str, str] = {}
    function.name, function.returns, function.decorator_list = "", None, []
    for one in ast.walk(function):
        if isinstance(one, ast.Name):
            one.id = order.setdefault(one.id, f"v{len(order)}")
        elif isinstance(one, ast.arg):
            one.arg, one.annotation = order.setdefault(one.arg, f"v{len(order)}"), None
    return ast.dump(function)


def _borrowed(source: str) -> str:
    """Name what of the library is handed in itself, or by a function that only calls it."""
    tree = _parse(source)
    for node in ast.walk(tree) if tree else ():
        match node:
            case ast.Call(func=ast.Attribute(attr=asked) | ast.Name(id=asked), args=[given]):
                if asked.startswith("check_") and (name := _of_library(given)):
                    return name
            case ast.FunctionDef(body=[*_, ast.Return(value=ast.Call(func=called))]):
                plain = len([one for one in node.body if not isinstance(one, ast.Expr)]) == 1
                if plain and (name := _of_library(called)):
                    return name
            case ast.Lambda(body=ast.Call(func=called)) if name := _of_library(called):
                return name
    return ""


def _of_library(node: ast.AST) -> str:
    match node:
        case ast.Attribute(value=ast.Name(id="qkv" | "qkvlib"), attr=name):
            return name if not name.startswith("check_") else ""
    return ""


def _exercise(checker: str) -> Exercise | None:
    """The exercise with one right function that a checker asks, if it is of that kind."""
    function = getattr(checks, checker)
    names = function.__code__.co_names
    found = (function.__globals__.get(name) for name in names)
    return next((one for one in found if isinstance(one, Exercise)), None)


def _library_answer(checker: str) -> str:
    exercise = _exercise(checker)
    if exercise is None:
        return ""
    try:
        return shape(textwrap.dedent(inspect.getsource(exercise.answer)))
    except (OSError, TypeError):
        return ""


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
