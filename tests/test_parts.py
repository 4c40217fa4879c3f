"""The parts of the flow's picture lead to chapters: not to the page itself, nor to one cut."""

from types import SimpleNamespace

import parts
import pytest
from matplotlib.figure import Figure

from qkvlib import Picture
from qkvlib.explorer.picture import to_html
from qkvlib.plots.flow import PARTS

TITLES = {
    "book/index": "But what?",
    "book/01_projections": "Projections: where from?",
    "book/02_scores": "Scores: how well?",
    "book/03_softmax": "Softmax & weights: why?",
}


def drawn(*names):
    figure = Figure()
    axes = figure.add_axes((0, 0, 1, 1))
    picture = Picture(figure, "Parts.", links=[(name, axes, 0, 0, 1, 1) for name in names])
    return to_html(picture.to_element())


def pointed(page, body):
    env = SimpleNamespace(
        found_docs=list(TITLES),
        titles={name: SimpleNamespace(astext=lambda t=title: t) for name, title in TITLES.items()},
    )
    builder = SimpleNamespace(get_relative_uri=lambda a, b: f"{b.rpartition('/')[2]}.html")
    context = {"body": body}
    parts.point(SimpleNamespace(env=env, builder=builder), page, None, context, None)
    return context["body"]


def test_every_part_of_the_picture_but_its_input_is_explained_somewhere():
    assert set(PARTS) - set(parts.EXPLAINED_IN) == {"embeddings"}


def test_a_part_leads_to_its_chapter_and_says_so():
    body = pointed("book/index", drawn("scores"))
    assert (
        '<a class="explore-link" href="02_scores.html" aria-label="scores: chapter 2, Scores">'
        in body
    )
    assert "<title>scores: chapter 2, Scores</title>" in body


@pytest.mark.parametrize(
    ("page", "part"),
    [("book/02_scores", "scores"), ("book/index", "embeddings"), ("book/index", "output")],
    ids=["to the page itself", "to no chapter", "to one that was cut"],
)
def test_some_lead_nowhere(page, part):
    assert "explore-link" not in pointed(page, drawn(part))


def test_the_tab_key_visits_a_chapter_once():
    body = pointed("book/index", drawn("query", "keys", "softmax"))
    assert [link.count('tabindex="-1"') for link in body.split("<a ")[1:]] == [0, 1, 0]
    assert "chapter 3, Softmax &amp; weights" in body


def test_a_picture_with_links_is_no_image_and_its_drawing_is_not_read_twice():
    assert 'role="group"' in drawn("scores") and 'role="img"' not in drawn("scores")


def test_links_are_on_the_figure():
    with pytest.raises(ValueError, match="links: axes that are not in the figure"):
        Picture("<p>7</p>", "Seven.", links=[("scores", None, 0, 0, 1, 1)])
