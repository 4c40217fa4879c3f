"""Every page, in light, dark and on a phone: nothing broken, nothing foreign, nothing hidden."""

import pytest
from conftest import MODES, PAGES, SITE, violations

EVERY = [*PAGES, "404.html", "search.html", "genindex.html"]
# The teaching notes have one form, the API's pages too: one stands for all, but on a phone.
ALIKE = [p for form in ("/notes/", "/api") for p in [path for path in PAGES if form in path][:-1]]
DIFFERENT = [path for path in PAGES if path not in ALIKE]
IN_ALL_MODES = pytest.mark.parametrize(
    ("path", "mode"),
    [(path, mode) for mode in MODES for path in EVERY if mode == "phone" or path not in ALIKE],
)

UNFOLD = """document.querySelectorAll('main details').forEach(fold => {
  fold.removeAttribute('name');
  fold.open = true;
})"""
# The modes differ in colors and in width: what is no color is checked on the phone's page.
COLORS = {"runOnly": ["color-contrast"]}
NO_COLORS = {"rules": {"color-contrast": {"enabled": False}}}


def overflow(page):
    """Pixels by which a page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@IN_ALL_MODES
def test_page_is_sound(visit, path, mode):
    opened = visit(path, mode)
    page = opened.page
    assert overflow(page) <= 0
    page.evaluate(UNFOLD)
    page.evaluate("Promise.all(document.getAnimations().map(fade => fade.finished))")
    assert overflow(page) <= 0, "something folded is too wide"
    assert opened.flaws == []
    # After the look at the console: axe asks for the style sheets again.
    rules = COLORS if mode != "phone" else {} if path in ALIKE else NO_COLORS
    assert violations(page, **rules) == []


def test_flaws_are_found(visit):
    page = visit(PAGES[0]).page
    page.evaluate("document.querySelector('main').append(new Image())")
    page.add_style_tag(content="main p { color: #eee !important; background: white; }")
    assert {rule for rule, _ in violations(page)} >= {"image-alt", "color-contrast"}


@pytest.mark.parametrize("path", DIFFERENT)
def test_math_is_set_without_a_script(visit, path):
    page = visit(path, java_script_enabled=False, mode="light").page
    text = page.locator("main").inner_text()
    assert "\\(" not in text and "\\[" not in text


@pytest.mark.parametrize("path", DIFFERENT)
def test_page_works_from_a_file(visit, path):
    opened = visit(path, home=SITE.as_uri())
    assert opened.flaws == []
