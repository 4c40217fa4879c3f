"""A control that plays: it goes to the last value, and any sign of the reader stops it."""

import pytest
from conftest import PAGES, write_page
from playwright.sync_api import expect
from serve import serve

from qkvlib import Control, Picture

STEPS = 4
# Whatever in a picture, its controls or a fold would move by itself.
MOVES = """main => [...main.querySelectorAll('.explore, .explore *, details')].filter(element => {
  const { transitionDuration, animationName } = getComputedStyle(element);
  return /[1-9]/.test(transitionDuration) || animationName != 'none';
}).map(element => element.outerHTML.slice(0, 80))"""


def draw(step, word):
    return Picture(f"<p>{step} {word}</p>", alt=f"Step {step}, {word}.")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("play")
    write_page(folder, draw, step=Control(range(1, STEPS + 1), play=True), word=["a", "b"])
    with serve(folder) as home:
        yield home


@pytest.fixture
def panel(home, visit):
    opened = visit("page.html", home=home)
    yield opened.page.locator(".explore")
    assert opened.flaws == []


def playing(panel):
    """The button while it plays."""
    return panel.get_by_role("button", name="Pause step")


def paused(panel):
    return panel.get_by_role("button", name="Play step")


def step(panel):
    return int(panel.locator("output").inner_text())


def test_it_plays_to_the_end_and_then_again(panel):
    paused(panel).click()
    assert step(panel) == 2, "an answer at once"
    expect(playing(panel)).to_have_text("Pause")
    expect(panel.locator("output")).to_have_text(str(STEPS))
    expect(paused(panel)).to_have_text("Play")
    panel.page.wait_for_function(f"location.hash == '#here?step={STEPS}&word=a'")
    expect(panel.locator(".explore-announce")).to_have_text(f"Step {STEPS}, a.")
    paused(panel).click()
    assert step(panel) == 1, "from the beginning"


def test_keys_play_and_pause_and_the_button_stays_as_wide(panel):
    button = panel.locator(".explore-play")
    width = button.bounding_box()["width"]
    button.press("Enter")
    expect(playing(panel)).to_be_focused()
    assert button.bounding_box()["width"] == width
    button.press("Space")
    expect(paused(panel)).to_be_focused()


@pytest.mark.parametrize(
    "act",
    [
        lambda panel: panel.page.keyboard.press("Shift"),
        lambda panel: panel.page.mouse.click(600, 500),
        lambda panel: panel.locator("input[type=range]").press("Home"),
        lambda panel: panel.get_by_label("b", exact=True).check(),
        lambda panel: panel.page.evaluate("location.hash = '#here?step=1&word=b'"),
        lambda panel: panel.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))"),
        lambda panel: panel.page.evaluate("scrollTo(0, 2000)"),
    ],
    ids=["another key", "click", "slider", "other control", "link", "other tab", "out of sight"],
)
def test_it_stops_when_the_reader_does_anything_or_looks_elsewhere(panel, act):
    panel.page.clock.install()
    panel.locator(".explore-play").evaluate("button => { button.focus(); button.click(); }")
    expect(playing(panel)).to_be_attached()
    act(panel)
    panel.page.clock.run_for(700)
    expect(paused(panel)).to_be_attached()
    stopped = step(panel)
    panel.page.clock.run_for(3000)
    assert step(panel) == stopped < STEPS


def test_nothing_plays_under_reduced_motion(home, visit):
    panel = visit("page.html", home=home, reduced_motion="reduce").page.locator(".explore")
    expect(panel.locator(".explore-play")).to_be_hidden()
    panel.locator("input[type=range]").press("ArrowRight")
    assert step(panel) == 2


@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_by_itself_under_reduced_motion(visit, path):
    main = visit(path, reduced_motion="reduce").page.locator("main")
    assert main.evaluate(MOVES) == []


@pytest.mark.parametrize("style", ["transition: color 1s", "animation: 1s spin"])
def test_what_would_move_is_found(home, visit, style):
    page = visit("page.html", home=home, reduced_motion="reduce").page
    page.add_style_tag(content=f"output {{ {style} }}")
    (found,) = page.locator("body").evaluate(MOVES)
    assert found.startswith("<output")
