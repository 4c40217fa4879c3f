"""Sphinx extension: lets the pictures of a Jupyter Book move without a kernel.

It tells a notebook's kernel which page is being built, adds the script and the style to the pages
that have a picture, and has pages built anew when the code that draws them has changed. List the
packages that draw in ``explore_packages``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
from importlib import metadata
from pathlib import Path

from sphinx.application import Sphinx

from . import mode

_HERE = Path(__file__).parent
_DRAWN_WITH = ("numpy", "matplotlib")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_config_value("explore_packages", [], "env")
    # A notebook's outputs depend on this code too, which Sphinx does not see: its hash is a setting
    # whose change has every page read anew.
    app.add_config_value("explore_fingerprint", "", "env")
    app.connect("config-inited", _set_fingerprint)
    app.connect("builder-inited", _add_static_path)
    app.connect("source-read", _name_page)
    app.connect("env-updated", _forget_page)
    app.connect("html-page-context", _add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def fingerprint(packages: list[str]) -> str:
    """A hash over the sources of this package and of the packages named, and what they run on."""
    versions = [platform.python_version(), *map(metadata.version, _DRAWN_WITH)]
    digest = hashlib.sha256(repr(versions).encode())
    for package in [__package__, *packages]:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise ValueError(f"explore_packages: {package!r}; expected importable packages")
        folder = Path(spec.submodule_search_locations[0])
        for file in sorted(folder.rglob("*")):
            if file.suffix in {".py", ".js", ".css", ".npz", ".json"}:
                digest.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()


def _set_fingerprint(app: Sphinx, config) -> None:
    config.explore_fingerprint = fingerprint(config.explore_packages)


def _add_static_path(app: Sphinx) -> None:
    app.config.html_static_path.append(str(_HERE / "static"))


def _name_page(app: Sphinx, docname: str, source: list[str]) -> None:
    os.environ[mode.PAGE_VARIABLE] = docname


def _forget_page(app: Sphinx, env) -> None:
    os.environ.pop(mode.PAGE_VARIABLE, None)


def _add_files(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    if 'class="explore"' not in context.get("body", ""):
        return
    app.add_js_file("explore.js", loading_method="defer")
    app.add_css_file("explore.css")
