"""Make a deck of flash cards for Anki from the book's own pages.

Usage: ``python tools/handouts/cards.py BOOK DECK``. It asks each term of the glossary, each
question of the quizzes, and each interview question with what is likely to be asked next. Anki
takes the newer of two cards by their time: that is now, or `SOURCE_DATE_EPOCH` for a deck whose
bytes repeat.
"""

import os
import re
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
from anki_deck import Card, write

QUESTION = re.compile(r"^\*\*(?:\d+\. )?(.+)\*\*$", re.M)
FOLD = re.compile(r"<details(.*?)><summary>(.+?)</summary>\n\n(.+?)\n\n</details>", re.S)
ENTRY = re.compile(r"(\S.*)\n((?:  .+(?:\n|\Z))+)")
CHAPTER = re.compile(r"\d\d_\w+(?=\.ipynb)")


def collect(book: Path) -> list[Card]:
    """Return all cards, in the order of the chapters."""
    chapters = sorted(book.glob("[0-9][0-9]_*.ipynb"))
    cards = [
        *glossary(book / "reference" / "glossary.md"),
        *(card for path in chapters for card in quiz(path)),
        *interview(book / "reference" / "interview.md", chapters),
    ]
    asked_by = Counter(card.asks for card in cards)
    if twice := [question for question, count in asked_by.items() if count > 1]:
        raise ValueError(f"{book}: more than one card asks {twice}")
    return sorted(cards, key=lambda card: card.chapter)


def glossary(path: Path) -> Iterator[Card]:
    """One card for each term."""
    block = re.search(r"```\{glossary\}\n(.+?)\n```", path.read_text(), re.S)
    if not block:
        raise ValueError(f"{path}: no glossary; expected a block ```{{glossary}}")
    for entry in block[1].split("\n\n"):
        if not (found := ENTRY.fullmatch(entry)):
            raise ValueError(f"{path}: {entry!r}; expected a term, its definition indented by two")
        chapter = CHAPTER.search(entry)
        yield Card("Glossary", found[1], textwrap.dedent(found[2]), chapter[0] if chapter else "")


def quiz(path: Path) -> Iterator[Card]:
    """One card for each question: its options in front, what is said to each of them behind."""
    questions = text(path).partition("## Quiz\n")[2].partition("## To take away")[0]
    for question, folds in asked(questions, path):
        right = [name for tags, name, _ in folds if 'class="quiz right"' in tags]
        if len(right) != 1:
            raise ValueError(f"{path}: {question!r} has {len(right)} right options; expected one")
        options = numbered(name for _, name, _ in folds)
        said = numbered(feedback for _, _, feedback in folds)
        yield Card("Quiz", question, f"**{right[0]}**\n\n{said}", path.stem, options)


def interview(path: Path, chapters: list[Path]) -> Iterator[Card]:
    """One card for each question and for what is asked next; chapters close with one of them."""
    stems = [chapter.stem for chapter in chapters]
    questions = set()
    for section in path.read_text().split("\n## ")[1:]:
        number = re.match(r"\d+(?=\. )", section)
        stem = next((s for s in stems if number and int(s[:2]) == int(number[0])), "")
        for question, ((_, _, answer), *follow) in asked(section, path):
            questions.add(question)
            yield Card("Interview", question, answer, stem)
            for _, following, reply in follow:
                yield Card("Interview", f"{question}\n\n**And then:** {following}", reply, stem)
    for chapter in chapters:
        closing = re.search(r"\*\*In an interview:\*\* \*(.+?)\*\s", text(chapter), re.S)
        if not closing or " ".join(closing[1].split()) not in questions:
            raise ValueError(f"{chapter}: its interview question is not asked in {path}")


def asked(source: str, path: Path) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Each question in bold, and what is folded below it: attributes, summary, text."""
    _, *parts = QUESTION.split(source)
    if not parts:
        raise ValueError(f"{path}: no question; expected one in bold on a line of its own")
    for question, below in zip(parts[::2], parts[1::2], strict=True):
        folds = FOLD.findall(below)
        if not folds or len(folds) != below.count("<details"):
            raise ValueError(f"{path}: {question!r} has a fold without a summary, text or end")
        yield question, folds


def numbered(items: Iterable[str]) -> str:
    """Markdown for a list."""
    return "\n".join(f"1. {textwrap.indent(item, '   ').lstrip()}" for item in items)


def text(path: Path) -> str:
    """The Markdown of a notebook."""
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


if __name__ == "__main__":
    book, deck = map(Path, sys.argv[1:])
    try:
        cards = collect(book)
        write(cards, deck, float(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    except ValueError as error:
        sys.exit(str(error))
    print(f"{deck}: {len(cards)} cards")
