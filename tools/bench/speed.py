"""How long a reader waits: from a key press or a drag to the frame that shows the moved picture.

Timed inside the page, from the event's own time stamp to the first task after the next frame
was painted. Frames come 60 times a second, so even a page that does nothing takes a while: that
floor is measured on the same page, with a slider nobody listens to.
"""

from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import numpy as np
from lab import jupyterlab, run_all
from playwright.sync_api import Browser, Locator, Page
from serve import serve

from . import PATIENCE, VIEWPORT

RADIUS = 60  # pixels around a ring through which it is dragged
TIMER = Path(__file__).with_name("timer.js").read_text()
IDLE_SLIDER = """() => {
  const slider = Object.assign(document.createElement("input"), {type: "range", max: 1000});
  slider.style = "position: fixed; top: 50%; left: 50%";
  document.body.append(slider);
  return slider;
}"""

ALL_CELLS_RAN = """() => ![...document.querySelectorAll(".jp-InputPrompt")]
  .some((prompt) => prompt.textContent.includes("*"))"""


@dataclass
class Times:
    """Milliseconds from key press or drag to paint, and how many of them changed the picture."""

    presses: list[float] = field(default_factory=list)
    moved: int = 0

    def __str__(self) -> str:
        return f"{median(self.presses):.0f} / {percentile_95(self.presses):.0f}"

    def __add__(self, other: "Times") -> "Times":
        return Times(self.presses + other.presses, self.moved + other.moved)


def percentile_95(times: list[float]) -> float:
    """The value that one press in twenty exceeds."""
    return quantiles(times, n=20, method="inclusive")[-1]


def time_pages(
    browser: Browser, site: Path, pages: list[str], slowdown: int, presses: int
) -> dict[str, tuple["Times", "Times"]]:
    """For each page the times of all its controls together, and those of an idle slider."""
    with serve(site) as home:
        return {path: _time_page(browser, f"{home}/{path}", slowdown, presses) for path in pages}


def _time_page(browser: Browser, address: str, slowdown: int, presses: int) -> tuple[Times, Times]:
    page = browser.new_page(viewport=VIEWPORT)
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.evaluate(TIMER)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    times = Times()
    for panel in page.locator(".explore[data-controls]").all():
        # What is out of sight is not painted.
        panel.evaluate("panel => panel.scrollIntoView({block: 'center', behavior: 'instant'})")
        page.evaluate("picture => watch(picture)", panel.locator(".explore-view").element_handle())
        for control in panel.locator("[data-control]").all():
            name = control.inner_text().partition("\n")[0]
            times += _press(page, control, presses, f"{address}: {name}")
        for ring in panel.locator(".explore-ring").all():
            times += _drag(page, ring, presses)
    floor = Times(moved=presses)
    page.evaluate_handle(IDLE_SLIDER).as_element().focus()
    for _ in range(presses):
        page.keyboard.press("ArrowRight")
        floor.presses.append(page.evaluate("takeSample()")["time"])
    page.close()
    return times, floor


def _press(page: Page, control: Locator, presses: int, name: str) -> Times:
    """Walk a control up and down by keys."""
    switch = control.get_attribute("data-control") == "switch"
    keys = ["Space", "Space"] if switch else ["ArrowDown", "ArrowUp"]
    control.locator("input:checked, input:not([type=radio]), select").first.focus()
    times, stuck = Times(), 0
    while len(times.presses) < presses:
        page.keyboard.press(keys[0])
        sample = page.evaluate("takeSample()")
        if sample is None:  # the end of a slider
            keys.reverse()
            stuck += 1
            if stuck > 1:
                raise RuntimeError(f"{name}: no key moves it")
            continue
        stuck = 0
        times.presses.append(sample["time"])
        times.moved += sample["moved"]
    return times


def _drag(page: Page, ring: Locator, moves: int) -> Times:
    """Take a ring once around the place where it lies."""
    box, times = ring.bounding_box(), Times()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for angle in np.linspace(0, 2 * np.pi, moves):
        page.mouse.move(x + RADIUS * np.cos(angle), y + RADIUS * np.sin(angle))
        sample = page.evaluate("takeSample()")
        if sample["moved"]:  # on the way to the next state the picture stays
            times.presses.append(sample["time"])
            times.moved += 1
    page.mouse.up()
    return times


def time_lab(browser: Browser, folder: Path, notebook: str, startup: str, presses: int) -> Times:
    """The first slider of a notebook in JupyterLab, with its kernel drawing each picture."""
    with jupyterlab(folder, startup) as address:
        page = browser.new_page(viewport=VIEWPORT)
        page.set_default_timeout(PATIENCE)
        run_all(page, address(notebook))
        panel = page.locator(".widget-vbox", has=page.locator(".noUi-handle")).first
        panel.wait_for()
        page.wait_for_function(ALL_CELLS_RAN)
        page.evaluate(TIMER)
        page.evaluate("panel => watchKernel(panel)", panel.element_handle())
        handle = panel.locator(".noUi-handle").first
        times, key, other = Times(), "ArrowRight", "ArrowLeft"
        handle.focus()
        while len(times.presses) < presses:
            before = handle.get_attribute("aria-valuenow")
            page.keyboard.press(key)
            if handle.get_attribute("aria-valuenow") == before:
                key, other = other, key
                continue
            times.presses.append(page.evaluate("takeSample()")["time"])
            times.moved += 1
        page.close()
    return times
