"""The command: ``python -m qkvlib.grade NOTEBOOK... [--out results.csv]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import table
from .exercises import tasks
from .results import MEGABYTES, SECONDS, Result, TamperedError, grade


def main(arguments: list[str] | None = None) -> int:
    """Grade the notebooks named, print a table, and write it where ``--out`` says."""
    order = _read(arguments)
    results: list[Result] = []
    tampered = unconfined = ""
    try:
        for graded in grade(
            order.notebooks, chapter=order.chapter, seconds=order.time_limit, megabytes=order.memory
        ):
            if graded.unconfined and not unconfined:
                unconfined = graded.unconfined
                print(f"not confined: {unconfined}. A notebook could read and change your files.")
            print(table.block(graded.results), flush=True)
            results += graded.results
    except TamperedError as error:
        tampered = f"stopped: {error}"
    passed = sum(result.passed for result in results)
    print(f"All notebooks: {passed} of {len(results)}")
    if order.out:
        table.write(results, order.out)
    if tampered:
        print(tampered, file=sys.stderr)
        return 1
    return 0


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m qkvlib.grade",
        description="Run learners' notebooks, each in a process of its own, and check what they "
        "hand in.",
    )
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--out", type=_results_file, help="write the table here, .csv or .json")
    parser.add_argument(
        "--chapter",
        choices=dict.fromkeys(task.chapter for task in tasks()),
        help="expect this chapter's exercises; by default, those whose checkers a notebook names",
    )
    parser.add_argument(
        "--time-limit",
        type=_at_least(1),
        default=SECONDS,
        metavar="SECONDS",
        help="for each notebook; %(default)s unless given",
    )
    parser.add_argument(
        "--memory",
        type=_at_least(512),
        default=MEGABYTES,
        metavar="MB",
        help="for each notebook; %(default)s unless given",
    )
    return parser.parse_args(arguments)


def _results_file(text: str) -> Path:
    path = Path(text)
    if path.suffix not in table.FORMATS:
        raise argparse.ArgumentTypeError(f"{text!r} ends in neither .csv nor .json")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(path.parent)!r}")
    return path


def _at_least(least: int):
    def whole(text: str) -> int:
        if not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r}; expected a whole number from {least}")
        return int(text)

    return whole


if __name__ == "__main__":
    sys.exit(main())
