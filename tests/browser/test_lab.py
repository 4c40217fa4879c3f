"""The controls in a real JupyterLab, and in the classic Notebook: a kernel draws each picture."""

import shutil

import lab
import pytest
from conftest import ROOT
from playwright.sync_api import expect
from the_book import chapter

NOTEBOOK = f"{chapter('scores')}.ipynb"
SLOW = 60_000  # milliseconds for a busy machine; every wait ends as soon as it can

# Called at every change of the page's tree, before the browser paints: notes each moment at which
# the reader would have seen no picture.
WATCH = """panel => {
  panel.gaps = [];
  const check = () => {
    const svg = panel.querySelector('.explore-picture > svg');
    if (!svg || svg.getBoundingClientRect().height < 50) panel.gaps.push(panel.innerHTML);
  };
  new MutationObserver(check).observe(panel, {childList: true, subtree: true});
}"""


PANEL = ".widget-vbox:has(.explore-picture)"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(ROOT / "book" / NOTEBOOK, folder)
    with lab.jupyterlab(folder) as address:
        yield address


@pytest.fixture(scope="module")
def new_page(browser):
    """A function that opens a page, which must not ask anyone but this machine for anything."""
    asked, pages = [], []

    def open_page():
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(SLOW)
        page.on("request", lambda request: asked.append(request.url))
        pages.append(page)
        return page

    yield open_page
    home = ("http://127.0.0.1:", "http://localhost:", "data:", "blob:", "about:blank")
    assert [url for url in asked if not url.startswith(home)] == []
    for page in pages:
        page.close()


@pytest.fixture(scope="module")
def page(address, new_page):
    page = new_page()
    lab.run_all(page, address(NOTEBOOK))
    return page


@pytest.fixture
def panel(page, request):
    """The first picture with controls of a kind, watched for gaps."""
    panel = page.locator(PANEL).filter(has=page.locator(request.param)).first
    panel.scroll_into_view_if_needed()
    panel.evaluate(WATCH)
    yield panel
    assert panel.evaluate("panel => panel.gaps") == []


def assert_moves(panel, act):
    """Act, then the drawing is another one, and so are its words."""
    picture = panel.locator(".explore-picture")
    drawing, words = picture.inner_html(), picture.get_attribute("aria-label")
    act()
    expect(picture).not_to_have_attribute("aria-label", words, timeout=SLOW)
    assert picture.inner_html() != drawing


@pytest.mark.parametrize("panel", [".widget-toggle-buttons"], indirect=True)
def test_buttons_move_the_picture_by_mouse_and_by_keys(panel):
    query = panel.locator(".widget-toggle-buttons").first
    assert_moves(panel, query.get_by_role("button", name="puppy").click)
    assert_moves(panel, lambda: query.get_by_role("button", name="mom").press("Space"))


@pytest.mark.parametrize("panel", [".widget-slider"], indirect=True)
def test_a_slider_moves_the_picture_by_mouse_and_by_keys(panel):
    angle = panel.locator(".widget-slider").first
    assert_moves(panel, lambda: angle.get_by_role("slider").press("ArrowRight"))
    box = angle.locator(".noUi-base").bounding_box()
    place = {"x": box["width"] * 0.8, "y": box["height"] / 2}
    assert_moves(panel, lambda: angle.locator(".noUi-base").click(position=place))


@pytest.mark.parametrize("panel", [".widget-slider"], indirect=True)
def test_a_held_key_ends_at_the_right_picture(panel):
    angle = panel.locator(".widget-slider").first
    angle.get_by_role("slider").press("Home")
    for _ in range(9):
        angle.get_by_role("slider").press("ArrowRight")
    expect(angle.locator(".widget-readout")).to_have_text("45°")
    expect(panel.get_by_role("img", name="at 45°")).to_be_visible(timeout=SLOW)


def test_the_classic_notebook_shows_them_too(address, new_page):
    page = new_page()
    page.goto(address(NOTEBOOK, "notebooks"))
    page.locator("#kernel_indicator_icon.kernel_idle_icon").wait_for()
    page.get_by_role("link", name="Cell").click()
    page.get_by_role("menuitem", name="Run All", exact=True).click()
    panel = page.locator(PANEL).first
    assert_moves(panel, panel.get_by_role("button", name="puppy").first.click)
