"""Tokens of a decoder: by the rules alone as by the ``tokenizers`` library."""

import sys

import numpy as np
import pytest
from tiny_decoder import TOKENIZER

from qkvlib.models.byte_pairs import _LETTERS, BytePairs, words

CASES = {  # a text, and the words that it is cut into
    "The puppy followed its mom.": "The| puppy| followed| its| mom|.",
    "it's we'll I'd O'Neil 'tis": "it|'s| we|'ll| I|'d| O|'|Neil| '|tis",
    "in 2024, 10%": "in| |2|0|2|4|,| |1|0|%",
    "a  b": "a| | b",
    "a \n\n b ": "a| \n\n| b| ",
    "x  7": "x|  |7",
    "naïve 東京! ½ ²": "naïve| 東京|!| |½| |²",
    "!?…  ": "!?…|  ",
    "a\u00a0b\u2003c": "a|\u00a0|b|\u2003|c",
    "it\u2019s": "it|\u2019|s",
    "e\u0301": "e|\u0301",
    "'S": "'|S",
    "a\x1cb": "a|\x1c|b",
    "": "",
}
ALPHABETS = (
    "abcdefghij XYZ 's 't 're 'll ",
    "0123456789 .,;:!?()[]{}<>|+-=*/\\\"'`~@#$%^&_\t\n\r  ",
    "äöüßéèñçøåłşğ ÄÖÜ ΑΒΓΔαβγδς Жизнь мир ",
    "東京タワー한국어हिन्दीไทยעבריתعربي\u200d\u200b\ufeff",
    "😀👩\u200d👩\u200d👧🇩🇪½²³①Ⅷ\u00a0\u2003\u3000\u0301\u0308\x0b\x0c\x1c\x85",
)


@pytest.mark.parametrize(("text", "cut"), CASES.items())
def test_the_cut_into_words(text, cut):
    assert words(text) == (cut.split("|") if cut else [])
    assert "".join(words(text)) == text


@pytest.fixture
def without_library(monkeypatch):
    """A tokenizer that finds no library."""
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    return BytePairs(TOKENIZER.tokens, TOKENIZER._merges, TOKENIZER.special)


def test_pairs_are_joined_in_the_order_that_was_learned(without_library):
    tokens = [without_library.tokens[row] for row in without_library.ids("its it sit itsit")]
    assert tokens == ["its", "Ġit", "Ġ", "s", "it", "Ġits", "it"]
    first = BytePairs(["a", "b", "c", "ab", "bc"], [("b", "c"), ("a", "b")])
    assert [first.tokens[row] for row in first.ids_by_rules("abc")] == ["a", "bc"]


def test_special_tokens_are_not_cut(without_library):
    ids = without_library.ids("its<end> it<en")
    assert ids[:3] == [without_library.rows[name] for name in ("its", "<end>", "Ġit")]
    assert without_library.text(ids) == "its<end> it<en"


@pytest.mark.parametrize("text", CASES)
def test_text_comes_back(text, without_library):
    assert without_library.text(without_library.ids(text)) == text


def test_a_character_of_two_tokens_waits_for_the_second(without_library):
    pieces = lambda ids: list(without_library.pieces(ids))  # noqa: E731
    assert pieces(without_library.ids("é!")) == ["", "é", "!"]
    assert pieces(without_library.ids("é")[:1]) == ["", "\ufffd"]
    assert without_library.text(without_library.ids("é")[:1]) == "\ufffd"


def test_errors_name_the_argument():
    with pytest.raises(TypeError, match=r"^text: int; expected a string"):
        TOKENIZER.ids(3)
    with pytest.raises(ValueError, match=r"^ids: 999; expected integers from 0 to 260"):
        TOKENIZER.text([999])


def lines(n):
    """Lines of letters, signs and pieces of words from all kinds of scripts."""
    rng = np.random.default_rng(0)
    for _ in range(n):
        several = rng.choice(len(ALPHABETS), size=rng.integers(1, 4))
        signs = [*"".join(ALPHABETS[i] for i in several)]
        yield "".join(rng.choice(signs, size=rng.integers(1, 40)))


def test_the_rules_agree_with_the_library_on_every_byte():
    pytest.importorskip("tokenizers")
    for text in [*CASES, *lines(500)]:
        assert TOKENIZER.ids(text) == TOKENIZER.ids_by_rules(text), text
    assert len(set(_LETTERS)) == 256


def test_the_rules_agree_with_the_library_on_ten_thousand_lines(language_model):
    pytest.importorskip("tokenizers")
    _, tokenizer = language_model
    for text in [*CASES, *lines(10_000)]:
        assert tokenizer.ids(text) == tokenizer.ids_by_rules(text), text
        assert tokenizer.text(tokenizer.ids(text)) == text
