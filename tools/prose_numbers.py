"""Find numbers in a chapter's text that no cell of the chapter computes.

Usage: ``python tools/prose_numbers.py [--since REVISION] NOTEBOOK...``. Numbers with decimals,
percentages and angles count. One may stand if an output holds it or rounds to it, if the code
gives it, or if ``prose_numbers.toml`` lists it with a reason. Numbers of sections and versions,
roots such as "√32 ≈ 5.7" and the wrong options of a quiz are not looked at.

``--since`` also reports a number that stayed while every output that held it in that revision of
git holds another one now. What else it may equal by chance does not save it.
"""

import argparse
import ast
import math
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat

# By the word of the chapter: the lookup of 02_lookup.
LISTED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
UNREAD = re.compile(
    r'<details class="quiz" name="[^"]*"><summary>.*?</summary>'  # a wrong option
    r"|\]\([^)]*\)|https?://\S+|<[^>]*>"  # addresses, tags
    r"|\b(?:section|definition|appendix|table|figure|version|Python) [A-Z]?[\d.]+",
    re.S | re.I,
)
SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n\s*\n")
_WHOLE = r"(?<![\w.])[−-]?(?:\d{1,3}(?:,\d{3})+|\d+)"
SAID = re.compile(rf"{_WHOLE}(?:\.\d+(?:(?:\s|\\,)?\\?%|°)?|(?:\s|\\,)?\\?%|°)")
HELD = re.compile(rf"{_WHOLE}(?:\.\d*)?(?:e[+-]?\d+)?")

Place = tuple[
    str, int
]  # of a number: the id of its cell, and how many numbers of the cell come before it


class Finding(NamedTuple):
    """A number that nothing computes, and where it stands."""

    chapter: str
    cell: str
    number: str
    sentence: str


def findings(notebook, chapter: str, before=None) -> Iterator[Finding]:
    """Go through the text of a notebook; ``before`` is the same notebook in an older state."""
    held, then, stayed = outputs(notebook), {}, set()
    if before is not None:
        then = outputs(before)
        stayed = {(place, number) for place, number, _ in said(before)}
    for place, number, sentence in said(notebook):
        roots = [math.sqrt(int(n)) for n in re.findall(r"√(\d+)", sentence)]
        if number in LISTED.get(chapter[3:], ()) or any(states(number, root) for root in roots):
            continue
        sources = [p for p, value in then.items() if states(number, value)]
        if (place, number) in stayed and sources:
            computed = any(p in held and states(number, held[p]) for p in sources)
        else:
            computed = any(states(number, value) for value in held.values())
        if not computed and not gives(notebook, number):
            yield Finding(chapter, place[0], number, sentence)


def said(notebook) -> Iterator[tuple[Place, str, str]]:
    """The numbers of the text, each with its place and its sentence."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            sentences = SENTENCE_END.split(UNREAD.sub(" ", cell.source))
            numbers = ((n, " ".join(s.split())) for s in sentences for n in SAID.findall(s))
            for k, (number, sentence) in enumerate(numbers):
                yield (cell.id, k), number, sentence


def outputs(notebook) -> dict[Place, float]:
    """The numbers of the outputs: what is printed, the words of a picture, its table."""
    held = {}
    for cell in notebook.cells:
        texts = []
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            page = re.sub(r"<style>.*?</style>|<[^>]*>", " ", data.get("text/html", ""), flags=re.S)
            texts += [output.get("text", ""), data.get("text/plain", ""), page]
        for k, number in enumerate(HELD.findall(" ".join(texts))):
            held[cell.id, k] = float(number.replace(",", "").replace("−", "-"))
    return held


def gives(notebook, number: str) -> bool:
    """Whether a code cell holds exactly this number."""
    trees = (ast.parse(cell.source) for cell in notebook.cells if cell.cell_type == "code")
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    values = (node.value for node in nodes if isinstance(node.value, (int, float)))
    return any(states(number.lstrip("−-"), value, slack=0) for value in values)


def states(number: str, value: float, slack: float = 0.5) -> bool:
    """Whether a number of the text is this value: rounded, in percent, or said without its sign."""
    digits = re.sub(r"[^\d.]", "", number)
    unit = 10.0 ** -len(digits.partition(".")[2])
    shown = -float(digits) if number[0] in "−-" else float(digits)
    value = value if shown < 0 else abs(value)
    scales = (1, 100) if number.endswith("%") else (1,)
    return any(abs(value * scale - shown) <= (slack + 1e-6) * unit for scale in scales)


def at(revision: str, path: Path):
    """The notebook as that revision has it, or None if it has none there."""
    git = ["git", "-C", path.parent]
    known = subprocess.run([*git, "ls-tree", revision, path.name], capture_output=True, text=True)
    if known.returncode:
        raise ValueError(f"--since {revision}: {known.stderr.strip()}")
    if not known.stdout:
        return None
    shown = subprocess.run(
        [*git, "show", f"{revision}:./{path.name}"], capture_output=True, text=True, check=True
    )
    return nbformat.reads(shown.stdout, as_version=4)


def main(arguments: list[str]) -> int:
    """Print every finding; return how a shell says whether there were any."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--since", metavar="REVISION")
    options = parser.parse_args(arguments)
    found = 0
    for path in options.notebooks:
        notebook = nbformat.read(path, as_version=4)
        before = at(options.since, path) if options.since else None
        for finding in findings(notebook, path.stem, before):
            found += 1
            print(*finding, sep=", ")
    if found:
        print(f"{found} numbers of the text are not computed by their chapter.")
    return int(bool(found))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ValueError as error:
        sys.exit(str(error))
