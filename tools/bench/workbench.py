"""Python in a chapter's own page: how long readers wait, and how much they fetch."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, Page

from . import PATIENCE, VIEWPORT
from .books import chapter, served

# What nobody can do without: the same files loaded bare, in a worker, and what they import.
FLOOR = """
importScripts("/site/python/pyodide.js");
const begun = performance.now(), packages = ["numpy", "matplotlib", "qkvlib"];
loadPyodide({ indexURL: "/site/python/", packages }).then((python) => {
  python.runPython('import os; os.environ["MPLBACKEND"] = "agg"');
  python.runPython("import numpy, matplotlib.pyplot, qkvlib");
  postMessage((performance.now() - begun) / 1000);
});"""
START = """() => new Promise((resolve) => {
  new Worker("floor.js").onmessage = ({ data }) => resolve(data);
})"""
# Press a cell's button, as often as wanted; milliseconds until it says that it ran.
PRESS = """async ([cell, times]) => {
  const root = document.querySelector(cell), taken = [];
  const ended = () => new Promise((resolve) => {
    const seen = new MutationObserver(() => {
      if (root.classList.contains("wb-running")) return;
      seen.disconnect();
      resolve();
    });
    seen.observe(root, { attributes: true, attributeFilter: ["class"] });
  });
  for (let n = 0; n < times; n++) {
    const begun = performance.now(), end = ended();
    root.querySelector(".wb-run").click();
    await end;
    taken.push(performance.now() - begun);
  }
  return taken;
}"""
MEMORY = "from pyodide_js import _module\nprint(_module.HEAPU8.length)"
PLAIN, DRAWS = ".wb-cell", ".wb-cell:has(.explore-picture):not(:has([data-controls]))"
RUNS = 100, 1000
READING = 3000  # milliseconds on a chapter before its first cell is run


def time_pages(browser: Browser, site: Path, rounds: int) -> dict[str, float]:
    """Medians of seconds until a cell has run: loaded bare; first cells of pages, as WAITS says."""
    times = {"floor": [], "first": [], "draws": [], "second": [], "third": []}
    files = {"floor.html": "<!DOCTYPE html><link rel='icon' href='data:,'>", "floor.js": FLOOR}
    with served(site, files) as home:
        for _ in range(rounds):
            for what, seconds in _round(browser, home):
                times[what].append(seconds)
    return {what: median(taken) for what, taken in times.items()}


def _round(browser: Browser, home: str) -> Iterator[tuple[str, float]]:
    page = browser.new_page(viewport=VIEWPORT)
    page.goto(f"{home}/floor.html")
    yield "floor", page.evaluate(START)
    page.close()
    page = _open(browser, home, chapter())
    yield "first", page.evaluate(PRESS, [PLAIN, 1])[0] / 1000
    page.goto(f"{home}/site/book/{chapter('scaling')}.html")
    yield "second", page.evaluate(PRESS, [PLAIN, 1])[0] / 1000
    page.goto(f"{home}/site/book/{chapter('softmax')}.html")
    page.wait_for_timeout(READING)
    yield "third", page.evaluate(PRESS, [PLAIN, 1])[0] / 1000
    page.close()
    page = _open(browser, home, chapter())
    yield "draws", page.evaluate(PRESS, [DRAWS, 1])[0] / 1000
    page.close()


def time_cells(browser: Browser, site: Path) -> dict[str, tuple[float, float]]:
    """Milliseconds of a cell that has nothing to do, and of a verdict: median, 95th percentile."""
    with served(site) as home:
        page = _open(browser, home, chapter())
        page.evaluate(PRESS, [PLAIN, 1])
        cells = {"a further cell": PLAIN, "a verdict": ".wb-exercise"}
        page.evaluate(PRESS, [".wb-exercise", 1])
        taken = {what: page.evaluate(PRESS, [cell, RUNS[0]]) for what, cell in cells.items()}
        page.close()
    return {what: (median(ms), quantiles(ms, n=20)[-1]) for what, ms in taken.items()}


def memory(browser: Browser, site: Path) -> list[float]:
    """Bytes of the page's and Python's memory after as many runs as ``RUNS`` says."""
    found = []
    with served(site) as home:
        page = _open(browser, home, chapter())
        page.locator(".wb-add").click()
        page.locator(".wb-scratch textarea").fill(MEMORY)
        session, done = page.context.new_cdp_session(page), 0
        for runs in RUNS:
            page.evaluate(PRESS, [".wb-exercise", runs - done])
            page.evaluate(PRESS, [".wb-scratch", 1])
            python = int(page.locator(".wb-scratch .cell_output").inner_text())
            session.send("HeapProfiler.collectGarbage")
            heap, done = session.send("Runtime.getHeapUsage")["usedSize"], runs
            found.append(python + heap)
        page.close()
    return found


def fetched(browser: Browser, site: Path) -> tuple[int, int]:
    """Compressed bytes of Python before the first cell, and with one that draws."""
    sizes = []
    with served(site) as home:
        page = _open(browser, home, chapter())
        asked = []
        page.context.on("request", lambda request: asked.append(request.url))
        for cell in (PLAIN, DRAWS):
            page.evaluate(PRESS, [cell, 1])
            files = {url.removeprefix(f"{home}/site/") for url in asked if "/site/" in url}
            contents = (Path(site, name.partition("?")[0]).read_bytes() for name in files)
            sizes.append(sum(len(gzip.compress(data, 9)) for data in contents))
        page.close()
    return tuple(sizes)


def _open(browser: Browser, home: str, name: str) -> Page:
    page = browser.new_page(viewport=VIEWPORT)
    page.set_default_timeout(PATIENCE)
    page.goto(f"{home}/site/book/{name}.html")
    return page
