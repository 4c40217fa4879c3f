"""The controls belong to no course: another Jupyter Book uses them from the installed package."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from serve import serve

CONFIG = """
title: Another book
execute: {execute_notebooks: force, raise_on_error: true}
sphinx: {extra_extensions: [qkvlib.explorer.sphinx_ext]}
"""
TOC = "format: jb-book\nroot: index\nchapters: [{file: wave}]\n"
WAVE = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3, language: python}
---
# A wave

```{code-cell} ipython3
import numpy as np
from matplotlib.figure import Figure
from qkvlib import explore

def wave(cycles):
    figure = Figure(figsize=(4, 2))
    x = np.linspace(0, 1, 100)
    figure.add_subplot().plot(x, np.sin(2 * np.pi * cycles * x))
    return figure

explore(wave, cycles=[1, 2, 3])
```
"""


def build(folder):
    command = [Path(sys.executable).with_name("jupyter-book"), "build", "--quiet", "-W", folder]
    search = {"PYTHONPATH": str(folder)}
    return subprocess.run(
        command, cwd=folder, env=os.environ | search, capture_output=True, text=True
    )


@pytest.fixture
def book(tmp_path):
    files = {"_config.yml": CONFIG, "_toc.yml": TOC, "index.md": "# Start\n", "wave.md": WAVE}
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    return tmp_path


def test_another_book_moves_its_picture(book, visit):
    built = build(book)
    assert built.returncode == 0, built.stdout + built.stderr
    with serve(book / "_build" / "html") as home:
        page = visit("wave.html", home=home).page
        picture = page.locator(".explore-picture")
        before, words = picture.inner_html(), picture.get_attribute("aria-label")
        page.locator(".explore input[type=range]").press("ArrowRight")
        assert picture.inner_html() != before
        assert (words, picture.get_attribute("aria-label")) == (
            "Picture at cycles=1.",
            "Picture at cycles=2.",
        )
        page = visit("index.html", home=home).page
        assert page.locator("script[src*=explore]").count() == 0, "a page without a picture"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("cycles=[1, 2, 3]", "cycles=range(1, 2000)", "wave, cell [1]: 1,999 states"),
        ("2 * np.pi * cycles", "1 / (cycles - 2)", "draw failed at cycles=2: ZeroDivisionError"),
    ],
)
def test_a_control_that_cannot_be_rendered_fails_the_build(book, old, new, says):
    (book / "wave.md").write_text(WAVE.replace(old, new))
    built = build(book)
    assert built.returncode != 0
    assert says in built.stdout + built.stderr


def test_a_changed_library_rebuilds_pages_that_are_up_to_date(book):
    drawing = book / "drawing" / "__init__.py"
    drawing.parent.mkdir()
    drawing.write_text("CYCLES = 1\n")
    watch = "ext], config: {explore_packages: [drawing]}}"
    (book / "_config.yml").write_text(CONFIG.replace("ext]}", watch))
    page = book / "_build" / "html" / "wave.html"
    written = []
    for cycles in (1, 1, 2):
        drawing.write_text(f"CYCLES = {cycles}\n")
        built = build(book)
        assert built.returncode == 0, built.stdout + built.stderr
        written.append(page.stat().st_mtime_ns)
    assert written[0] == written[1] < written[2]
