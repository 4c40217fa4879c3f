"""What a page has of the workbench before anybody works: little, quiet, kept apart from paper."""

import gzip
import re

import pytest
from conftest import MODES, PAGES, SITE, violations
from playwright.sync_api import expect
from the_book import chapter

PAGE = f"book/{chapter('scores')}.html"
FIRST, PRINTS, EXERCISE = "#cell-bea83278", "#cell-62783cad", "#cell-f0109af2"
ADDED = ("workbench.js", "workbench.css")


def compressed(data):
    return len(gzip.compress(data, 9))


def weight(page, added):
    """Bytes by which a page is heavier than without: its scripts, its style, its own text."""
    without = re.sub(
        rb'<meta name="workbench"[^>]*>|<[^>]*/workbench[^>]*>| id="cell-\w+"', b"", page
    )
    return compressed(page) - compressed(without) + sum(map(compressed, added))


def test_page_weighs_at_most_13_kilobytes_more():
    page = (SITE / PAGE).read_bytes()
    added = [(SITE / "_static" / name).read_bytes() for name in ADDED]
    assert 2_000 < weight(page, added) < 13_000
    assert weight(page, [*added, bytes(range(256)) * 20 + page[:40_000]]) > 13_000


def test_code_on_the_page_is_the_notebooks(visit):
    import nbformat

    notebook = nbformat.read(SITE.parents[1] / PAGE.replace(".html", ".ipynb"), as_version=4)
    cells = {f"cell-{c.id}": c.source for c in notebook.cells if c.cell_type == "code"}
    page = visit(PAGE, java_script_enabled=False).page
    shown = page.locator("div.cell[id]").evaluate_all(
        "cells => cells.map(cell => [cell.id, cell.querySelector('pre').textContent.trimEnd()])"
    )
    assert dict(shown) == cells


def test_a_page_that_is_a_file_says_where_code_would_run(visit):
    opened = visit(PAGE, home=SITE.as_uri())
    opened.page.locator(f"{FIRST} .wb-run").click()
    said = opened.page.locator(f"{FIRST} .wb-said")
    expect(said).to_contain_text("file")
    expect(said).to_contain_text("make serve")
    assert opened.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert opened.flaws == []


def test_a_plain_build_asks_the_official_server_at_the_click_and_names_what_does_not_come(visit):
    page, asked = visit(PAGE).page, []

    def refuse(route):
        asked.append(route.request.url)
        route.abort()

    page.context.route(lambda url: url.startswith("https:"), refuse)
    page.locator(f"{FIRST} .wb-run").hover()
    page.wait_for_timeout(300)
    assert asked == []
    page.locator(f"{FIRST} .wb-run").click()
    said = page.locator(f"{FIRST} .wb-said")
    expect(said).to_contain_text("did not come")
    assert asked, said.inner_text()
    assert all(url.startswith("https://cdn.jsdelivr.net/pyodide/v") for url in asked)


def test_nothing_moves_when_one_reaches_for_a_cell(visit):
    page = visit(PAGE).page
    below = "document.querySelector('#one-score-by-hand > h2').offsetTop"
    before = page.evaluate(below)
    page.locator(FIRST).hover()
    page.locator(f"{FIRST} .wb-edit").click()
    page.locator(f"{FIRST} textarea").press("End")
    assert page.evaluate(below) == before
    page.locator(f"{FIRST} textarea").press("Enter")
    assert page.evaluate(below) > before, "room for another line"


def test_keys_alone_find_edit_and_run(visit):
    page = visit(PAGE).page
    page.locator(f"{FIRST} .wb-edit").focus()
    name = page.evaluate("document.activeElement.ariaLabel").removeprefix("Edit ")
    assert re.fullmatch(r"cell \d", name)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.ariaLabel") == f"Code of {name}"
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    passed = []
    while f"Run {name}" not in passed and len(passed) < 5:
        page.keyboard.press("Tab")
        passed.append(page.evaluate("document.activeElement.ariaLabel ?? ''"))
    assert passed[-1] == f"Run {name}"


@pytest.mark.parametrize("mode", MODES)
def test_an_edited_page_is_sound(visit, mode):
    opened = visit(PAGE, mode)
    page = opened.page
    page.locator(f"{PRINTS} .wb-edit").click(force=True)
    page.locator(f"{PRINTS} textarea").fill("a_long_name = 'words ' * 3  # " + "and so on " * 12)
    page.locator(f"{EXERCISE} textarea").fill("def score(q, k):\n    return 1")
    page.locator(".wb-add").click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert opened.flaws == []
    assert violations(page) == []


def test_letters_of_the_editor_stand_on_those_that_are_seen(visit):
    """Both have the same box, font and breaks, or the caret would stand beside its letter."""
    for mode in MODES:
        page = visit(PAGE, mode).page
        page.locator(f"{EXERCISE} textarea").fill("word_and_more " * 40 + "\n    x\n\n")
        styles = page.locator(EXERCISE).evaluate("""cell => ["pre", "textarea"].map(name => {
          const part = cell.querySelector(name), style = getComputedStyle(part);
          const box = part.getBoundingClientRect();
          return [box.x, box.y, box.width, box.height, part.scrollHeight, style.fontFamily,
            style.fontSize, style.paddingLeft, style.paddingTop,
            style.letterSpacing, style.whiteSpace, style.overflowWrap, style.textIndent,
            style.tabSize, style.lineHeight].join(" ");
        })""")
        assert styles[0] == styles[1], mode


def test_paper_has_the_readers_code_and_no_button(visit):
    page = visit(PAGE).page
    page.locator(f"{FIRST} .wb-edit").click(force=True)
    page.locator(f"{FIRST} textarea").fill("mine = 1")
    page.emulate_media(media="print")
    assert page.locator(f"{FIRST} .cell_input pre").is_visible()
    assert page.locator(f"{FIRST} .cell_input pre").inner_text().strip() == "mine = 1"
    for part in (".wb-bar", ".wb-foot", "textarea.wb-code"):
        assert page.locator(f"{part}:visible").count() == 0, part


def test_handouts_have_no_button():
    for page in SITE.rglob("*.html"):
        text = page.read_text().replace('<div class="wb-large"></div>', "")  # an empty place
        assert 'class="wb-' not in text, "buttons are made by the script alone"


def test_two_tabs_that_change_one_cell_keep_both_texts(browser, site):
    context = browser.new_context()
    tabs = [context.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto(f"{site}/{PAGE}")
    areas = [tab.locator(f"{EXERCISE} textarea") for tab in tabs]
    areas[0].fill("from the first")
    expect(areas[1]).to_have_value("from the first")  # it had nothing of its own
    areas[1].fill("from the second")
    notes = [tab.locator(f"{EXERCISE} .wb-note") for tab in tabs]
    expect(notes[0]).to_contain_text("from the second")
    expect(areas[0]).to_have_value("from the first")
    expect(notes[1]).to_contain_text("from the first")
    for tab, note in zip(tabs, notes, strict=True):
        tab.reload()
        shown = tab.locator(f"{EXERCISE} textarea").input_value() + note.inner_text()
        assert "from the first" in shown and "from the second" in shown
    context.close()


def test_where_storage_is_refused_one_line_says_so(visit):
    opened = visit(PAGE)
    page = opened.page
    line = page.locator(".wb-kept")
    expect(line).to_contain_text("kept in this browser")
    page.add_init_script("""Object.defineProperty(window, "localStorage", {
      get() { throw new DOMException("refused", "SecurityError"); } })""")
    # The theme's own first script asks for it too.
    page.route(
        "**/*.html",
        lambda route: route.fulfill(
            body=re.sub(
                r"<script data-cfasync.*?</script>", "", (SITE / PAGE).read_text(), flags=re.S
            )
        ),
    )
    page.reload()
    page.locator(f"{EXERCISE} textarea").fill("x = 1")
    expect(line).to_contain_text("This browser keeps nothing here")
    expect(page.locator(f"{EXERCISE} .wb-said")).to_have_text("Not run")


NARROW = {"width": 390, "height": 844}
CHAPTERS = [path for path in PAGES if path.removeprefix("book/")[:2].isdigit()]
# Cells whose buttons lie on letters of their code.
COVERED = """() => [...document.querySelectorAll('.wb-cell:not(.wb-exercise)')].filter(cell => {
  const letters = document.createRange(), pre = cell.querySelector('.cell_input pre');
  letters.selectNodeContents(pre);
  const lines = [...letters.getClientRects()].filter(line => line.width);
  return [...cell.querySelectorAll('.wb-bar button')].some(button => {
    const { left, right, top, bottom } = button.getBoundingClientRect();
    return right > left && lines.some(line =>
      line.left < right && left < line.right && line.top < bottom - 1 && top + 1 < line.bottom);
  });
}).map(cell => cell.id)"""


@pytest.mark.parametrize("touch", [True, False])
def test_no_button_lies_on_code_on_a_phone(visit, touch):
    covered = []
    for path in CHAPTERS:
        page = visit(path, viewport=NARROW, has_touch=touch).page
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        covered += [(path, cell) for cell in page.evaluate(COVERED)]
        page.close()
    assert covered == []


def test_a_button_on_code_is_found(visit):
    page = visit(PAGE, viewport=NARROW).page
    page.add_style_tag(content=".wb-cell .cell_input pre { padding-bottom: 0 !important }")
    assert page.evaluate(COVERED) != []
