"""Write the questions of all quizzes, and those answered in numbers, for a learning platform.

Usage: ``PYTHONPATH=tools python -m handouts.quizzes BOOK FOLDER``. FOLDER gets two files: GIFT,
which Moodle reads, and a package of QTI 2.1, which most others read. Options keep their order.
"""

import sys
from pathlib import Path

import order

from . import gift, qti
from .cards import text
from .questions import Quiz, quiz, typed

FILES = {"qkv-quizzes.gift.txt": gift.write, "qkv-quizzes.qti.zip": qti.write}


def collect(book: Path) -> list[Quiz]:
    """Return each chapter's questions, in the order of the chapters."""
    return [
        Quiz(
            path.stem,
            order.title(path),
            list(quiz(text(path), path)),
            list(typed(path.stem.partition("_")[2])),
        )
        for path in sorted(book.glob("[0-9][0-9]_*.ipynb"))
    ]


if __name__ == "__main__":
    book, folder = map(Path, sys.argv[1:])
    try:
        quizzes = collect(book)
        written = {name: write(quizzes) for name, write in FILES.items()}
    except ValueError as error:
        sys.exit(str(error))
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in written.items():
        (folder / name).write_bytes(data)
        print(folder / name)
