"""Build the book: ``python tools/build_book.py [FOLDER]``; if it fails, the last good one stays.

A failed build is forgotten, but for what ran: Sphinx would not repeat the warnings of pages that it
has already read. Of what jupyter-book prints then, its traceback is left out: what is wrong stands
above it.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

COMMAND = ("build", "--warningiserror", "--keep-going", "--quiet")


def build(folder: Path) -> int:
    """Build the book in `folder`; give the exit code."""
    made, kept = folder / "_build" / "html", folder / "_build" / "last_good"
    shutil.rmtree(kept, ignore_errors=True)
    if made.exists():
        shutil.copytree(made, kept, symlinks=True)
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    with subprocess.Popen(
        [jupyter_book, *COMMAND, folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as run:
        for line in without_traceback(run.stdout):
            print(line, end="", flush=True)
    if run.returncode:
        for part in (made, folder / "_build" / ".doctrees"):
            shutil.rmtree(part, ignore_errors=True)
        if kept.exists():
            kept.rename(made)
        left = "the book of before is still there" if made.exists() else "there is no book"
        print(f"The build failed; {left}. What is wrong stands above, at WARNING or ERROR.")
    shutil.rmtree(kept, ignore_errors=True)
    return run.returncode


def without_traceback(lines: Iterable[str]) -> Iterator[str]:
    """Give the lines before a traceback and what it ends with."""
    inside = False
    for line in lines:
        if line.startswith("Traceback (most recent call last)"):
            inside = True
        elif inside and line.strip() and not line.startswith(" "):
            inside = False
        if not inside:
            yield line


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
