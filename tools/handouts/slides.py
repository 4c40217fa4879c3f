"""Make a slide deck of each chapter: one HTML file that needs no other file and no network.

Usage: ``PYTHONPATH=tools python -m handouts.slides BOOK FOLDER [NAME...]``. BOOK is the built
book's HTML. What a slide holds is decided in ``slides_split``. The speaker's notes are those of
``educators/notes/NAME``.
"""

import html
import re
import sys
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from .pages import AFTER_LESSON, LICENSE, fill, heading, read_page, styles
from .slides_split import has_picture, is_answer, lines, split

HERE = Path(__file__).parent
NO_BLOCKS = ("h1", "h2", "section", "blockquote")
LOW = 9  # lines of text that leave space for controls below them
CODE = "<summary>Code</summary>"
FOLD = f'<details class="code">{CODE}</details>'


def main(book: Path, folder: Path, names: list[str]) -> None:
    """Write the decks of the chapters named, or of all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or sorted(page.stem for page in book.glob("book/[0-9][0-9]_*.html")):
        (folder / f"{name}.html").write_text(make_deck(book, name), encoding="utf-8")
    print(f"The slides are in {folder}")


def make_deck(book: Path, name: str) -> str:
    """The deck of one chapter, as a page."""
    chapter = read_page(book / "book" / f"{name}.html")
    notes = read_notes(read_page(book / "book/educators/notes" / f"{name}.html"), chapter, name)
    title, static = heading(chapter), book / "_static"
    slides = [title_slide(chapter, int(name[:2])), *part_slides(chapter)]
    for part in chapter.find_all("section", recursive=False):
        slides += part_slides(part)
    parts = {
        "TITLE": html.escape(title),
        "STYLE": styles(static) + (HERE / "slides.css").read_text(encoding="utf-8"),
        "SLIDES": "\n".join(slides),
        "NOTES": "\n".join(f'<template id="notes-{key}">{note}</template>' for key, note in notes),
        "EXPLORE": (static / "explore.js").read_text(encoding="utf-8"),
        "SCRIPT": (HERE / "slides.js").read_text(encoding="utf-8"),
    }
    return fill(HERE / "slides.html", parts)


def read_notes(page: Tag, chapter: Tag, name: str) -> list[tuple[str, str]]:
    """What to say at each section of the lesson: the section's id, and HTML."""
    parts = {heading(part): part["id"] for part in chapter.find_all("section", recursive=False)}
    lesson = [title for title in parts if title not in AFTER_LESSON]
    notes = {heading(note): note for note in page.select("section#notes > section")}
    if unknown := [title for title in notes if title not in lesson]:
        raise ValueError(f"notes for {name}: no section of its lesson is named {unknown}")
    if missing := [title for title in lesson if title not in notes]:
        raise ValueError(f"notes for {name}: nothing for {missing}")
    for note in notes.values():
        note.find(re.compile("^h[1-6]$")).decompose()
    return [(parts[title], to_html([notes[title]])) for title in lesson]


def title_slide(chapter: Tag, number: int) -> str:
    """The chapter's name, and what it gives."""
    return (
        f'<section class="slide title" id="title"><div class="body"><p>Chapter {number}</p>'
        f"<h1>{chapter.h1.decode_contents()}</h1>{to_html([chapter.blockquote])}"
        f"<p>{LICENSE}</p></div></section>"
    )


def part_slides(part: Tag) -> list[str]:
    """The slides of a section, or of what stands before the first section."""
    if part.h1:
        key, title = "start", html.escape(heading(part).partition(":")[0])
        part.select_one(".cell").decompose()  # the setup cell has nothing to show
    else:
        key, title = part["id"], part.h2.decode_contents()
    blocks = part.find_all(is_shown, recursive=False)
    if key == "exercises":
        blocks = [block for block in blocks if is_task(block)]
    return [
        f'<section class="slide" id="{key}-{number}" data-part="{key}">'
        f"<h2>{title}</h2>{lay_out(group)}</section>"
        for number, group in enumerate(split(blocks), 1)
    ]


def is_shown(block: Tag) -> bool:
    """Tell whether a block has something for a room; a cell that is folded whole is for readers."""
    return block.name not in NO_BLOCKS and "tag_hide-cell" not in block.get("class", [])


def is_task(block: Tag) -> bool:
    """Drop what an exercise's checker says, and tell whether a block is what was asked.

    Where numbers are to be typed, the question stands in the output; it replaces the code.
    """
    for asked in block.select(".typed-asks"):
        block.select_one(".cell_input").replace_with(asked.extract())
    for output in block.select(".cell_output"):
        output.decompose()
    return block.name != "details"


def lay_out(group: list[Tag]) -> str:
    """A slide's body; a picture stands beside its text, and its code is folded.

    The answer to its question is folded too, until the slide is about to be turned.
    """
    cell = next(filter(has_picture, group), None)
    for answer in filter(is_answer, group):
        for code in answer.select(".cell_input"):  # of its proof a room sees the result
            code.wrap(BeautifulSoup(FOLD, "html.parser").details)
        if cell and group.index(answer) > group.index(cell):
            answer["class"] = "answer"
        else:
            answer.name, answer.summary.name = "div", "h3"
    if not cell:
        return f'<div class="body">{to_html(group)}</div>'
    layout = "above" if not cell.svg else "beside low" if lines(group) < LOW else "beside"
    picture = cell.select_one(".explore").extract()
    for fold in cell.select("details.hide"):  # as the page folds it; here the whole cell is one
        fold.summary.decompose()
        fold.unwrap()
    cell.name, cell["class"] = "details", "code"
    cell.select_one(".cell_input").insert_before(BeautifulSoup(CODE, "html.parser"))
    return f'<div class="body {layout}"><div>{to_html(group)}</div>{to_html([picture])}</div>'


def to_html(blocks: list[Tag]) -> str:
    """Blocks as HTML; a link into the book becomes text: a deck stands alone."""
    for block in blocks:
        for link in block.select('a:not([href^="http"])'):
            link.unwrap()
    return "\n".join(map(str, blocks))


if __name__ == "__main__":
    book, folder, *names = sys.argv[1:]
    main(Path(book), Path(folder), names)
