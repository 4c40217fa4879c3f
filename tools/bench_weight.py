"""What a page weighs: every file that the browser asks for, each gzipped by itself."""

import gzip
import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from bench_books import fetch_packaged, packaged, serve
from playwright.sync_api import Browser, Route

# Markup of one `explore` call: its data come last, and hold no "</" (page.py sees to that).
EXPLORE = re.compile(r'<div class="explore" data-controls="(\d+)".*?</script></div>', re.DOTALL)
DATA = re.compile(r'class="explore-data">(.*?)</script>', re.DOTALL)


@dataclass
class Weight:
    """The bytes of one page, gzipped, and what it asked of others than its own server."""

    own: int = 0
    others: int = 0
    asked: list[str] = field(default_factory=list)
    uncounted: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All that could be counted."""
        return self.own + self.others


def gzipped(data: bytes) -> int:
    """Bytes that travel."""
    return len(gzip.compress(data, 9))


def weigh(browser: Browser, site: Path, pages: list[str], packages: Path) -> dict[str, Weight]:
    """Load each page with an empty cache; what it asks of others comes from npm packages."""
    with serve(site) as home:
        return {page: _weigh(browser, home, page, packages) for page in pages}


def _weigh(browser: Browser, home: str, path: str, packages: Path) -> Weight:
    weight, responses = Weight(), {}
    context = browser.new_context(viewport={"width": 1280, "height": 900})

    def answer(route: Route) -> None:
        url = route.request.url
        weight.asked.append(url)
        file = fetch_packaged(url, packages)
        # require.js is served to make the page work, but its package holds no minified copy.
        if file is None or packaged(url)[0].startswith("requirejs@"):
            weight.uncounted.append(url)
        if file is None:
            route.abort()
        else:
            route.fulfill(path=file, headers={"Access-Control-Allow-Origin": "*"})

    context.route(lambda url: not url.startswith((home, "data:", "blob:")), answer)
    page = context.new_page()
    page.on("response", lambda response: responses.setdefault(response.url, response))
    page.goto(f"{home}/{path}")
    page.wait_for_load_state("networkidle")
    for url, response in responses.items():
        if response.status != 200 or url in weight.uncounted or url.startswith(("data:", "blob:")):
            continue
        if url.startswith(home):
            weight.own += gzipped(response.body())
        else:
            weight.others += gzipped(response.body())
    context.close()
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
