"""The cheat sheet: the book's page *QKV at a glance* on one sheet of paper."""

from pathlib import Path

from .pages import LICENSE, SETTINGS, fill, read_page, styles
from .pdf_page import put_on_paper

HERE = Path(__file__).parent


def compose(book: Path) -> str:
    """The sheet as a page of HTML; code that the page folds away is left out."""
    section = read_page(book / "book/reference/at_a_glance.html")
    for code in section.select("details.hide"):
        code.decompose()
    for link in section.find_all("a"):
        link.unwrap()
    put_on_paper(section)
    parts = {
        "STYLE": styles(book / "_static") + (HERE / "pdf_sheet.css").read_text(encoding="utf-8"),
        "SHEET": str(section),
        "SOURCE": f"{SETTINGS['title']}, {SETTINGS['author']}, {SETTINGS['copyright']}. {LICENSE}",
    }
    return fill(HERE / "pdf_sheet.html", parts)
