"""The notebooks to take along: what learners and teachers get of each chapter."""

import itertools
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import adopt
import editions
import nbformat
import notebooks as writer
import pytest
from links_away import carry
from markdown_it import MarkdownIt

from qkvlib.grade.notebook import is_solution

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
NAMES = [path.stem for path in sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))]
ADDRESS = "https://somebody.github.io/a-course/"
CONFIG = f"""
title: A book
author: Nobody
only_build_toc_files: true
execute: {{{{execute_notebooks: "off"}}}}
html: {{{{baseurl: "{{baseurl}}"}}}}
sphinx: {{{{local_extensions: {{{{editions: "{(BOOK / "_ext").as_posix()}"}}}}}}}}
"""
NOTE = "> **For the teacher.** "
EACH = pytest.mark.parametrize("name", NAMES)


def read(data):
    return nbformat.reads(data.decode(), as_version=4)


def code(cells):
    return [cell for cell in cells if cell.cell_type == "code"]


def text(cells):
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def checkers(cells):
    return re.findall(r"^qkv\.(check_\w+)", "\n".join(cell.source for cell in code(cells)), re.M)


def inline(source, kind):
    """The inline tokens of one kind that Markdown has."""
    blocks = MarkdownIt().parse(source)
    return [token for block in blocks for token in block.children or () if token.type == kind]


def carried(cell):
    """A cell's source as it is away from a book that has no address."""
    return carry(cell.source, "book", "") if cell.cell_type == "markdown" else cell.source


@pytest.fixture
def chapter(name):
    return nbformat.read(BOOK / f"{name}.ipynb", as_version=4)


@pytest.fixture
def student(name):
    return read(editions.make(BOOK, name, "")[0])


@pytest.fixture
def teacher(name):
    return read(editions.make(BOOK, name, "")[1])


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The learners' archive, unpacked somewhere else."""
    folder = tmp_path_factory.mktemp("taken_along")
    made = {f"{name}.ipynb": editions.make(BOOK, name, "")[0] for name in NAMES}
    editions.pack(folder / "all.zip", {**made, **editions.companions(ROOT)})
    with zipfile.ZipFile(folder / "all.zip") as archive:
        archive.extractall(folder)
    return folder


def test_archive_brings_the_library_its_licenses_and_how_to_start(unpacked):
    assert {path.name for path in unpacked.glob("LICENSE*")} == {"LICENSE", "LICENSE-CONTENT"}
    assert not list(unpacked.rglob("*.pyc"))
    again = unpacked / "again.zip"
    with zipfile.ZipFile(unpacked / "all.zip") as archive:
        editions.pack(again, {name: archive.read(name) for name in archive.namelist()})
    assert again.read_bytes() == (unpacked / "all.zip").read_bytes()
    (install,) = re.findall(r"pip install (.+)", (unpacked / "README.md").read_text())
    needed = re.search(r"^dependencies = (.+)", (ROOT / "pyproject.toml").read_text(), re.M)[1]
    assert set(re.findall(r"[a-z]+", needed)) <= set(install.split())
    where = "import qkvlib; print(qkvlib.__file__)"
    command = [sys.executable, "-c", where]
    done = subprocess.run(command, cwd=unpacked, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(unpacked)


@EACH
def test_learners_get_every_task_and_no_answer(chapter, student):
    answers = [cell.source for cell in chapter.cells if is_solution(cell)]
    assert len(answers) >= 3
    kept = [cell for cell in chapter.cells if cell.source not in answers]
    assert [cell.source for cell in student.cells] == [carried(cell) for cell in kept]
    assert sorted(checkers(student.cells)) == sorted(set(checkers(chapter.cells)))
    assert not [cell for cell in code(student.cells) if cell.outputs or cell.execution_count]


@EACH
def test_teachers_notebook_passes_every_checker(teacher, chapter):
    """Each answer anew, and as it is committed. Learners' notebooks run in tests/again."""
    setup, *others = code(teacher.cells)
    names, answers = {}, [cell for cell in others if checkers([cell])]
    exec(setup.source, names)
    for cell in answers:
        answer, _, check = cell.source.rpartition("\n")
        exec(answer, names)
        (output,) = cell.outputs
        assert repr(eval(check, names)) == output.data["text/plain"]
        assert output.data["text/plain"].startswith("✓ ")
        assert not cell.metadata, "a solution is folded"
    assert sorted(checkers(answers)) == sorted(set(checkers(chapter.cells)))


@EACH
def test_teachers_read_of_time_and_mistakes_at_the_head_and_a_note_before_each_section(teacher):
    head, *cells = teacher.cells
    assert head.source.startswith("# Teaching: ")
    assert "| Part | Minutes |" in head.source and "## What goes wrong" in head.source
    lesson = text(cells).partition("## Exercises\n")[0]
    sections = re.findall(r"^## .+", lesson, re.M)
    noted = [
        after.source.partition("\n")[0]
        for note, after in itertools.pairwise(cells)
        if note.source.startswith(NOTE)
    ]
    assert noted == sections and len(sections) >= 5


@EACH
def test_teachers_get_the_whole_chapter(teacher, chapter):
    lesson = [cell for cell in teacher.cells[1:] if not cell.source.startswith(NOTE)]
    words = " ".join(map(carried, (c for c in chapter.cells if c.cell_type == "markdown")))
    assert text(lesson).split() == words.split()
    ran = [cell for cell in code(chapter.cells) if "# your turn" not in cell.source]
    assert [c.source for c in code(lesson)] == [c.source for c in ran]
    assert [c.outputs for c in code(lesson)] == [c.outputs for c in ran]
    assert not [c.id for c in lesson if "answer" in c.metadata.get("tags", ())], "it is folded"


@EACH
def test_editions_are_normalized_and_begin_with_the_setup(student, teacher):
    for edition in (student, teacher):
        before = nbformat.writes(edition)
        writer.normalize(edition)
        assert nbformat.writes(edition) == before
        setup = adopt.setup_cell(adopt.adopted(ROOT), adopt.version(ROOT))
        assert code(edition.cells)[0].source == setup


@EACH
def test_a_cell_has_the_same_id_in_every_edition(chapter, student, teacher):
    named = {(cell.id, carried(cell)) for cell in chapter.cells}
    assert {(cell.id, cell.source) for cell in student.cells} <= named
    lesson = [cell for cell in teacher.cells if not cell.id.startswith("note-")]
    assert {(cell.id, cell.source) for cell in lesson} <= named
    assert len({cell.id for cell in teacher.cells}) == len(teacher.cells)
    assert len(lesson) + len(student.cells) > len(chapter.cells)


@EACH
@pytest.mark.parametrize("address", ["", ADDRESS])
def test_links_lead_somewhere_away_from_the_book(name, chapter, address):
    for data in editions.make(BOOK, name, address):
        after = text(read(data).cells)
        links = [token.attrs["href"] for token in inline(after, "link_open")]
        assert links
        for link in links:
            path = link.partition("#")[0]
            assert path.startswith("https://") or path.removesuffix(".ipynb") in NAMES, link
        assert (f"{ADDRESS}book/reference/glossary.html#term-" in after) == bool(address)
        spans = [token.content for token in inline(after, "code_inline")]
        for token in inline(text(chapter.cells), "code_inline"):
            assert token.content in spans, "what looks like a link is code"


@pytest.mark.parametrize(
    "link, folder, carried",
    [
        ("[six](06_softmax.ipynb)", "book", "[six](06_softmax.ipynb)"),
        ("[six](../../06_softmax#top)", "book/educators/notes", "[six](06_softmax.ipynb#top)"),
        ("[**a** b](reference/a.md#c)", "book", "[**a** b](ADDRESSbook/reference/a.html#c)"),
        ("[all](../index.md)", "book/educators", "[all](ADDRESSbook/index.html)"),
        ("[paper](https://a.org/b#c) [here](#d)", "book", "[paper](https://a.org/b#c) [here](#d)"),
        ("entry [i, j] (row i)", "book", "entry [i, j] (row i)"),
    ],
)
def test_a_link_is_carried_along(link, folder, carried):
    assert carry(link, folder, ADDRESS) == carried.replace("ADDRESS", ADDRESS)
    without = re.sub(r"\[(.+?)\]\(ADDRESS.+?\)", r"\1", carried)
    assert carry(link, folder, "") == without


def test_notes_to_a_section_that_is_not_there_are_an_error():
    chapter = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("## One score")])
    page = "# Teaching\n\n## Notes\n\n### {}\n\nAsk the room.\n"
    with pytest.raises(ValueError, match="sections that the chapter does not have: One scores"):
        editions.teacher(chapter, page.format("One scores"))
    _, note, section = editions.teacher(chapter, page.format("One score"))
    assert note.source == "> **For the teacher.** Ask the room."
    assert section.source == "## One score"


def test_a_chapter_without_notes_is_an_error_that_names_the_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"notes.04_scores\.md"):
        editions.make(tmp_path, "04_scores", "")


def write(folder, baseurl):
    """Write a book of one chapter and of one page that is none."""
    notes = folder / "book/educators/notes"
    notes.mkdir(parents=True, exist_ok=True)
    (folder / "_config.yml").write_text(CONFIG.format(baseurl=baseurl))
    chapters = "chapters: [{file: book/07_plain}]"
    (folder / "_toc.yml").write_text(f"{{format: jb-book, root: book/index, {chapters}}}")
    (folder / "book/index.md").write_text("# Index\n")
    (notes / "07_plain.md").write_text("# Teaching\n\n## Notes\n\n### Part\n\nA note.\n")
    texts = {"a": "# Plain", "b": "## Part\n\n[Home](index.md)"}
    cells = [nbformat.v4.new_markdown_cell(text, id=name) for name, text in texts.items()]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "book/07_plain.ipynb")


def test_chapters_page_links_its_notebooks_and_the_next_build_keeps_up(tmp_path, build_book):
    site = tmp_path / "_build/html"
    write(tmp_path, baseurl="")
    assert build_book(tmp_path).returncode == 0
    page = site / "book/07_plain.html"
    links = re.findall(r'<a href="([^"]+)" download>', page.read_text())
    assert links == [f"../notebooks/{kind}/07_plain.ipynb" for kind in editions.KINDS]
    for link in links:
        assert nbformat.validate(nbformat.read(page.parent / link, as_version=4)) is None
    assert "download>" not in (site / "book/index.html").read_text()
    write(tmp_path, ADDRESS)
    assert build_book(tmp_path).returncode == 0
    for kind in editions.KINDS:
        with zipfile.ZipFile(site / "notebooks" / kind / "all.zip") as archive:
            data = archive.read("07_plain.ipynb")
        assert data == (site / "notebooks" / kind / "07_plain.ipynb").read_bytes()
        assert f"[Home]({ADDRESS}book/index.html)" in data.decode()
