"""Read the learner's cells out of a notebook file, which may hold anything."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

_LARGEST = 20_000_000  # bytes; pictures are in it
_MOST_CODE = 2_000_000  # characters
_NAMES = re.compile(r"\bcheck_\w+")


class NotebookError(ValueError):
    """The file is no notebook."""


def read_cells(path: Path) -> tuple[list[str], list[str]]:
    """Read the source of every code cell, and apart those of the course's own solutions.

    Raises
    ------
    NotebookError
        If the file cannot be read, or is no notebook of format 4. What is in it is not repeated.
    """
    try:
        cells = json.loads(_read(path))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        solutions = [is_solution(cell) for cell in code]
        sources = ["".join(cell["source"]) for cell in code]
    except NotebookError:
        raise
    except OSError as error:
        raise NotebookError(f"it cannot be read: {error.strerror}") from error
    except MemoryError as error:
        raise NotebookError("reading it takes too much memory") from error
    except (ValueError, RecursionError) as error:
        raise NotebookError("the file is not JSON") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise NotebookError("the file is JSON, but no notebook of format 4") from error
    if sum(map(len, sources)) > _MOST_CODE:
        raise NotebookError(f"its code is longer than {_MOST_CODE // 10**6} million characters")
    both = list(zip(sources, solutions, strict=True))
    return [one for one, is_ours in both if not is_ours], [one for one, is_ours in both if is_ours]


def named(source: str) -> set[str]:
    """Find the checkers that a cell names."""
    return set(_NAMES.findall(source))


def is_solution(cell: dict) -> bool:
    """Say whether this is a solution of the published chapter: folded, and asking a checker."""
    return "hide-cell" in cell["metadata"].get("tags", ()) and "check_" in "".join(cell["source"])


def _read(path: Path) -> bytes:
    """Read a file that is one: no link to another's, no pipe that never ends."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        raise NotebookError("there is no such file") from None
    except OSError as error:
        if path.is_symlink():
            raise NotebookError("it is a link; hand in the file itself") from error
        raise
    found = os.fstat(number)
    if not stat.S_ISREG(found.st_mode):
        os.close(number)
        raise NotebookError("there is no such file")
    with open(number, "rb") as file:
        if found.st_size > _LARGEST:
            raise NotebookError(f"the file is larger than {_LARGEST // 10**6} MB")
        return file.read(_LARGEST)
