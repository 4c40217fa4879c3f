"""Python in a chapter's own page: how long readers wait, and how much they fetch."""

import gzip
import json
import re
import tempfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from statistics import median, quantiles

from browsers import launch_kept
from playwright.sync_api import Browser, Page

from . import PATIENCE, VIEWPORT
from .books import chapter, served

# What nobody can do without: the same files loaded bare, in a worker, and what they import.
FLOOR = """
const [place, lockFileURL, packages, modules] = SETTINGS;
importScripts(`${place}pyodide.js`);
const begun = performance.now();
loadPyodide({ indexURL: place, lockFileURL, packages }).then((python) => {
  python.runPython('import os; os.environ["MPLBACKEND"] = "agg"');
  python.runPython("import " + modules.join(", "));
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
# Press keys on a control that Python draws; milliseconds until another picture is painted.
TURN = """async ([panel, times]) => {
  const root = document.querySelector(panel), field = root.querySelector("input[type=range]");
  const picture = () => root.querySelector(".explore-picture").outerHTML;
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(null);
  }));
  const another = (seen) => new Promise((done) => {
    const watching = new MutationObserver(() => {
      if (picture() === seen) return;
      watching.disconnect();
      done();
    });
    watching.observe(root, { subtree: true, childList: true, attributes: true });
  });
  const taken = [];
  for (let n = 1; n <= times; n++) {
    const changed = another(picture()), begun = performance.now();
    field.value = (n * 7) % (+field.max + 1);
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await changed;
    taken.push(await painted() - begun);
    await new Promise((done) => setTimeout(done, 50));
  }
  return taken;
}"""
MEMORY = "from pyodide_js import _module\nprint(_module.HEAPU8.length)"
PLAIN, DRAWS = ".wb-cell", ".wb-cell:has(.explore-picture):not(:has([data-controls]))"
SLIDER = ".explore input[type=range]"
RUNS = 100, 1000
STATES = 100
READING = 3000  # milliseconds on a chapter before its first cell is run


def time_pages(browser: Browser, site: Path, rounds: int) -> dict[str, float]:
    """Medians of seconds until a cell has run: loaded bare; first cells of pages, as WAITS says."""
    times = {"floor": [], "first": [], "draws": [], "second": [], "third": []}
    bare = ["/bare/", "/bare/pyodide-lock.json", ["numpy", "matplotlib.pyplot", "qkvlib"]]
    with served(site, floor(*bare) | flat(site)) as home:
        for _ in range(rounds):
            for what, seconds in _round(browser, home):
                times[what].append(seconds)
    return {what: median(taken) for what, taken in times.items()}


def floor(place: str, lock: str, modules: list[str]) -> dict[str, str]:
    """A page, and a worker that loads packages bare and imports modules of them."""
    packages = [name.partition(".")[0] for name in modules]
    code = FLOOR.replace("SETTINGS", json.dumps([place, lock, packages, modules]))
    return {"floor.html": "<!DOCTYPE html><link rel='icon' href='data:,'>", "floor.js": code}


def flat(site: Path) -> dict[str, Path]:
    """The site's Python in one folder, as Pyodide's own loader looks for it."""
    found = settings(site)["python"]
    lock = site / found["lock"]
    files = [*lock.parent.glob("*.whl"), *(site / found["place"]).iterdir()]
    return {f"bare/{file.name}": file for file in files} | {"bare/pyodide-lock.json": lock}


def settings(site: Path) -> dict:
    """What a chapter's page knows of its Python."""
    page = (site / "book" / f"{chapter()}.html").read_text()
    return json.loads(unescape(re.search('name="workbench" content="([^"]*)"', page)[1]))


def _round(browser: Browser, home: str) -> Iterator[tuple[str, float]]:
    page = browser.new_page(viewport=VIEWPORT)
    page.goto(f"{home}/floor.html")
    yield "floor", page.evaluate(START)
    page.close()
    with tempfile.TemporaryDirectory() as profile:
        yield from _chapters(browser, home, profile)
    page = _open(browser, home, chapter())
    yield "draws", page.evaluate(PRESS, [DRAWS, 1])[0] / 1000
    page.close()


def _chapters(browser: Browser, home: str, profile: str) -> Iterator[tuple[str, float]]:
    """One after the other, in a browser that keeps compiled code, as a private one does not."""
    reader = launch_kept(browser.browser_type, profile, viewport=VIEWPORT)
    page = reader.new_page()
    page.goto(f"{home}/site/book/{chapter()}.html")
    yield "first", page.evaluate(PRESS, [PLAIN, 1])[0] / 1000
    page.goto(f"{home}/site/book/{chapter('scaling')}.html")
    yield "second", page.evaluate(PRESS, [PLAIN, 1])[0] / 1000
    page.goto(f"{home}/site/book/{chapter('softmax')}.html")
    page.wait_for_timeout(READING)
    yield "third", page.evaluate(PRESS, [PLAIN, 1])[0] / 1000
    reader.close()


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


def time_states(browser: Browser, site: Path) -> tuple[float, float]:
    """Milliseconds from a key to the painted state that Python draws: median, 95th percentile."""
    with served(site) as home:
        page = _open(browser, home, chapter())
        panel = f".wb-cell:has({SLIDER})"
        page.evaluate(PRESS, [panel, 1])
        page.evaluate(TURN, [panel, 5])
        taken = page.evaluate(TURN, [panel, STATES])
        page.close()
    return median(taken), quantiles(taken, n=20)[-1]


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
