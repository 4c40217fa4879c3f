"""Python from the Pyodide project's server, on a page of a plain book: what the page adds to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, Route
from publish.fetch import fetch

from qkvlib.workbench.hosting import FOLDER, PIN

from . import PATIENCE, ROOT, VIEWPORT
from .books import chapter, served
from .workbench import PLAIN, PRESS, START, floor, settings

CACHE = ROOT / ".pyodide"
FILES = PIN["core"] | {entry["file_name"]: entry["sha256"] for entry in PIN["packages"].values()}


def time_cdn(browser: Browser, book: Path, rounds: int) -> tuple[float, float]:
    """Medians of seconds: until a first cell has run, and with the same files loaded bare."""
    fetch(FILES, PIN["info"]["version"], CACHE)
    found = settings(book)["python"]
    bare = floor(found["place"], f"/site/{found['lock']}", ["numpy", "qkvlib"])
    page_times, floor_times = [], []
    with served(book, bare) as home:
        for _ in range(rounds):
            with opened(browser, book, found["place"], f"{home}/floor.html") as page:
                floor_times.append(page.evaluate(START))
            address = f"{home}/site/book/{chapter()}.html"
            with opened(browser, book, found["place"], address) as page:
                page_times.append(page.evaluate(PRESS, [PLAIN, 1])[0] / 1000)
    return median(page_times), median(floor_times)


@contextmanager
def opened(browser: Browser, book: Path, place: str, address: str) -> Iterator[Page]:
    """A page in a fresh browser for which this machine stands for the other server."""

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        # Pyodide's own loader asks there for what the book has in its own lock too.
        file = CACHE / name if name in FILES else book / "_static" / FOLDER / name
        kind = "application/wasm" if name.endswith(".wasm") else "application/octet-stream"
        headers = {"access-control-allow-origin": "*", "content-type": kind}
        route.fulfill(path=file, headers=headers)

    # Requests of a service worker would pass this machine by.
    context = browser.new_context(viewport=VIEWPORT, service_workers="block")
    context.route(f"{place}**", answer)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    yield page
    context.close()
