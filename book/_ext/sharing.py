"""Sphinx extension: what search engines and messengers show of a page.

Every page describes itself by its first paragraph. A link that is shared becomes a card with a
picture, where the book's address is known: who draws cards takes absolute addresses only.
"""

import io
import textwrap
from html import escape
from pathlib import Path

from docutils import nodes

PICTURE = "_static/card.png"
SIZE = (1200, 630)  # pixels, what the services ask for


def first_paragraph(doctree):
    """Return the first paragraph that stands in the text itself, in at most 200 characters."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            return textwrap.shorten(paragraph.astext(), 200, placeholder=" …")
    return ""


def tags(title, description, book, address, page):
    """Return the meta elements of a page; `address` is where the book is published, or empty."""
    named = {"description": description} if description else {}
    cards = {}
    if address:
        address = address.rstrip("/")
        cards = {
            "og:title": title,
            "og:description": description,
            "og:site_name": book,
            "og:type": "article",
            "og:url": f"{address}/{page}",
            "og:image": f"{address}/{PICTURE}",
        }
        named["twitter:card"] = "summary_large_image"
    lines = [f'<meta name="{name}" content="{escape(text)}" />' for name, text in named.items()]
    lines += [f'<meta property="{key}" content="{escape(text)}" />' for key, text in cards.items()]
    return "".join(f"\n{line}" for line in lines)


def add_tags(app, pagename, templatename, context, doctree):
    """Put the meta elements into the head of a page."""
    if doctree is not None:
        title = doctree.next_node(nodes.title)
        context["metatags"] += tags(
            title.astext() if title else app.config.html_title,
            first_paragraph(doctree),
            app.config.html_title,
            app.config.html_baseurl,
            f"{pagename}.html",
        )


def draw_card(title):
    """Return the card's picture as a PNG file: the book's own example, beside its title."""
    from matplotlib.figure import Figure
    from matplotlib.image import imread
    from qkvlib import attention_weights, examples, plots, project

    q, k, v = (project(examples.X, w) for w in (examples.W_Q, examples.W_K, examples.W_V))
    weights = attention_weights(q, k)[examples.TOKENS.index(examples.ASKER)]
    names = examples.TOKENS, examples.FEATURES
    picture = plots.mixture(weights, v, *names, query=examples.ASKER).content
    drawn = io.BytesIO()
    picture.savefig(drawn, dpi=620 / picture.get_figwidth(), format="png", facecolor="white")
    drawn.seek(0)
    drawn = imread(drawn)
    card = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, facecolor="white")
    card.figimage(drawn, 530, (SIZE[1] - drawn.shape[0]) // 2)
    card.text(0.05, 0.5, title.replace(", ", ",\n"), size=44, va="center", linespacing=1.4)
    file = io.BytesIO()
    card.savefig(file, format="png")
    return file.getvalue()


def write_card(app, exception):
    """Draw the card's picture, if pages point to it."""
    if exception is None and app.builder.format == "html" and app.config.html_baseurl:
        Path(app.outdir, PICTURE).write_bytes(draw_card(app.config.html_title))


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", add_tags)
    app.connect("build-finished", write_card)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
