"""Wrong answers as beginners write them, each with what is wrong in it.

Those of `first.txt` were at hand while the checkers were written. Those of `second.txt` and of
`third.txt` were written from the exercises' texts alone, while the checkers stood still, and run
once, before what they found was mended. `said.txt` holds what the checkers say to each, read by a
person: + names the mistake, ~ says where or by how much it is off, and no more. What names
another mistake may not stand there. In `tests/checks`, ``python -m beginners`` writes it anew; what
it has not said before comes with a ?, until somebody has read it.
"""

import ast
import contextlib
import io
import textwrap
from pathlib import Path
from typing import NamedTuple

import numpy as np

import qkvlib as qkv

SAID = Path(__file__).with_name("said.txt")
FILES = [Path(__file__).with_name(f"{name}.txt") for name in ("first", "second", "third")]


class Mistake(NamedTuple):
    """One of them: what is wrong, and the function."""

    exercise: str
    kind: str
    code: str
    function: object


def collection():
    """All of them."""
    return [mistake for path in FILES if path.exists() for mistake in read(path)]


def read(path):
    """Yield the mistakes of a file.

    ``# score(q, k)`` begins an exercise; a line that is not indented, ``kind: code``, a mistake.
    The code is an expression, or on the lines below a function's body.
    """
    name = arguments = kind = None
    body = []
    for line in [*path.read_text().splitlines(), "# end()"]:
        if line[:1] not in ("", " "):
            if kind:
                yield _made(name, arguments, kind, body)
                kind = None
            if line.startswith("# "):
                name, _, arguments = line[2:].rstrip(")").partition("(")
            else:
                kind, _, rest = line.partition(":")
                body = [f"return {rest.strip()}"] if rest.strip() else []
        elif line.strip():
            body.append(line)


def _made(name, arguments, kind, body):
    code = textwrap.dedent("\n".join(body))
    text = f"def {name}({arguments}):\n{textwrap.indent(code, '    ')}\n"
    space = {"np": np, "qkv": qkv}
    ast.parse(text)
    exec(compile(text, f"<{name}: {kind}>", "exec"), space)
    return Mistake(name, kind, code, space[name])


def verdict_on(mistake):
    """What the checker says, without the arguments' shapes and in a line."""
    with contextlib.redirect_stdout(io.StringIO()):
        verdict = getattr(qkv, f"check_{mistake.exercise}")(mistake.function)
    return verdict, verdict.message.partition("): ")[2] or verdict.message


def judged():
    """Read what was said to each mistake: a mark, and the line, in the collection's order."""
    lines = SAID.read_text().splitlines()
    return [(line[0], line[2:]) for line in lines if line and line[0] != "#"]


def line_of(mistake, said):
    """The mistake and the beginning of what is said, which tells what it is."""
    return f"{mistake.exercise}, {mistake.kind} | {said[:90]}".rstrip()


def record():
    """Write what is said now; what was read before keeps its mark."""
    marks = {line: mark for mark, line in judged()} if SAID.exists() else {}
    text = []
    for path in FILES:
        text.append(f"# {path.name}\n")
        lines = [line_of(mistake, verdict_on(mistake)[1]) for mistake in read(path)]
        text += [*(f"{marks.get(line, '?')} {line}" for line in lines), ""]
    SAID.write_text("\n".join(text))
