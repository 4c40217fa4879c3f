"""What can be read off a function's code for sure, however its names are chosen."""

from __future__ import annotations

import dis
from collections.abc import Callable

_IDLE = {"RESUME", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "NOP", "COPY_FREE_VARS"}


def computes(function: Callable) -> bool:
    """Say whether anything happens in it before it returns.

    Examples
    --------
    >>> computes(lambda x: None), computes(lambda x: print(x))
    (False, True)
    """
    return any(step.opname not in _IDLE for step in _steps(function))


def loop_that_ends_at_once(function: Callable) -> str | None:
    """Name a `return` that every first round of a loop comes to: none of its steps goes back.

    Examples
    --------
    >>> def add(numbers):
    ...     total = 0
    ...     for number in numbers:
    ...         total += number
    ...         return total
    >>> loop_that_ends_at_once(add).partition(":")[0]
    'a loop ends in its first round'
    """
    steps = _steps(function)
    for start, end in _loops(steps):
        goes_back = any(step.argval == start and step.offset > start for step in _jumps(steps))
        returns = any(s.opname.startswith("RETURN_") for s in steps if start < s.offset < end)
        if returns and not goes_back:
            return (
                "a loop ends in its first round: `return` stands inside it. Move it to the left, "
                "below the loop."
            )
    return None


def name_written_over(function: Callable) -> str | None:
    """Name what each round of a loop sets anew, and the code after the loop reads.

    Examples
    --------
    >>> def add(numbers):
    ...     total = 0
    ...     for number in numbers:
    ...         total = number
    ...     return total
    >>> name_written_over(add).partition(":")[0]
    '`total` holds only what the last round of the loop gave'
    """
    steps = _steps(function)
    for start, end in _loops(steps):
        inside = [step for step in steps if start < step.offset < end]
        if any("IF" in step.opname for step in inside):
            continue  # some rounds may leave it as it is
        before = _names([step for step in steps if step.offset < start], "STORE_FAST")
        after = _names([step for step in steps if step.offset >= end], "LOAD_FAST")
        written = _names(inside, "STORE_FAST") - _names(inside, "LOAD_FAST")
        for name in sorted(before & written & after):
            return (
                f"`{name}` holds only what the last round of the loop gave: = stands where += "
                "belongs."
            )
    return None


def _steps(function: Callable) -> list[dis.Instruction]:
    code = getattr(function, "__code__", None)
    return list(dis.get_instructions(code)) if code else []


def _jumps(steps: list[dis.Instruction]) -> list[dis.Instruction]:
    return [step for step in steps if step.opcode in (*dis.hasjrel, *dis.hasjabs)]


def _loops(steps: list[dis.Instruction]) -> list[tuple[int, int]]:
    """Where each `for` asks for its next round, and where it goes on after the last."""
    return [(step.offset, step.argval) for step in steps if step.opname == "FOR_ITER"]


def _names(steps: list[dis.Instruction], kind: str) -> set[str]:
    """Names that are read or set; one step of a newer Python may do both, or two at once."""
    found = set()
    for step in steps:
        parts = [part for part in ("LOAD_FAST", "STORE_FAST") for _ in step.opname.split(part)[1:]]
        names = step.argval if isinstance(step.argval, tuple) else (step.argval,)
        if len(parts) == 2:
            parts.sort(key=step.opname.find)
        found |= {name for part, name in zip(parts, names, strict=False) if part == kind}
    return found
