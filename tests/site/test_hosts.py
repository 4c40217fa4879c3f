"""A plain build of another book, with a module of its own, gets Python from the official server.

All of it under the content security policy.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from serve import serve

from qkvlib.workbench.hosting import PIN
from qkvlib.workbench.policy import policies

ROOT = Path(__file__).parents[2]
RELEASE = ROOT / ".pyodide"  # the same files, as `make site` has fetched them
CDN = "https://cdn.jsdelivr.net/**"
CONFIG = """
title: Another book
execute: {execute_notebooks: "off"}
sphinx:
  extra_extensions: [qkvlib.workbench.sphinx_ext]
  config: {workbench_packages: [numpy, helpers]}
"""
PAGE = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3, language: python}
---
# Sums

```{code-cell} ipython3
import numpy as np
import helpers
```

```{code-cell} ipython3
print(helpers.twice(np.arange(4)).sum())
```

```{code-cell} ipython3
import cycler
print(cycler.__name__)
```
"""


@pytest.fixture(scope="module")
def home(build_other, tmp_path_factory):
    helpers = "def twice(x):\n    return 2 * x\n"
    site = build_other(tmp_path_factory.mktemp("other"), CONFIG, PAGE, helpers=helpers)
    with serve(site, policies=policies(site)) as home:
        yield home


@pytest.fixture
def bench(browser, home):
    """A page, what it asks of the official server, and what that answers instead of its files."""
    # What a service worker asks would not come to the answers below.
    context, asked, wrong = browser.new_context(service_workers="block"), [], {}

    def answer(route):
        name = route.request.url.rpartition("/")[2]
        asked.append(name)
        if wrong.get(name) == "gone":
            return route.abort()
        body = wrong.get(name) or (RELEASE / name).read_bytes()
        kind = "application/wasm" if name.endswith(".wasm") else "application/octet-stream"
        headers = {"access-control-allow-origin": "*", "content-type": kind}
        return route.fulfill(body=body, headers=headers)

    context.route(CDN, answer)
    page = context.new_page()
    page.goto(f"{home}/sums.html")
    yield page, asked, wrong
    context.close()


def run(page, place):
    cell = page.locator(".wb-cell").nth(place)
    cell.locator(".wb-run").click()
    return cell


def test_another_book_works_with_a_module_of_its_own(bench):
    page, asked, _ = bench
    cell = page.locator(".wb-cell").nth(1)
    cell.locator(".wb-run").hover()
    page.wait_for_timeout(500)
    assert asked == [], "others are asked for nothing before a click"
    said = cell.locator(".wb-said")
    run(page, 1)
    expect(said).to_contain_text("from cdn.jsdelivr.net")
    expect(said).to_have_text("Ran", timeout=90_000)
    expect(cell.locator(".cell_output")).to_contain_text("12")
    last = run(page, 2)
    expect(last.locator(".cell_output")).to_contain_text("cycler", timeout=30_000)
    assert any(name.startswith("cycler-") for name in asked)
    assert not [name for name in asked if name.startswith("helpers")], "the book's own"


@pytest.mark.parametrize("name", ["pyodide.js", PIN["packages"]["numpy"]["file_name"]])
@pytest.mark.parametrize("answer", ["gone", b"something else"])
def test_a_file_that_does_not_come_is_named_and_asked_for_again(bench, name, answer):
    page, asked, wrong = bench
    wrong[name] = answer
    said = run(page, 1).locator(".wb-said")
    expect(said).to_contain_text(f"{name} did not come", timeout=60_000)
    assert asked.count(name) == 2
    del wrong[name]
    run(page, 1)
    expect(said).to_have_text("Ran", timeout=90_000)


def test_a_wrong_file_of_a_later_import_is_refused(bench):
    page, _, wrong = bench
    name = "cycler-0.12.1-py3-none-any.whl"
    wrong[name] = b"something else"
    cell = run(page, 2)
    expect(cell.locator(".wb-error")).to_contain_text(f"{name} did not come", timeout=90_000)
    del wrong[name]
    run(page, 2)
    expect(cell.locator(".cell_output")).to_contain_text("cycler", timeout=30_000)
