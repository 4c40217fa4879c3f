"""Find a Chromium or Chrome, or get one: the page tests need a real browser.

Usage: ``python tools/chromium.py`` prints its path. ``launch`` starts it for tests and bench.
"""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Browser, Playwright, sync_playwright

# The shell has no window around its pages, and opens them faster.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# --no-sandbox: root, as in containers, cannot use the sandbox. The rest: no phoning home.
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """Path of an installed browser: the system's, else Playwright's own."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def get() -> str:
    """``find``, or install one, or say in one line what to install."""
    if path := find():
        return path
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        attempts += [
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-qy", "chromium-headless-shell"],
            ["apt-get", "install", "-qy", "chromium"],
        ]
    for command in attempts:
        print("No browser found. Trying:", " ".join(command), file=sys.stderr, flush=True)
        subprocess.run(command, check=False, stdout=sys.stderr)
        if path := find():
            return path
    sys.exit("The page tests need Chromium or Chrome. On Debian: sudo apt install chromium")


def launch(playwright: Playwright) -> Browser:
    """Start the browser, headless."""
    return playwright.chromium.launch(executable_path=get(), args=FLAGS)


if __name__ == "__main__":
    print(get())
