"""Sphinx extension: the theme's page without what the book does not use, and without its flaws.

The theme stays as it is installed. Scripts and styles that Sphinx collects are dropped from the
page's context; what the theme's templates write is edited in the finished page (`EDITS`), through
Sphinx's own seam for that, the template bridge.
"""

import re

from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.util import logging

from assets import copy_asset
from light_icons import write_icons

LOGGER = logging.getLogger(__name__)
STYLE = "light_page.css"

# What a file or an inline script is for: it stays only on pages where the pattern occurs.
NEVER = re.compile(r"(?!)")
TOGGLE = re.compile(r'class="[^"]*\b(?:toggle|dropdown)\b')
WIDGET = re.compile(r"application/vnd\.jupyter\.widget-view")
NEEDED_BY = {
    "thebe": NEVER,  # live code from a server of a third party
    "sphinx_highlight": NEVER,  # marks what Sphinx's own search has found
    "copybutton": re.compile(r'<div class="highlight'),
    "clipboard.min.js": re.compile(r'<div class="highlight'),
    "togglebutton": TOGGLE,
    "toggleHint": TOGGLE,
    "toggleOpenOnPrint": TOGGLE,
    "design-tabs": re.compile(r'class="[^"]*\bsd-tab-set\b'),
    "sphinx-design": re.compile(r'class="[^"]*\bsd-'),
    "mystnb": re.compile(r'class="[^"]*\bcell'),
    "/require.": WIDGET,
    "html-manager": WIDGET,
    "widget-state": WIDGET,
}

ON_PAPER = """const onPaper = ({ type, matches = type === "beforeprint" }) => {
      const { dataset } = document.documentElement;
      if (matches === "screen" in dataset) return;
      [dataset.screen, dataset.theme] = matches ? [dataset.theme, "light"] : ["", dataset.screen];
      if (!matches) delete dataset.screen;
    };
    matchMedia("print").addEventListener("change", onPaper);
    for (const type of ["beforeprint", "afterprint"]) addEventListener(type, onPaper);"""

# Private windows and frames of learning platforms refuse storage; the theme would end there.
STAND_IN = """try { localStorage } catch {
      const kept = new Map();
      const getItem = (key) => kept.get(key) ?? null, setItem = (key, text) => kept.set(key, text);
      const value = { getItem, setItem };
      Object.defineProperty(window, "localStorage", { value });
    }"""

# (pattern, replacement): flaws of the theme's page that no option or style mends.
EDITS = [
    # 530 KB gzipped that draw about ten icons; the icons come from a small font (light_icons).
    (r"\s*<!-- So that users can add custom icons -->", ""),
    (r"\s*<script[^>]*/fontawesome\.js[^>]*></script>", ""),
    # A style whose one line imports another: link that one, and save a round trip.
    (r"styles/theme\.css\?[^\"]*", "basic.css"),
    # Without a script the page is light; with one it has its colors from the start.
    (r'(<html[^>]*) data-theme="auto"', r"\1"),
    (
        r'(getItem\("theme"\) \|\|) "auto"',
        r'\1 (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")',
    ),
    (r'(<script data-cfasync="false">)', rf"\1\n    {STAND_IN}"),
    # Paper is white: printed from the dark, a page is light as long as that takes.
    (r'(dataset\.theme = localStorage\.getItem\("theme"\)[^;]*;)', r"\1 " + ON_PAPER),
    # Hidden from screen readers, as that script did.
    (
        r'<(i|span) class="((?:theme-switch )?fa[srb]? |(?:theme-switch )?fa-)',
        r'<\1 aria-hidden="true" class="\2',
    ),
    # The theme's script binds the first menu button of the page, which is one that no width shows;
    # the buttons that a reader sees did nothing.
    (
        r'<button class="pst-navbar-icon sidebar-toggle (?:primary|secondary)-toggle".*?</button>',
        "",
    ),
    # Everything on a page belongs to a landmark; the sidebar with the book's title had none.
    (r'(<div id="pst-primary-sidebar")', r'\1 role="complementary" aria-label="Sidebar"'),
    # The switch that unfolds a part of the contents had no name.
    (
        r'(reference internal" href="[^"]*">\s*([^<]*?)\s*</a><details[^>]*><summary)>',
        r'\1 aria-label="Pages of: \2">',
    ),
    # For paper: a second title, and a list of sections without page numbers. And a place for ads.
    (r'<div id="jb-print-docs-body".*?(?=<div id="searchbox">)', ""),
    (r'<div id="ethical-ad-placement".*?</div>', ""),
    # On a page that stands in for others, a place on the page is not where links start.
    (r'(<base .*?href=")(#main-content)', r"\g<1>404.html\2"),
    # A bibliography is a list; its entries had a role that ARIA has withdrawn.
    (r'role="doc-biblioentry"', 'role="listitem"'),
    # The theme's search asks Sphinx's index, which this book does not make (search_sections).
    (r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>', ""),
    # Thebe's settings in the text of the page.
    (r'\s*<script type="text/x-thebe-config">.*?</script>\s*<script>kernelName = .*?</script>', ""),
]
# The theme's script fails where a page has notes in the margin but no list of contents beside it.
FOOTER = '<footer class="bd-footer-content'
NO_CONTENTS = '<div class="bd-sidebar-secondary d-none"></div>'


class LightPages(BuiltinTemplateLoader):
    """Renders pages as Sphinx does, then edits them."""

    def render(self, template, context):
        """Return the page as text."""
        page = super().render(template, context)
        for pattern, replacement in EDITS:
            page = re.sub(pattern, replacement, page, flags=re.DOTALL)
        if "bd-sidebar-secondary" not in page:
            page = page.replace(FOOTER, NO_CONTENTS + FOOTER)
        return page


def drop_unused(app, pagename, templatename, context, doctree):
    """Drop the scripts and styles that this page has no use for."""
    body = context.get("body", "")

    def used(asset):
        attributes = getattr(asset, "attributes", {}).values()
        name = " ".join(map(str, [getattr(asset, "filename", asset), *attributes]))
        return all(pattern.search(body) for part, pattern in NEEDED_BY.items() if part in name)

    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context[kind] if used(asset)]
    context["default_mode"] = "auto"  # empty, the theme's script reports it as an error


def finish(app, exception):
    """Cut the icons of the theme down to those on the pages; an unknown icon is a warning."""
    if exception is None and app.builder.format == "html":
        for name, page in write_icons(app.outdir):
            LOGGER.warning("%s: no icon is named %s", page, name, type="light_page")


def setup(app):
    """Register with Sphinx."""
    app.add_css_file(STYLE, priority=900)
    app.config.template_bridge = "light_page.LightPages"
    app.setup_extension("assets")
    app.connect("builder-inited", lambda app: copy_asset(app, STYLE))
    # Late, after the theme and all extensions have added theirs.
    app.connect("html-page-context", drop_unused, priority=900)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
