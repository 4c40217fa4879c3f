"""What a page weighs: every file that the browser asks for, each gzipped by itself."""

import gzip
import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Response, Route
from serve import serve

from . import PATIENCE, VIEWPORT
from .books import fetch_packaged, packaged, prefetch

# Markup of one `explore` call: its data come last, and hold no "</" (page.py sees to that).
EXPLORE = re.compile(r'<div class="explore" data-controls="(\d+)".*?</script></div>', re.DOTALL)
DATA = re.compile(r'class="explore-data">(.*?)</script>', re.DOTALL)


@dataclass
class Weight:
    """One page: the gzipped bytes of each file by its address, and what it asked of others."""

    files: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    uncounted: list[str] = field(default_factory=list)

    def total(self, word: str = "") -> int:
        """Bytes of the files with this word in their address."""
        return sum(size for address, size in self.files.items() if word in address)

    @property
    def notes(self) -> str:
        """What the sum does not hold, and whom the page asked for files."""
        lacks = ", ".join(sorted(Path(urlsplit(url).path).name for url in self.uncounted))
        hosts = ", ".join(sorted({urlsplit(url).hostname for url in self.asked}))
        return (f" + {lacks}, which could not be counted" if lacks else "") + (
            f"; {len(self.asked)} requests to {hosts}" if hosts else ""
        )


def gzipped(data: bytes) -> int:
    """Bytes that travel."""
    return len(gzip.compress(data, 9))


def weigh(
    browser: Browser, site: Path, pages: list[str], packages: Path | None = None
) -> dict[str, Weight]:
    """Load each page with an empty cache, and what it asks of others from npm packages, if any."""
    for page in pages if packages else ():
        prefetch((site / page).read_text(), packages)
    with serve(site) as home:
        return {page: _weigh(browser, site, home, page, packages) for page in pages}


def _weigh(browser: Browser, site: Path, home: str, path: str, packages: Path | None) -> Weight:
    weight, files = Weight(), {}
    context = browser.new_context(viewport=VIEWPORT)

    def answer(route: Route) -> None:
        url = route.request.url
        weight.asked.append(url)
        file = fetch_packaged(url, packages) if packages else None
        # require.js is served to make the page work, but its package holds no minified copy.
        if file is None or packaged(url)[0].startswith("requirejs@"):
            weight.uncounted.append(url)
        else:
            files[url] = file
        if file is None:
            route.abort()
        else:
            route.fulfill(path=file, headers={"Access-Control-Allow-Origin": "*"})

    def note(response: Response) -> None:
        if response.status == 200 and response.url.startswith(home):
            files[response.url] = site / unquote(urlsplit(response.url).path[1:])

    context.route(lambda url: not url.startswith((home, "data:", "blob:")), answer)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("response", note)
    page.goto(f"{home}/{path}")
    # Scripts ask for more. Playwright's "networkidle" sometimes never comes for answered requests.
    known = None
    while known != (known := len(files) + len(weight.uncounted)):
        page.wait_for_timeout(1000)
    context.close()
    weight.files = {url: gzipped(file.read_bytes()) for url, file in files.items()}
    return weight


@dataclass
class Call:
    """One ``explore`` in a page."""

    controls: int
    states: int
    changes: int
    markup: bytes


def explore_calls(html: str) -> list[Call]:
    """Every ``explore`` of a page, from its source."""
    calls = []
    for match in EXPLORE.finditer(html):
        data = json.loads(DATA.search(match[0])[1])
        states = math.prod(len(texts) for texts in data["texts"])
        calls.append(Call(int(match[1]), states, len(data["changes"]), match[0].encode()))
    return calls
