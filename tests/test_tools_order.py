"""The order of chapters, in a copy of the book: moved, added to, cut from."""

import re
import shutil
from pathlib import Path

import cell_ids
import cut
import lesson
import nbformat
import order
import pytest
import recall
import the_book
import yaml

ROOT = Path(__file__).parents[1]
WORDS = order.words(ROOT)
TITLE = order.titles(ROOT)[WORDS[0]]
# The first chapter whose part has another one: it can go without leaving an empty part.
MOVED = order.CHAPTER.fullmatch(next(p[0] for p in order.parts(ROOT).values() if len(p) > 1))[1]
BEHIND = [*(word for word in WORDS if word != MOVED), MOVED]
# A number of a chapter that no program writes. An edition or a page's own mark may have one.
BY_HAND = (
    r"\b[Cc](?:hapters?|h\.)(?:[ \xa0]|\n(?!\n))+\d+(?![^][]*\]\()",
    # Behind a link to a chapter, and in its text.
    r"\d\d_\w+(?:\.\w+)?\),? (?:and|to|or) \d+\b",
    r"\[[^][]*\d[^][]*\]\((?:[\w./-]*/)?\d\d_\w+[.#)]",
)
WRITTEN = re.compile(r"\[(?:[^][]*\b[Cc]hapters?\s)?\d+(?:\. [^][\d]*)?\]\(")


@pytest.fixture
def copy(tmp_path):
    """The files that name chapters, and those that a new chapter needs."""
    needed = [ROOT / name for name in ("_config.yml", "pyproject.toml", recall.TABLE)]
    files = [*order.texts(ROOT), *needed, cell_ids.LIST]
    for path in files:
        to = tmp_path / path.relative_to(ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, to)
    return tmp_path


def texts(folder):
    return {path: path.read_text() for path in folder.rglob("*") if path.is_file()}


def move(root, word, to):
    """Move a chapter's line in `_toc.yml` below that of another."""
    toc = (root / "_toc.yml").read_text()
    line = re.search(rf"  - file: book/\d\d_{word}\n", toc)[0]
    rest = toc.replace(line, "")
    (root / "_toc.yml").write_text(re.sub(rf"  - file: book/\d\d_{to}\n", rf"\g<0>{line}", rest))


def sources(path):
    """What a page says: a notebook's cells, without their outputs."""
    if path.suffix == ".ipynb":
        return [cell.source for cell in nbformat.read(path, as_version=4).cells]
    return [path.read_text()]


def links(root):
    """Each link to a chapter: its text, and the word of the chapter."""
    link = re.compile(r"\[([^][]*)\]\((?:[\w./-]*/)?(\d\d)_(\w+?)[.#)]")
    return [
        found
        for path in order.texts(root)
        if path.suffix in (".md", ".ipynb")
        for text in sources(path)
        for found in link.findall(text)
    ]


def test_everything_stands_in_the_order_of_the_toc():
    assert order.planned(ROOT) == ({}, {}), "make renumber"


def by_hand(text):
    """Numbers of chapters that no program writes."""
    found = (found[0] for pattern in BY_HAND for found in re.finditer(pattern, text))
    return [number for number in found if not WRITTEN.match(number)]


def test_no_number_of_a_chapter_is_written_by_hand():
    code = [*ROOT.glob("qkvlib/**/*.py"), *ROOT.glob("tools/**/*.py"), ROOT / "pyproject.toml"]
    said = [
        f"{path.name}: {number}"
        for path in [*order.texts(ROOT), *code]
        for text in sources(path)
        for number in by_hand(text)
    ]
    assert said == []


@pytest.mark.parametrize(
    "text",
    [
        "in chapter 4 we",
        "Chapters 4 and",
        "chapter\n4.",
        "ex 2 of chapter  4)",
        "ch. 4",
        "chapter\xa04",
        "chapters [4](04_scores.ipynb) and 9",
        "[scores (chapter 4)](04_scores.ipynb)",
        "[Chapter 4: scores](../04_scores.ipynb)",
        "[see 4](04_scores)",
    ],
)
def test_a_number_that_is_written_by_hand_is_found(text):
    assert by_hand(text)


@pytest.mark.parametrize(
    "text",
    [
        "see [chapter 4](04_scores.ipynb) and [chapters\n4](../04_scores.md) to [5](05_scaling)",
        "[4. Scores](04_scores)",
        "a chapter\n\n1. Open it",
        "[conventions](conventions.md) and 5",
    ],
)
def test_a_number_that_is_written_by_a_program_is_not(text):
    assert by_hand(text) == []


def test_a_chapter_that_moves_takes_its_number_everywhere(copy):
    before = texts(copy)
    move(copy, MOVED, WORDS[-1])
    changed = order.renumber(copy)
    assert order.words(copy) == BEHIND
    assert order.planned(copy) == ({}, {}) and changed
    assert [path.stem for path in order.chapters(copy)] == [
        f"{number:02}_{word}" for number, word in enumerate(BEHIND, 1)
    ]
    for text, number, word in links(copy):
        assert int(number) == order.words(copy).index(word) + 1
        if numbered := re.fullmatch(r"(?:.*[Cc]hapters?\s)?(\d+)(?:\. .*)?", text, re.S):
            place = 1 if text.startswith("Start with") else int(number)
            assert int(numbered[1]) == place, text
    index = (copy / "book/index.md").read_text()
    assert f"[Start with chapter 1](01_{BEHIND[0]})" in index
    toc = (copy / "_toc.yml").read_text()
    line = re.search(rf"  - file: book/\d\d_{MOVED}\n", toc)[0]
    next_line = rf"  - file: book/\d\d_{WORDS[WORDS.index(MOVED) + 1]}\n"
    toc = re.sub(next_line, rf"{line}\g<0>", toc.replace(line, ""))
    (copy / "_toc.yml").write_text(toc)
    order.renumber(copy)
    assert texts(copy) == before


def test_rows_sections_and_exercises_follow_the_order(copy):
    move(copy, MOVED, WORDS[-1])
    order.renumber(copy)
    names = [order.titles(copy)[word] for word in BEHIND]
    for file in order.TABLES:
        assert [row[1] for row in order.ROW.finditer((copy / file).read_text())] == BEHIND
    for file in order.SECTIONS:
        said = re.findall(r"^## (.+)$", (copy / file).read_text(), re.M)
        assert [title for title in said if title in names] == names
    assert list(order.exercises(copy)) == BEHIND
    index = (copy / "book/index.md").read_text()
    assert [row[0] for row in order.PART.finditer(index)] == [
        f"| **{part}** | | |\n" for part in order.parts(copy)
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda toc: re.sub(rf"  - file: book/\d\d_{MOVED}\n", "", toc), MOVED),
        (lambda toc: toc.replace(f"01_{WORDS[0]}\n", f"02_{WORDS[1]}\n"), f"{WORDS[0]}|{WORDS[1]}"),
        (lambda toc: toc.replace(f"01_{WORDS[0]}", "01_poetry"), "poetry"),
        (lambda toc: re.sub(r"(chapters:\n)(?:  - file.*\n)+", r"\1", toc, count=1), "The idea"),
    ],
    ids=["forgotten", "twice", "without a notebook", "an empty part"],
)
def test_a_toc_that_does_not_fit_is_refused_and_nothing_is_written(copy, change, says):
    (copy / "_toc.yml").write_text(change((copy / "_toc.yml").read_text()))
    before = texts(copy)
    with pytest.raises(ValueError, match=rf"_toc\.yml: .*({says}).*; expected (each|one)"):
        order.renumber(copy)
    assert texts(copy) == before


def test_a_word_that_is_no_chapter_is_named():
    with pytest.raises(ValueError, match=f"'poetry' is no chapter; expected one of {WORDS[0]}, "):
        order.stem(ROOT, "poetry")


# New chapters.


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((WORDS[0], "Again"), f"NAME: '{WORDS[0]}'; expected another"),
        (("14_my_topic", "My topic"), "NAME: '14_my_topic'; expected a word or two"),
        (("my-topic", "My topic"), "NAME: 'my-topic'"),
        (("My_Topic", "My topic"), "in small letters"),
        (("../my_topic", "My topic"), "NAME: '../my_topic'"),
        (("", "My topic"), "NAME: ''"),
        (("my_topic", ""), "TITLE: ''; expected a few words: TITLE=\"My topic\""),
        (("my_topic", "Mine | yours"), "TITLE: 'Mine | yours'"),
        (("my_topic", "Mine: yours"), "TITLE: 'Mine: yours'"),
        (("my_topic", TITLE.upper()), f"TITLE: '{TITLE.upper()}'; expected another: a chapter has"),
        (("my_topic", "My topic", "poetry"), "AFTER: 'poetry'; expected one of index, "),
    ],
)
def test_what_is_no_chapter_is_refused_and_nothing_is_written(copy, given, says):
    before = texts(copy)
    with pytest.raises(ValueError, match=re.escape(says)):
        lesson.start(copy, *given)
    assert texts(copy) == before


def test_a_page_without_chapters_is_named_and_nothing_is_written(copy):
    (copy / "README.md").write_text("# No table\n")
    before = texts(copy)
    with pytest.raises(ValueError, match=r"README\.md: no row begins with a link to a chapter"):
        lesson.start(copy, "my_topic", "My topic")
    assert texts(copy) == before


@pytest.mark.parametrize(
    ("after", "place"),
    [("index", 0), (f"01_{WORDS[0]}", 1), (WORDS[2], 3), ("", len(WORDS))],
    ids=["first", "second", "middle", "last"],
)
def test_a_chapter_can_be_added_anywhere_and_cut_again(copy, after, place):
    before = texts(copy)
    written = lesson.start(copy, "my_topic", "My topic", after)
    assert written[0] == copy / f"book/{place + 1:02}_my_topic.ipynb"
    assert all(path.exists() for path in written)
    assert order.words(copy) == [*WORDS[:place], "my_topic", *WORDS[place:]]
    assert order.planned(copy) == ({}, {})
    for file in order.TABLES:
        assert [row[1] for row in order.ROW.finditer((copy / file).read_text())][
            place
        ] == "my_topic"
    cut.take_out(copy, "my_topic")
    toc, ids = copy / "_toc.yml", copy / cell_ids.LIST.relative_to(ROOT)
    assert toc.read_text().endswith('    my_topic: "My topic"\n')
    assert ids.read_text().count(cell_ids.RETIRED) > before[ids].count(cell_ids.RETIRED) + 20
    after = {**texts(copy), toc: before[toc], ids: before[ids]}
    assert after == before
    with pytest.raises(ValueError, match="a chapter has or had this one"):
        lesson.start(copy, "my_topic", "My topic")


# Chapters that go.


@pytest.mark.parametrize("word", ["context", "output", "real_model"])
def test_what_led_to_a_chapter_that_is_cut_is_its_name(copy, word):
    stem = the_book.chapter(word)
    title = order.titles(copy)[word]
    linked = sum(found == word for *_, found in links(copy))
    places = cut.take_out(copy, word)
    assert order.words(copy) == [other for other in WORDS if other != word]
    assert order.planned(copy) == ({}, {})
    assert word not in {found for *_, found in links(copy)} and linked > 5
    assert len(places) > 3 and all(re.search(rf"\d\d_{word}", place) for place in places)
    assert not list(copy.rglob(f"{stem}*"))
    assert order.cut(copy) == {**order.cut(ROOT), word: title}
    assert word not in order.exercises(copy)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda root, stem: (root / f"book/educators/notes/{stem}.md").unlink(), "is not there"),
        (
            lambda root, stem: edit(root / "_toc.yml", f"book/{stem}\n", f"book/{stem}  # kept\n"),
            r"_toc\.yml: no line",
        ),
        (
            lambda root, stem: edit(
                root / "README.md", f"({'book/' + stem}.ipynb)", "(book/x.ipynb)"
            ),
            r"README\.md: .*; expected a row for each chapter",
        ),
        (
            lambda root, stem: edit(
                root / "book/educators/index.md",
                "\n## What",
                f"\n| [0](notes/{stem}.md) | room |\n\n## What",
            ),
            r"educators/index\.md: .*; expected a row for each chapter",
        ),
    ],
    ids=["no notes", "a comment", "no row", "two rows"],
)
def test_what_is_not_whole_is_named_and_nothing_is_written(copy, spoil, says):
    spoil(copy, order.stem(copy, WORDS[1]))
    before = texts(copy)
    with pytest.raises(ValueError, match=says):
        cut.take_out(copy, WORDS[1])
    assert texts(copy) == before


def edit(path, old, new):
    """Replace the first of what a file holds."""
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def test_a_cell_that_went_gives_no_new_one_its_id(copy):
    """Chapters made of one template say the same."""
    lesson.start(copy, "one", "One")
    path = copy / f"book/{order.stem(copy, 'one')}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    gone = notebook.cells.pop(-2)
    nbformat.write(notebook, path)
    lesson.start(copy, "two", "Two")
    assert gone.id not in cell_ids.in_book(copy / "book")
    assert cell_ids.read(copy / cell_ids.LIST.relative_to(ROOT))[gone.id] == cell_ids.RETIRED


def test_a_link_that_is_broken_over_two_lines_takes_its_number_too(copy):
    path = order.chapters(copy)[1]
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += f"\n\nSee [chapter\n9]({order.stem(copy, WORDS[0])}.ipynb) again."
    nbformat.write(notebook, path)
    order.renumber(copy)
    assert "[chapter\n1](01_" in nbformat.read(path, as_version=4).cells[0].source
    assert any("[chapter 1](01_" in place for place in cut.take_out(copy, WORDS[0]))
    path = order.chapters(copy)[0]
    assert f"See *{TITLE}* again." in nbformat.read(path, as_version=4).cells[0].source


def test_a_part_whose_chapters_are_all_cut_goes_too(copy):
    (part, files), *_ = order.parts(copy).items()
    for file in files:
        cut.take_out(copy, order.CHAPTER.match(file)[1])
    assert part not in order.parts(copy)
    toc = yaml.safe_load((copy / "_toc.yml").read_text())
    assert part not in [found["caption"] for found in toc["parts"]]
    assert part not in (copy / "book/index.md").read_text()
    assert len(order.cut(copy)) == len(order.cut(ROOT)) + len(files)


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("as [chapter 8](08_masking.ipynb) says", "as *Masking* says"),
        ("[Chapter 8](../08_masking.ipynb#a) hides", "*Masking* hides"),
        ("see [masks](08_masking.ipynb).", "see masks."),
        (
            "[chapters 8](08_masking.ipynb) to [9](09_multi_head.ipynb)",
            "chapters *Masking* to [9](09_multi_head.ipynb)",
        ),
        ("| [8](08_masking), variance |", "| *Masking*, variance |"),
        ("is it ([chapter 8](08_masking.ipynb)).", "is it."),
        ("at once. [Chapter 8](../08_masking.ipynb).", "at once."),
        ("at once.\n  See [chapter 8](../08_masking.ipynb).\n", "at once.\n"),
        ("[8](18_masking_more.ipynb)", "[8](18_masking_more.ipynb)"),
    ],
)
def test_how_a_link_is_unlinked(text, then):
    assert cut.unlinked(text, "masking", "Masking") == then


def test_what_cannot_be_cut_is_refused(copy):
    with pytest.raises(ValueError, match=f"NAME: 'poetry'; expected one of {WORDS[0]}, "):
        cut.take_out(copy, "poetry")
    cut.take_out(copy, *WORDS[1:])
    with pytest.raises(ValueError, match="is the last chapter"):
        cut.take_out(copy, WORDS[0])


def test_what_is_left_to_write_is_marked_in_all_parts():
    template = nbformat.read(lesson.TEMPLATES / "template.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in template.cells)
    assert text.count("«") == text.count("»")
    opening, *sections = re.split(r"^## ", text, flags=re.M)
    unmarked = [s.partition("\n")[0] for s in sections if "«" not in s]
    assert "«" in opening and not unmarked
