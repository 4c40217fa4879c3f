"""Sphinx extension: ``404.html``, which hosts show in place of a page that is not there.

It appears at any depth below where the book is published, so its links start from there.
"""

from urllib.parse import urlsplit

BODY = """<h1>There is no such page</h1>
<p>It may have moved. <a href="{}">Start at the first page</a>, choose a chapter beside this
text, or <a href="{}">search</a>.</p>
"""


def add_page(app):
    """Give Sphinx one more page to write."""
    yield "404", {"title": "There is no such page", "body": ""}, "page.html"


def fill_page(app, pagename, templatename, context, doctree):
    """Write the page's text, and where its links start."""
    if pagename == "404":
        start = urlsplit(app.config.html_baseurl).path.rstrip("/")
        context["metatags"] = context.get("metatags", "") + f'\n<base href="{start}/" />'
        to = context["pathto"]
        context["body"] = BODY.format(to(app.config.root_doc), to("search"))


def setup(app):
    """Register with Sphinx."""
    app.connect("html-collect-pages", add_page)
    app.connect("html-page-context", fill_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
