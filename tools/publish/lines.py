"""Give the pages of the site links to what only the site has: slides and other handouts."""

import re
from pathlib import Path

TITLE = re.compile(r'<article class="bd-article.*?</h1>', re.S)
# What stands before the first heading below the title.
OPENING = re.compile(TITLE.pattern + r'.*?(?=<section id="[^"]*">\s*<h2>)', re.S)
SLIDES = """
<p class="run-here">Or show it: <a href="{handouts}slides/{name}.html">slides</a>.</p>
"""
QUIZZES = """
<p class="run-here">The quizzes for a learning platform:
<a href="{handouts}qkv-quizzes.gift.txt" download>GIFT</a>,
<a href="{handouts}qkv-quizzes.qti.zip" download>QTI 2.1</a>.</p>
"""
HANDOUTS = """
<p class="run-here">Take it with you: <a href="{handouts}qkv-book.pdf">the book as a PDF</a>,
<a href="{handouts}qkv-at-a-glance.pdf">one page at a glance</a>,
<a href="{handouts}qkv-cards.apkg" download>flash cards for Anki</a>.</p>
"""


def add_lines(site: Path, chapters: list[str]) -> None:
    """Edit the pages of `chapters` in `site`, and the two that welcome readers and teachers."""
    for name in chapters:
        add_line(site, f"book/{name}.html", SLIDES, name)
    for page in ("book/index.html", "book/educators/index.html"):
        add_line(site, page, HANDOUTS, place=OPENING)
    add_line(site, "book/educators/index.html", QUIZZES, place=OPENING)


def add_line(site: Path, page: str, line: str, name: str = "", place: re.Pattern = TITLE) -> None:
    """Put a line into a page; its links lead to where they lead from this page."""
    path = site / page
    up = "../" * page.count("/")
    line = line.format(handouts=f"{up}handouts/", name=name)
    path.write_text(insert(path.read_text(), line, page, place))


def insert(text: str, line: str, page: str, place: re.Pattern = TITLE) -> str:
    """Return a page with `line` after its title, or after another place."""
    changed, count = place.subn(lambda found: found[0] + line, text, count=1)
    if not count:
        raise ValueError(f"{page}: no place to put a line after")
    return changed
