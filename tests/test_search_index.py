"""Search knows the glossary's terms after every build, not only after the first."""

import json
import subprocess
import sys
from pathlib import Path

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
    """Build, and return the terms that the search index knows."""
    start = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", start, "build", "-W", str(folder)]
    subprocess.run(command, capture_output=True, text=True, check=True)
    index = (folder / "_build/html/searchindex.js").read_text()
    return set(json.loads(index[index.index("{") : index.rindex("}") + 1])["indexentries"])


def write(folder, extensions):
    folder.mkdir()
    (folder / "_config.yml").write_text(CONFIG.replace("EXTENSIONS", extensions))
    (folder / "_toc.yml").write_text(TOC)
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text)


def after_a_second_build(folder, extensions):
    write(folder, extensions)
    assert terms(folder) == {"softmax"}
    (folder / "four.md").write_text("# Four\n\nOther text.\n")
    return terms(folder)


def test_terms_outlast_a_build_of_another_page(tmp_path):
    extensions = f'{{search_index: "{EXT.as_posix()}"}}'
    assert after_a_second_build(tmp_path / "book", extensions) == {"softmax"}


def test_without_the_extension_they_are_forgotten(tmp_path):
    """When this fails, Sphinx has been mended and the extension can go."""
    assert after_a_second_build(tmp_path / "book", "{}") == set()
