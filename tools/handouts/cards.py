"""Make a deck of flash cards for Anki from the book's own pages.

Usage: ``PYTHONPATH=tools python -m handouts.cards BOOK DECK``. It asks each term of the glossary,
each question of the quizzes and each that is answered in numbers, and each interview question with
what is likely to be asked next. Anki
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
import order

from .anki_deck import Card, write
from .questions import asked, quiz, typed

ENTRY = re.compile(r"(\S.*)\n((?:  .+(?:\n|\Z))+)")
CHAPTER = re.compile(r"\d\d_\w+(?=\.ipynb)")


def collect(book: Path) -> list[Card]:
    """Return all cards, in the order of the chapters."""
    chapters = sorted(book.glob("[0-9][0-9]_*.ipynb"))
    cards = [
        *glossary(book / "reference" / "glossary.md"),
        *(card for path in chapters for card in quiz_cards(path)),
        *(card for path in chapters for card in typed_cards(path)),
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


def quiz_cards(path: Path) -> Iterator[Card]:
    """One card for each question: its options in front, what is said to each of them behind."""
    for question, folds in quiz(text(path), path):
        (right,) = (fold.summary for fold in folds if fold.is_right)
        options = numbered(fold.summary for fold in folds)
        said = numbered(fold.text for fold in folds)
        yield Card("Quiz", question, f"**{right}**\n\n{said}", path.stem, options)


def typed_cards(path: Path) -> Iterator[Card]:
    """One card for each question that is answered in numbers: these behind, and what is right."""
    for question in typed(path.stem.partition("_")[2]):
        numbers = "\n".join(f"- {one.label}: **{one.answer:.4g}**" for one in question.fields)
        yield Card("Numbers", question.asks, f"{numbers}\n\n{question.praise}", path.stem)


def interview(path: Path, chapters: list[Path]) -> Iterator[Card]:
    """One card for each question and for what is asked next; chapters close with one of them."""
    called = {order.title(chapter): chapter.stem for chapter in chapters}
    questions = set()
    for section in path.read_text().split("\n## ")[1:]:
        stem = called.get(section.partition("\n")[0], "")
        for question, (answer, *follow) in asked(section, path):
            questions.add(question)
            yield Card("Interview", question, answer.text, stem)
            for then in follow:
                asks = f"{question}\n\n**And then:** {then.summary}"
                yield Card("Interview", asks, then.text, stem)
    for chapter in chapters:
        closing = re.search(r"\*\*In an interview:\*\* \*(.+?)\*\s", text(chapter), re.S)
        if not closing or " ".join(closing[1].split()) not in questions:
            raise ValueError(f"{chapter}: its interview question is not asked in {path}")


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
