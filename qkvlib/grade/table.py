"""Show results as text, and write them as CSV or JSON, each notebook as soon as it is graded."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from .results import Result

_WRAP = textwrap.TextWrapper(72, initial_indent=" " * 6, subsequent_indent=" " * 6)
FORMATS = (".csv", ".json")
COLUMNS = ("notebook", "exercise", "passed", "message", "hint", "confined")
_MARK = b"\xef\xbb\xbf"  # spreadsheets need it
# What a spreadsheet may take for a formula, at the beginning of a cell, wherever it lets one begin.
_FORMULA = re.compile(r"(?:^|(?<=[,;:|\t\r\n]))([\s\"']*)(?=[=+\-@|%＝＋－＠])")


def block(results: list[Result], marks: str = "✓✗") -> str:
    """Set out one notebook's results: how many passed, and what is wrong with the others.

    Examples
    --------
    >>> print(block([Result("ada.ipynb", "scores.1 check_score", True, "score: right."),
    ...              Result("ada.ipynb", "scores.3 check_score_parts", False, "not handed in")]))
    ada.ipynb: 1 of 2
      ✓ scores.1 check_score
      ✗ scores.3 check_score_parts
          not handed in
    """
    lines = [f"{results[0].notebook}: {sum(one.passed for one in results)} of {len(results)}"]
    for one in results:
        lines.append(f"  {marks[not one.passed]} {one.exercise or 'no exercise'}")
        if not one.passed:
            lines.append(_WRAP.fill(one.message))
        if one.hint:
            lines.append(_WRAP.fill(f"[{one.hint}]"))
    return "\n".join(lines)


class ResultsFile:
    """A file of results that is whole after each notebook; its suffix says the format.

    What cannot be written now, because a disk is full, is tried again with what follows.

    Raises
    ------
    OSError
        If there can be no such file.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.error = path, ""
        self._json = path.suffix == ".json"
        # What it holds is kept until there is something new; unbuffered, a failure is seen at once.
        self._file = open(path, "ab", buffering=0, opener=_no_link)
        self._good, self._rows, self._waiting = 0, 0, []

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def add(self, results: Iterable[Result]) -> bool:
        """Write these too; say whether all is written."""
        self._waiting += results
        rows = b"".join(map(self._row, self._waiting))
        text = rows if self._rows else self._head() + rows.lstrip(b",")
        end = b"\n]\n" if self._json else b""
        try:
            self._put(text + end)
        except OSError as error:
            self.error = error.strerror or str(error)
            with contextlib.suppress(OSError):  # then it is as it is; the rows wait
                self._put(end if self._rows else b"")
            return False
        self._good += len(text)
        self._rows += len(self._waiting)
        self._waiting = []
        return True

    def _put(self, data: bytes) -> None:
        self._file.truncate(self._good)
        while data:
            data = data[self._file.write(data) :]  # at its end, as it was opened

    def _head(self) -> bytes:
        return b"[" if self._json else _MARK + _line(COLUMNS)

    def _row(self, one: Result) -> bytes:
        if self._json:
            return f",\n{json.dumps(asdict(one), ensure_ascii=False)}".encode()
        return _line([getattr(one, column) for column in COLUMNS])


def write_rows(path: Path, rows: Sequence[Sequence]) -> None:
    """Write a table of texts and numbers as CSV."""
    write_whole(path, _MARK + b"".join(map(_line, rows)))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, and follow no link that somebody may have put there."""
    with open(path, "wb", opener=_no_link) as file:
        file.write(data)


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _line(cells: Sequence) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([_cell(one) for one in cells])
    return text.getvalue().encode(errors="replace")


def _cell(value: object) -> object:
    """Keep a spreadsheet from taking a text for a formula, whatever it takes for a separator."""
    if isinstance(value, bool):
        return int(value)
    return _FORMULA.sub(r"\1'", value) if isinstance(value, str) else value
