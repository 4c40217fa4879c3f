"""The books that the bench compares: built in a temporary folder, and served from one."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import order
from serve import serve

from . import ROOT

USUAL = Path(__file__).with_name("usual.py")
TOC = "format: jb-book\nroot: {}\n"
# All settings are the defaults, but for this: "auto" skips notebooks that hold outputs.
CONFIG = "execute: {execute_notebooks: force}\n"
# Where the usual pages load from: ".../npm/NAME@VERSION/FILE", and an older place for require.js.
PACKAGED = re.compile(r"https://[^/]+/npm/((?:@[\w-]+/)?[\w.-]+@[\w.-]+)/([^?#]+)")
ADDRESS = re.compile(r'https://[^"\s<>]+')
REQUIRE_JS = re.compile(r"https://[^/]+/.*/require\.js/([\d.]+)/require\.min\.js")


def chapter(word: str = "scores") -> str:
    """A chapter's file; one stands for the others beside the usual way."""
    return order.stem(ROOT, word)


@contextmanager
def served(site: Path, beside: dict[str, str | Path] | None = None) -> Iterator[str]:
    """Serve a site as ``site/``, with some files beside it; gives the address of what is above.

    A file beside it is given by its text, or by where it lies.
    """
    with tempfile.TemporaryDirectory() as name:
        for file, content in {"site": site, **(beside or {})}.items():
            path = Path(name) / file
            path.parent.mkdir(exist_ok=True)
            if isinstance(content, Path):
                path.symlink_to(content)
            else:
                path.write_text(content)
        with serve(Path(name)) as home:
            yield home


def build_empty(folder: Path) -> Path:
    """A book of one empty page, all settings default."""
    folder.mkdir()
    (folder / "_toc.yml").write_text(TOC.format("index"))
    (folder / "index.md").write_text("# Empty\n")
    return build(folder)


def build_usual(folder: Path) -> Path:
    """One chapter with default settings, its controls made by ``interact``."""
    folder.mkdir()
    shutil.copy(ROOT / "book" / f"{chapter()}.ipynb", folder)
    (folder / "_toc.yml").write_text(TOC.format(chapter()))
    (folder / "_config.yml").write_text(CONFIG)
    startup = folder / "ipython/profile_default/startup"
    startup.mkdir(parents=True)
    shutil.copy(USUAL, startup)
    html = build(folder, IPYTHONDIR=str(folder / "ipython"))
    for page in html.rglob("*.html"):
        # The hash is of a minified require.js, which no package holds; see `fetch_packaged`.
        page.write_text(re.sub(r' integrity="[^"]*"', "", page.read_text()))
    return html


def build(folder: Path, **variables: str) -> Path:
    """Build a book, with these variables in the environment; return where its pages are."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", "--quiet", folder]
    # Sphinx looks for the words of its search beside the working folder.
    options = {"cwd": folder, "env": os.environ | variables, "capture_output": True, "text": True}
    done = subprocess.run(command, **options, check=False)
    if done.returncode:
        raise RuntimeError(f"a book could not be built:\n{done.stdout}{done.stderr}")
    return folder / "_build/html"


def packaged(url: str) -> tuple[str, str] | None:
    """Which npm package, and which file in it, an address asks for."""
    if match := PACKAGED.match(url):
        return match[1], match[2]
    if match := REQUIRE_JS.match(url):
        return f"requirejs@{match[1]}", "require.js"
    return None


def fetch_packaged(url: str, folder: Path) -> Path | None:
    """The file behind an address, from its npm package; None if it cannot be had here."""
    name, path = packaged(url) or (None, None)
    if name is None or (package := _npm(name, folder)) is None:
        return None
    return file if (file := package / path).is_file() else None


def prefetch(html: str, folder: Path) -> None:
    """Get every package that a page names, before the page is loaded and waits for it."""
    for url in ADDRESS.findall(html):
        fetch_packaged(url, folder)


@cache
def _npm(name: str, folder: Path) -> Path | None:
    target = folder / re.sub(r"\W", "-", name)
    target.mkdir(parents=True, exist_ok=True)
    command = ["npm", "pack", name, "--silent", "--pack-destination", target]
    try:
        subprocess.run(command, cwd=target, capture_output=True, check=True, timeout=120)
    except (OSError, subprocess.SubprocessError):
        return None
    with tarfile.open(next(target.glob("*.tgz"))) as archive:
        archive.extractall(target, filter="data")
    return target / "package"
