"""Measure what the pages weigh and how fast their controls are: ``make bench``.

Prints one Markdown table, as it measures. Ends with an error if a page asks anyone but its own
server for anything.
"""

import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from browsers import launch
from playwright.sync_api import Browser, sync_playwright

from . import ROOT, SITE, rows
from .books import build_empty
from .machine import processor
from .weight import weigh

HEAD = """
The usual way: a chapter built with default settings, `ipywidgets.interact` in place of `explore`.
Floor: an empty page of the same toolchain; a slider on the same page that nobody listens to; for
building, the notebooks' own running time on all cores; in the page, the same files loaded bare. KB
are 1000 bytes, each file gzipped (-9) by itself. To paint: ms from a key press, or the move of a
dragging hand, to the painted frame, median / 95th percentile; frames come 60 times a second.
Loading: ms, medians.

| Measured | This book | The usual way | Floor |
| --- | --- | --- | --- |"""


def main() -> int:
    """Measure, print, and say whether a page asked anything of others."""
    pages = sorted(file.relative_to(SITE).as_posix() for file in SITE.glob("book/**/*.html"))
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, browser = Path(name), launch(playwright)
        empty = build_empty(folder / "empty")
        own = weigh(browser, SITE, pages)
        print(circumstances(browser))
        print(HEAD, flush=True)
        parts = (
            rows.building_rows(folder / "copy"),
            rows.weight_rows(browser, own, empty, folder),
            rows.loading_rows(browser, pages, empty),
            rows.picture_rows(pages),
            rows.speed_rows(browser, pages),
            rows.lab_rows(browser, folder),
            rows.cdn_rows(browser),
            rows.workbench_rows(browser),
        )
        for row in chain.from_iterable(parts):
            print(f"| {' | '.join(row)} |", flush=True)
        browser.close()
    outside = [f"{page}: {url}" for page, weight in own.items() for url in weight.asked]
    for line in outside:
        print(f"\nFAILED, asked of others: {line}")
    return bool(outside)


def circumstances(browser: Browser) -> str:
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


if __name__ == "__main__":
    sys.exit(main())
