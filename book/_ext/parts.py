"""Sphinx extension: a part of the picture of the flow leads to the chapter that explains it."""

import html
import re

from chapters import chapters_of

EXPLAINED_IN = {
    "query": "projections",
    "keys": "projections",
    "values": "projections",
    "scores": "scores",
    "scaling": "scaling",
    "masking": "masking",
    "softmax": "softmax",
    "weights": "softmax",
    "output": "output",
    "heads": "multi_head",
}
LINK = re.compile(r'<a class="explore-link" href="#(\w+)" aria-label="\w+">(.*?)</a>')


def point(app, pagename, templatename, context, doctree):
    """Point the parts of a page's pictures to their chapters; not to itself, nor to one cut."""
    pages = chapters_of(app.env.found_docs)
    page_of = {page.split("_", 1)[1]: page for page in pages}
    seen = set()

    def lead(found):
        part, area = found.groups()
        page = page_of.get(EXPLAINED_IN.get(part))
        if page in (None, pagename):
            return ""
        name = app.env.titles[page].astext().partition(":")[0]
        words = html.escape(f"{part}: chapter {pages.index(page) + 1}, {name}")
        # The Tab key visits a chapter once, however many parts lead to it.
        skip = ' tabindex="-1"' if page in seen else ""
        seen.add(page)
        target = html.escape(app.builder.get_relative_uri(pagename, page))
        return (
            f'<a class="explore-link" href="{target}" aria-label="{words}"{skip}>'
            f"<title>{words}</title>{area}</a>"
        )

    if "body" in context:
        context["body"] = LINK.sub(lead, context["body"])


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", point)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
