"""The example is data: with another word for *its* pages draw, and the library sees nothing.

That the whole book builds then, adopted and not, ``make adapt`` shows.
"""

import ast
import re
from pathlib import Path

import nbformat
import picture
import pytest
import sharing

from qkvlib import examples

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
CELL = re.compile(
    r"^```\{code-cell\}[^\n]*\n(?:---\n.*?^---\n|(?::[^\n]*\n)*)(.*?)^```$", re.M | re.S
)
READS = re.compile(r"import (?:\([^)]*|.*)\bexamples\b|\bexamples\.[A-Z]")
# Words of the example, by their places, that a chapter names and does not look up in it.
NAMED = {
    "lookup": {0, 3},  # a dictionary is asked by name; a search has titles of its own
    "learning": {0, 3},  # nouns of the task that is trained
    "real_model": {0, 1, 2, 3},  # the sentence that the model has read
    "decoder": {0, 1, 2, 3},  # texts that were recorded, and a pattern of their words
}


@pytest.fixture
def word(monkeypatch):
    """A word that no sentence has, in the place of the one whose query the book follows."""
    tokens = tuple("xyz" if token == examples.ASKER else token for token in examples.TOKENS)
    monkeypatch.setattr(examples, "TOKENS", tokens)
    monkeypatch.setattr(examples, "ASKER", "xyz")
    return "xyz"


def code(path):
    """The code cells of a chapter or a page."""
    if path.suffix == ".md":
        return CELL.findall(path.read_text())
    notebook = nbformat.read(path, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def run(page):
    """Run the cells of a page; return what they have named."""
    names = {}
    for cell in code(BOOK / page):
        exec(compile(cell, page, "exec"), names)
    return names


def named(cell):
    """The words of the example of which a string in a cell consists."""
    strings = (n.value for n in ast.walk(ast.parse(cell)) if isinstance(n, ast.Constant))
    phrases = (set(text.split(" ")) for text in strings if isinstance(text, str))
    return set().union(*(words for words in phrases if words <= set(examples.TOKENS)))


def files(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.py")}


@pytest.mark.parametrize(
    "path", sorted([*BOOK.glob("*.ipynb"), *BOOK.rglob("*.md")]), ids=lambda path: path.stem
)
def test_code_asks_for_no_word_by_name(path):
    found = {examples.TOKENS.index(name) for cell in code(path) for name in named(cell)}
    assert found <= NAMED.get(path.stem.lstrip("0123456789_"), set())


def test_a_name_is_found_where_it_would_be_looked_up_not_where_it_is_shown():
    puppy, *_, mom = examples.TOKENS
    assert named(f"ask(start={puppy!r}, order='{mom} {puppy}')") == {puppy, mom}
    assert named(f"print('{puppy} before', f'{puppy} {{x}}', ex.TOKENS[0], '', 2)") == set()


def test_the_first_page_draws(word):
    names = run("index.md")
    assert word in names["ask"](word).alt
    assert word in names["look_around"](word, 0.5).alt


def test_query_key_and_value_at_a_glance(word):
    assert examples.TOKENS[run("reference/at_a_glance.md")["its"]] == word


def test_the_picture_in_the_readme(word):
    assert word in picture.draw().decode()


def test_the_card(monkeypatch, word):
    new = sharing.draw_card("A book")
    monkeypatch.undo()
    assert new != sharing.draw_card("A book")


def test_the_library_and_its_docstrings_do_not_read_the_example():
    reading = {name for name, text in files(ROOT / "qkvlib").items() if READS.search(text)}
    assert reading == {"__init__.py"}


def test_of_the_tests_only_those_of_the_example_and_of_pages_read_it():
    reading = {name for name, text in files(ROOT / "tests").items() if READS.search(text)}
    of_pages = {"test_claims.py", "test_reference.py"}
    assert reading == {"test_another_word.py", "test_examples.py", *of_pages}
