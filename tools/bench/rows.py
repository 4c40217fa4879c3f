"""The rows of the bench's table: what was measured, this book, the usual way, the floor."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from . import NONE, ROOT, SITE, Row
from .books import USUAL, build_usual, chapter
from .building import time_building
from .cdn import time_cdn
from .loading import LINE, time_loading
from .speed import Times, time_lab, time_pages
from .weight import Weight, explore_calls, gzipped, weigh
from .workbench import fetched, memory, time_cells, time_states
from .workbench import time_pages as time_workbench

ROUNDS = ((1, 40), (4, 10))  # how much the CPU is slowed, presses of each control
LAB_PRESSES = 20
LOADS = 5  # of each page, with an empty cache
WAITS = {
    "first": "a first cell",
    "draws": "a first cell that draws",
    "second": "a second chapter, at once",
    "third": "a third chapter, after 3 s of reading",
}
STARTS = 3  # of Python in the browser
BUILT = SITE.with_name("site")  # where `make site` has been run


def building_rows(folder: Path) -> Iterator[Row]:
    """Building the whole book, at first and after an edit."""
    times = dict(time_building(folder))
    floor = times.pop("floor")
    for number, (what, seconds) in enumerate(times.items()):
        beside = NONE if number else f"{floor:.0f}, so {seconds / floor:.2f} ×"
        yield f"building the book {what}, s", f"{seconds:.0f}", NONE, beside


def loading_rows(browser: Browser, pages: list[str], empty: Path) -> Iterator[Row]:
    """When the first page and each chapter show, and when all of it is there."""
    pages = [page for page in pages if re.match(r"book/(index|\d\d_)", page)]
    addresses = {**{page: (SITE, page) for page in pages}, "empty": (empty, "index.html")}
    for line, note in ((None, ""), (LINE, ", over 10 Mbit/s, not compressed")):
        times = time_loading(browser, addresses, LOADS, line)
        shown = {name: " / ".join(f"{ms:.0f}" for ms in pair) for name, pair in times.items()}
        for page in pages:
            yield f"{page}: first paint / loaded{note}", shown[page], NONE, shown["empty"]


def weight_rows(
    browser: Browser, own: dict[str, Weight], empty: Path, folder: Path
) -> Iterator[Row]:
    """Everything a browser asks for to load each page, and the controls' part of it."""
    packages = folder / "packages"
    (floor,) = weigh(browser, empty, ["index.html"], packages).values()
    usual = weigh(browser, build_usual(folder / "usual"), [f"{chapter()}.html"], packages)
    compared = {f"book/{name}": weight for name, weight in usual.items()}
    for page, weight in own.items():
        each = (weight, compared.get(page), floor)
        yield (
            f"{page}: weight, KB",
            *(f"{kilobytes(w.total())}{w.notes}" if w else NONE for w in each),
        )
    ours, usual = f"book/{chapter()}.html", usual[f"{chapter()}.html"].total("html-manager")
    widgets = kilobytes(usual) if usual else "could not be counted"
    yield f"{ours}: script and style of controls, KB", explorer(own[ours]), widgets, NONE


def kilobytes(count: int) -> str:
    """Three digits are enough."""
    return f"{count / 1000:.1f}" if count < 100_000 else f"{count / 1000:.0f}"


def explorer(weight: Weight) -> str:
    """The explorer's own two files."""
    raw = sum((SITE / "_static" / name).stat().st_size for name in ("explore.js", "explore.css"))
    return f"{kilobytes(weight.total('explore.'))} ({kilobytes(raw)} raw)"


def picture_rows(pages: list[str]) -> Iterator[Row]:
    """What each picture that moves adds to its page, with all its states."""
    for page in pages:
        for number, call in enumerate(explore_calls((SITE / page).read_text()), 1):
            what = f"{call.controls} controls, {call.states} states, {call.changes} changes"
            size = f"{kilobytes(gzipped(call.markup))} ({kilobytes(len(call.markup))} raw)"
            yield f"{page}: picture {number}, {what}, KB", size, NONE, NONE


def speed_rows(browser: Browser, pages: list[str]) -> Iterator[Row]:
    """All controls of all pages by keys, and the rings by a hand."""
    for slowdown, presses in ROUNDS:
        note = f", CPU slowed {slowdown} ×" if slowdown > 1 else ""
        timed = time_pages(browser, SITE, pages, slowdown, presses)
        timed = {page: pair for page, pair in timed.items() if pair[0].presses}
        timed["all pages"] = [sum(c, Times()) for c in zip(*timed.values(), strict=True)]
        for page, (times, floor) in timed.items():
            yield f"{page}: key or drag to paint{note}", speed(times), NONE, speed(floor)


def lab_rows(browser: Browser, folder: Path) -> Iterator[Row]:
    """The first slider of a chapter, drawn by a kernel in JupyterLab."""
    notebook = shutil.copy(ROOT / "book" / f"{chapter()}.ipynb", folder)
    cells = (
        speed(time_lab(browser, folder, Path(notebook).name, startup, LAB_PRESSES))
        for startup in ("", USUAL.read_text())
    )
    yield f"{chapter()}.ipynb in JupyterLab, kernel draws: key to paint", *cells, NONE


def cdn_rows(browser: Browser) -> Iterator[Row]:
    """Python from the Pyodide project, on a page of a plain book."""
    seconds, floor = time_cdn(browser, SITE, STARTS)
    beside = f"{floor:.1f}, so {seconds / floor:.2f} ×"
    what = "in the page, a first cell, from the CDN: click to done, s"
    yield what, f"{seconds:.1f}", NONE, beside


def workbench_rows(browser: Browser) -> Iterator[Row]:
    """Python in a chapter's own page."""
    if not BUILT.exists():
        return
    times = time_workbench(browser, BUILT, STARTS)
    floor = times.pop("floor")
    for what, seconds in times.items():
        beside = f"{floor:.1f}, so {seconds / floor:.2f} ×"
        yield f"in the page, {WAITS[what]}: click to done, s", f"{seconds:.1f}", NONE, beside
    for what, pair in time_cells(browser, BUILT).items():
        yield f"in the page, {what}, ms", " / ".join(f"{ms:.1f}" for ms in pair), NONE, NONE
    middle, most = time_states(browser, BUILT)
    state = "in the page, a state that Python draws: key to paint, ms"
    yield state, f"{middle:.0f} / {most:.0f}", NONE, NONE
    sizes = " / ".join(f"{size / 1e6:.1f}" for size in fetched(browser, BUILT))
    yield "in the page, fetched before a first cell / with one that draws, MB", sizes, NONE, NONE
    before, after = memory(browser, BUILT)
    note = f"{before / 1e6:.0f}, so {after / before:.2f} ×"
    yield "in the page, memory after 1,000 runs / after 100, MB", f"{after / 1e6:.0f}", NONE, note


def speed(times: Times) -> str:
    """Median and 95th percentile, of how many presses."""
    still = len(times.presses) - times.moved
    note = f", {still} of them gave the same picture" if still else ""
    return f"{times} ({len(times.presses)} presses{note})"
