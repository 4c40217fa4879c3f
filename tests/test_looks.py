"""The way through the chapters, the page that is not there, the cards of shared links."""

import io
from types import SimpleNamespace

import chapters
import look
import matplotlib.image
import not_found
import opening
import pytest
import sharing
from docutils import nodes
from docutils.core import publish_doctree


def app(**config):
    names = {"book/index", "book/01_a", "book/02_b", "book/educators/notes/02_b"}
    config = {"html_baseurl": "", "html_title": "A & B", "root_doc": "book/index", **config}
    return SimpleNamespace(env=SimpleNamespace(found_docs=names), config=SimpleNamespace(**config))


def test_chapter_says_where_it_is_and_what_follows():
    sidebar = '<a class="reference internal" href="{}">B: why?</a>'
    context = {
        "body": "<section>",
        "prev": {"link": "index.html", "title": "Home: a start"},
        "next": {"link": "02_b.html", "title": "B: why <b>C</b>?"},
        "generate_toctree_html": sidebar.format,
    }
    chapters.show_way(app(), "book/01_a", "", context, None)
    assert context["body"].startswith(
        '<p class="chapter-mark">Chapter 1 of 2<span style="--way: 50%"'
    )
    assert context["prev"]["title"] == "Home: a start", "no chapter"
    assert context["next"]["title"] == (
        '<span class="name">2 B</span> <span class="question">Why <b>C</b>?</span>'
    )
    write = context["generate_toctree_html"]
    assert '<span class="no">2</span> B: why?' in write("02_b.html")
    assert '<span class="no">1</span> B: why?' in write("#"), "the page itself"
    assert write("reference/api.html") == sidebar.format("reference/api.html")


def test_notes_to_a_chapter_are_not_the_chapter():
    context = {"body": "", "next": {"link": "02_b.html", "title": "B"}, "prev": None}
    chapters.show_way(app(), "book/educators/notes/01_a", "", context, None)
    assert context == {"body": "", "next": {"link": "02_b.html", "title": "B"}, "prev": None}


@pytest.mark.parametrize(
    ("address", "start"),
    [("", "/"), ("https://a.github.io/b/", "/b/"), ("https://a.org/b/c", "/b/c/")],
)
def test_missing_page_starts_its_links_where_the_book_is(address, start):
    context = {"pathto": "{}.html".format}
    not_found.fill_page(app(html_baseurl=address), "404", "", context, None)
    assert f'<base href="{start}" />' in context["metatags"]
    assert 'href="book/index.html"' in context["body"]


def test_description_is_the_first_paragraph_of_the_text():
    def described(text):
        return sharing.first_paragraph(
            publish_doctree(f"T\n=\n\n{text}", settings_overrides={"doctitle_xform": False})
        )

    assert described("  A quote.\n\nThe *first* one.\n\nThe second.\n") == "The first one."
    assert described("") == ""
    assert len(described("word " * 99)) <= 200


def test_card_needs_an_address():
    alone = sharing.tags('"T"', "Say <this>", "Book", "", "a.html")
    assert alone == '\n<meta name="description" content="Say &lt;this&gt;" />'
    shared = sharing.tags('"T"', "", "Book", "https://a.org/b/", "a.html")
    assert '"og:title" content="&quot;T&quot;"' in shared
    assert '"og:url" content="https://a.org/b/a.html"' in shared
    assert f'"og:image" content="https://a.org/b/{sharing.PICTURE}"' in shared
    assert "description" not in shared.replace("og:description", ""), "none to give"


def test_card_is_drawn_where_pages_point_to_it(tmp_path):
    nowhere, known = app(), app(html_baseurl="https://a.org/")
    for book in (nowhere, known):
        book.outdir, book.builder = tmp_path, SimpleNamespace(format="html")
    (tmp_path / "_static").mkdir()
    sharing.write_card(nowhere, None)
    sharing.write_card(known, ValueError("a failed build"))
    assert not (tmp_path / sharing.PICTURE).exists()
    sharing.write_card(known, None)
    card = matplotlib.image.imread(io.BytesIO((tmp_path / sharing.PICTURE).read_bytes()))
    assert card.shape[:2] == sharing.SIZE[::-1]
    assert card[..., :3].std() > 0.1, "something is on it"


def test_contact_sheet_refuses_a_page_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match=r"pages: .* has no book/none\.html"):
        look.look(tmp_path, tmp_path, ["book/none.html"])


OPENS = "T\n=\n\n  Goals.\n\nIntro.\n\n"
PICTURE = ".. container:: cell\n\n  Map.\n\n"
SECTION = "S\n-\n\nEnd.\n\n"


def parts_of(page, text):
    """The kinds of a page's parts, once it opens with its picture."""
    doctree = publish_doctree(text, settings_overrides={"doctitle_xform": False})
    for cell in doctree.findall(nodes.container):
        cell["classes"].append("tag_picture-first")
    opening.show_first(SimpleNamespace(env=SimpleNamespace(docname=page)), doctree)
    return " ".join(type(part).__name__ for part in doctree[0])


def test_chapter_opens_with_its_picture():
    text = OPENS + PICTURE + SECTION
    assert parts_of("book/01_a", text) == "title paragraph container block_quote section"
    before = "title block_quote paragraph container section"
    assert parts_of("book/reference/a", text) == before, "no chapter"


def test_chapter_whose_picture_stands_in_a_section_opens_as_its_notebook():
    parts = parts_of("book/01_a", OPENS + SECTION + PICTURE)
    assert parts == "title block_quote paragraph section"
