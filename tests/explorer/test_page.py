"""The markup of a page, and the errors that name their place."""

import json
import re
import xml.etree.ElementTree as ET

import pytest
from matplotlib.figure import Figure

from qkvlib import Control, Picture, explore
from qkvlib.explorer import ExploreError, mode
from qkvlib.explorer import page as page_module


@pytest.fixture
def building(monkeypatch):
    monkeypatch.setenv(mode.PAGE_VARIABLE, "book/99_test")


def numbers(n, word="a", flag=False):
    return Picture(f"<p>{n}{word}{flag}</p>", alt=f"{n} {word} {flag}.")


def html(*arguments, **controls):
    return explore(*arguments, **controls)._repr_mimebundle_()["text/html"]


def tree(*arguments, **controls):
    """The markup as a tree, after closing HTML's empty inputs."""
    return ET.fromstring(re.sub(r"<(input[^>]*)>", r"<\1/>", html(*arguments, **controls)))


def test_three_controls_at_once_in_native_elements(building):
    root = tree(numbers, n=[1, 2, 3], word=["a", "b"], flag=True)
    kinds = [c.get("data-control") for c in root.iter() if c.get("data-control")]
    assert kinds == ["slider", "choice", "switch"]
    assert [i.get("type") for i in root.iter("input")] == ["range", "radio", "radio", "checkbox"]


def test_every_control_has_a_name_and_says_its_value(building):
    root = tree(numbers, n=Control([0.5, 1], unit=" s"), word=["a", "b"])
    slider = root.find(".//input[@type='range']")
    assert slider.get("aria-valuetext") == root.find(".//output").text == "0.5 s"
    assert root.find(f".//label[@for='{slider.get('id')}']").text == "n"
    assert root.find(".//fieldset/legend").text == "word"


def test_eight_choices_become_a_menu(building):
    root = tree(lambda c: Picture(f"<p>{c}</p>", c), c=list("abcdefgh"))
    assert [o.text for o in root.iter("option")] == list("abcdefgh")
    root = tree(lambda c: Picture(f"<p>{c}</p>", c), c=list("abcdefg"))
    assert [i.get("type") for i in root.iter("input")] == ["radio"] * 7


def test_a_drawings_style_is_in_the_page_once(building):
    root = tree(lambda n: Picture(f"<p>{n}</p>", str(n), style="p { color: red }"), n=[1, 2, 3])
    assert [style.text for style in root.iter("style")] == ["p { color: red }"]


@pytest.mark.parametrize("layout", [None, "tight"])
def test_a_ring_lies_on_the_mark_that_is_the_handle(building, layout):
    def draw(n):
        figure = Figure(figsize=(4, 2), dpi=200, layout=layout)
        axes = figure.add_subplot()
        axes.set_aspect("equal")
        axes.plot([0, 3], [0, 2])
        axes.plot([n], [2], marker="o")
        return Picture(figure, f"{n}.", handle=(axes, n, 2))

    root = tree(draw, n=[1, 2])
    *_ticks, mark = root.iter("use")
    ring = root.find(".//circle[@class='explore-ring']")
    assert float(ring.get("cx")) == pytest.approx(float(mark.get("x")), abs=0.06)
    assert float(ring.get("cy")) == pytest.approx(float(mark.get("y")), abs=0.06)
    assert root.find(".//p[@class='explore-hint']").text == "Or drag the ring."


def test_only_a_page_has_rings_and_only_where_there_is_a_handle(building):
    figure = Figure()
    picture = Picture(figure, "One.", handle=(figure.add_subplot(), 0, 0))
    assert "explore-ring" not in picture._repr_mimebundle_()["text/html"]
    root = tree(numbers, n=[1, 2])
    assert root.find(".//p[@class='explore-hint']") is None


def choosable(**bounds):
    """A drawing whose axes have these bounds, with three areas: two for words, one for a number."""

    def draw(**state):
        figure = Figure(figsize=(4, 2))  # 288 × 144 points
        axes = figure.add_axes((0, 0, 1, 1), **bounds)
        choices = [("a", axes, 0, 0, 1, 1), ("b", axes, 2, 1, 1, 0.5), (7, axes, 3, 1, 1, 1)]
        return Picture(figure, f"{state}.", choices=choices)

    return draw


def areas(root):
    return {area.get("data-choose"): area for area in root.iter("rect") if area.get("data-choose")}


@pytest.mark.parametrize(
    ("bounds", "places"),
    [
        ({"xlim": (0, 4), "ylim": (0, 2)}, [(0, 72, 72, 72), (144, 36, 72, 36)]),
        ({"xlim": (0, 4), "ylim": (2, 0)}, [(0, 0, 72, 72), (144, 72, 72, 36)]),
        ({"xlim": (4, 0), "ylim": (2, 0)}, [(216, 0, 72, 72), (72, 72, 72, 36)]),
    ],
)
def test_an_area_to_click_lies_where_the_figure_says(building, bounds, places):
    found = areas(tree(choosable(**bounds), word=["a", "b"]))
    assert list(found) == ["0 0", "0 1"], "no control offers 7"
    assert {area.get("fill") for area in found.values()} == {"none"}, "black without a style sheet"
    sides = [
        [float(area.get(side)) for side in ("x", "y", "width", "height")] for area in found.values()
    ]
    assert sides == [list(place) for place in places]


def test_an_area_moves_the_first_control_that_offers_its_value(building):
    draw = choosable(xlim=(0, 4), ylim=(0, 2))
    root = tree(draw, n=[5, 7], word=["b", "c"], other=["a", "b"])
    assert list(areas(root)) == ["2 0", "1 0", "0 1"]
    assert len(root.findall(".//p[@class='explore-hint']")) == 1
    assert root.find(".//p[@class='explore-hint']").text == "Or choose in the picture."


def test_only_a_page_has_areas_to_click_and_only_where_a_control_offers_them(building):
    draw = choosable(xlim=(0, 4), ylim=(0, 2))
    assert "explore-choice" not in draw()._repr_mimebundle_()["text/html"]
    root = tree(draw, word=["c", "d"])
    assert areas(root) == {} and root.find(".//p[@class='explore-hint']") is None


def test_the_page_loads_in_the_starting_state(building):
    root = tree(numbers, n=Control([1, 2, 3], start=2), word=["a", "b"], flag=True)
    assert root.find(".//div[@role='group']").get("aria-label") == "2 a True."
    assert root.find(".//input[@type='range']").get("value") == "1"
    assert root.find(".//input[@role='switch']").get("checked") is not None


def test_without_a_script_controls_are_hidden_and_the_picture_is_there(building):
    root = tree(numbers, n=[1, 2])
    assert root.find("div[@class='explore-controls']").get("hidden") is not None
    assert root.find(".//div[@role='group']/div/p").text == "1aFalse"


def test_buttons_have_names_and_only_what_may_play_has_one(building):
    root = tree(numbers, n=Control([1, 2, 3], play=True), word=["a", "b"])
    buttons = {b.text: (b.get("aria-label"), b.get("disabled")) for b in root.iter("button")}
    assert buttons == {"Play": ("Play n", None), "Reset": ("Reset n, word", "")}
    assert root.find(".//div[@data-control='slider']/button").text == "Play"


def test_the_script_knows_how_an_address_names_each_state(building):
    root = tree(numbers, n=Control([-1, 2], start=2, unit="°"), flag=True)
    data = json.loads(root.find("script").text)
    assert (data["names"], data["starts"]) == (["n", "flag"], [1, 1])
    assert data["keys"] == [["-1", "2"], ["off", "on"]]


def test_data_cannot_end_its_script_element(building):
    markup = html(lambda n: Picture(f"<p><b>{'</b><b>' * n}</b></p>", "x"), n=[0, 1])
    data = markup.split('class="explore-data">')[1].split("</script>")[0]
    assert "</" not in data
    assert json.loads(data)["texts"] == [["0", "1"]]


def test_a_bare_figure_is_described_by_its_state(building):
    markup = html(lambda n: Figure(figsize=(1, n)), n=[1, 2])
    assert 'aria-label="Picture at n=1."' in markup


def test_an_object_with_html_will_do(building):
    class Html:
        def _repr_html_(self):
            return "<b>7</b>"

    assert "<b>7</b>" in html(lambda n: Html(), n=[1, 2])


def test_too_many_states_name_page_cell_and_count(building):
    with pytest.raises(
        ExploreError, match=r"book/99_test, no cell: 3,000 states \(n 1000 × m 3\).*800"
    ):
        html(lambda n, m: None, n=range(1000), m=[1, 2, 3])


def test_too_many_bytes_are_refused(building, monkeypatch):
    monkeypatch.setattr(page_module, "MAX_KILOBYTES", 0)
    with pytest.raises(ExploreError, match=r"book/99_test.*2 states take .* KB gzipped"):
        html(numbers, n=[1, 2])


def test_an_error_in_draw_names_the_values_that_caused_it(building):
    with pytest.raises(
        ExploreError, match=r"draw failed at n=0, word='b': ZeroDivisionError: division"
    ):
        html(lambda n, word: numbers(1 / n if word == "b" else n), n=[1, 0], word=["a", "b"])


@pytest.mark.parametrize(
    ("arguments", "controls", "error", "says"),
    [
        ((3,), {"n": [1, 2]}, TypeError, "draw: int; expected a function"),
        ((numbers,), {}, ValueError, "controls: none; expected at least one"),
        ((numbers,), {"n": [1]}, ValueError, "control 'n'"),
    ],
)
def test_bad_calls_are_refused(arguments, controls, error, says):
    with pytest.raises(error, match=says):
        explore(*arguments, **controls)


def test_an_area_may_choose_for_several_controls(building):
    def drawn(n, word):
        figure = Figure(figsize=(4, 2))
        axes = figure.add_axes((0, 0, 1, 1))
        both, foreign, unknown = {"word": "b", "n": 2}, {"n": 9}, {"place": 1}
        areas = [(value, axes, 0, 0, 1, 1) for value in (both, foreign, unknown)]
        return Picture(figure, f"{n} {word}.", choices=areas)

    root = tree(drawn, n=[1, 2], word=["a", "b"])
    chosen = [area.get("data-choose") for area in root.iter("rect") if area.get("data-choose")]
    assert chosen == ["1 1 0 1"], "what is not offered is not there"


def test_a_subscript_in_the_name_of_a_control_is_set_as_one(building):
    label = tree(numbers, n=Control([1, 2], label="d_model")).find(".//label")
    assert (label.text, label[0].tag, label[0].text) == ("d", "sub", "model")
    assert len(tree(numbers, n=Control([1, 2], label="num_heads")).find(".//label")) == 0
