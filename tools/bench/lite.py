"""How long until a chapter's first cell has run in the reader's browser, with nothing cached."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from lite.drive import CELLS, open_notebook, run_all
from playwright.sync_api import Browser

from . import PATIENCE, VIEWPORT
from .books import chapter, served

# What nobody can do without: Python itself, and the two packages that every chapter imports.
FLOOR = """<!DOCTYPE html><link rel="icon" href="data:,">
<script src="site/lite/static/pyodide/pyodide.js"></script>"""
START = """async () => {
  const begun = performance.now();
  const python = await loadPyodide();
  await python.loadPackage(["numpy", "matplotlib"]);
  await python.runPythonAsync("import numpy, matplotlib.pyplot");
  return (performance.now() - begun) / 1000;
}"""
RAN = f"{CELLS}.get(1).executionCount === 1"


def time_lite(browser: Browser, site: Path, rounds: int) -> dict[str, float]:
    """Medians of seconds: the first chapter, a second one, the floor. They take turns."""
    times = {"first chapter": [], "second chapter": [], "floor": []}
    with served(site, {"floor.html": FLOOR}) as home:
        for _ in range(rounds):
            times["floor"].append(_floor(browser, home))
            for chapter, seconds in zip(times, _chapters(browser, home), strict=False):
                times[chapter].append(seconds)
    return {what: median(taken) for what, taken in times.items()}


def _floor(browser: Browser, home: str) -> float:
    page = browser.new_page()
    page.goto(f"{home}/floor.html")
    seconds = page.evaluate(START)
    page.close()
    return seconds


def _chapters(browser: Browser, home: str) -> Iterator[float]:
    """Seconds from the click on a chapter's button to its first cell, in one browser for both."""
    page = browser.new_page(viewport=VIEWPORT)
    page.set_default_timeout(PATIENCE)
    for name in (chapter(), chapter("scaling")):
        page.goto(f"{home}/site/book/{name}.html")
        begun = time.monotonic()
        open_notebook(page)
        run_all(page)
        page.wait_for_function(RAN)
        yield time.monotonic() - begun
    page.close()
