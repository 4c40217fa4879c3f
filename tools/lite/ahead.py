"""Let the browser begin early: fetch when a reader reaches for the button, start Python at once."""

import json
import shutil
from pathlib import Path

HERE = Path(__file__).parent
BIG = 100_000  # bytes: what is worth fetching ahead


def add_ahead(lite: Path, packages: list[str]) -> None:
    """Put the scripts into the notebooks' site."""
    ahead = (HERE / "ahead.js").read_text().replace("FILES", json.dumps(big_files(lite)))
    (lite / "ahead.js").write_text(ahead)
    worker = (HERE / "early_worker.js").read_text().replace("PACKAGES", json.dumps(packages))
    (lite / "static" / "early_worker.js").write_text(worker)
    shutil.copy(HERE / "early.js", lite)
    notebook = lite / "notebooks" / "index.html"
    first = '<head><script src="../early.js"></script>'
    notebook.write_text(notebook.read_text().replace("<head>", first, 1))


def big_files(lite: Path) -> list[str]:
    """What the browser would wait for: Python and its packages, and the notebook's own scripts."""
    files = [*lite.glob("static/pyodide/*"), *lite.glob("build/jlab_core.*.js")]
    return sorted(f.relative_to(lite).as_posix() for f in files if f.stat().st_size > BIG)
