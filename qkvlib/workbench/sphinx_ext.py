"""Sphinx extension: lets a reader work in the pages of a Jupyter Book.

It gives every code cell its permanent id, says which are exercises and which are solutions, and
adds the scripts. Until a reader reaches for *Run* that is all that a page has of it.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from html import escape
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ConfigError

from .hosting import edition, host, own_packages

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
# What every page has, and what pages with cells have; each script knows those before it.
_MARKS = ("keep", "marks")
_BENCH = (
    "colors", "editor", "run_order", "cells", "keeping", "choices", "typed", "scratch", "resets",
    "page",
)  # fmt: skip
# What comes when a reader reaches for it: of which scripts, what they know, what they give.
_LATER = {
    "python": (
        ("sanitize", "output", "python", "live"),
        "element, rootUrl",
        "makePython, makeOutput, takeControl, leaveControls",
    ),
    "along": (
        ("along",),
        "element, settings, keep, hashOf, rootUrl, cells, choices, scratch, brought, reload",
        "take, bring",
    ),
    "large": (("large",), "element, button, keep", "makeLarge"),
}
_NO_PYTHON = "This copy of the book has no Python in it."
_FROM_FILE = "Code runs where a server gives the page, not from a file."


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_config_value("workbench_book", "", "html")  # what is kept belongs to it
    app.add_config_value("workbench_packages", [], "html")  # imported when Python starts
    app.add_config_value("workbench_exercise", "# your turn", "env")  # in the code of an exercise
    app.add_config_value("workbench_solution", "", "env")  # a pattern in a folded cell's code
    app.add_config_value("workbench_python", "cdn", "html")  # or "self", "off"
    app.add_config_value("workbench_without", _NO_PYTHON, "html")
    app.add_config_value("workbench_from_file", _FROM_FILE, "html")
    app.add_config_value("workbench_home", None, "")
    app.add_config_value("workbench_sources", _digest(), "html")  # all pages anew when it changes
    app.connect("config-inited", _read_choice)
    app.connect("builder-inited", _write_files)
    app.connect("doctree-read", _mark_cells)
    app.connect("env-purge-doc", lambda app, env, page: _exercises(env).pop(page, None))
    app.connect("env-updated", _write_again)
    app.connect("html-page-context", _add_files, priority=600)  # others speak first
    return {"parallel_read_safe": False, "parallel_write_safe": True}


def _digest() -> str:
    digest = hashlib.sha256()
    for file in sorted(_HERE.rglob("*.*")):
        if file.suffix in {".py", ".js", ".css"}:
            digest.update(file.read_bytes())
    return digest.hexdigest()


def joined(names: tuple[str, ...]) -> str:
    """Join scripts, without comments: they share their names, and none with the page."""
    lines = "\n".join((_STATIC / f"{name}.js").read_text(encoding="utf-8") for name in names)
    return re.sub(r"^\s*// .*\n|  // .*$|^ +", "", lines, flags=re.MULTILINE)


def write_files(static: Path) -> None:
    """Write what pages and workers load into a built book's folder of static files."""
    static.mkdir(parents=True, exist_ok=True)
    marks, bench = joined(_MARKS), joined(_BENCH)
    style = (_STATIC / "workbench.css").read_text(encoding="utf-8")
    files = {
        "workbench_marks.js": f'(() => {{\n"use strict";\n{marks}}})();\n',
        "workbench.js": f'(() => {{\n"use strict";\n{marks}{bench}}})();\n',
        "workbench_worker.js": (_STATIC / "worker.js").read_text(encoding="utf-8"),
        "workbench_large_worker.js": (_STATIC / "large_worker.js").read_text(encoding="utf-8"),
        "workbench_run.py": (_HERE / "run.py").read_text(encoding="utf-8"),
        "workbench.css": re.sub(r"/\*.*?\*/\n?", "", style, flags=re.DOTALL),
    }
    for name, (scripts, knows, gives) in _LATER.items():
        inside = f"{joined(scripts)}return {{ {gives} }};"
        files[f"workbench_{name}.js"] = f"export default ({{ {knows} }}) => {{\n{inside}\n}};\n"
    for name, text in files.items():
        (static / name).write_text(text, encoding="utf-8")


def _read_choice(app: Sphinx, config) -> None:
    """Where pages find Python stands in each of them: all anew, when that or a package changes."""
    choice = config.workbench_python or "off"  # which YAML takes for false
    if choice not in {"self", "cdn", "off"}:
        raise ConfigError(f"workbench_python: {choice!r}; expected 'self', 'cdn' or 'off'")
    config.workbench_python = choice
    if choice == "cdn":
        config.workbench_sources += edition(own_packages(config.workbench_packages, _places(app)))


def _places(app: Sphinx) -> list[str]:
    return [str(app.srcdir), *sys.path]  # a module may lie beside the book's pages


def _write_files(app: Sphinx) -> None:
    choice = app.config.workbench_python
    if app.builder.format != "html" or choice == "off":
        return
    static = Path(app.outdir, "_static")
    write_files(static)
    # A service worker answers for what lies below it.
    shutil.copy(_STATIC / "offline.js", Path(app.outdir, "workbench_offline.js"))
    if choice == "cdn":
        own = own_packages(app.config.workbench_packages, _places(app))
        app.config.workbench_home = host(static, own)


def _exercises(env) -> dict[str, list[str]]:
    """The ids of the exercises on each page."""
    if not hasattr(env, "workbench_exercises"):
        env.workbench_exercises = {}
    return env.workbench_exercises


def _mark_cells(app: Sphinx, doctree) -> None:
    cells = [cell for cell in doctree.findall(nodes.container) if _is_code(cell)]
    ids = _cell_ids(Path(app.env.doc2path(app.env.docname)))
    exercises = []
    for cell in cells:
        code = next((part.astext() for part in cell.findall(nodes.literal_block)), "")
        name = ids.get(cell["cell_index"]) or hashlib.sha256(code.encode()).hexdigest()[:8]
        cell["ids"].append(f"cell-{name}")
        folded = "tag_hide-cell" in cell["classes"]
        if folded and re.search(app.config.workbench_solution or "", code):
            cell["classes"].append("is-solution")
        elif app.config.workbench_exercise in code:
            cell["classes"].append("is-exercise")
            exercises.append(name)
    if exercises:
        _exercises(app.env)[app.env.docname] = exercises


def _is_code(node) -> bool:
    return node.get("nb_element") == "cell_code"


def _cell_ids(path: Path) -> dict[int, str]:
    """The permanent ids of a notebook's cells; cells of a text file have none."""
    if path.suffix != ".ipynb":
        return {}
    cells = nbformat.read(path, as_version=4).cells
    return {place: cell.id for place, cell in enumerate(cells)}


def _write_again(app: Sphinx, env) -> list[str]:
    """All pages, where an exercise has come or gone: each says how many there are."""
    now = dict(_exercises(env))
    before, env.workbench_listed = getattr(env, "workbench_listed", now), now
    return [] if now == before else list(env.found_docs)


def _notebook(app: Sphinx, pagename: str, context: dict) -> str | None:
    """Where the page is as a notebook: where a book's own extension says, or its source."""
    source = Path(app.env.doc2path(pagename)).suffix == ".ipynb"
    return context.get("workbench_notebook", f"_sources/{pagename}.ipynb" if source else None)


def _add_files(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    config = app.config
    if doctree is None or config.workbench_python == "off":
        return
    exercises = _exercises(app.env)
    settings = {
        "book": config.workbench_book or config.html_title,
        "page": pagename,
        "home": config.root_doc,
        "pages": {page: exercises[page] for page in sorted(exercises)},
        "packages": config.workbench_packages,
        "notebook": _notebook(app, pagename, context),
        "python": config.workbench_home,  # `make site` may write another one
        "without": config.workbench_without,
        "from_file": config.workbench_from_file,
    }
    content = escape(json.dumps(settings, separators=(",", ":")))
    context["metatags"] = (
        f'{context.get("metatags", "")}\n<meta name="workbench" content="{content}">'
    )
    has_cells = 'class="cell_input' in context.get("body", "")  # code that is shown
    app.add_js_file("workbench.js" if has_cells else "workbench_marks.js", loading_method="defer")
    app.add_css_file("workbench.css")
