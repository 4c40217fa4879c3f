"""Sphinx extension: a search that knows formulas, and needs nothing but its own page.

Sphinx's index drops *its* as too common, cuts QKᵀ and W_Q to pieces, and fetches every page that it
shows an excerpt of, which a page opened from a disk may not. Here the text of each section and of
each term of the glossary goes into one script, and `search.js` reads it through: so few sections
need no index. Left out are code, its outputs, and what is folded away, which are answers.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from assets import copy_asset
from latex_to_text import latex_to_text

SCRIPT, TEXTS = "search.js", "search_sections.js"
PAGE = "search"
SKIPPED = (addnodes.toctree, addnodes.index, nodes.literal_block, nodes.doctest_block, nodes.raw)
INLINE = (nodes.Inline, nodes.Text)
# What a name begins with, and how much what stands there counts; the first that fits.
WEIGHTS = ((r"book/\d\d_", 1.5), (r"book/(index|educators/)|.*/api", 0.6), (r"", 1))


def sections(doctree):
    """List (anchor, heading, text, whether a term) of sections, terms and documented names."""
    found = []
    for node in doctree.findall(lambda node: isinstance(node, OPENS)):
        if isinstance(node, nodes.section):
            found.append((node["ids"][0], node.next_node(nodes.title).astext(), text(node), 0))
        elif isinstance(node, addnodes.desc) and node[0].get("ids"):
            found.append((node[0]["ids"][0], node[0]["ids"][0], text(node[-1]), 0))
        elif isinstance(node, nodes.definition_list_item) and node[0].get("ids"):
            found.append((node[0]["ids"][0], node[0].astext(), text(node[-1]), 1))
    return found


OPENS = (nodes.section, addnodes.desc, nodes.definition_list_item)


def text(node):
    """What one reads in a node before anything is unfolded, without the sections inside it."""
    return re.sub(r"\s+", " ", "".join(words(node.children))).strip()


def words(children):
    """Give the words of nodes that stand beside one another."""
    depth = 0  # of folds, which begin and end in pieces of HTML
    for node in children:
        if isinstance(node, nodes.raw):
            depth += node.astext().count("<details") - node.astext().count("</details")
        if depth or isinstance(node, SKIPPED) or is_apart(node):
            continue
        if isinstance(node, nodes.math | nodes.math_block):
            yield latex_to_text(node.astext())
        elif isinstance(node, nodes.Text):
            yield node.astext()
        else:
            yield from words(node.children)
        yield "" if isinstance(node, INLINE) else " "


def is_apart(node):
    """Whether a node is a cell, a title, or is listed on its own."""
    if isinstance(node, nodes.definition_list_item):
        return bool(node[0].get("ids"))
    listed = isinstance(node, nodes.section | nodes.title | addnodes.desc)
    return listed or "cell" in node.get("classes", ()) if isinstance(node, nodes.Element) else False


def collect(app, doctree):
    """Keep what this page says."""
    kept(app.env)[app.env.docname] = sections(doctree)


def kept(env):
    """What all pages say, by name."""
    if not hasattr(env, "search_sections"):
        env.search_sections = {}
    return env.search_sections


def merge(_, env, docnames, other):
    """Take over what another process has read."""
    kept(env).update((name, found) for name, found in kept(other).items() if name in docnames)


def without_index(app):
    """Let Sphinx make no index; its page of results stays, with another script."""
    if app.builder.format == "html":
        app.builder.search = False
        copy_asset(app, SCRIPT)


def pages(app):
    """Give Sphinx the page of results."""
    if app.builder.format == "html":
        yield PAGE, {}, "search.html"


def add_scripts(app, pagename, templatename, context, doctree):
    """Load texts and search on the page of results alone."""
    if pagename == PAGE:
        for script in (TEXTS, SCRIPT):
            app.add_js_file(script, loading_method="defer")


def write(app, exception):
    """Write the texts of all pages."""
    if exception is None and app.builder.format == "html":
        listed = [
            [app.builder.get_target_uri(name), weight(name), found]
            for name, found in sorted(kept(app.env).items())
            if found
        ]
        script = f"const PAGES = {json.dumps(listed, ensure_ascii=False, separators=(',', ':'))};\n"
        Path(app.outdir, "_static", TEXTS).write_text(script, encoding="utf-8")


def weight(name):
    """How much the words of a page count."""
    return next(value for start, value in WEIGHTS if re.match(start, name))


def setup(app):
    """Register with Sphinx."""
    app.setup_extension("assets")
    app.connect("builder-inited", without_index)
    app.connect("doctree-read", collect, priority=900)  # when all parts stand where they belong
    app.connect("env-purge-doc", lambda _, env, name: kept(env).pop(name, None))
    app.connect("env-merge-info", merge)
    app.connect("html-collect-pages", pages)
    app.connect("html-page-context", add_scripts)
    app.connect("build-finished", write)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
