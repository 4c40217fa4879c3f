"""What search knows: every section and term after every build, and no answer."""

import json

import pytest
from latex_to_text import latex_to_text
from the_book import ROOT

CONFIG = f"""
title: A book
author: Nobody
execute: {{execute_notebooks: "off"}}
sphinx:
  local_extensions: {{search_sections: {(ROOT / "book/_ext").as_posix()}}}
"""
PAGES = {
    "one": "# One\n\nBefore.\n\n## Part\n\nThe *key* is $W_Q^\\top$.\n",
    "two": "# Terms\n\n```{glossary}\nsoftmax\n  Shares of one.\n```\n",
    "three": "# Three\n\n<details><summary>Answer</summary>\n\n42.\n\n</details>\n\nAfter.\n",
    "four": "# Four\n",
}
TOC = "format: jb-book\nroot: one\nchapters:\n- file: two\n- file: three\n- file: four\n"


def known(folder):
    """What the built search knows: {page: [(anchor, heading, text, whether a term), ...]}."""
    script = (folder / "_build/html/_static/search_sections.js").read_text(encoding="utf-8")
    pages = json.loads(script.removeprefix("const PAGES = ").rstrip(";\n"))
    return {page: [tuple(section) for section in found] for page, _, found in pages}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, build_book):
    folder = tmp_path_factory.mktemp("book")
    (folder / "_config.yml").write_text(CONFIG)
    (folder / "_toc.yml").write_text(TOC)
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text)
    assert build_book(folder).returncode == 0
    return folder


def test_sections_terms_and_formulas_are_known(folder):
    assert known(folder) == {
        "one.html": [("one", "One", "Before.", 0), ("part", "Part", "The key is W_Qᵀ.", 0)],
        "two.html": [("terms", "Terms", "", 0), ("term-softmax", "softmax", "Shares of one.", 1)],
        "three.html": [("three", "Three", "After.", 0)],
        "four.html": [("four", "Four", "", 0)],
    }


def test_a_page_built_again_changes_alone_and_one_taken_out_goes(folder, build_book):
    before = known(folder)
    (folder / "four.md").write_text("# Four\n\nOther text.\n")
    (folder / "three.md").unlink()
    (folder / "_toc.yml").write_text(TOC.replace("- file: three\n", ""))
    assert build_book(folder).returncode == 0
    after = known(folder)
    assert after.pop("four.html") == [("four", "Four", "Other text.", 0)]
    del before["three.html"], before["four.html"]
    assert after == before


def test_pages_ask_for_no_index_and_one_page_for_the_texts(folder):
    for page in (folder / "_build/html").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert ("search_sections.js" in text) == (page.stem == "search")


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"Q K^\top / \sqrt{d_k}", "Q Kᵀ / √d_k"),
        (r"\mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d_k}}\right)", "softmax (Q Kᵀ/√d_k)"),
        (r"W_{\text{out}}", "W_out"),
        (r"\bar{Q} = \hat x", "Q = x"),
        (r"a \cdot b \le c", "a · b ≤ c"),
    ],
)
def test_a_formula_as_one_types_it(latex, text):
    assert latex_to_text(latex) == text
