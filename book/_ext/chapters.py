"""Sphinx extension: where a reader is on the way through the chapters, and where it leads.

Chapters speak of each other by number, so numbers stand where titles are listed: in the sidebar and
in the links to the pages before and after. Above a chapter's title stands how far along it is. So
every page is made again where the way itself has changed, which Sphinx would not notice.
"""

import posixpath
import re
from pathlib import Path

CHAPTER = re.compile(r"book/(\d\d_\w+)")  # the name of its page
LINK = re.compile(r'(<a class="[^"]*" href="([^"]*)">)([^<]*)')
MARK = '<p class="chapter-mark">Chapter {} of {}<span style="--way: {:.0%}"></span></p>\n'


def chapters_of(pages):
    """Return those pages that are chapters, in their order."""
    return [page for page in sorted(pages) if CHAPTER.fullmatch(page)]


def read_again(app, env, added, changed, removed):
    """Return all pages where `_toc.yml` has changed: each holds its part of it."""
    toc = (Path(app.srcdir) / "_toc.yml").read_text(encoding="utf-8")
    before, env.toc_file = getattr(env, "toc_file", toc), toc
    return [] if toc == before else list(env.found_docs)


def write_again(app, env):
    """Return all pages where a title has changed: each names the others."""
    titles = {page: title.astext() for page, title in env.titles.items()}
    before, env.titles_listed = getattr(env, "titles_listed", titles), titles
    return [] if titles == before else list(env.found_docs)


def show_way(app, pagename, templatename, context, doctree):
    """Number the links of a page, and mark it if it is a chapter."""
    chapters = chapters_of(app.env.found_docs)
    numbers = {name: number for number, name in enumerate(chapters, 1)}

    def number_of(link):
        target = posixpath.join(posixpath.dirname(pagename), link) if link != "#" else pagename
        return numbers.get(posixpath.normpath(target.removesuffix(".html")))

    def numbered(found):
        number = number_of(found[2])
        return f'{found[1]}<span class="no">{number}</span> {found[3]}' if number else found[0]

    write = context.get("generate_toctree_html")  # the theme's; absent where it lists nothing
    if write:
        context["generate_toctree_html"] = lambda *a, **k: LINK.sub(numbered, str(write(*a, **k)))
    for place in filter(None, (context.get("prev"), context.get("next"))):
        if number := number_of(place["link"]):
            place["title"] = signpost(number, place["title"])
    if number := numbers.get(pagename):
        context["body"] = (
            MARK.format(number, len(chapters), number / len(chapters)) + context["body"]
        )


def forget_pages(app, exception):
    """Remove pages that an earlier build wrote and that are no part of the book now."""
    if exception is None and app.builder.format == "html":
        for page in Path(app.outdir, "book").rglob("*.html"):
            name = page.relative_to(app.outdir).with_suffix("").as_posix()
            if name not in app.env.found_docs:
                page.unlink()


def signpost(number, title):
    """Return a chapter's title ("Scores: how ...?") as its number and name, and its question."""
    name, colon, question = title.partition(": ")
    question = (
        f'<span class="question">{question[:1].upper()}{question[1:]}</span>' if colon else ""
    )
    return f'<span class="name">{number} {name}</span> {question}'.rstrip()


def setup(app):
    """Register with Sphinx."""
    app.connect("env-get-outdated", read_again)
    app.connect("env-updated", write_again)
    app.connect("html-page-context", show_way, priority=800)  # after the theme's functions
    app.connect("build-finished", forget_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
