"""A control whose states somebody else draws: the same control, asked for what it shows."""

import re

import pytest
from conftest import violations, write_page
from matplotlib.figure import Figure
from playwright.sync_api import expect
from serve import serve

from qkvlib import Control, Picture
from qkvlib.explorer.asked import Asked
from qkvlib.explorer.controls import read_controls

CONTROLS = {"across": Control([0.0, 0.5, 1.0]), "word": ["a", "b"]}


def draw(across, word, off=0.0):
    """A point that goes from left to right; `off`: as after an edit, it lies elsewhere."""
    figure = Figure(figsize=(4, 3))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-1, 2), ylim=(0, 3))
    axes.plot(across + off, 1, marker="o")
    return Picture(figure, f"{across:.2f}, {word}.", handle=(axes, across + off, 1))


# A source that answers when it is told to, with what this file's `draw` draws.
HAND_IN = """([finer, isSame]) => {
  const root = document.querySelector(".explore");
  const parse = (html) => new DOMParser().parseFromString(html, "text/html").body.firstChild;
  window.asked = [];
  const ask = async (positions) => {
    asked.push(positions);
    if (window.held) await new Promise((free) => { window.free = free; });
    const { html, texts } = await drawn(positions);
    return { seen: parse(html), texts };
  };
  window.handIn = (detail) =>
    root.dispatchEvent(new CustomEvent("explore-source", { bubbles: true, detail }));
  handIn({ ask, finer, isSame, said: "Drawn now." });
}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    write_page(folder, draw, **CONTROLS)
    with serve(folder) as home:
        yield home


@pytest.fixture
def panel(home, visit):
    opened = visit("page.html", home=home)
    controls = read_controls(CONTROLS)
    shifted = Asked(lambda **state: draw(**state, off=0.3), controls)
    opened.page.expose_function("drawn", shifted.at)
    yield opened.page.locator(".explore")
    assert opened.flaws == []


def says(panel):
    return panel.locator(".explore-picture").get_attribute("aria-label")


def test_the_control_shows_what_is_drawn_when_it_asks(panel):
    page, slider = panel.page, panel.locator("input[type=range]")
    before = panel.locator(".explore-picture svg").inner_html()
    page.evaluate(HAND_IN, [[10, 1], False])
    expect(panel.locator(".explore-hint").last).to_have_text("Drawn now.")
    page.wait_for_function("asked.length === 1")
    page.wait_for_function(
        "before => document.querySelector('svg').innerHTML !== before", arg=before
    )
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(panel.locator(".explore-picture")).to_have_attribute("aria-label", "0.50, a.")
    panel.get_by_label("b", exact=True).check()
    expect(panel.locator(".explore-picture")).to_have_attribute("aria-label", "0.50, b.")
    page.wait_for_function("document.querySelector('.explore-announce').textContent === '0.50, b.'")
    assert page.evaluate("asked") == [[0, 0], [1, 0], [1, 1]], "nothing is asked twice"
    assert page.evaluate("location.hash") == "#here?across=0.5&word=b"
    assert violations(page, ".explore") == []


def test_what_already_is_seen_is_not_asked_for(panel):
    panel.page.evaluate(HAND_IN, [[10, 1], True])
    panel.page.wait_for_timeout(100)
    assert panel.page.evaluate("asked") == []


def test_requests_that_are_stale_are_dropped_and_the_latest_is_shown(panel):
    page = panel.page
    page.evaluate(HAND_IN, [[10, 1], True])
    page.evaluate("window.held = true")
    slider = panel.locator("input[type=range]")
    slider.evaluate("""field => {
      field.dispatchEvent(new PointerEvent("pointerdown"));
      for (let at = 1; at <= 15; at++) {
        field.value = at / 10;
        field.dispatchEvent(new InputEvent("input", {bubbles: true}));
      }
    }""")
    page.evaluate("window.held = false; free()")
    expect(panel.locator(".explore-picture")).to_have_attribute("aria-label", "0.75, a.")
    assert page.evaluate("asked") == [[0.1, 0], [1.5, 0]]
    expect(panel.locator("output")).to_have_text("0.75")
    page.evaluate("handIn({said: 'Gone.'})")
    expect(panel.locator("output")).to_have_text("1.0")


def test_a_ring_follows_the_hand_between_the_states_of_the_build(panel):
    page = panel.page
    page.evaluate(HAND_IN, [[10, 1], False])
    page.wait_for_function("asked.length === 1")
    ring = panel.locator(".explore-ring")
    unit = ring.evaluate("ring => ring.getScreenCTM().a") * 96  # of the axes, in pixels
    box = ring.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for part, text in ((0.2, "0.20"), (0.5, "0.5"), (0.7, "0.70")):
        page.mouse.move(x + part * unit, y)
        expect(panel.locator("output")).to_have_text(text)
        now = ring.bounding_box()
        assert now["x"] + now["width"] / 2 == pytest.approx(x + part * unit, abs=2)
    page.mouse.up()


def test_without_its_source_it_shows_the_states_of_the_build_and_says_so(panel):
    page = panel.page
    built = panel.locator(".explore-picture svg").evaluate("svg => svg.outerHTML")
    panel.locator("details").evaluate_all("folds => folds.length")
    page.evaluate(HAND_IN, [[10, 1], False])
    page.wait_for_function("asked.length === 1")
    page.evaluate("window.held = true")
    panel.locator("input[type=range]").press("ArrowRight")
    page.evaluate("handIn({said: 'Gone.'}); free()")
    page.wait_for_timeout(100)
    assert says(panel) == "0.50, a.", "the position stays"
    expect(panel.locator(".explore-hint").last).to_have_text("Gone.")
    panel.locator("input[type=range]").press("ArrowLeft")
    assert panel.locator(".explore-picture svg").evaluate("svg => svg.outerHTML") == built
    assert page.evaluate("asked") == [[0, 0], [1, 0]]


def leading(across, word):
    """A picture with two links."""
    figure = draw(across, word).content
    axes = figure.axes[0]
    links = [("one", axes, 0, 0, 1, 1), ("other", axes, 1, 2, 1, 1)]
    return Picture(figure, f"{across:.2f}, {word}.", links=links)


def test_links_lead_where_the_book_has_pointed_them(visit, tmp_path):
    write_page(tmp_path, leading, **CONTROLS)
    file = tmp_path / "page.html"
    text = file.read_text().replace(
        'href="#one" aria-label="one"', 'href="1.html" aria-label="one: 1"'
    )
    file.write_text(re.sub(r'<a class="explore-link" href="#other".*?</a>', "", text))
    with serve(tmp_path) as home:
        page = visit("page.html", home=home).page
        page.expose_function("drawn", Asked(leading, read_controls(CONTROLS)).at)
        page.evaluate(HAND_IN, [[10, 1], True])
        page.locator("input[type=range]").press("ArrowRight")
        picture = page.locator(".explore-picture")
        expect(picture).to_have_attribute("aria-label", "0.50, a.")
        links = page.locator(".explore-link")
        assert links.evaluate_all("all => all.map(a => a.getAttribute('href'))") == ["1.html"]
