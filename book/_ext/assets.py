"""Sphinx extension that others set up: a style sheet beside each, pages anew when one changes."""

import hashlib
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
STYLES = HERE.parent / "_static"  # a changed sheet alone would not be copied
PACKAGES = ("latex2mathml", "pydata-sphinx-theme", "sphinx-book-theme", "ziamath")


def source_digest():
    """Return a hash of this folder, of the style sheets, and of the packages it builds on.

    As a config value with ``rebuild="html"`` it makes Sphinx write every page again after a change;
    otherwise pages that are up to date would keep what an older version wrote.
    """
    digest = hashlib.sha256()
    for path in sorted(
        [*HERE.glob("*.py"), *HERE.glob("*.css"), *HERE.glob("*.js"), *STYLES.glob("*.css")]
    ):
        digest.update(path.read_bytes())
    for package in PACKAGES:
        digest.update(version(package).encode())
    return digest.hexdigest()


def copy_asset(app, name):
    """Copy the style sheet or script `name` into the book, before pages link it."""
    if app.builder.format == "html":
        static = Path(app.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        (static / name).write_bytes((HERE / name).read_bytes())


def setup(app):
    """Register with Sphinx."""
    # A changed extension changes this value, and with it every page is written again.
    app.add_config_value("book_sources", source_digest(), "html")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
