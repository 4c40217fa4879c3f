"""Sphinx extension: plain Markdown links reach a term of the glossary, and a wrong one is found.

Chapters are read without Sphinx too, so they write `[score](reference/glossary.md#term-score)` and
not a role. MyST checks what follows `#` against a page's headings only; here the terms join them.
"""

from docutils import nodes


def add_terms(app, doctree):
    """Let links find the terms that this page defines."""
    slugs = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for term in doctree.findall(nodes.term):
        for name in term["ids"]:
            slugs[name] = (term.line, name, term.astext())


def setup(app):
    """Register with Sphinx."""
    app.connect("doctree-read", add_terms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
