"""Sphinx extension: search still finds a glossary's terms after a page has been built again.

Sphinx learns the entries of its search index while it writes pages, but saves what it knows before
that. The next build, which writes a few pages only, would forget the terms of all others.
"""

import pickle
from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME


def setup(app):
    """Register with Sphinx."""
    app.connect("build-finished", save_again)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def save_again(app, exception):
    """Save what is known now that all pages are written."""
    if exception is None and app.builder.format == "html":
        path = Path(app.doctreedir, ENV_PICKLE_FILENAME)
        path.write_bytes(pickle.dumps(app.env, pickle.HIGHEST_PROTOCOL))
