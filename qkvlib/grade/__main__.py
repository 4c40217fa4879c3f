"""The command: ``python -m qkvlib.grade NOTEBOOK... [--out results.csv]``."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from . import table
from .desk import Desk, Exit
from .exercises import tasks
from .gradebook import TABLES, read_weights
from .grader import MEGABYTES, SECONDS, Grader, UnconfinedError
from .places import below_readable

_REFUSED = """not confined: {}.
A notebook could read and change your files here. Grade on Linux 6.2 or newer, or in a container:
  docker run --rm -it -v "$PWD":/work -w /work python:3.12 bash
or say --unconfined, if you trust everybody who handed in."""


def main(arguments: list[str] | None = None) -> int:
    """Grade the notebooks named, print a table, and write it where ``--out`` says."""
    order = _read(arguments)
    with contextlib.ExitStack() as stack:
        grader = Grader(
            seconds=order.time_limit,
            megabytes=order.memory,
            chapter=order.chapter,
            unconfined=order.unconfined,
            count_unasked=order.count_unasked,
        )
        try:
            stack.enter_context(grader)
        except UnconfinedError as error:
            print(_REFUSED.format(error), file=sys.stderr)
            return Exit.UNCONFINED
        except RuntimeError as error:
            print(error, file=sys.stderr)
            return Exit.MISUSED
        except KeyboardInterrupt:
            return Exit.INTERRUPTED
        return Desk(order).grade(grader)


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m qkvlib.grade",
        description="Run learners' notebooks, each in a process of its own, and check what they "
        "hand in.",
    )
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--out", type=_results_file, help="write the table here, .csv or .json")
    parser.add_argument(
        "--gradebook",
        type=Path,
        metavar="FOLDER",
        help="write here a row for each learner, counts of messages, and a feedback file each",
    )
    parser.add_argument(
        "--weights",
        type=_weights,
        default={},
        metavar="FILE",
        help="a CSV file of exercises and their points; each counts 1 unless named",
    )
    parser.add_argument(
        "--learner",
        choices=("file", "folder"),
        default="file",
        help="what a learner's name is taken from; the %(default)s unless given",
    )
    parser.add_argument(
        "--chapter",
        choices=dict.fromkeys(task.chapter for task in tasks()),
        help="expect this chapter's exercises; by default, those whose checkers a notebook names",
    )
    parser.add_argument(
        "--count-unasked",
        action="store_true",
        help="let a right function pass though its cell no longer asks the checker",
    )
    parser.add_argument(
        "--time-limit",
        type=_from(1, 86_400),
        default=SECONDS,
        metavar="SECONDS",
        help="for each notebook; %(default)s unless given",
    )
    parser.add_argument(
        "--memory",
        type=_from(512, 2**20),
        default=MEGABYTES,
        metavar="MB",
        help="for each notebook; %(default)s unless given",
    )
    parser.add_argument(
        "--unconfined",
        action="store_true",
        help="go on where nothing keeps a notebook from reading and changing your files",
    )
    order = parser.parse_args(arguments)
    order.files = [order.out] if order.out else []
    if order.gradebook:
        order.files.append(order.gradebook / "results.csv")
        try:
            (order.gradebook / "feedback").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            parser.error(f"argument --gradebook: {error}")
    if found := below_readable([*order.notebooks, *order.files]):
        parser.error("{} is below {}, where every notebook may read: move it".format(*found))
    tables = [order.gradebook / name for name in TABLES] if order.gradebook else []
    for file in [*order.files, *tables]:
        try:
            table.ResultsFile(file).close()
        except OSError as error:
            parser.error(f"{str(file)!r} cannot be written: {error.strerror}")
    return order


def _weights(text: str) -> dict[str, float]:
    try:
        return read_weights(Path(text))
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from error


def _results_file(text: str) -> Path:
    path = Path(text)
    if path.suffix not in table.FORMATS:
        raise argparse.ArgumentTypeError(f"{text!r} ends in neither .csv nor .json")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(path.parent)!r}")
    return path


def _from(least: int, most: int):
    def whole(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not least <= int(text[:9]) <= most:
            expected = f"expected a whole number from {least} to {most}"
            raise argparse.ArgumentTypeError(f"{text[:40]!r}; {expected}")
        return int(text)

    return whole


if __name__ == "__main__":
    sys.exit(main())
