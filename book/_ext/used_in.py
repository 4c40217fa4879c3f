"""Sphinx extension: below the name of a function, the chapters that use it, and its exercise.

Docstrings name no chapter: which chapters use a function is read from their code, and which ask a
checker from the list that the grader reads.
"""

import ast
import json
import re
from pathlib import Path

import nbformat

from chapters import chapters_of

API = "book/reference/api"
EXERCISES = "qkvlib/data/exercises.json"


def names_in(code):
    """Return the names that code takes from the library: ``plots.bars`` of ``qkv.plots.bars()``."""
    nodes = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Attribute))
    found = (re.fullmatch(r"qkv\.([\w.]+)", ast.unparse(node)) for node in nodes)
    return {name[1] for name in found if name}


def lines_of(root, pages):
    """Return what to say below names: the chapters that use a function, a checker's exercise."""
    exercises = json.loads((root / EXERCISES).read_text(encoding="utf-8"))
    used, asked = {}, {}
    for number, page in enumerate(pages, 1):
        cells = nbformat.read(root / f"{page}.ipynb", as_version=4).cells
        title = cells[0].source.removeprefix("# ").partition("\n")[0].partition(":")[0]
        link = f":doc:`{number}. {title} </{page}>`"
        code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
        try:
            names = names_in(code)
        except SyntaxError as error:
            error.add_note(f"{page} is no plain Python")
            raise
        for name in names:
            used.setdefault(name, []).append(link)
        for place, checker in enumerate(exercises.get(page.partition("_")[2], ()), 1):
            asked.setdefault(f"checks.{checker}", []).append(f"Exercise {place} of {link}.")
    lines = {name: f"Used in {', '.join(links)}." for name, links in used.items()}
    return lines | {name: " ".join(places) for name, places in asked.items()}


def read_chapters(app, env, added, changed, removed):
    """Note what to say; return the pages of the library where that has changed."""
    lines = lines_of(Path(app.srcdir), chapters_of(env.found_docs))
    before, env.used_in = getattr(env, "used_in", None), lines
    return [] if lines == before else [page for page in env.found_docs if API in page]


def add_line(app, what, name, obj, options, lines):
    """Put the line below the first paragraph of a docstring."""
    said = app.env.used_in.get(name.removeprefix("qkvlib."))
    if said and what in ("function", "class"):
        place = lines.index("") if "" in lines else len(lines)
        lines[place:place] = ["", said]


def setup(app):
    """Register with Sphinx."""
    app.connect("env-get-outdated", read_chapters)
    app.connect("autodoc-process-docstring", add_line, priority=400)  # before napoleon
    return {"parallel_read_safe": True, "parallel_write_safe": True}
