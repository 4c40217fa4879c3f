"""Sphinx extension: a chapter opens with its picture; what it gives and asks for stands below.

In the notebook that block follows the title, where who plans a lesson finds it. On a page it would
push the picture from the first screen.
"""

from docutils import nodes

from chapters import CHAPTER


def show_first(app, doctree):
    """Move the block below the first picture, if that comes before the first section."""
    top = next(iter(doctree.findall(nodes.section)), None)
    if top is None or not CHAPTER.fullmatch(app.env.docname):
        return
    block = next((part for part in top if isinstance(part, nodes.block_quote)), None)
    pictures = (part for part in top if "tag_picture-first" in part.get("classes", ()))
    picture = next(pictures, None)
    if block is not None and picture is not None:
        top.remove(block)
        top.insert(top.index(picture) + 1, block)


def setup(app):
    """Register with Sphinx."""
    app.connect("doctree-read", show_first)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
