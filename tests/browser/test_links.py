"""The address bar names a control's state, and such an address shows it."""

import re

import pytest
from conftest import SITE
from playwright.sync_api import expect
from the_book import chapter

PAGE = f"book/{chapter('scores')}.html"
PLACE = "#one-score-by-hand"
STATE = f"{PLACE}?query=puppy&key=mom"
IN_SIGHT = """root => {
  const controls = root.querySelector('.explore-controls').getBoundingClientRect();
  const picture = root.querySelector('.explore-picture').getBoundingClientRect();
  return controls.top >= 0 && picture.top < innerHeight;
}"""


def choose(panel, control, value):
    panel.get_by_role("group", name=control).get_by_label(value, exact=True).check()


def words(panel):
    return panel.locator(".explore-picture").get_attribute("aria-label")


def wait_for_hash(page, fragment):
    page.wait_for_function("fragment => location.hash == fragment", arg=fragment)


@pytest.fixture
def open_at(visit):
    """A function that opens a page at a fragment; gives the visit and a section's first explore."""

    def start(fragment="", path=PAGE, mode="light", home=None):
        opened = visit(f"{path}{fragment}", mode, home)
        return opened, opened.page.locator("section section .explore[data-controls]").first

    return start


@pytest.mark.parametrize("mode", ["light", "phone"])
@pytest.mark.parametrize("home", [None, SITE.as_uri()])
def test_a_moved_state_can_be_opened_again(open_at, mode, home):
    opened, panel = open_at(mode=mode, home=home)
    entries = opened.page.evaluate("history.length")
    choose(panel, "query", "puppy")
    choose(panel, "key", "mom")
    wait_for_hash(opened.page, STATE)
    assert opened.page.evaluate("history.length") == entries, "Back would not leave the page"
    shown = words(panel)
    again, panel = open_at(STATE, mode=mode, home=home)
    assert words(panel) == shown
    assert panel.evaluate(IN_SIGHT)
    assert opened.flaws == again.flaws == []


@pytest.mark.parametrize(
    ("values", "means"),
    [
        ("key=mom", "query=its&key=mom"),
        ("query=cat&key=mom", "query=its&key=mom"),
        ("query=puppy&color=red", "query=puppy&key=puppy"),
        ("query=puppy&query=mom", "query=puppy&key=puppy"),
    ],
)
def test_what_a_link_does_not_say_or_nobody_offers_stays_as_at_first(open_at, values, means):
    opened, panel = open_at(f"{PLACE}?{values}")
    shown = words(panel)
    wait_for_hash(opened.page, f"{PLACE}?{means}")
    assert opened.flaws == []
    _, panel = open_at(f"{PLACE}?{means}")
    assert words(panel) == shown


@pytest.mark.parametrize(
    "fragment", [f"{PLACE}?query=cat", f"{PLACE}?", f"{PLACE}?%E0%A4", "#gone?query=mom", "#%?a"]
)
def test_a_link_to_nothing_known_shows_the_first_state(open_at, fragment):
    opened, panel = open_at(fragment)
    assert "“its” times key of “puppy”" in words(panel)
    expect(panel.locator(".explore-reset")).to_be_disabled()
    assert opened.flaws == []


def test_numbers_are_plain_in_an_address(open_at):
    opened, _ = open_at()
    place = "#length-times-length-times-cosine"
    opened.page.locator(f"{place} input").first.press("ArrowRight")
    wait_for_hash(opened.page, f"{place}?angle=55&length=2.1")


def test_two_pictures_of_one_section_have_addresses_of_their_own(open_at):
    place = "#where-an-output-can-be"
    opened, panel = open_at(f"{place}.2?share=1", path=f"book/{chapter('output')}.html")
    second = opened.page.locator(f"{place} .explore[data-controls]").nth(1)
    assert second.locator("output").first.inner_text() == "1.00"
    expect(panel.locator(".explore-reset")).to_be_disabled()
    panel.locator("input[type=range]").press("End")
    wait_for_hash(
        opened.page, f"{place}?word=its&sharpness=16;{place[1:]}.2?share=1&sum_of_weights=1"
    )


def test_links_within_the_page_and_back(open_at):
    opened, panel = open_at()
    page, first = opened.page, words(panel)
    page.evaluate("address => { location.hash = address; }", STATE)
    expect(panel.locator(".explore-picture")).not_to_have_attribute("aria-label", first)
    shown = words(panel)
    page.evaluate("location.hash = '#exercises'")
    page.wait_for_function("document.querySelector('#exercises').getBoundingClientRect().top < 200")
    choose(panel, "query", "mom")
    wait_for_hash(page, f"{PLACE}?query=mom&key=mom")
    page.go_back()
    wait_for_hash(page, STATE)
    expect(panel.locator(".explore-picture")).to_have_attribute("aria-label", shown)
    assert panel.evaluate(IN_SIGHT)
    assert opened.flaws == []


def test_reset_leaves_the_sections_own_anchor(open_at):
    opened, panel = open_at(STATE)
    panel.locator(".explore-reset").click()
    wait_for_hash(opened.page, PLACE)
    assert "“its” times key of “puppy”" in words(panel)


def test_an_address_is_written_after_the_last_move_only(open_at):
    opened, panel = open_at()
    panel.evaluate("""() => {
      window.written = 0;
      const replace = history.replaceState.bind(history);
      history.replaceState = (...given) => { window.written += 1; replace(...given); };
    }""")
    for value in ("puppy", "followed", "its", "mom"):
        choose(panel, "query", value)
    wait_for_hash(opened.page, f"{PLACE}?query=mom&key=puppy")
    assert opened.page.evaluate("window.written") < 4


def test_the_theme_still_marks_the_section_that_is_read(open_at):
    opened, _ = open_at(STATE)
    opened.page.locator("#exercises > h2").evaluate("heading => heading.scrollIntoView()")
    expect(opened.page.locator("a.active")).to_have_text(re.compile("Exercises"))
    opened.page.evaluate(f"location.hash = '{PLACE}'")
    expect(opened.page.locator("a.active")).to_have_text(re.compile("One score by hand"))


OTHER = "#length-times-length-times-cosine"
BOTH = f"{OTHER}?angle=55&length=2.1;{STATE[1:]}"


def test_an_address_names_every_picture_that_is_moved(open_at):
    opened, panel = open_at()
    choose(panel, "query", "puppy")
    choose(panel, "key", "mom")
    wait_for_hash(opened.page, STATE)
    opened.page.locator(f"{OTHER} input").first.press("ArrowRight")
    wait_for_hash(opened.page, BOTH)
    shown = words(panel)
    again, panel = open_at(BOTH)
    assert words(panel) == shown
    assert again.page.locator(f"{OTHER} output").first.inner_text() == "55°"
    wait_for_hash(again.page, BOTH)
    panel.locator(".explore-reset").click()
    wait_for_hash(again.page, BOTH.split(";")[0])


def test_back_at_an_address_without_a_state_shows_the_start(open_at):
    opened, panel = open_at("#exercises")
    first = words(panel)
    opened.page.evaluate("address => { location.hash = address; }", STATE)
    expect(panel.locator(".explore-picture")).not_to_have_attribute("aria-label", first)
    opened.page.go_back()
    wait_for_hash(opened.page, "#exercises")
    expect(panel.locator(".explore-picture")).to_have_attribute("aria-label", first)
    opened.page.go_forward()
    expect(panel.locator(".explore-picture")).not_to_have_attribute("aria-label", first)


def test_a_link_to_a_section_leaves_the_pictures_as_they_are(open_at):
    opened, panel = open_at(STATE)
    shown = words(panel)
    opened.page.evaluate("location.hash = '#exercises'")
    opened.page.wait_for_timeout(500)
    assert words(panel) == shown


def test_an_address_that_was_encoded_again_still_leads_there(open_at):
    _, panel = open_at(STATE)
    shown = words(panel)
    encoded = STATE.replace("?", "%3F").replace("&", "%26").replace("=", "%3D")
    _, panel = open_at(encoded)
    assert words(panel) == shown
