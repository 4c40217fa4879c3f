"""Build the site: the book, and its chapters as notebooks that run in the reader's browser.

Usage: ``PYTHONPATH=tools python -m lite.build BOOK SITE VENV [cdn]``. SITE gets a copy of the built
BOOK in which each chapter has a button, and JupyterLite below ``lite/``. With ``cdn`` the readers'
browsers get Python's packages from the Pyodide project instead of from the site, which is 14 MB
smaller.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

import nbformat
import yaml

from . import python
from .ahead import add_ahead
from .assemble import EPOCH, assemble
from .lines import add_lines

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.append(str(ROOT / "book" / "_ext"))

from links_away import carry  # noqa: E402

PLACE = "python/"  # of the pages' own Python, in the site
NONE = "&quot;python&quot;:null"  # what qkvlib.workbench writes where there is none
EXTENSIONS = ("@jupyterlite/pyodide-kernel-extension", "@jupyter-widgets/jupyterlab-manager")
PYTHON = {
    "kernelspec": {"display_name": "Python (Pyodide)", "language": "python", "name": "python"},
    "language_info": {"name": "python"},
}


def main(book: Path, site: Path, venv: Path, own: bool) -> None:
    """Make the site anew."""
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(book, site)
    chapters = sorted(page.stem for page in site.glob("book/[0-9][0-9]_*.html"))
    # JupyterLite sets the dates of all files beside its output: it gets a folder of its own.
    with tempfile.TemporaryDirectory(dir=venv) as name:
        work = Path(name)
        (work / "in/contents").mkdir(parents=True)
        for chapter in chapters:
            write_notebook(ROOT / f"book/{chapter}.ipynb", work / f"in/contents/{chapter}.ipynb")
        packages = assemble(work / "in/static/pyodide", venv, venv / "pyodide", own)
        write_settings(work / "in", venv, packages)
        jupyter = [venv / "bin/jupyter", "lite", "build", "--output-dir", work / "out"]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": changed()}
        done = subprocess.run(
            jupyter, cwd=work / "in", env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"jupyter lite build failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        shutil.move(work / "out", site / "lite")
    icon = '<head><link rel="icon" href="data:,">'  # without one the browser asks for a favicon.ico
    for page in (site / "lite").rglob("*.html"):
        page.write_text(page.read_text().replace("<head>", icon, 1))
    for font in (site / "lite" / "build").glob("fa-*"):  # every browser that runs Python has WOFF2
        if font.suffix in (".eot", ".svg", ".ttf", ".woff"):
            font.unlink()
    shutil.copy(HERE / "reset.html", site / "lite")
    add_ahead(site / "lite", packages)
    add_lines(site, chapters)
    turn_on(site, python.assemble(site / PLACE, venv, venv / "pyodide"))
    print(f"The site is built: {site}/book/index.html")


def turn_on(site: Path, size: int) -> None:
    """Tell the pages that there is Python, where, and how many bytes come before the first cell."""
    here = escape(json.dumps({"place": PLACE, "bytes": size}, separators=(",", ":")))
    for page in site.glob("book/**/*.html"):
        page.write_text(page.read_text().replace(NONE, f"&quot;python&quot;:{here}", 1))


def changed() -> str:
    """Seconds from 1970 to the last commit: what the notebooks say they were saved at."""
    git = ["git", "-C", ROOT, "log", "-1", "--format=%ct"]
    found = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    return found or EPOCH  # a copy without git


def write_notebook(chapter: Path, path: Path) -> None:
    """A chapter without outputs: they are for readers who run nothing."""
    notebook = nbformat.read(chapter, as_version=4)
    notebook.metadata = nbformat.from_dict(PYTHON)
    published = yaml.safe_load((ROOT / "_config.yml").read_text())["html"]["baseurl"]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            cell.source = carry(cell.source, "book", published)
    nbformat.write(notebook, path)


def write_settings(folder: Path, venv: Path, packages: list[str]) -> None:
    """What JupyterLite reads: when it builds, and when it starts in a browser."""
    shutil.copy(HERE / "overrides.json", folder)
    build = json.loads((HERE / "jupyter_lite_config.json").read_text())
    labextensions = venv / "share/jupyter/labextensions"
    build["LiteBuildConfig"]["federated_extensions"] = [
        str(labextensions / name) for name in EXTENSIONS
    ]
    (folder / "jupyter_lite_config.json").write_text(json.dumps(build))
    start = json.loads((HERE / "jupyter-lite.json").read_text())
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.js",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "lockFileURL": "./static/pyodide/pyodide-lock.json",
            "packages": packages,
        },
    }
    start["jupyter-config-data"]["litePluginSettings"] = {
        "@jupyterlite/pyodide-kernel-extension:kernel": kernel
    }
    (folder / "jupyter-lite.json").write_text(json.dumps(start))


if __name__ == "__main__":
    book, site, venv, *choice = sys.argv[1:]
    main(Path(book), Path(site), Path(venv).absolute(), "cdn" not in choice)
