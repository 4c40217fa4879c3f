"""Search knows the glossary's terms after every build, not only after the first."""

import json
from pathlib import Path

import pytest

EXT = Path(__file__).parents[1] / "book" / "_ext"
CONFIG = """
title: A book
author: Nobody
execute: {execute_notebooks: "off"}
sphinx:
  local_extensions: EXTENSIONS
"""
GLOSSARY = "# Terms\n\n```{glossary}\nsoftmax\n  Shares of one.\n```\n"
PAGES = {"one": "# One\n", "two": GLOSSARY, "three": "# Three\n", "four": "# Four\n"}
TOC = "format: jb-book\nroot: one\nchapters:\n- file: two\n- file: three\n- file: four\n"


def terms(folder):
    """The terms that a built book's search index knows."""
    index = (folder / "_build/html/searchindex.js").read_text()
    return set(json.loads(index[index.index("{") : index.rindex("}") + 1])["indexentries"])


@pytest.fixture
def after_a_second_build(tmp_path, build_book):
    """A function that builds a book, and again with other text; it gives what search knows then."""

    def build(extensions):
        write(tmp_path, extensions)
        assert build_book(tmp_path).returncode == 0 and terms(tmp_path) == {"softmax"}
        (tmp_path / "four.md").write_text("# Four\n\nOther text.\n")
        assert build_book(tmp_path).returncode == 0
        return terms(tmp_path)

    return build


def write(folder, extensions):
    (folder / "_config.yml").write_text(CONFIG.replace("EXTENSIONS", extensions))
    (folder / "_toc.yml").write_text(TOC)
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text)


def test_terms_outlast_a_build_of_another_page(after_a_second_build):
    assert after_a_second_build(f'{{search_index: "{EXT.as_posix()}"}}') == {"softmax"}


def test_without_the_extension_they_are_forgotten(after_a_second_build):
    """When this fails, Sphinx has been mended and the extension can go."""
    assert after_a_second_build("{}") == set()
