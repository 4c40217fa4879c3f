"""One picture or one exercise of a page, in a frame of another site."""

import re

import pytest
from conftest import MODES, SITE, violations
from playwright.sync_api import expect
from the_book import chapter

PAGE = f"book/{chapter('scores')}.html"


@pytest.fixture
def lines(visit):
    """The lines that make frames, as `?embed` shows them, by whether they hold an exercise."""
    opened = visit(f"{PAGE}?embed")
    shown = opened.page.locator(".embed-line")
    shown.first.wait_for()
    found = {True: [], False: []}
    for line in shown.all():
        cell = line.locator("xpath=preceding-sibling::*[1]").get_attribute("class").split()
        found["is-exercise" in cell].append(line.inner_text())
    assert opened.flaws == []
    return found


def address(line):
    """Where a line's frame comes from, below the site."""
    return re.search(r'src="[^"]*/(book/[^"]+)"', line)[1]


def test_each_picture_and_each_exercise_has_a_line(lines):
    markup = (SITE / PAGE).read_text(encoding="utf-8")
    assert len(lines[False]) == markup.count('class="explore"')
    assert len(lines[True]) == len(re.findall('class="cell[^"]* is-exercise', markup))


def test_a_picture_moves_in_a_frame_that_may_do_little(visit, lines, site):
    picture = lines[False][0]
    opened = visit("404.html")
    opened.page.set_content(picture.replace("<iframe", '<iframe sandbox="allow-scripts"'))
    frame = opened.page.frame_locator("iframe")
    shown = frame.locator(".explore-picture:visible")
    expect(shown).to_have_count(1, timeout=20_000)
    before = shown.get_attribute("aria-label")
    frame.locator(".explore-controls:visible").get_by_label("puppy").check()
    expect(shown).not_to_have_attribute("aria-label", before)
    home = frame.get_by_role("link", name="Scores")
    assert home.get_attribute("href").endswith(f"#{address(picture).split('=')[1]}")
    assert home.get_attribute("target") == "_blank"


def test_what_is_seen_fits_the_height_that_the_line_gives(visit, lines):
    for line in lines[True] + lines[False]:
        height = int(re.search(r'height="(\d+)"', line)[1])
        page = visit(address(line), viewport={"width": 720, "height": height}).page
        assert page.evaluate("document.documentElement.scrollHeight") <= height, line


def test_an_exercise_has_its_task_and_its_hint_and_no_solution(visit, lines):
    page = visit(address(lines[True][0])).page
    expect(page.locator("main strong", has_text="One score.")).to_be_visible()
    expect(page.locator("summary:visible", has_text="Hint")).to_be_visible()
    expect(page.locator(".is-exercise:visible", has_text="your turn")).to_be_visible()
    for other in ("All scores.", "Show a solution", "Write the function"):
        expect(page.get_by_text(other).first).to_be_hidden()


@pytest.mark.parametrize("mode", MODES)
def test_it_is_sound_alone(visit, lines, mode):
    for line in (lines[False][0], lines[True][0]):
        opened = visit(address(line), mode)
        assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(opened.page) == [] and opened.flaws == []


def test_an_address_with_a_state_shows_it(visit, lines):
    opened = visit(address(lines[False][1]))
    section = opened.page.locator("section[id]", has=opened.page.locator(".explore:visible"))
    state = f"#{section.last.get_attribute('id')}?query=mom&key=its"
    opened = visit(address(lines[False][1]) + state)
    shown = opened.page.locator(".explore-picture:visible")
    expect(shown).to_have_attribute("aria-label", re.compile("mom"))


def test_a_part_that_is_not_there_is_said(visit):
    opened = visit(f"{PAGE}?embed=cell-none")
    expect(opened.page.get_by_text('This page has no part "cell-none".')).to_be_visible()
    expect(opened.page.get_by_role("heading", level=1)).to_be_visible()


def test_without_the_word_nothing_is_fetched(visit):
    page = visit(f"{PAGE}?utm_source=embedded-site").page
    assert page.locator("script[src*=embed]").count() == 0
