"""The deck of flash cards: opened as Anki opens it, and beside the pages it is made of."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from functools import partial
from pathlib import Path

import order
import pytest
from handouts import anki_deck, cards
from handouts.markdown import with_tex
from the_book import CHAPTERS, chapter

from qkvlib import checks
from qkvlib.grade.exercises import tasks

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
GLOSSARY, INTERVIEW = BOOK / "reference/glossary.md", BOOK / "reference/interview.md"
FIRST = CHAPTERS[0]
NOW = 1_700_000_000
MARKDOWN = r"\*\*|`|\$|\]\(|\{term\}|<details|<summary"
TAGS = ("p", "ol", "ul", "li", "em", "strong", "code", "sub", "sup", "a")


def notes(path):
    """What a deck holds: for each note its guid, time, tags, front, back and what it is about."""
    with zipfile.ZipFile(path) as archive:
        assert set(archive.namelist()) == {"collection.anki2", "media"}
        assert json.loads(archive.read("media")) == {}
        data = archive.read("collection.anki2")
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    rows = database.execute("select guid, mod, tags, flds from notes order by id").fetchall()
    count = database.execute("select count(distinct nid) from cards").fetchone()
    database.close()
    assert count == (len(rows),)
    return [(guid, mod, tags.split(), *fields.split("\x1f")) for guid, mod, tags, fields in rows]


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    path = tmp_path_factory.mktemp("deck") / "new folder" / "cards.apkg"
    anki_deck.write(cards.collect(BOOK), path, NOW)
    return path


@pytest.fixture(scope="module")
def found(deck):
    return notes(deck)


def of_kind(found, kind):
    return [note for note in found if note[2][0] == kind]


def test_nothing_of_the_sources_is_missing(found):
    terms = re.findall(r"^[^\s`#].*\n  ", GLOSSARY.read_text(), re.M)
    assert len(of_kind(found, "glossary")) == len(terms) > 50
    asked = INTERVIEW.read_text().count("<details>")
    assert len(of_kind(found, "interview")) == asked >= 2 * len(CHAPTERS)
    for path in CHAPTERS:
        questions = set(re.findall(r'name=\\"(quiz-\d+)\\"', path.read_text()))
        of_chapter = [note for note in of_kind(found, "quiz") if path.stem in note[2]]
        assert len(of_chapter) == len(questions) >= 4
    kinds = ("glossary", "interview", "quiz", "numbers")
    assert len(found) == sum(len(of_kind(found, kind)) for kind in kinds)


def test_each_question_that_is_answered_in_numbers_is_asked(found):
    listed = {task.checker for task in tasks()} & set(checks.QUESTIONS)
    assert len(of_kind(found, "numbers")) == len(listed) > 8 or order.cut(ROOT)
    for _, _, tags, _, back, _ in of_kind(found, "numbers"):
        (one,) = (one for one in checks.QUESTIONS.values() if one.praise in back)
        assert all(f"{field.label}: <strong>{field.answer:.4g}" in back for field in one.fields)
        assert f"check_{one.name}" in {t.checker for t in tasks() if t.chapter == tags[1][3:]}


def test_cards_say_what_the_pages_say(found):
    by_front = {note[3].strip(): note for note in found}
    scores, scaling = chapter("scores"), chapter("scaling")
    _, _, tags, _, back, about = by_front["<p>score</p>"]
    assert tags == ["glossary", scores] and about == f"Glossary, chapter {int(scores[:2])}"
    assert back.startswith("<p>The dot product of one query with one key: how well the key")
    *_, back, about = by_front["<p>Why do we divide by the square root of d_k?</p>"]
    assert r"scores grow like \(\sqrt{d_k}\)" in back
    assert about == f"Interview, chapter {int(scaling[:2])}"
    *_, tags, front, back, _ = next(n for n in found if "have? " in n[3] or "(6, 64)" in n[3])
    assert tags == ["quiz", scores]
    assert front.count("<li>") == back.count("<li>") == 4
    assert back.startswith("<p><strong>(6, 10)</strong></p>")
    assert "✗ That is <code>q.T @ k</code> and would not even run" in back
    (follow,) = (
        n
        for n in found
        if n[3].endswith("<strong>And then:</strong> Which axis is the right one?</p>\n")
    )
    assert follow[4].startswith("<p>The keys, the last axis of the scores")


def test_what_anki_shows_is_html_and_formulas(found):
    for _, _, _, front, back, _ in found:
        for side in (front, back):
            prose = re.sub(r"<code>.+?</code>", "", side, flags=re.S)
            assert prose.strip() and not re.search(MARKDOWN, prose)
            assert len(re.findall(r"\\\(.+?\\\)", side, re.S)) == side.count(r"\(")
            tags = re.findall(r"<(/?\w+)[^>]*>", side)
            assert set(tags) <= {f"{end}{tag}" for end in ("", "/") for tag in TAGS}, side
    formulas = sum(note[4].count(r"\(") for note in of_kind(found, "interview"))
    assert formulas == INTERVIEW.read_text().count("$") / 2 > 20


def test_new_cards_come_chapter_by_chapter(found):
    places = [note[2][1] for note in found if len(note[2]) == 2]
    assert places == sorted(places)
    assert set(places) == {chapter.stem for chapter in CHAPTERS}


def test_cards_are_known_again_by_what_they_ask(tmp_path, found):
    assert len({note[0] for note in found}) == len(found)
    card = anki_deck.Card("Quiz", "Which?", "This.", "04_scores", "1. This\n1. That")
    variants = [
        card,
        anki_deck.Card("Quiz", "Which?", "That.", "05_scaling", "1. That"),
        anki_deck.Card("Quiz", "Which one?", "This.", "04_scores", "1. This\n1. That"),
    ]
    guids = []
    for place, variant in enumerate(variants):
        anki_deck.write([variant], tmp_path / "deck.apkg", NOW + place)
        ((guid, mod, *_),) = notes(tmp_path / "deck.apkg")
        assert mod == NOW + place, "Anki would keep the older card"
        guids.append(guid)
    assert guids[0] == guids[1] != guids[2]


def test_bytes_repeat(deck, tmp_path):
    for later, same in ((0, True), (1, False)):
        anki_deck.write(cards.collect(BOOK), tmp_path / "again.apkg", NOW + later)
        assert ((tmp_path / "again.apkg").read_bytes() == deck.read_bytes()) is same


@pytest.mark.parametrize(
    "markdown, html",
    [
        ("$a < b$ and `c < d`", r"<p>\(a &lt; b\) and <code>c &lt; d</code></p>"),
        ("So\n\n$$\na_1 \\\\\nb\n$$", "<p>So</p>\n\\[a_1 \\\\\nb\\]"),
        ("**Power**: `d**0.5`", "<p><strong>Power</strong>: <code>d**0.5</code></p>"),
        (
            "{term}`Gradient descent` in [chapter 2](../02_lookup.ipynb)",
            "<p>Gradient descent in chapter 2</p>",
        ),
        ("[Paper](https://a.org/b)", '<p><a href="https://a.org/b">Paper</a></p>'),
    ],
)
def test_markdown_becomes_what_anki_shows(markdown, html):
    assert with_tex(markdown).strip() == html


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(BOOK, tmp_path / "book", ignore=shutil.ignore_patterns("_ext", "educators"))
    return tmp_path / "book"


MISTAKES = [
    ("reference/glossary.md", "```{glossary}", "```", "no glossary; expected a block"),
    (
        "reference/glossary.md",
        "\n  {term}`Grad",
        "\n{term}`Grad",
        "expected a term, its definition",
    ),
    ("reference/interview.md", "\n\n</details>", "", "one minute.' has a fold without"),
    ("reference/interview.md", "**Explain", "Explain", "no question; expected one in bold"),
    ("reference/interview.md", r"by $\sqrt{d_k}$. S", r"by $\sqrt{d_k}. S", r"cannot show '\$'"),
    (FIRST.name, "**In an interview:**", "**Asked:**", f"{FIRST.stem}.* is not asked in"),
    (FIRST.name, '\\"quiz\\"', '\\"quiz right\\"', "has 2 right options; expected one"),
    (FIRST.name, "## Quiz", "## Questions", f"{FIRST.stem}.*: no question"),
    (FIRST.name, 'quiz-1\\"><summary>', 'quiz-1\\"><p>', "has a fold without a summary"),
    ("reference/glossary.md", "\nalignment\n", "\nAdam\n", "more than one card asks"),
    ("reference/glossary.md", "\n  {term}`Gradient descent`", "\n  {doc}`a`", "cannot show '{doc}"),
]


@pytest.mark.parametrize("name, right, wrong, message", MISTAKES)
def test_a_page_that_does_not_parse_is_named(copy, name, right, wrong, message):
    before = (copy / name).read_text()
    assert right in before
    (copy / name).write_text(before.replace(right, wrong, 1))
    with pytest.raises(ValueError, match=message):
        anki_deck.write(cards.collect(copy), copy / "deck.apkg", NOW)
    assert not (copy / "deck.apkg").exists()


def test_a_chapter_whose_question_is_asked_nowhere_is_named(copy):
    question = re.search(r"\*\*In an interview:\*\* \*(.+?\?)\*", cards.text(FIRST))[1]
    page = copy / "reference/interview.md"
    assert page.read_text().count(f"**{question}**") == 1
    page.write_text(page.read_text().replace(f"**{question}**", "**Why?**"))
    with pytest.raises(ValueError, match=f"{FIRST.stem}.* is not asked in"):
        cards.collect(copy)


def test_command_writes_the_deck_or_says_what_is_wrong(tmp_path, copy):
    command = [sys.executable, "-m", "handouts.cards", copy, tmp_path / "cards.apkg"]
    run = partial(subprocess.run, command, cwd=ROOT / "tools", capture_output=True, text=True)
    done = run(check=True)
    assert re.search(r"cards\.apkg: \d+ cards", done.stdout)
    (copy / "reference/glossary.md").write_text("# Glossary\n")
    done = run(check=False)
    assert done.returncode == 1 and "glossary.md: no glossary" in done.stderr
    assert "Traceback" not in done.stderr
