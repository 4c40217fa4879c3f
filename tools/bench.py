"""Measure what the pages weigh and how fast their controls are: ``make bench``.

Prints one Markdown table, as it measures. Ends with an error if a page asks anyone but its own
server for anything.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from bench_attention import processor
from bench_books import CHAPTER, ROOT, USUAL, build_empty, build_usual
from bench_speed import Times, time_lab, time_pages
from bench_weight import Weight, explore_calls, gzipped, weigh
from chromium import launch
from playwright.sync_api import Browser, sync_playwright

SITE = ROOT / "_build" / "html"
ROUNDS = ((1, 40), (4, 10))  # how much the CPU is slowed, presses of each control
LAB_PRESSES = 20
NONE = "–"
Row = tuple[str, str, str, str]

HEAD = """
The usual way: a chapter built with default settings, `ipywidgets.interact` in place of `explore`.
Floor: an empty page of the same toolchain; a slider on the same page that nobody listens to. KB
are 1000 bytes, each file gzipped (-9) by itself. Times are ms from key press to painted frame,
median / 95th percentile; frames come 60 times a second.

| Measured | This book | The usual way | Floor |
| --- | --- | --- | --- |"""


def main() -> int:
    """Measure, print, and say whether a page asked anything of others."""
    pages = sorted(file.relative_to(SITE).as_posix() for file in SITE.glob("book/**/*.html"))
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, browser = Path(name), launch(playwright)
        own = weigh(browser, SITE, pages)
        print(machine(browser))
        print(HEAD, flush=True)
        for rows in (
            weight_rows(browser, own, folder),
            picture_rows(pages),
            speed_rows(browser, pages),
            lab_rows(browser, folder),
        ):
            for row in rows:
                print(f"| {' | '.join(row)} |", flush=True)
        browser.close()
    outside = [f"{page}: {url}" for page, weight in own.items() for url in weight.asked]
    for line in outside:
        print(f"\nFAILED, asked of others: {line}")
    return bool(outside)


def machine(browser: Browser) -> str:
    """What was measured, where, with what."""
    describe = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    commit = subprocess.run(describe, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    packages = (f"{name} {version(name)}" for name in ("jupyter-book", "ipywidgets", "jupyterlab"))
    return (
        f"Commit {commit or 'unknown'}. {processor()}, {os.cpu_count()} cores, "
        f"{platform.system()}, "
        f"load {os.getloadavg()[0]:.1f} before the bench. "
        f"Chromium {browser.version}, headless; {', '.join(packages)}."
    )


def weight_rows(browser: Browser, own: dict[str, Weight], folder: Path) -> Iterator[Row]:
    """Everything a browser asks for to load each page, and the controls' part of it."""
    packages = folder / "packages"
    (empty,) = weigh(browser, build_empty(folder / "empty"), ["index.html"], packages).values()
    usual = weigh(browser, build_usual(folder / "usual"), [f"{CHAPTER}.html"], packages)
    compared = {f"book/{name}": weight for name, weight in usual.items()}
    for page, weight in own.items():
        each = (weight, compared.get(page), empty)
        yield (
            f"{page}: weight, KB",
            *(f"{kilobytes(w.total())}{w.notes}" if w else NONE for w in each),
        )
    chapter, usual = f"book/{CHAPTER}.html", usual[f"{CHAPTER}.html"].total("html-manager")
    widgets = kilobytes(usual) if usual else "could not be counted"
    yield f"{chapter}: script and style of controls, KB", explorer(own[chapter]), widgets, NONE


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
    """All controls of all pages, by keys."""
    for slowdown, presses in ROUNDS:
        note = f", CPU slowed {slowdown} ×" if slowdown > 1 else ""
        timed = time_pages(browser, SITE, pages, slowdown, presses)
        timed = {page: pair for page, pair in timed.items() if pair[0].presses}
        timed["all pages"] = [sum(c, Times()) for c in zip(*timed.values(), strict=True)]
        for page, (times, floor) in timed.items():
            yield f"{page}: key to paint{note}", speed(times), NONE, speed(floor)


def lab_rows(browser: Browser, folder: Path) -> Iterator[Row]:
    """The first slider of a chapter, drawn by a kernel in JupyterLab."""
    notebook = shutil.copy(ROOT / "book" / f"{CHAPTER}.ipynb", folder)
    cells = (
        speed(time_lab(browser, folder, Path(notebook).name, startup, LAB_PRESSES))
        for startup in ("", USUAL.read_text())
    )
    yield f"{CHAPTER}.ipynb in JupyterLab, kernel draws: key to paint", *cells, NONE


def speed(times: Times) -> str:
    """Median and 95th percentile, of how many presses."""
    still = len(times.presses) - times.moved
    note = f", {still} of them gave the same picture" if still else ""
    return f"{times} ({len(times.presses)} presses{note})"


if __name__ == "__main__":
    sys.exit(main())
