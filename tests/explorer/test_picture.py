"""A picture: inline SVG that a page can theme, words, a table."""

import base64
import re
import xml.etree.ElementTree as ET

import pytest
from matplotlib.figure import Figure

from qkvlib.explorer.picture import Picture, to_html
from qkvlib.explorer.svg import figure_to_svg

AREA = ("a", Figure().add_subplot(), 0, 0, 1, 1)  # of another figure


@pytest.fixture
def figure():
    figure = Figure(figsize=(4, 2))
    axes = figure.add_subplot()
    axes.plot([1, 2, 3], color="#0072b2", marker="o")
    axes.bar([0, 1], [1, 2], hatch="//", color="#d55e00")
    axes.set_title("Weights < 1", fontweight="bold")
    return figure


def test_colors_are_variables_with_the_color_as_fallback(figure):
    markup = to_html(figure_to_svg(figure))
    assert "var(--c-0072b2,#0072b2)" in markup
    assert not re.search(r"(?<!,)#[0-9a-f]{6}", markup), "a color that no theme can change"
    root = figure_to_svg(figure).get("style")
    assert root == "fill:var(--c-000000,#000000)", "text that does not name its color"


def test_text_stays_text(figure):
    texts = ["".join(t.itertext()) for t in figure_to_svg(figure).iter("text")]
    assert "Weights < 1" in texts


def test_ids_are_used_and_prefixed(figure):
    svg = figure_to_svg(figure, "x7-")
    ids = {e.get("id") for e in svg.iter() if e.get("id")}
    used = set(re.findall(r"#(x7-[\w-]+)", to_html(svg)))
    assert ids and ids == used


def test_a_color_beside_a_reference_stays_a_color():
    figure = Figure()
    figure.add_subplot().bar([0], [1], hatch="//", color="#d55e00", edgecolor="#5c6370")
    markup = to_html(figure_to_svg(figure, "x7-"))
    assert "var(--c-5c6370,#5c6370)" in markup and "#x7-5c6370" not in markup


def test_the_same_figure_gives_the_same_bytes(figure):
    assert to_html(figure_to_svg(figure)) == to_html(figure_to_svg(figure))


def test_it_is_at_most_half_of_matplotlibs_own(figure, tmp_path):
    figure.savefig(tmp_path / "own.svg")
    assert len(to_html(figure_to_svg(figure))) < (tmp_path / "own.svg").stat().st_size / 2


def test_figure_is_an_image_with_words_and_a_table(figure):
    picture = Picture(figure, "Two bars.", [("", "a"), ("row", "1")], "Look.")
    view = picture.to_element()
    image = view.find("div[@role='img']")
    assert image.get("aria-label") == repr(picture) == "Two bars."
    assert view.find("p").text == "Look."
    assert [c.text for c in view.findall(".//tbody/tr/td")] == ["1"]
    assert [(c.text, c.get("scope")) for c in view.iter("th")] == [("a", "col"), ("row", "row")]


def test_html_is_a_group_since_it_may_hold_things_to_focus():
    view = Picture("<button>7</button>", "Seven.").to_element()
    assert view.find("div[@role='group']/div/button").text == "7"


def test_names_in_html_are_its_own_on_a_page_with_many_pictures():
    field = '<label><input type="radio" name="n" aria-labelledby="a"/><b id="a">7</b></label>'
    markup = to_html(Picture(field, "Seven.").to_element("x7-"))
    assert 'name="x7-n"' in markup and 'aria-labelledby="x7-a"' in markup and 'id="x7-a"' in markup


def test_a_style_stands_beside_the_drawing_and_is_not_escaped():
    picture = Picture("<b>7</b>", "Seven.", style="p > b { color: red }")
    markup = to_html(picture.to_element())
    assert markup.startswith('<div class="explore-view"><style>p > b { color: red }</style>')


def test_where_styles_are_dropped_words_and_table_stand_for_the_drawing():
    picture = Picture("<b>7</b>", "Seven.", [("", "a"), ("row", "1")], style="b { color: red }")
    html = picture._repr_mimebundle_()["text/html"]
    assert "<p>Seven.</p>" in html and "<td>1</td>" in html
    assert "<b>" not in html and "<style>" not in html


def test_outside_a_page_the_figure_is_one_img(figure):
    html = Picture(figure, "Two bars.")._repr_mimebundle_()["text/html"]
    data = re.search(r"data:image/svg\+xml;base64,([^\"]+)", html).group(1)
    assert ET.fromstring(base64.b64decode(data)).tag == "{http://www.w3.org/2000/svg}svg"
    assert 'alt="Two bars."' in html


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((3, "x"), TypeError, "content: int; expected"),
        (("<p>1</p>", " "), ValueError, "alt"),
        (("<p>1</p>", "x", [("a",), (1,)]), TypeError, "table"),
        (("<p>1</p>", "x", [("a",), ("b", "c")]), ValueError, "rows of unequal"),
        (("<p>1</p>", "x", (), "", "", (Figure().add_subplot(), 0, 0)), ValueError, "handle"),
        ((Figure(), "x", (), "", "", (Figure().add_subplot(), 0, 0)), ValueError, "handle"),
        (("<p>1</p>", "x", (), "", "", None, [AREA]), ValueError, "choices"),
        ((Figure(), "x", (), "", "", None, [AREA]), ValueError, "choices"),
    ],
)
def test_bad_pictures_are_refused(arguments, error, says):
    with pytest.raises(error, match=says):
        Picture(*arguments)


def test_html_that_is_not_well_formed_is_refused():
    with pytest.raises(ValueError, match="not well-formed"):
        Picture("<p>1", "One.").to_element()


def two():
    figures = Figure(figsize=(4, 2)), Figure(figsize=(4, 3))
    return figures, [figure.add_axes((0, 0, 1, 1)) for figure in figures]


def test_figures_side_by_side_are_one_picture_with_one_text():
    figures, (left, right) = two()
    picture = Picture(figures, "Two.", handle=(right, 0, 0), choices=[("a", left, 0, 0, 1, 1)])
    view = picture.to_element("x-")
    seen = view.find("div")
    assert seen.attrib == {"class": "explore-picture", "role": "img", "aria-label": "Two."}
    drawings = seen.findall("svg")
    assert [drawing.get("viewBox") for drawing in drawings] == ["0 0 288 144", "0 0 288 216"]
    for axes, drawing in ((left, drawings[0]), (right, drawings[1])):
        assert picture.drawing_of(axes, view) is drawing


def test_as_images_the_first_of_them_has_the_words():
    figures, _ = two()
    images = Picture(figures, "Two.").to_image_element().findall("img")
    assert [image.get("alt") for image in images] == ["Two.", ""]


def test_nothing_but_figures_stands_side_by_side():
    with pytest.raises(TypeError, match="content: tuple; expected"):
        Picture((Figure(), "<p>1</p>"), "Two.")


def test_a_subscript_is_set_as_one():
    figure = Figure(figsize=(2, 1))
    figure.text(0.1, 0.5, "W_Q and W_K of num_heads")
    (text,) = Picture(figure, "Words.").to_element().iter("text")
    assert "".join(text.itertext()) == "WQ and WK of num_heads"
    assert [span.text for span in text if span.get("font-size")] == ["Q", "K"]
