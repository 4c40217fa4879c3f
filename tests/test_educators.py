"""The teaching pages say nothing that their chapters do not hold."""

import re
from functools import cache
from pathlib import Path

import nbformat
import order
import pytest
import the_book
import yaml
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
PAGES = BOOK / "educators"
CHAPTERS = [path.stem for path in sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))]
NAMED = re.compile(r"([Ee]xercises?|[Qq]uiz questions?) (\d+)(?: and (\d+))?")
CLOSING = ["Exercises", "Quiz", "To take away"]


@cache
def chapter(stem):
    """The text of a chapter, and its outputs in words."""
    cells = nbformat.read(BOOK / f"{stem}.ipynb", as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells)
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    said = [o.get("text", "") + str(o.get("data", {}).get("text/plain", "")) for o in outputs]
    return text, "\n".join(said)


def headings(text, level):
    return re.findall(rf"^{'#' * level} (.+)$", text, re.M)


def title(stem):
    """What a chapter is called."""
    return headings(chapter(stem)[0], 1)[0].partition(":")[0]


def times(text):
    """Minutes for the lesson and for its exercises, as the title cell states them."""
    return tuple(map(int, re.search(r"(\d+) minutes, (\d+) more for the exercises", text).groups()))


def read(name):
    return (PAGES / f"{name}.md").read_text()


def section(page, name):
    return re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", page, re.M | re.S)[1]


def numbered(text, part):
    """The numbers of the exercises, or of the questions of the quiz."""
    return set(re.findall(r"^\*\*(\d+)\. ", section(text, part), re.M))


def controls(stem):
    """The labels of a chapter's controls."""
    text, said = chapter(stem)
    names = ", ".join(re.findall(r"\(controls: (.+?)\)", said)).replace("_", " ").split(", ")
    return {*names, *re.findall(r'label="(.+?)"', text)}


def flaws(page, stem):
    """What a page of teaching notes says that its chapter does not."""
    text, said = chapter(stem)
    lesson = [part for part in headings(text, 2) if part not in CLOSING]
    rows = re.findall(r"^\| (.+) \| (\d+) \|$", section(page, "Time"), re.M)
    minutes = {part: int(n) for part, n in rows}
    exercises = minutes.pop("Exercises", 0)
    wrong = section(page, "What goes wrong")
    items = [" ".join(item.split()) for item in re.findall(r"^- .+\n(?:  .+\n)*", wrong, re.M)]
    notes = section(page, "Notes")

    if headings(page, 2) != ["Time", "What goes wrong", "Notes"]:
        yield f"sections {headings(page, 2)}"
    if [part for part, _ in rows] != [*lesson, *CLOSING]:
        yield "the table of times has other parts than the chapter"
    if (sum(minutes.values()), exercises) != times(text):
        yield f"{sum(minutes.values())} and {exercises} minutes, the chapter says {times(text)}"
    if headings(notes, 3) != lesson:
        yield "the notes have other headings than the chapter"
    for part in re.split(r"^### ", notes, flags=re.M)[1:]:
        if not re.search(r"\?|\b(?:[Aa]sk|[Vv]ote|[Gg]uess)\b", part.partition("\n")[2]):
            yield f"asks the room nothing: {part.splitlines()[0]}"
    if not 3 <= len(items) <= 5:
        yield f"{len(items)} items of what goes wrong"
    for item in items:
        named = NAMED.findall(item)
        if not re.match(r'- \*\*".+?"', item) or " Say: " not in item:
            yield f"not in the form: {item[:40]}"
        if not named:
            yield f"no exercise, no question: {item[:40]}"
        for kind, number in missing(named, text):
            yield f"there is no {kind} {number}"
    for name in re.findall(r"\*\*(.+?)\*\*", notes):
        if name not in controls(stem):
            yield f"there is no control {name}"
    plain = (text + said).replace("−", "-")
    for number in re.findall(r"\d[\d,]*\.\d+|\d+,\d{3}", page):
        if not re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", plain):
            yield f"the chapter has no {number}"


def missing(named, text):
    """What was named, by kind and number, and is not in the text of a chapter."""
    for kind, *numbers in named:
        part = "Exercises" if kind.lower().startswith("e") else "Quiz"
        for number in {*numbers} - {""} - numbered(text, part):
            yield kind, number


@pytest.mark.parametrize("stem", CHAPTERS)
def test_the_notes_agree_with_their_chapter(stem):
    page = read(f"notes/{stem}")
    assert headings(page, 1)[0].lower() == f"teaching: {title(stem).lower()}"
    assert list(flaws(page, stem)) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("## Time\n", "## Times\n\n## Time\n", "sections"),
        ("| Quiz | 4 |", "| Quiz | 5 |", "21 and 15 minutes, the chapter says (20, 15)"),
        ("| Exercises | 15 |\n", "", "other parts than the chapter"),
        ("### One score by hand", "### A score by hand", "other headings than the chapter"),
        ("- **", "**", "0 items"),
        ("Say: the key of", "The key of", "not in the form"),
        ("Exercise 2", "Exercise 9", "there is no Exercise 9"),
        ("Quiz question 1", "Quiz question 8", "there is no Quiz question 8"),
        ("Quiz question 4 exposes it", "It shows", "no exercise, no question"),
        ("**query**", "**question**", "there is no control question"),
        ("3.374", "3.375", "the chapter has no 3.375"),
        ("Ask", "Speak", "asks the room nothing: What a score is not"),
    ],
)
def test_what_is_wrong_with_notes_is_said(old, new, says):
    scores = the_book.chapter("scores")
    good = read(f"notes/{scores}")
    assert old in good
    found = list(flaws(good.replace(old, new), scores))
    assert any(says in flaw for flaw in found), found


def words(text):
    return re.findall(r"[\w√$\\{}-]+", text.lower())


def test_the_index_gives_every_chapter_its_goals_and_its_time():
    links = r"^\| \[(\d+)\]\(notes/(.+)\.md\) \| \[(.+)\]\(\.\./(.+)\.ipynb\)"
    rows = re.findall(links + r" \| (.+) \| (\d+) \+ (\d+) \|$", read("index"), re.M)
    assert [stem for _, stem, *_ in rows] == CHAPTERS
    for number, stem, name, linked, goals, *minutes in rows:
        text, _ = chapter(stem)
        assert linked == stem and int(number) == int(stem[:2])
        assert headings(text, 1)[0].startswith(f"{name}: ")
        assert tuple(map(int, minutes)) == times(text)
        promised = re.search(r"> \*\*You will be able to\*\*(.+?)\n>\n", text, re.S)[1]
        assert set(words(goals)) <= set(words(promised)), f"{stem} does not promise this"


def test_the_index_cites_as_the_citation_file_does():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    sentence = " ".join(section(read("index"), "How to cite").split())
    assert f"*{cited['title']}*, version {cited['version']}." in sentence
    assert f"({cited['date-released'].year})" in sentence


def test_misconceptions_are_those_of_the_notes():
    page = read("misconceptions")
    assert re.findall(r"^```{include} notes/(.+)\.md$", page, re.M) == CHAPTERS
    assert headings(page, 2) == [title(stem) for stem in CHAPTERS]


def spans(plan):
    return [tuple(map(int, span)) for span in re.findall(r"^\| (\d+)–(\d+) \|", plan, re.M)]


def test_plans_fill_their_time():
    plans = re.split(r"^## ", read("plans"), flags=re.M)[1:]
    for plan, minutes in zip(plans, (60, 180, 90), strict=True):
        starts, ends = zip(*spans(plan), strict=True)
        assert starts == (0, *ends[:-1]) and ends[-1] == minutes, plan[:30]


def test_plans_name_what_their_chapters_have():
    rows = [row for row in read("plans").splitlines() if row.startswith("| ")]
    gone = "|".join(map(re.escape, order.cut(ROOT).values())) or "(?!)"
    named = re.compile(rf"\[[Cc]hapter \d+\]\(\.\./(\w+)\.ipynb\)|\*(?:{gone})\*")
    seen = 0
    for row in rows:
        _, *pieces = named.split(row)
        for stem, part in zip(pieces[::2], pieces[1::2], strict=True):
            if stem is None:  # what it says of a chapter that was cut
                continue
            assert not (wrong := list(missing(NAMED.findall(part), chapter(stem)[0]))), wrong
            for title in re.findall(r"(?<![*\w])\*([A-Z][^*]+)\*(?!\*)", part):
                assert title in headings(chapter(stem)[0], 2), title
            for name in re.findall(r"\*\*(.+?)\*\*", part):
                assert name in controls(stem), name
            seen += 1
    assert seen > 30 or order.cut(ROOT)


def test_the_code_about_checkers_runs():
    names = {}
    for cell in re.findall(r"^```{code-cell} ipython3\n(.*?)^```", read("checkers"), re.M | re.S):
        exec(compile(cell, "checkers.md", "exec"), names)
    assert names["WINNERS"].check(names["by_loop"])
    assert "the keys chose queries" in names["WINNERS"].check(names["across"]).message
    assert not names["WINNERS"].check(names["empty"]).begun
    assert names["BY_HAND"].check(1) and "negative" in names["BY_HAND"].check(5).message
    assert "row 1 gives its best key 0.73" in names["SHARP"].check(names["two_rows"]).message
    assert names["SHARP"].check(lambda: [[9, 0], [0, 9]])


def strong_captions(page):
    """Captions of code that hold bold text once they are parsed, as ``__init__`` does."""
    captions = re.findall(r"^:caption: (.+)$", page, re.M)
    return [c for c in captions if "<strong>" in MarkdownIt().render(c)]


@pytest.mark.parametrize("name", [path.stem for path in sorted(PAGES.glob("*.md"))])
def test_captions_name_files_as_they_are_called(name):
    assert strong_captions(read(name)) == []


def test_a_caption_whose_underscores_are_eaten_is_found():
    assert strong_captions(":caption: `a/__init__.py`\n:caption: a/__init__.py\n") == [
        "a/__init__.py"
    ]


def test_what_is_said_to_be_tested_has_its_test():
    named = re.findall(r"`(tests/[\w/]+\.py)`", read("accessibility"))
    assert len(set(named)) == 8
    assert all((ROOT / name).exists() for name in named)
