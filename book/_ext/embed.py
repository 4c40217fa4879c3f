"""Sphinx extension: `?embed` in a page's address takes one part of it into a frame elsewhere.

The script that does it is fetched only then.
"""

from assets import copy_asset
from chapters import CHAPTER

SCRIPT = "embed.js"
# Written while the head is read, so that nothing of the page is seen before.
ASK = """
<script>/[?&]embed\\b/.test(location.search) && document.head.append(
  Object.assign(document.createElement("script"), {{ src: "{}" }}))</script>
"""


def ask(app, pagename, templatename, context, doctree):
    """Let a chapter's page look at its address."""
    if CHAPTER.fullmatch(pagename):
        script = context["pathto"](f"_static/{SCRIPT}", resource=True)
        context["metatags"] = context.get("metatags", "") + ASK.format(script)


def setup(app):
    """Register with Sphinx."""
    app.setup_extension("assets")
    app.connect("builder-inited", lambda app: copy_asset(app, SCRIPT))
    app.connect("html-page-context", ask)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
