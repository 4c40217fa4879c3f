"""One small surface for three browsers: open a page, ask it, use it by hand.

Playwright drives Chromium and Firefox, selenium WebKitGTK, in a window that nobody sees. An element
is named by the JavaScript that finds it.
"""

import os
import subprocess
import time
from contextlib import contextmanager

import browsers
import pytest
from selenium import webdriver
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

SIZE = 1280, 900
PATIENCE = 10  # seconds
READY = """() => document.readyState == 'complete'
  && !document.querySelector('.explore[data-controls]:not([data-ready])')"""
# The middle of an element, or another share of its width, scrolled to where nothing covers it.
PLACE = """(element, share) => {
  element.scrollIntoView({block: 'center', behavior: 'instant'});
  const box = element.getBoundingClientRect();
  return [box.x + box.width * share, box.y + box.height / 2];
}"""


class Engine:
    """A browser with one page, which goes from address to address.

    Each kind has ``load``, ``ask`` and ``hand`` of its own; the rest is the same for all.
    """

    def open(self, address: str) -> None:
        """Load a page and wait until its controls work."""
        self.load(address)
        assert self.becomes(READY), f"{address}: not ready after {PATIENCE} s"

    def becomes(self, function: str) -> bool:
        """Whether a function of JavaScript gives true, now or after some waiting."""
        end = time.monotonic() + PATIENCE
        while not (true := self.ask(function)) and time.monotonic() < end:
            time.sleep(0.02)
        return true

    def point(self, element: str) -> None:
        """Move the mouse to an element, and press nothing."""
        self.hand(self.place(element), press=False)

    def click(self, element: str, share: float = 0.5) -> None:
        """Click in the middle of an element, or at another share of its width."""
        self.hand(self.place(element, share))

    def drag(self, element: str, right: float, down: float) -> None:
        """Take an element and move the hand so many pixels."""
        x, y = self.place(element)
        self.hand((x, y), (x + right / 2, y + down / 2), (x + right, y + down))

    def place(self, element: str, share: float = 0.5) -> tuple[float, float]:
        """Where an element is in the window, after the page has been scrolled there."""
        return self.ask(f"share => ({PLACE})({element}, share)", share)


class ByPlaywright(Engine):
    """Chromium or Firefox."""

    def __init__(self, browser):
        self.page = browser.new_page(viewport=dict(zip(("width", "height"), SIZE, strict=True)))

    def load(self, address: str) -> None:
        """Open an address."""
        self.page.goto(address)

    def ask(self, function: str, *given):
        """Call a function of JavaScript in the page; gives what it returns."""
        return self.page.evaluate(f"given => ({function})(...given)", given)

    def hand(self, *points: tuple[float, float], press: bool = True) -> None:
        """Press the mouse at the first point, release it at the last."""
        mouse = self.page.mouse
        mouse.move(*points[0])
        if press:
            mouse.down()
            for point in points[1:]:
                mouse.move(*point)
            mouse.up()


class BySelenium(Engine):
    """WebKitGTK."""

    def __init__(self, driver):
        self.driver = driver
        driver.set_window_size(*SIZE)

    def load(self, address: str) -> None:
        """Open an address."""
        self.driver.get(address)

    def ask(self, function: str, *given):
        """Call a function of JavaScript in the page; gives what it returns."""
        return self.driver.execute_script(f"return ({function})(...arguments)", *given)

    def hand(self, *points: tuple[float, float], press: bool = True) -> None:
        """Press the mouse at the first point, release it at the last."""
        actions = ActionBuilder(self.driver, duration=0)
        mouse = actions.pointer_action
        mouse.move_to_location(*map(round, points[0]))
        if press:
            mouse.pointer_down()
            for point in points[1:]:
                mouse.move_to_location(*map(round, point))
            mouse.pointer_up()
        actions.perform()


@contextmanager
def screen(xvfb: str):
    """A screen that nobody sees; gives its name."""
    told, tell = os.pipe()
    command = [xvfb, "-displayfd", str(tell), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[tell], stderr=subprocess.DEVNULL) as server:
        os.close(tell)
        with open(told) as number:
            try:
                yield f":{number.readline().strip()}"
            finally:
                server.terminate()


def get_or_skip(name: str) -> list[str]:
    """Paths of a browser's programs. Where it is not and need not be, the test is skipped."""
    try:
        return browsers.get(name)
    except browsers.BrowserNotFoundError as error:
        if browsers.may_lack(name):
            pytest.skip(str(error))
        raise


@contextmanager
def start(name: str, paths: list[str], playwright):
    """Start a browser, and give what drives it."""
    if name == "webkit":
        driver, minibrowser, xvfb = paths
        options = Options()
        options.binary_location = minibrowser
        options.add_argument("--automation")
        with screen(xvfb) as display:
            service = Service(driver, env=os.environ | {"DISPLAY": display})
            with webdriver.WebKitGTK(options=options, service=service) as driver:
                yield BySelenium(driver)
    elif name == "firefox":
        with playwright.firefox.launch(channel="moz-firefox", executable_path=paths[0]) as browser:
            yield ByPlaywright(browser)
    else:
        with browsers.launch(playwright) as browser:
            yield ByPlaywright(browser)
