"""The buttons of a clone's pages lead to where it was cloned from, or are not there."""

import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import repository
from nbformat import v4

EXT = Path(__file__).parents[1] / "book" / "_ext"
CONFIG = f"""
title: A book
author: Nobody
execute: {{execute_notebooks: "off"}}
launch_buttons: {{thebe: false}}
sphinx: {{local_extensions: {{repository: "{EXT.as_posix()}"}}}}
"""
PLACES = r'href="(https://(?:github\.com|mybinder\.org|colab\.research\.google\.com)/[^"]*)"'


@pytest.fixture
def clone(tmp_path):
    """A book of one notebook, and a function that gives it the remote `origin`."""
    (tmp_path / "_config.yml").write_text(CONFIG)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: one\n")
    cells = [v4.new_markdown_cell("# One", id="a")]
    nbformat.write(v4.new_notebook(cells=cells), tmp_path / "one.ipynb")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)

    def of(address):
        git = ["git", "-C", tmp_path, "config", "remote.origin.url", address]
        subprocess.run(git, check=True)
        return tmp_path

    return of


def test_buttons_lead_to_the_remote_of_the_last_build(clone, build_book):
    book = clone("git@github.com:somebody/a-course.git")
    assert build_book(book).returncode == 0
    page = book / "_build/html/one.html"
    links = set(re.findall(PLACES, page.read_text()))
    assert links >= {
        "https://github.com/somebody/a-course",
        "https://github.com/somebody/a-course/edit/main/one.ipynb",
        "https://mybinder.org/v2/gh/somebody/a-course/main?urlpath=lab/tree/one.ipynb",
    }
    # Its setup cells do not know the address: `make adopt` writes it there.
    assert not [link for link in links if "colab" in link]
    assert build_book(clone("/srv/a-course")).returncode == 0
    assert not re.findall(PLACES, page.read_text())


def test_address_in_the_settings_goes_before(clone):
    app = SimpleNamespace(srcdir=clone("https://github.com/somebody/a-course"))
    config = SimpleNamespace(html_theme_options={})
    repository.add_buttons(app, config)
    assert config.html_theme_options["repository_url"] == "https://github.com/somebody/a-course"
    with (app.srcdir / "_config.yml").open("a") as settings:
        settings.write("repository:\n  url: https://github.com/else/where\n")
    config = SimpleNamespace(html_theme_options={})
    repository.add_buttons(app, config)
    assert config.html_theme_options == {}
