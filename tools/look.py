"""Pictures of every page in every mode, for whoever judges how the book looks.

Usage: ``python tools/look.py BOOK FOLDER [PAGE ...]``. FOLDER gets a picture of each page of the
built BOOK, from top to bottom, and ``index.html``, the contact sheet.
"""

import html
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import browsers
from playwright.sync_api import Page, sync_playwright
from serve import serve

WIDE = {"viewport": {"width": 1280, "height": 900}}
MODES = {
    "light": WIDE,
    "dark": {**WIDE, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 375, "height": 800}, "is_mobile": True},
    "print": {"viewport": {"width": 627, "height": 972}},  # A4 without its margins
}
READY = "!document.querySelector('.explore[data-controls]:not([data-ready])')"
STYLE = """body { font: 14px sans-serif; } td { vertical-align: top; padding: 4px; }
a { display: block; max-height: 480px; overflow: hidden; border: 1px solid #ccc; }
img { width: 270px; display: block; } img.phone { width: 150px; }"""


def find(book: Path) -> list[str]:
    """The pages of a built book, as addresses within it."""
    pages = [path.relative_to(book).as_posix() for path in sorted(book.glob("book/**/*.html"))]
    return pages + [name for name in ("search.html", "404.html") if (book / name).exists()]


def take(page: Page, address: str, path: Path) -> None:
    """Save one picture, when the controls of the page work."""
    page.goto(address)
    page.wait_for_function(READY)
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True, type="jpeg", quality=60)


def picture(book: Path, folder: Path, pages: list[str], mode: str) -> None:
    """Picture `pages` in one mode, in a browser of its own."""
    with sync_playwright() as playwright, serve(book) as home:
        browser = browsers.launch(playwright)
        page = browser.new_page(**MODES[mode])
        page.emulate_media(media="print" if mode == "print" else "screen")
        for name in pages:
            take(page, f"{home}/{name}", folder / mode / f"{name}.jpg")
        browser.close()


def look(book: Path, folder: Path, pages: list[str]) -> None:
    """Picture `pages` of `book` in all modes, two at a time."""
    if missing := [name for name in pages if not (book / name).is_file()]:
        raise ValueError(f"pages: {book} has no {', '.join(missing)}")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(partial(picture, book, folder, pages), MODES))
    (folder / "index.html").write_text(sheet(pages), encoding="utf-8")


def sheet(pages: list[str]) -> str:
    """The contact sheet: a row for each page, a column for each mode."""
    heads = "".join(f"<th>{mode}</th>" for mode in MODES)
    rows = "".join(f"<tr><th>{html.escape(name)}</th>{cells(name)}</tr>" for name in pages)
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Look</title>'
        f"<style>{STYLE}</style><table><tr><th>page</th>{heads}</tr>{rows}</table></html>\n"
    )


def cells(name: str) -> str:
    """One page's pictures, small; each opens the large one."""
    paths = {mode: html.escape(f"{mode}/{name}.jpg") for mode in MODES}
    image = '<td><a href="{0}"><img class="{1}" loading="lazy" src="{0}" alt="{1}"></a></td>'
    return "".join(image.format(path, mode) for mode, path in paths.items())


if __name__ == "__main__":
    book, folder, *pages = sys.argv[1:]
    look(Path(book), Path(folder), pages or find(Path(book)))
    print(f"Open {Path(folder).absolute()}/index.html")
