"""Give each chapter's page a button that opens the chapter where it can be run."""

import json
import re
from pathlib import Path

HERE = Path(__file__).parent
BIG = 100_000  # bytes: what is worth fetching ahead
LINE = """
<p class="run-here">
<a class="run-button" href="{lite}notebooks/index.html?path={name}.ipynb">Run this chapter</a>
in your browser, with nothing to install. Changed it before?
<a href="{lite}reset.html?path={name}.ipynb">Start over.</a></p>
<script defer src="{lite}ahead.js"></script>
"""


def add_buttons(site: Path, chapters: list[str]) -> None:
    """Edit the pages of `chapters` in `site`, and add what the button needs."""
    for name in chapters:
        page = site / "book" / f"{name}.html"
        lite = "../" * len(page.parent.relative_to(site).parts) + "lite/"
        page.write_text(add_line(page.read_text(), LINE.format(lite=lite, name=name), page.name))


def add_ahead(lite: Path, python: str) -> None:
    """Let the notebook, and the chapter's button, fetch ahead what takes time."""
    script = (HERE / "ahead.js").read_text().replace("FILES", json.dumps(big_files(lite)))
    (lite / "ahead.js").write_text(script.replace("PYTHON", json.dumps(python)))
    notebook = lite / "notebooks" / "index.html"
    first = '<head><script src="../ahead.js"></script>'
    notebook.write_text(notebook.read_text().replace("<head>", first, 1))


def add_line(page: str, line: str, name: str) -> str:
    """Return a page with `line` after its title."""
    title = re.compile(r'<article class="bd-article.*?</h1>', re.S)
    changed, count = title.subn(lambda found: found[0] + line, page, count=1)
    if not count:
        raise ValueError(f"{name}: no title to put the button after")
    return changed


def big_files(lite: Path) -> list[str]:
    """What the browser would wait for: Python and its packages, and the notebook's own scripts."""
    files = [*lite.glob("static/pyodide/*"), *lite.glob("build/jlab_core.*.js")]
    return sorted(f.relative_to(lite).as_posix() for f in files if f.stat().st_size > BIG)
