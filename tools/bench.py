"""Measure what the pages weigh and how fast their controls are: ``make bench``.

Prints one Markdown table. Each number of this book stands beside the usual way (``interact``, with
the widgets' scripts in the page or a kernel behind it) and beside the floor (an empty page, a
control that does nothing), all measured in the same run. Ends with an error if a page asks anyone
but its own server for anything.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bench_books import ROOT, USUAL, build_empty, build_usual
from bench_speed import Times, time_lab, time_pages
from bench_weight import Weight, explore_calls, gzipped, weigh
from chromium import launch
from playwright.sync_api import Browser, sync_playwright

SITE = ROOT / "_build" / "html"
SCRIPTS = ("explore.js", "explore.css")
PRESSES = 40
LAB_PRESSES = 20
SLOWDOWNS = (1, 4)
NONE = "–"
Row = tuple[str, str, str, str]
HEADER: Row = ("Measured", "This book", "The usual way", "Floor")


def main() -> int:
    """Measure, print, and say whether a page asked anything of others."""
    pages = sorted(file.relative_to(SITE).as_posix() for file in SITE.glob("book/**/*.html"))
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, browser = Path(name), launch(playwright)
        own = weigh(browser, SITE, pages, folder / "packages")
        print("\n".join(machine(browser)), end="\n\n")
        show(HEADER)
        show(("---",) * len(HEADER))
        for rows in (
            weight_rows(browser, own, folder),
            script_rows(pages),
            speed_rows(browser, pages),
            lab_rows(browser, folder),
        ):
            for row in rows:
                show(row)
        browser.close()
    outside = [f"{page}: {url}" for page, weight in own.items() for url in weight.asked]
    print(*(f"\nFAILED: asked of others: {line}" for line in outside))
    return bool(outside)


def show(row: Row) -> None:
    """One line of the table, as soon as it is known."""
    print(f"| {' | '.join(row)} |", flush=True)


def machine(browser: Browser) -> Iterator[str]:
    """What was measured, where, with what."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.exists() else ():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
    describe = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    commit = subprocess.run(describe, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    yield f"Commit {commit or 'unknown'}. {model}, {os.cpu_count()} cores."
    yield f"Chromium {browser.version}, headless, {platform.system()}."
    yield "KB are 1000 bytes, each file gzipped (-9) by itself. Times are from key press to painted "
    yield "frame, in ms, median / 95th percentile; the screen shows 60 frames a second."


def weight_rows(browser: Browser, own: dict[str, Weight], folder: Path) -> Iterator[Row]:
    """Everything a browser asks for to load each page."""
    (empty,) = weigh(browser, build_empty(folder / "empty"), ["index.html"], folder).values()
    usual = weigh(browser, build_usual(folder / "usual"), list(own), folder)
    for page, weight in own.items():
        cells = (weight, usual[page], empty)
        yield f"{page}: weight, KB", *(weight_cell(each) for each in cells)
        yield f"{page}: requests to others", *(asked_cell(each) for each in cells)


def weight_cell(weight: Weight) -> str:
    """The sum, and what is missing from it."""
    missing = ", ".join(sorted(Path(urlsplit(url).path).name for url in weight.uncounted))
    return kilobytes(weight.total) + (f" + {missing} (could not be counted)" if missing else "")


def asked_cell(weight: Weight) -> str:
    """How many requests, and to whom."""
    hosts = sorted({urlsplit(url).hostname for url in weight.asked})
    return f"{len(weight.asked)}" + (f" ({', '.join(hosts)})" if hosts else "")


def script_rows(pages: list[str]) -> Iterator[Row]:
    """What this project's own controls add to a page."""
    for name in SCRIPTS:
        data = (SITE / "_static" / name).read_bytes()
        yield f"{name}, KB raw, gzipped", sizes(data), NONE, NONE
    for page in pages:
        for number, call in enumerate(explore_calls((SITE / page).read_text()), 1):
            what = f"{call.controls} controls, {call.states} states, {call.changes} changes"
            yield (
                f"{page}: picture {number}: {what}, KB raw, gzipped",
                sizes(call.markup),
                NONE,
                NONE,
            )


def kilobytes(count: int) -> str:
    """Three digits are enough."""
    return f"{count / 1000:.1f}" if count < 100_000 else f"{count / 1000:.0f}"


def sizes(data: bytes) -> str:
    """Raw and gzipped."""
    return f"{kilobytes(len(data))}, {kilobytes(gzipped(data))}"


def speed_rows(browser: Browser, pages: list[str]) -> Iterator[Row]:
    """All controls of all pages, by keys."""
    for slowdown in SLOWDOWNS:
        note = f", CPU slowed {slowdown} ×" if slowdown > 1 else ""
        timed = time_pages(browser, SITE, pages, slowdown, PRESSES)
        timed = {page: pair for page, pair in timed.items() if pair[0].presses}
        for page, (times, floor) in timed.items():
            yield f"{page}: key to paint{note}", speed_cell(times), NONE, speed_cell(floor)
        everything = (sum(column, Times()) for column in zip(*timed.values(), strict=True))
        times, floor = map(speed_cell, everything)
        yield f"all pages: key to paint{note}", times, NONE, floor


def lab_rows(browser: Browser, folder: Path) -> Iterator[Row]:
    """The first slider of the first chapter that has one, drawn by a kernel in JupyterLab."""
    pages = ((ROOT / "book" / f"{page.stem}.ipynb", page) for page in SITE.glob("book/*.html"))
    notebook = min(n for n, page in pages if n.exists() and 'type="range"' in page.read_text())
    shutil.copy(notebook, folder)
    own, usual = (
        speed_cell(time_lab(browser, folder, notebook.name, startup, LAB_PRESSES))
        for startup in ("", USUAL.read_text())
    )
    yield f"{notebook.name} in JupyterLab: key to paint", own, usual, NONE


def speed_cell(times: Times) -> str:
    """Median and 95th percentile, and of how many presses."""
    moved = f", {times.moved} moved the picture" if times.moved < len(times.presses) else ""
    return f"{times} ({len(times.presses)} presses{moved})"


if __name__ == "__main__":
    sys.exit(main())
