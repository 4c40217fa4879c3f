"""Sphinx extension: a cell that proves an answer stands in the answer's fold, and opens with it.

The cell has the tag `answer` and follows the Markdown of the fold, `<details>…</details>`, whose
end it takes with it. In Jupyter a fold ends with its cell of text; there this one is collapsed.
"""

from docutils import nodes
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


def join_answers(app, doctree):
    """Move cells with the tag into the folds before them; one that follows none is a warning."""
    for cell in list(doctree.findall(nodes.container)):
        if "tag_answer" in cell.get("classes", ()):
            place = cell.parent.index(cell)
            end = cell.parent[place - 1] if place else None
            if isinstance(end, nodes.raw) and end.astext().strip() == "</details>":
                cell.parent.remove(end)
                cell.parent.insert(place, end)
            else:
                LOGGER.warning("an answer's cell must follow its fold", location=cell)


def setup(app):
    """Register with Sphinx."""
    app.connect("doctree-read", join_answers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
