"""Show results as text, and write them as CSV or JSON."""

from __future__ import annotations

import csv
import json
import textwrap
from dataclasses import asdict, fields
from pathlib import Path

from .results import Result

_WRAP = textwrap.TextWrapper(72, initial_indent=" " * 6, subsequent_indent=" " * 6)
FORMATS = (".csv", ".json")


def block(results: list[Result]) -> str:
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
        lines.append(f"  {'✓' if one.passed else '✗'} {one.exercise or 'no exercise'}")
        if not one.passed:
            lines.append(_WRAP.fill(one.message))
    return "\n".join(lines)


def write(results: list[Result], path: Path) -> None:
    """Write all results to a file whose suffix says the format."""
    if path.suffix == ".json":
        text = json.dumps([asdict(one) for one in results], indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
        return
    with path.open("w", newline="", encoding="utf-8-sig") as file:  # spreadsheets need the mark
        table = csv.writer(file)
        table.writerow([field.name for field in fields(Result)])
        for one in results:
            passed = int(one.passed)
            table.writerow([_text(one.notebook), one.exercise, passed, _text(one.message)])


def _text(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@|%") else text
