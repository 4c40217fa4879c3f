"""Find Chromium, Firefox and WebKitGTK, or get them: the page tests need real browsers.

Usage: ``python tools/browsers.py [NAME ...]`` prints where each is. ``launch`` starts Chromium for
tests, handouts and bench; tests/browser/engines.py starts all three.
"""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from glob import glob

from playwright.sync_api import Browser, BrowserContext, BrowserType, Playwright, sync_playwright

# What each browser is made of: for each program its names, or a pattern, the best one first.
PROGRAMS = {
    # The shell has no window around its pages, and opens them faster.
    "chromium": [
        "chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable"
    ],
    "firefox": ["firefox-esr firefox"],
    "webkit": ["WebKitWebDriver", "/usr/lib/*/webkit2gtk-*/MiniBrowser", "Xvfb"],
}
# Debian's packages of each: the first that there are.
PACKAGES = {
    "chromium": ["chromium-headless-shell", "chromium"],
    "firefox": ["firefox-esr"],
    "webkit": ["webkit2gtk-driver xvfb"],
}
# --no-sandbox: root, as in containers, cannot use the sandbox. The rest: no phoning home.
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class BrowserNotFoundError(FileNotFoundError):
    """A browser is not installed, and cannot be from here; says what to install."""


def find(name: str) -> list[str] | None:
    """Paths of an installed browser's programs: the system's, else Playwright's own Chromium."""
    paths = [locate(names.split()) for names in PROGRAMS[name]]
    if None not in paths:
        return paths
    if name == "chromium":
        # A thread of its own: Playwright starts once in each, and the caller may have started it.
        with ThreadPoolExecutor(1) as thread:
            path = thread.submit(playwrights_own).result()
        return [path] if os.path.exists(path) else None
    return None


def locate(names: list[str]) -> str | None:
    """The first of some programs that is there."""
    return next(
        (path for name in names for path in [shutil.which(name), *glob(name)] if path), None
    )


def playwrights_own() -> str:
    """Where Playwright puts its Chromium."""
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def can_install() -> bool:
    """Whether this is Debian, and we are root."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def may_lack(name: str) -> bool:
    """Whether tests may do without it: not where it can be installed, nor in CI."""
    return name != "chromium" and not can_install() and "CI" not in os.environ


def get(name: str) -> list[str]:
    """``find``, or install it, or say in one line what to install."""
    if paths := find(name):
        return paths
    attempts = []
    if name == "chromium":
        attempts.append([sys.executable, "-m", "playwright", "install", "chromium"])
    if can_install():
        attempts.append(["apt-get", "update", "-q"])
        attempts += [["apt-get", "install", "-qy", *names.split()] for names in PACKAGES[name]]
    for command in attempts:
        print(f"No {name} found. Trying:", " ".join(command), file=sys.stderr, flush=True)
        subprocess.run(command, check=False, stdout=sys.stderr)
        if paths := find(name):
            return paths
    wanted = PACKAGES[name][-1]
    raise BrowserNotFoundError(f"{name} is not here. On Debian: sudo apt install {wanted}")


def launch(playwright: Playwright) -> Browser:
    """Start Chromium, headless."""
    return playwright.chromium.launch(executable_path=get("chromium")[0], args=FLAGS)


def launch_kept(chromium: BrowserType, profile: str, **options) -> BrowserContext:
    """Start one that keeps in the folder `profile` what readers' browsers keep."""
    path = get("chromium")[0]
    return chromium.launch_persistent_context(profile, executable_path=path, args=FLAGS, **options)


def main(names: list[str]) -> None:
    """Print where each is; fail where one has to be and is not."""
    for name in names:
        try:
            print(*get(name))
        except BrowserNotFoundError as error:
            if not may_lack(name):
                sys.exit(str(error))
            print(f"{error}. Its tests are skipped.", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:] or list(PROGRAMS))
