"""The built book, served on loopback and opened in a real browser."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from serve import serve

from qkvlib import explorer
from qkvlib.explorer.controls import read_controls
from qkvlib.explorer.page import render_page

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
STATIC = Path(explorer.__file__).with_name("static")
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.glob("book/**/*.html"))
assert PAGES, "no built pages: run `make book` first"


@pytest.fixture(scope="session")
def site():
    with serve(SITE) as home:
        yield home


def write_page(folder: Path, draw, **controls) -> None:
    """Write page.html: one picture with its controls, and room to scroll it away."""
    markup = render_page(draw, read_controls(controls))
    (folder / "page.html").write_text(
        f'<!doctype html><html lang="en"><head><title>Alone</title>'
        f"<style>p {{ height: 5rem }} #here {{ max-width: 480px }}</style>"
        f'<link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="explore.css"><script src="explore.js"></script>'
        f'<section id="here">{markup}</section><div style="height: 200vh"></div>'
    )
    for file in STATIC.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())


class Visit:
    """One page in a browser of its own, and everything that went wrong on it."""

    def __init__(self, page: Page, home: str) -> None:
        self.page, self.home, self.flaws = page, home, []
        page.on("console", lambda m: self._note(m.type == "error", "console", m.text))
        page.on("pageerror", lambda error: self._note(True, "script", str(error)))
        page.on("response", lambda r: self._note(r.status >= 400, str(r.status), r.url))
        page.on("request", lambda r: self._note(not self._is_local(r.url), "request", r.url))

    def _is_local(self, url: str) -> bool:
        return url.startswith((self.home, "data:", "blob:"))

    def _note(self, wrong: bool, kind: str, what: str) -> None:
        if wrong:
            self.flaws.append(f"{kind}: {what}")

    def open(self, path: str, scripts: bool) -> None:
        """Load a page and wait until its controls work."""
        self.page.goto(f"{self.home}/{path}")
        if scripts:
            self.page.wait_for_function(
                "!document.querySelector('.explore[data-controls]:not([data-ready])')"
            )


def violations(page: Page, context: str | None = None, **options) -> list[tuple[str, list[str]]]:
    """What axe finds wrong: each rule, and where it is broken. What is right takes time to list."""
    options["resultTypes"] = ["violations"]
    found = Axe().run(page, context=context, options=options).response["violations"]
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found]


MODES = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 375, "height": 800}, "has_touch": True},
}


@pytest.fixture
def visit(browser, request):
    """A function that opens a page of the book, or of ``home``, in one of the modes."""
    contexts = []

    def start(path: str, mode: str = "light", home: str | None = None, **options) -> Visit:
        context = browser.new_context(**{**MODES[mode], **options})
        contexts.append(context)
        visit = Visit(context.new_page(), home or request.getfixturevalue("site"))
        visit.open(path, options.get("java_script_enabled", True))
        return visit

    yield start
    for context in contexts:
        context.close()
