"""Print the built book, and its cheat sheet, with Chromium.

Usage: ``PYTHONPATH=tools python -m handouts.pdf BOOK FOLDER``. BOOK is the built book's HTML;
FOLDER gets ``qkv-book.pdf`` and ``qkv-at-a-glance.pdf``.
"""

import sys
import tempfile
from pathlib import Path

import browsers
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader

from . import pdf_book, pdf_sheet


def main(book: Path, folder: Path) -> None:
    """Write both."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        page = browser.new_page(color_scheme="light")
        write_book(page, pdf_book.compose(book), folder / "qkv-book.pdf")
        write(page, pdf_sheet.compose(book), folder / "qkv-at-a-glance.pdf")
        browser.close()
    print(f"The book on paper is in {folder}")


def write_book(page: Page, text: str, path: Path) -> None:
    """Print twice: only the first print tells which page everything is on."""
    write(page, text, path, tagged=False, outline=False)
    write(page, pdf_book.number(text, page_numbers(path)), path)


def write(page: Page, text: str, path: Path, tagged: bool = True, outline: bool = True) -> None:
    """Print a page of HTML that needs no other file."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(text, encoding="utf-8")
        page.goto(source.as_uri())
        # A4, as the style sheets say.
        how = {"prefer_css_page_size": True, "print_background": True}
        page.pdf(path=path, tagged=tagged, outline=outline, **how)


def page_numbers(path: Path) -> dict[str, int]:
    """The page of each id that a link leads to, counted from 1."""
    reader = PdfReader(path)
    places = reader.named_destinations.items()
    return {key.lstrip("/"): reader.get_destination_page_number(place) + 1 for key, place in places}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
