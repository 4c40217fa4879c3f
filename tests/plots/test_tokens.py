"""Tokens look like tokens: *its* is a word of English too, so among others it stands in quotes."""

import ast
import re
from pathlib import Path

import frozen
import nbformat
import pytest
from test_picture_sizes import EXAMPLES, TOKENS, pictures, written

from qkvlib import plots

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "book").glob("[0-9][0-9]_*.ipynb"))
WORDS = re.compile(r"“\w+”|\w+")
ASKED = {"words": ["mom", "she"], "weights": [0.9, 0.1], "asked": 1, "referent": 0}
ASKED |= {"answers": {"sad": 0.8, "happy": 0.2}, "right": "sad"}


def bare(words, tokens):
    """Tokens that stand among words without quotes; a vector's letter is no word: ``q its``."""
    parts = WORDS.findall(words)
    others = [p for p in parts if p not in tokens and p.isalpha() and len(p) > 1]
    return [part for part in parts if part in tokens] if others else []


@pytest.mark.parametrize("sizes", EXAMPLES.values(), ids=EXAMPLES)
def test_no_token_stands_bare_among_the_words_of_a_picture(sizes):
    for picture in pictures(*sizes):
        for words, _ in written(picture.content):
            assert not bare(words, TOKENS), words


@pytest.mark.parametrize("sizes", EXAMPLES.values(), ids=EXAMPLES)
def test_nor_where_a_picture_says_in_words_who_asks(sizes):
    for picture in pictures(*sizes):
        said = re.search(r"\b(query|of|how) its\b|^its\b", picture.alt, re.IGNORECASE)
        assert not said, picture.alt


def test_nor_in_a_sentence_that_is_asked():
    for words, _ in written(plots.pronoun(**ASKED).content):
        assert not bare(words, {"mom", "she"}), words


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_nor_in_the_name_of_a_control(chapter):
    for cell in nbformat.read(chapter, as_version=4).cells:
        for node in ast.walk(ast.parse(cell.source)) if cell.cell_type == "code" else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "qkv.explore":
                names = [part.arg.replace("_", " ") for part in node.keywords if part.arg]
                assert not [name for name in names if bare(name, frozen.TOKENS)]
            if isinstance(node, ast.keyword) and node.arg in {"label", "title"}:
                said = " ".join(
                    part.value
                    for part in ast.walk(node.value)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                )
                assert not bare(said, frozen.TOKENS), said


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("query its attends to", ["its"]),
        ("“its” attends to", []),
        ("q its", []),
        ("puppy 0.46", []),
        ("puppy, mom", []),
        ("its", []),
    ],
)
def test_a_bare_token_is_found(words, found):
    assert bare(words, frozen.TOKENS) == found
