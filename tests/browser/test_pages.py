"""Every page, in light, dark and on a phone: nothing broken, nothing foreign, nothing hidden."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import MODES, PAGES, SITE

ALL = pytest.mark.parametrize("path", [*PAGES, "search.html", "genindex.html"])
IN_ALL_MODES = pytest.mark.parametrize("mode", MODES)


@ALL
@IN_ALL_MODES
def test_page_is_sound(visit, path, mode):
    opened = visit(path, mode)
    page = opened.page
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, f"{overflow} px wider than the window"
    violations = Axe().run(page).response["violations"]
    assert not violations, [
        (v["id"], v["help"], [node["html"][:120] for node in v["nodes"][:3]]) for v in violations
    ]
    assert opened.flaws == []


@pytest.mark.parametrize("path", PAGES)
def test_page_is_sound_with_everything_unfolded(visit, path):
    opened = visit(path, "phone")
    page = opened.page
    page.evaluate(
        "document.querySelectorAll('main details')"
        ".forEach(d => { d.removeAttribute('name'); d.open = true; })"
    )
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    violations = Axe().run(page).response["violations"]
    assert not violations, [(v["id"], v["nodes"][0]["html"][:120]) for v in violations]
    assert opened.flaws == []


@pytest.mark.parametrize("path", PAGES)
def test_math_is_set_without_a_script(visit, path):
    page = visit(path, java_script_enabled=False, mode="light").page
    text = page.locator("main").inner_text()
    assert "\\(" not in text and "\\[" not in text


@pytest.mark.parametrize("path", PAGES)
def test_page_works_from_a_file(visit, path):
    opened = visit(path, home=SITE.as_uri())
    assert opened.flaws == []
