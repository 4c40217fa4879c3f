"""The site: every chapter runs in the browser, below any path, with no network but loopback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from lite.drive import CELLS, OPENED, open_notebook, run_all
from playwright.sync_api import Page
from serve import serve

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "site"
CHAPTERS = sorted(page.stem for page in SITE.glob("book/[0-9][0-9]_*.html"))
assert CHAPTERS, "no built site: run `make site` first"
PLACE = "some/where"  # below the server's root, as on a project's pages
PATIENCE = 240_000  # ms

OUTPUTS = f"""() => [...{CELLS}]
  .filter((cell) => cell.type === "code")
  .map((cell) => [cell.executionCount, cell.outputs.toJSON()])"""
FIRST = f"{CELLS}.get(1).sharedModel"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    (root / PLACE).parent.mkdir(parents=True)
    (root / PLACE).symlink_to(SITE)
    with serve(root) as address:
        yield f"{address}/{PLACE}"


@pytest.fixture
def page(browser, home):
    """A page whose every flaw ends the test: errors, and anything asked of others."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, flaws = context.new_page(), []
    context.route(lambda url: not url.startswith(home), lambda route: route.abort())
    page.on("console", lambda m: flaws.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: flaws.append(f"script: {error}"))
    page.on("response", lambda r: flaws.append(f"{r.status}: {r.url}") if r.status > 399 else None)
    yield page
    context.close()
    assert not flaws


def open_chapter(page: Page, home: str, chapter: str) -> None:
    """By the button on its page."""
    page.goto(f"{home}/book/{chapter}.html")
    open_notebook(page)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_runs_to_its_end_and_its_first_control_moves(page, home, chapter):
    open_chapter(page, home, chapter)
    run_all(page)
    page.wait_for_function("window.finished", timeout=PATIENCE)
    cells = page.evaluate(OUTPUTS)
    assert [count for count, _ in cells] == list(range(1, len(cells) + 1))
    outputs = [output for _, outputs in cells for output in outputs]
    assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]
    said = [str(o.get("data", {}).get("text/plain", "")) for o in outputs]
    assert sum(text.startswith("✓") for text in said) >= 3
    assert not [text for text in said if text.startswith("✗")]
    move_first_control(page)


def move_first_control(page: Page) -> None:
    """Press a key on it; its picture must change, by what the kernel draws."""
    box = page.locator(".jp-OutputArea-output", has=page.locator(".explore-live")).first
    picture = box.locator(".widget-html")  # keeps its place while what is in it is replaced
    before = picture.inner_html()
    control = box.locator(".noUi-handle, .widget-toggle-buttons button:not(.mod-active)").first
    control.focus()
    slider = "noUi" in (control.get_attribute("class") or "")
    page.keyboard.press(("ArrowLeft" if at_end(control) else "ArrowRight") if slider else "Enter")
    page.wait_for_function(
        "([element, before]) => element.innerHTML !== before",
        arg=[picture.element_handle(), before],
    )


def at_end(handle) -> bool:
    """Whether a slider cannot go further to the right."""
    return handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")


def test_changes_survive_a_reload_and_can_be_forgotten(page, home):
    open_chapter(page, home, CHAPTERS[0])
    written = page.evaluate(f"{FIRST}.getSource()")
    page.evaluate(f"""async () => {{
        {FIRST}.setSource("mine = 42");
        await window.jupyterapp.commands.execute("docmanager:save");
    }}""")
    page.reload()
    page.wait_for_function(OPENED)
    assert page.evaluate(f"{FIRST}.getSource()") == "mine = 42"
    page.goto(f"{home}/book/{CHAPTERS[0]}.html")
    page.get_by_role("link", name="Start over").click()
    page.get_by_role("button", name="Forget my changes").click()
    page.wait_for_function(OPENED)
    assert page.evaluate(f"{FIRST}.getSource()") == written


def test_python_is_fetched_ahead_only_by_who_reaches_for_it(page, home):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{home}/book/{CHAPTERS[0]}.html")
    page.wait_for_load_state("networkidle")
    lite = [url for url in asked if "/lite/" in url]
    assert lite == [f"{home}/lite/ahead.js"]
    with page.expect_request("**/pyodide.asm.wasm"):
        page.focus(".run-button")


def test_packages_can_come_from_the_cdn(browser, tmp_path):
    venv = ROOT / ".venv-lite"
    build = [sys.executable, "-m", "lite.build", ROOT / "_build/html", tmp_path / "s", venv, "cdn"]
    subprocess.run(build, cwd=ROOT / "tools", check=True)
    asked = []

    def answer(route):  # as the CDN would
        asked.append(route.request.url)
        name = route.request.url.rpartition("/")[2]
        allow = {"access-control-allow-origin": "*"}
        route.fulfill(path=venv / "pyodide" / name, headers=allow)

    with serve(tmp_path / "s") as home:
        context = browser.new_context()
        page = context.new_page()
        context.route("https://cdn.jsdelivr.net/**", answer)
        open_chapter(page, home, CHAPTERS[0])
        run_all(page)
        page.wait_for_function("window.finished", timeout=PATIENCE)
        outputs = [output for _, outputs in page.evaluate(OUTPUTS) for output in outputs]
        assert outputs and not [o for o in outputs if o["output_type"] == "error"]
        context.close()
    assert any("/numpy-" in url for url in asked)


def test_every_chapter_has_its_notebook():
    listed = json.loads((SITE / "lite/api/contents/all.json").read_text())["content"]
    assert sorted(item["name"] for item in listed) == [f"{name}.ipynb" for name in CHAPTERS]
    for name in CHAPTERS:
        notebook = json.loads((SITE / f"lite/files/{name}.ipynb").read_text())
        assert not [cell for cell in notebook["cells"] if cell.get("outputs")]


def test_it_is_no_larger_than_55_megabytes():
    assert sum(file.stat().st_size for file in (SITE / "lite").rglob("*") if file.is_file()) < 55e6
