"""Every control of every page moves its picture, with no kernel."""

import re

import pytest
from conftest import PAGES, SITE
from playwright.sync_api import expect
from the_book import chapter

MOVING = [path for path in PAGES if "data-controls" in (SITE / path).read_text()]
SCORES = f"book/{chapter('scores')}.html"
assert {"book/index.html", SCORES} <= set(MOVING)

# The table is behind while it is folded.
SEEN = """root => ({
  picture: root.querySelector('.explore-picture').innerHTML,
  words: root.querySelector('.explore-picture').getAttribute('aria-label'),
  table: root.querySelector('.explore-numbers table')?.textContent,
})"""


def seen(panel):
    """What a reader gets from a picture: the drawing alone, its words, its table."""
    return panel.evaluate(SEEN)


def move(control):
    """Move a control one step by keys alone; another way back if it stands at its end."""
    field = control.locator("input:checked, input[type=range], input[type=checkbox], select").first
    field.focus()
    before = control.evaluate(POSITION)
    menu = ("ArrowDown", "ArrowUp")
    for key in menu if control.locator("select").count() else ("Space", "ArrowRight", "ArrowLeft"):
        field.press(key)
        if control.evaluate(POSITION) != before:
            return
    raise AssertionError("no key moves this control")


POSITION = """control => [...control.querySelectorAll('input, select')]
  .map(field => field.type == 'radio' || field.type == 'checkbox' ? field.checked : field.value)
  .join()"""


@pytest.mark.parametrize("path", MOVING)
def test_every_control_moves_the_picture_and_its_words(visit, path):
    opened = visit(path)
    page = opened.page
    for panel in page.locator(".explore[data-controls]").all():
        for control in panel.locator("[data-control]").all():
            panel.locator("details").evaluate_all("folds => folds.forEach(f => { f.open = true; })")
            before = seen(panel)
            move(control)
            after = seen(panel)
            name = control.inner_text()
            panel.locator(".explore-reset").click()
            again = seen(panel)
            assert (again["words"], again["table"]) == (before["words"], before["table"]), name
            assert after["picture"] != before["picture"], name
            assert after["words"] != before["words"], name
            assert after["table"] != before["table"] or before["table"] is None, name
    assert opened.flaws == []


@pytest.mark.parametrize("path", MOVING)
def test_every_slider_says_its_value(visit, path):
    page = visit(path).page
    for control in page.locator("[data-control=slider]").all():
        field, output = control.locator("input"), control.locator("output")
        field.press("End")
        assert field.get_attribute("aria-valuetext") == output.inner_text() != ""
        last = output.inner_text()
        field.press("Home")
        assert output.inner_text() != last


@pytest.mark.parametrize("path", MOVING)
def test_controls_can_be_touched(visit, path):
    page = visit(path, "phone").page
    for panel in page.locator(".explore[data-controls]").all():
        for label in panel.locator("fieldset label, [data-control=switch] label").all():
            label.tap()
            field = label.locator("input")
            assert not field.count() or field.is_checked()
        for slider in panel.locator("input[type=range]").all():
            before = seen(panel)
            box = slider.bounding_box()
            assert box["height"] >= 24, "too small for a finger"
            far = 0.03 if int(slider.input_value()) else 0.97
            slider.tap(position={"x": box["width"] * far, "y": box["height"] / 2})
            assert seen(panel) != before


@pytest.mark.parametrize("path", MOVING)
def test_without_a_script_there_is_a_picture_and_no_dead_control(visit, path):
    page = visit(path, java_script_enabled=False).page
    for panel in page.locator(".explore[data-controls]").all():
        assert panel.locator(".explore-picture").is_visible()
        assert not panel.locator(".explore-controls").is_visible()
        panel.locator(".explore-numbers summary").click()
        assert panel.locator(".explore-numbers table").is_visible()


PLACES = """panel => [...panel.querySelectorAll('.explore-controls :not(option)')].map(element => {
  const box = element.getBoundingClientRect(), top = panel.getBoundingClientRect().y;
  return [box.x, box.y - top, box.width, box.height].map(Math.round).join();
})"""


# How much lower the controls would be without Reset, and what it covers.
RESET = """panel => {
  const controls = panel.querySelector('.explore-controls'), high = controls.offsetHeight;
  const reset = controls.querySelector('.explore-reset'), at = reset.getBoundingClientRect();
  const covered = [...controls.querySelectorAll('legend, label, input, select, .explore-play')]
    .filter(element => {
      const words = document.createRange();  // a name may be wider than its words
      words.selectNodeContents(element);
      const box = (element.textContent ? words : element).getBoundingClientRect();
      const beside = box.right <= at.left || box.left >= at.right;
      return !beside && box.top < at.bottom - 1 && box.bottom > at.top;
    }).map(element => element.textContent || element.outerHTML);
  reset.style.display = 'none';
  return [high - controls.offsetHeight, covered];
}"""


# What would show less than its whole focus ring, which stands out by five pixels.
CUT = """panel => [...panel.querySelectorAll('input, select, button, summary')].filter(field => {
  if (!field.checkVisibility({visibilityProperty: true})) return false;
  const shown = field.type == 'radio' ? field.nextElementSibling : field;
  const ring = shown.getBoundingClientRect();
  for (let box = shown.parentElement; box; box = box.parentElement) {
    if (box == document.body || getComputedStyle(box).overflow == 'visible') continue;
    const edge = box.getBoundingClientRect();
    if (ring.left - 5 < edge.left || ring.right + 5 > edge.right) return true;
    if (ring.top - 5 < edge.top || ring.bottom + 5 > edge.bottom) return true;
  }
  return false;
}).map(field => field.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("mode", ["light", "phone"])
@pytest.mark.parametrize("path", MOVING)
def test_nothing_in_a_panel_shifts_or_is_cut_and_reset_takes_no_room(visit, path, mode):
    page = visit(path, mode).page
    for panel in page.locator(".explore[data-controls]").all():
        before = panel.evaluate(PLACES)
        assert panel.locator(".explore-reset").is_hidden()
        for control in panel.locator("[data-control]").all():
            move(control)
            assert panel.evaluate(PLACES) == before, control.inner_text()
        assert panel.locator(".explore-reset").is_visible()
        assert panel.evaluate(CUT) == []
        assert panel.evaluate(RESET) == [0, []]


def test_a_reset_in_the_way_is_found(visit):
    page = visit(SCORES, "phone").page
    panel = page.locator("section section .explore[data-controls]").first
    page.add_style_tag(content=".explore-controls > .explore-reset { position: static; }")
    assert panel.evaluate(RESET)[0] > 20
    page.reload()
    page.add_style_tag(content=".explore-controls > .explore-reset { left: 0; }")
    assert panel.evaluate(RESET)[1] == ["query"]


def test_a_cut_ring_is_found(visit):
    page = visit(SCORES, "phone").page
    page.add_style_tag(content=".explore { overflow-x: auto; }")
    cut = page.locator(".explore:has(.explore-ring)").first.evaluate(CUT)
    assert any("range" in field for field in cut)


# Every value of every control, and how high the page is then.
HEIGHTS = """panel => {
  const article = panel.closest('article'), heights = {};
  const note = () => {
    const words = panel.querySelector('.explore-picture').getAttribute('aria-label');
    heights[words] = article.getBoundingClientRect().height;
  };
  note();
  for (const field of panel.querySelectorAll('.explore-controls :is(input, select)')) {
    const last = field.type == 'range' ? +field.max : (field.options?.length ?? 1) - 1;
    for (let at = 0; at <= last; at++) {
      if (last) {
        field.value = at;
        field.dispatchEvent(new Event('input', {bubbles: true}));
      } else field.click();
      note();
    }
  }
  return heights;
}"""


def jumps(page):
    """States in which what stands below a picture is not where it was."""
    for panel in page.locator(".explore[data-controls]").all():
        heights = panel.evaluate(HEIGHTS)
        assert len(heights) > 1, "nothing has been moved"
        usual = min(heights.values())
        yield from (f"{h - usual:.2f} px: {w}" for w, h in heights.items() if h - usual > 0.1)


@pytest.mark.parametrize("mode", ["light", "phone"])
@pytest.mark.parametrize("path", MOVING)
def test_what_stands_below_a_picture_stays_there_in_every_state(visit, path, mode):
    assert list(jumps(visit(path, mode).page)) == []


def test_a_picture_that_grows_is_found(visit):
    page = visit(SCORES).page
    page.add_style_tag(content=".explore-picture[aria-label*='key of “mom”'] { padding: 1px }")
    found = list(jumps(page))
    assert found and all("key of “mom”" in jump for jump in found)


def test_reset_by_keys_gives_back_the_first_state_and_says_so(visit):
    page = visit(SCORES).page
    panel = page.locator("section section .explore[data-controls]").first
    first, reset = seen(panel), panel.locator(".explore-reset")
    page.keyboard.press("Tab")
    move(panel.locator("[data-control]").last)
    expect(reset).to_have_accessible_name("Reset query, key")
    page.keyboard.press("Tab")
    expect(reset).to_be_focused()
    page.keyboard.press("Enter")
    expect(reset).to_be_disabled()
    assert seen(panel)["words"] == first["words"]
    expect(panel.locator("[data-control] input:focus")).to_be_checked()
    expect(panel.locator(".explore-announce")).to_have_text(first["words"])


def test_a_folded_table_is_right_once_the_hand_rests_or_it_is_open(visit):
    page = visit(SCORES).page
    panel = page.locator("section section .explore[data-controls]").first
    first = seen(panel)["table"]
    move(panel.locator("[data-control]").first)
    assert seen(panel)["table"] == first, "nobody sees it yet"
    expect(panel.locator("table")).not_to_have_text(re.compile(re.escape(first)))
    moved = seen(panel)["table"]
    panel.locator("summary").click()
    panel.locator(".explore-reset").click()
    assert seen(panel)["table"] == first != moved


def test_words_are_announced_once_the_hand_rests(visit):
    page = visit("book/index.html").page
    panel = page.locator(".explore:has(input[type=range])").first
    panel.locator("input[type=range]").press("ArrowRight")
    words = panel.locator("[role=img]").get_attribute("aria-label")
    expect(panel.locator(".explore-announce")).to_have_text(words)


def test_arrow_back_gives_the_first_picture_again(visit):
    page = visit(SCORES).page
    panel = page.locator(".explore:has(input[type=range])").first
    first = seen(panel)
    slider = panel.locator("input[type=range]").first
    slider.press("ArrowRight")
    assert seen(panel) != first
    slider.press("ArrowLeft")
    assert seen(panel) == first
