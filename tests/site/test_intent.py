"""Nothing is fetched before a reader reaches for a cell; another book works in the same way."""

import re
import shutil
from html import escape
from pathlib import Path

import pytest
from desk import Desk, wait
from serve import serve
from the_book import chapter

ROOT = Path(__file__).parents[2]
RUN = "#cell-bea83278 .wb-run"
NONE = escape('"python":null')
SITE = ROOT / "_build" / "site"


@pytest.fixture
def asked(browser, pages):
    """A page of a chapter, and what it asks for below the folder of Python."""
    context = browser.new_context(has_touch=True)
    page, urls = context.new_page(), []
    context.on("request", lambda request: urls.append(request.url))

    def start(first=""):
        context.add_init_script(first)
        page.goto(f"{pages}/{chapter('scores')}.html")
        page.wait_for_load_state("networkidle")
        return page, lambda: [url for url in urls if "/python/" in url]

    yield start
    context.close()


@pytest.mark.parametrize("reach", ["hover", "focus"])
def test_who_reaches_for_run_has_python_fetched(asked, reach):
    page, fetched = asked()
    assert fetched() == []
    with page.expect_event("worker"):
        getattr(page.locator(RUN), reach)()
    page.wait_for_timeout(500)
    assert fetched()


def test_a_finger_that_passes_fetches_nothing(asked):
    page, fetched = asked()
    touch = {"pointerType": "touch", "bubbles": False}
    page.locator(RUN).dispatch_event("pointerenter", touch)
    page.wait_for_timeout(500)
    assert fetched() == [] and page.workers == []


def test_who_saves_data_fetches_by_running_alone(asked):
    page, fetched = asked("""Object.defineProperty(navigator, "connection", {
      value: {saveData: true} })""")
    page.locator(RUN).hover()
    page.wait_for_timeout(500)
    assert fetched() == [] and page.workers == []
    with page.expect_event("worker"):
        page.locator(RUN).click()


CONFIG = """
title: Another book
execute: {execute_notebooks: "off"}
sphinx:
  extra_extensions: [qkvlib.workbench.sphinx_ext]
  config: {workbench_packages: [numpy], workbench_python: self}
"""
PAGE = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3, language: python}
---
# Sums

```{code-cell} ipython3
import numpy as np
```

```{code-cell} ipython3
print(np.arange(4).sum())
```
"""


def test_another_book_runs_its_cells(engine, build_other, tmp_path):
    site = shutil.move(build_other(tmp_path, CONFIG, PAGE), tmp_path / "site")
    (site / "python").symlink_to(SITE / "python")
    here = re.search(r"&quot;python&quot;:\{[^}]*\}", (SITE / "book/index.html").read_text())[0]
    page = site / "sums.html"
    text = page.read_text()
    assert NONE in text
    page.write_text(text.replace(NONE, here))
    with serve(site) as home:
        desk = Desk(engine, f"{home}/sums.html")
        desk.open()
        cells = "() => [...document.querySelectorAll('.wb-cell')].map(cell => cell.id.slice(5))"
        first, last = wait(engine, cells)
        assert desk.run(last).strip() == "6"
        assert desk.says(first) == "Ran"
