"""Pages for who reads in another way: few pixels, own colors, wide spacing, right to left."""

import pytest
from conftest import PAGES
from the_book import chapter

PAGE = f"book/{chapter('scores')}.html"
NARROW = {"viewport": {"width": 320, "height": 640}}  # 1280 pixels at 400 %
# What WCAG 1.4.12 asks a page to bear.
SPACED = """
* { line-height: 1.5 !important; letter-spacing: .12em !important }
* { word-spacing: .16em !important }
p { margin-bottom: 2em !important }
"""
BEYOND = """() => [...document.querySelectorAll('main *')]
  .filter(part => part.getBoundingClientRect().left < -1)
  .map(part => part.outerHTML.slice(0, 80))"""
WIDER = "document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_320_pixels(visit, path):
    assert visit(path, **NARROW).page.evaluate(WIDER) <= 0


@pytest.mark.parametrize("mode", ["light", "phone"])
def test_text_may_be_spaced(visit, mode):
    page = visit(PAGE, mode).page
    page.add_style_tag(content=SPACED)
    assert page.evaluate(WIDER) <= 0


def test_what_is_chosen_shows_in_colors_of_the_readers_own(visit):
    page = visit(PAGE, forced_colors="active").page
    chosen, other = (
        page.locator(f"fieldset.explore-control input{state} + span").first.evaluate(
            "part => getComputedStyle(part).backgroundColor"
        )
        for state in (":checked", ":not(:checked)")
    )
    assert chosen != other


def test_a_picture_has_the_readers_ink_in_their_colors(visit):
    page = visit(PAGE, forced_colors="active", color_scheme="dark").page
    ink = page.locator(".explore").first.evaluate(
        "part => { part.style.color = 'var(--c-000000)'; return getComputedStyle(part).color }"
    )
    assert ink == page.evaluate("getComputedStyle(document.body).color")


def test_code_formulas_and_pictures_stay_upright_from_right_to_left(visit):
    page = visit(PAGE).page
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.locator("p").first.evaluate("part => getComputedStyle(part).direction") == "rtl"
    for part in ("pre", ".explore-picture", ".math", ".explore-numbers table"):
        style = page.locator(f".bd-article {part}").first.evaluate(
            "part => [getComputedStyle(part).direction, getComputedStyle(part).textAlign]"
        )
        assert style[0] == "ltr", part
        assert part != "pre" or style[1] == "left"
    assert page.evaluate(BEYOND) == []


# Selects all of a formula, or only its first sign, and copies.
COPIED = """(formula) => {
  const selection = getSelection(), given = new DataTransfer();
  selection.selectAllChildren(formula);
  document.dispatchEvent(new ClipboardEvent('copy', { clipboardData: given, cancelable: true }));
  return given.getData('text/plain');
}"""


def test_a_formula_that_is_copied_is_latex(visit):
    page = visit(PAGE).page
    line = page.locator("p:has(.math)").first
    latex = line.locator(".math").first.get_attribute("data-tex")
    copied = line.evaluate(COPIED)
    assert f"${latex}$" in copied
    assert len(copied.splitlines()) == 1, "no line for each sign"
    assert line.locator(".math mi").first.evaluate(COPIED) == f"${latex}$"
    assert page.locator("p:not(:has(.math))").first.evaluate(COPIED) == "", "the browser's own copy"
    display = page.locator(".math-box").first
    assert display.evaluate(COPIED).startswith("$$")
