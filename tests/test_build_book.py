"""A build that fails leaves the last good book, and says what is wrong, the next time too."""

import subprocess
import sys

import build_book
import pytest
from the_book import ROOT

CONFIG = 'title: A book\nauthor: Nobody\nexecute: {execute_notebooks: "off"}\n'
GOOD, WRONG = "# One\n\nGood.\n", "# One\n\n{nothing}`wrong`\n"


@pytest.fixture
def build(tmp_path):
    """A function that builds a book with this page; gives exit code, words, the page."""
    (tmp_path / "_config.yml").write_text(CONFIG)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: one\n")

    def run(text):
        if text is not None:
            (tmp_path / "one.md").write_text(text)
        command = [sys.executable, ROOT / "tools" / "build_book.py", tmp_path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        page = tmp_path / "_build/html/one.html"
        assert not (tmp_path / "_build/last_good").exists()
        return done.returncode, done.stdout, page.read_text() if page.exists() else ""

    return run


def test_a_failed_build_leaves_the_last_good_book(build):
    code, _, page = build(GOOD)
    assert code == 0 and "Good." in page
    for text in (WRONG, None):  # and again, with nothing changed
        code, said, page = build(text)
        assert code != 0 and "Good." in page
        assert "one.md:3: WARNING" in said and "Traceback" not in said
        assert said.count("\n") < 20 and "the book of before is still there" in said
    code, _, page = build(GOOD.replace("Good", "Better"))
    assert code == 0 and "Better." in page


def test_a_first_build_that_fails_leaves_none(build):
    code, said, page = build(WRONG)
    assert code != 0 and page == "" and "there is no book" in said


def test_a_traceback_is_left_out_and_what_it_ends_with_stays():
    lines = ["a: WARNING: b", "Traceback (most recent call last):", "  c", "", "  d", "D: e", "f"]
    assert [*build_book.without_traceback(lines)] == ["a: WARNING: b", "D: e", "f"]
