"""A picture whose parts can be clicked: each chooses a value of a control."""

import pytest
from conftest import PAGES, SITE, violations, write_page
from matplotlib.figure import Figure
from playwright.sync_api import expect
from serve import serve

from qkvlib import Control, Picture

CHOOSABLE = [path for path in PAGES if "data-choose" in (SITE / path).read_text()]
assert CHOOSABLE
WORDS = ("one", "two", "three")
MENU = tuple("abcdefgh")


def draw(word, n, letter, flag):
    figure = Figure(figsize=(4, 2))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 4), ylim=(0, 2))
    axes.plot(WORDS.index(word) + 0.5, 0.5, marker="o")
    areas = [(word, axes, i, 0, 1, 1) for i, word in enumerate(WORDS)]
    areas += [(8, axes, 0, 1, 1, 1), ("c", axes, 1, 1, 1, 1)]
    areas += [(value, axes, 2 + value, 1, 1, 1) for value in (False, True)]
    areas += [({"word": "two", "n": 8}, axes, 3, 0, 0.5, 1), ({"none": 1}, axes, 3, 0, 1, 1)]
    return Picture(figure, f"{word}, {n}, {letter}, {flag}.", choices=areas)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A page with a control of each kind, and areas of a square inch that choose among them."""
    folder = tmp_path_factory.mktemp("choose")
    controls = {"word": WORDS, "n": [7, 8], "letter": MENU, "flag": Control(True)}
    write_page(folder, draw, **controls)
    with serve(folder) as home:
        yield home


@pytest.fixture
def panel(home, visit, request):
    opened = visit("page.html", getattr(request, "param", "light"), home=home)
    yield opened.page.locator(".explore")
    assert opened.flaws == []


def words(panel):
    return panel.locator(".explore-picture").get_attribute("aria-label")


def area(panel, number):
    return panel.locator(".explore-choice").nth(number)


def test_a_click_moves_the_control_and_the_picture(panel):
    area(panel, 2).click()
    expect(panel.get_by_label("three", exact=True)).to_be_checked()
    assert words(panel) == "three, 7, a, True."


@pytest.mark.parametrize("panel", ["phone"], indirect=True)
def test_so_does_a_finger(panel):
    area(panel, 1).tap()
    expect(panel.get_by_label("two", exact=True)).to_be_checked()
    assert words(panel) == "two, 7, a, True."


def test_every_kind_of_control_is_moved(panel):
    for number in (3, 4, 5):
        area(panel, number).click()
    assert words(panel) == "one, 8, c, False."
    assert panel.locator("output").inner_text() == "8"
    area(panel, 6).click()
    assert words(panel) == "one, 8, c, True."


def test_an_area_may_move_several_controls(panel):
    assert panel.locator(".explore-choice").count() == 8, "nor is there one for no control"
    area(panel, 7).click()
    assert words(panel) == "two, 8, a, True."


def test_a_choice_is_said_linked_and_undone(panel):
    area(panel, 1).click()
    panel.page.wait_for_function("location.hash == '#here?word=two&n=7&letter=a&flag=on'")
    expect(panel.locator(".explore-announce")).to_have_text("two, 7, a, True.")
    panel.get_by_role("button", name="Reset").click()
    assert words(panel) == "one, 7, a, True."


def test_a_click_beside_the_areas_moves_nothing(panel):
    box = panel.locator("svg").bounding_box()
    panel.page.mouse.click(box["x"] + box["width"] * 0.95, box["y"] + box["height"] * 0.9)
    assert words(panel) == "one, 7, a, True."


def test_what_can_be_clicked_looks_so(panel):
    part = area(panel, 1)
    assert part.evaluate("part => getComputedStyle(part).cursor") == "pointer"
    assert part.evaluate("part => getComputedStyle(part).stroke") == "none"
    assert float(part.evaluate("part => getComputedStyle(part).fillOpacity")) > 0, "before the hand"
    part.hover()
    assert part.evaluate("part => getComputedStyle(part).stroke") != "none"


def test_who_reads_by_ear_or_keys_has_the_control_and_no_second_way(panel):
    """The areas are part of one image: no stop for Tab, nothing to be read."""
    assert violations(panel.page, ".explore") == []
    tree = panel.aria_snapshot()
    assert 'img "one, 7, a, True."' in tree and 'radio "two"' in tree
    assert panel.locator("svg :is([tabindex], [role])").count() == 0
    panel.locator(".explore-choice").evaluate_all("parts => parts.forEach(part => part.remove())")
    assert panel.aria_snapshot() == tree


def test_without_a_script_or_on_paper_nothing_looks_as_if_it_could_be_clicked(home, visit):
    still = visit("page.html", home=home, java_script_enabled=False).page
    expect(still.locator(".explore-choice").first).to_be_hidden()
    paper = visit("page.html", home=home).page
    expect(paper.locator(".explore-choice").first).to_be_visible()
    paper.emulate_media(media="print")
    expect(paper.locator(".explore-choice").first).to_be_hidden()


def dead(page):
    """Areas that lead nowhere, or are too small for a finger."""
    for panel in page.locator(".explore:has(.explore-choice)").all():
        seen = set()
        for part in panel.locator(".explore-choice").all():
            part.scroll_into_view_if_needed()
            box = part.bounding_box()
            panel.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            seen.add(words(panel))
            if min(box["width"], box["height"]) < 24:
                yield f"small: {words(panel)}"
        if len(seen) < panel.locator(".explore-choice").count():
            yield f"dead: {words(panel)}"


@pytest.mark.parametrize("mode", ["light", "phone"])
@pytest.mark.parametrize("path", CHOOSABLE)
def test_every_part_of_the_book_that_can_be_clicked_chooses(visit, path, mode):
    opened = visit(path, mode)
    opened.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert list(dead(opened.page)) == []
    assert opened.flaws == []


WRONG = {
    "dead": ".explore-choice:first-of-type { pointer-events: none }",
    "small": ".explore-choice { height: 5px }",
}


@pytest.mark.parametrize("kind", WRONG)
def test_an_area_that_is_dead_or_small_is_found(visit, kind):
    page = visit(CHOOSABLE[0], "phone").page
    page.add_style_tag(content=WRONG[kind])
    assert any(flaw.startswith(kind) for flaw in dead(page))
