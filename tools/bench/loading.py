"""How long a page takes to show: its first paint, and when all it asked for has come."""

from pathlib import Path
from statistics import median

from playwright.sync_api import Browser
from serve import serve

from . import VIEWPORT

TIMES = """() => [
  performance.getEntriesByName("first-contentful-paint")[0].startTime,
  performance.getEntriesByType("navigation")[0].loadEventEnd,
]"""
ENDED = """() => performance.getEntriesByType("navigation")[0].loadEventEnd
  && performance.getEntriesByName("first-contentful-paint").length"""
# From this machine nothing has a weight; this is a line of 10 Mbit/s.
LINE = {"offline": False, "latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 1e6}


def time_loading(
    browser: Browser, pages: dict[str, tuple[Path, str]], rounds: int, line: dict | None = None
) -> dict[str, tuple[float, float]]:
    """Medians of milliseconds to first paint and load, for each (site, page), with an empty cache.

    The pages take turns, so that a busy moment meets all of them. What a page asks of others is
    refused at once, which costs it nothing.
    """
    times = {name: [] for name in pages}
    for _ in range(rounds):
        for name, (site, page) in pages.items():
            times[name].append(_load(browser, site, page, line))
    return {name: tuple(map(median, zip(*taken, strict=True))) for name, taken in times.items()}


def _load(browser: Browser, site: Path, path: str, line: dict | None) -> list[float]:
    with serve(site) as home:
        context = browser.new_context(viewport=VIEWPORT)
        context.route(lambda url: not url.startswith(home), lambda route: route.abort())
        page = context.new_page()
        if line:
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            session.send("Network.emulateNetworkConditions", line)
        page.goto(f"{home}/{path}")
        page.wait_for_function(ENDED)
        times = page.evaluate(TIMES)
        context.close()
    return times
