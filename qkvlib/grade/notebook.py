"""Read the learner's cells out of a notebook file, which may hold anything."""

from __future__ import annotations

import json
from pathlib import Path

_LARGEST = 50_000_000  # bytes; pictures are in it


class NotebookError(ValueError):
    """The file is no notebook."""


def read_cells(path: Path) -> list[str]:
    """Read the source of every code cell but the course's own solutions.

    Raises
    ------
    NotebookError
        If the file cannot be read, or is no notebook of format 4. What is in it is not repeated.
    """
    try:
        if not path.is_file():
            raise NotebookError("there is no such file")
        if path.stat().st_size > _LARGEST:
            raise NotebookError(f"the file is larger than {_LARGEST // 10**6} MB")
        cells = json.loads(path.read_bytes())["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        return ["".join(cell["source"]) for cell in code if not is_solution(cell)]
    except OSError as error:
        raise NotebookError(f"it cannot be read: {error.strerror}") from error
    except NotebookError:
        raise
    except (ValueError, RecursionError) as error:
        raise NotebookError("the file is not JSON") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise NotebookError("the file is JSON, but no notebook of format 4") from error


def is_solution(cell: dict) -> bool:
    """Say whether this is a solution of the published chapter: folded, and asking a checker."""
    return "hide-cell" in cell["metadata"].get("tags", ()) and "check_" in "".join(cell["source"])
