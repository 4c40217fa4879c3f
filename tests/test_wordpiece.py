"""Word pieces: by the rules alone as by the ``tokenizers`` library."""

import sys

import pytest

from qkvlib import tokenize
from qkvlib.models.files import find
from qkvlib.models.minilm_weights import MINILM
from qkvlib.models.wordpiece import word_pieces

SMALL = {
    word: row
    for row, word in enumerate(
        "[PAD] [UNK] [CLS] [SEP] [MASK] the puppy follow ##ed ##ing un ##follow its mom . ' $ 5 "
        "naive cafe 中 文 σ ##σ s t ##s".split()
    )
}
CASES = {  # what the small vocabulary makes of it
    "The puppy followed its mom.": "the puppy follow ##ed its mom .",
    "UNFOLLOWING": "un ##follow ##ing",
    "naïve  café\tpuppy": "naive cafe puppy",
    "mom's": "mom ' s",
    "$5.5": "$ 5 . 5",
    "中文 puppy": "中 文 puppy",
    "[MASK] followed[SEP]": "[MASK] follow ##ed [SEP]",
    "[mask]": "[UNK] [UNK] [UNK]",
    "followedx": "[UNK]",
    "pup\u200bpy \x00mom\ufffd": "puppy mom",
    "the\u00a0mom\u2003its": "the mom its",
    "a" * 101 + " mom": "[UNK] mom",
    "ΣΣ": "σ ##σ",
    "": "",
    " \n ": "",
}
MORE = (
    "The king thanked the queen because she was kind",
    "don't stop: it's 3/4 of «all» “quoted” text — really…",
    "antidisestablishmentarianism tokenization Ünïcödé Ångström",
    "東京タワー 한국어 हिन्दी ไทย עברית ὈΔΥΣΣΕΎΣ İstanbul ß ﬁ DŽ",
    "😀 👩‍👩‍👧 e\u0301 ~`^|<>+= \ue000 \u0378 \x0b",
)


@pytest.fixture
def without_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)


@pytest.mark.parametrize(("text", "pieces"), CASES.items())
def test_the_rules(text, pieces, without_library):
    assert tokenize(text, SMALL) == ["[CLS]", *pieces.split(), "[SEP]"]


def test_the_longest_piece_is_taken_first(without_library):
    vocabulary = {word: 0 for word in ("a", "ab", "##b", "##c", "##bc")}
    assert word_pieces("abc", vocabulary) == ["ab", "##c"]


def test_text_must_be_a_string():
    with pytest.raises(TypeError, match=r"^text: list; expected a string"):
        tokenize(["The", "puppy"], SMALL)


@pytest.mark.parametrize("text", [*CASES, *MORE])
@pytest.mark.parametrize("size", ["small", "real"])
def test_the_rules_agree_with_the_library(text, size, request):
    pytest.importorskip("tokenizers")
    vocabulary = SMALL if size == "small" else request.getfixturevalue("real_model")[1]
    assert tokenize(text, vocabulary) == ["[CLS]", *word_pieces(text, vocabulary), "[SEP]"]


def test_the_rules_agree_with_the_models_own_file(real_model):
    """Not the vocabulary alone: the tokenizer that the model was published with."""
    tokenizers = pytest.importorskip("tokenizers")
    _, vocabulary = real_model
    folder = find(MINILM, "vocab.txt").parent
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    for text in (*CASES, *MORE):
        assert tokenizer.encode(text).tokens == ["[CLS]", *word_pieces(text, vocabulary), "[SEP]"]
