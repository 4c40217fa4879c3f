"""The book is plain: short sentences, their words in order, none that is rare and unexplained."""

import re

import order
import plain
import pytest

PAGES = {path.relative_to(plain.ROOT / "book").as_posix(): path for path in plain.pages()}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_hard_is_left_or_a_reason_is_given(name):
    assert list(plain.findings(name, plain.prose(PAGES[name]))) == []


NOTHING = {"words": [], "sentences": []}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"It {'is a very long way and ' * 5}ends.", "long"),
        ("Only with the root does it stay level.", "inverted"),
        ("Nor does the number of keys.", "inverted"),
        ("Between them stands one small word.", "inverted"),
        ("Recorded is how often each word came.", "inverted"),
        ("It is 1, and had the others been less, it would win.", "inverted"),
        ("At which number does it stop?", "inverted"),
        ("Then *its* looks at *mom*.", "third verb"),
        ("Every token listens to the others.", "third verb"),
        ("A long key is heard by all.", "third verb"),
        ("The query of *its* is its row.", "pronoun"),
        ("Its row is what *its* asks with.", "pronoun"),
        ("It is an ubiquitous thing.", "rare"),
        ("- An item\n- Ubiquitous things", "rare"),
        ("| a | ubiquitous |", "rare"),
    ],
)
def test_what_is_hard_is_found(text, kind):
    assert [found.kind for found in plain.findings("a page", text, NOTHING)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "It is short. It is here.",
        "Only the root is left. So it is good. Here is the word. Which word does it find?",
        "Each token attends to the others and looks for one.",
        "In *it followed its mom* the word *its* asks. Its query is short.",
        "```python\nubiquitous = 1\n```\n\nA `ubiquitous` name",
        "A size $ubiquitous$ and\n\n$$\nubiquitous\n$$",
        "The [score](ubiquitous.md) of Aristotle and its softmax.",  # a name, and a term
        "**Read on:** Ubiquitous papers.",
    ],
)
def test_what_is_plain_is_not(text):
    assert list(plain.findings("a page", text, NOTHING)) == []


def test_what_is_kept_has_a_reason_and_is_needed():
    said = " ".join(plain.prose(path) for path in PAGES.values()).lower()
    sentences = [s for path in PAGES.values() for s in plain.sentences(plain.prose(path))]
    for kept in plain.KEPT["sentences"]:
        assert kept["reason"] and any(s.startswith(kept["begins"]) for s in sentences), kept
    assert all(kept["reason"] for kept in plain.KEPT["words"])
    kept = [word for group in plain.KEPT["words"] for word in group["words"].split()]
    assert len(kept) == len(set(kept))
    if order.cut(plain.ROOT):
        return  # what was cut took its words along
    used = set(re.findall(r"[a-z']+", said))
    known = plain.common() | plain.explained()
    assert [w for w in kept if plain.is_known(w, known)] == []
    assert [w for w in kept if not any(plain.is_known(u, frozenset({w})) for u in used)] == []


def test_the_page_says_how_many(capsys, tmp_path):
    (tmp_path / "a.md").write_text("Then its word looks at the other one. And this is plain too.\n")
    assert plain.main([str(tmp_path / "a.md")]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("a, third verb, Then its word looks")
    assert said[-1].startswith("2 sentences, 6.5 words on average")
