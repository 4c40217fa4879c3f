"""The guide for teachers, followed in a copy of this book with the guide's own commands.

Quick: a book of two chapters. ``make adapt``, which sets ``ADAPT``, takes all of them, builds the
book and opens the changed pages in a browser.
"""

import ast
import os
import re

import nbformat
import prose_numbers
import pytest
import yaml
from copies import Copy
from the_book import ROOT, chapter

GUIDE = (ROOT / "book" / "educators" / "adapt.md").read_text()
BLOCK = re.compile(
    r"^```(?:\{code-block\} )?(\w+)\n(?::caption: `(\S+)`\n\n)?(.*?)^```$", re.M | re.S
)
WHOLE = "ADAPT" in os.environ
KEPT = ["scores", "real_model"]  # a chapter on the sentence, whose text is changed; one that is not

whole = pytest.mark.skipif(not WHOLE, reason="takes minutes: make adapt")


def blocks(title):
    """What stands below a heading of the guide: language, file, text."""
    assert f"\n## {title}\n" in GUIDE
    return BLOCK.findall(GUIDE.partition(f"\n## {title}\n")[2].partition("\n## ")[0])


class Fork(Copy):
    """A copy whose owner follows the guide."""

    def edit(self, file, old, new):
        """Replace what a file holds once; in a notebook, in the first cell that holds it."""
        path = self.named(file)
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, as_version=4)
            cell = next((cell for cell in notebook.cells if old in cell.source), None)
            assert cell is not None, f"{file} does not hold\n{old}"
            cell.source = cell.source.replace(old, new)
            nbformat.write(notebook, path)
        else:
            assert path.read_text().count(old) == 1, f"{file} does not hold once\n{old}"
            path.write_text(path.read_text().replace(old, new))

    def write(self, file, text):
        """Write a file; in the file of the example, give names their new values."""
        if file != "qkvlib/examples.py":
            new = self.named("book/…_my_topic.ipynb").stem
            (self.folder / file).write_text(text.replace("…_my_topic", new))
            return
        for statement in ast.parse(text).body:
            now = (self.folder / file).read_text()
            (old,) = (
                s
                for s in ast.parse(now).body
                if isinstance(s, ast.Assign) and s.targets[0].id == statement.targets[0].id
            )
            segments = ast.get_source_segment(now, old), ast.get_source_segment(text, statement)
            self.edit(file, *segments)

    def follow(self, title):
        """Do what a section says, compare with what it promises; return what its commands said."""
        said, todo = "", blocks(title)
        for (language, file, text), (then, _, promised) in zip(
            todo, [*todo[1:], ("", "", "")], strict=True
        ):
            if language == "sh":
                promised = promised if then == "text" else ""
                if text in SLOW and not WHOLE:
                    continue
                now = self.run(text, status=next((s for s in (2, 1) if FAILS[s] in promised), 0))
                for line in promised.splitlines():
                    pattern = re.escape(line).replace("…", ".*")
                    assert re.search(f"^{pattern}$", now, re.M), f"{line}\n{now}"
                said += now
            elif language == "diff":
                lines = text.splitlines()
                old, new = (
                    "\n".join(line[1:] for line in lines if not line.startswith(other))
                    for other in "+-"
                )
                self.edit(file, old, new)
            elif file:
                self.write(file, text)
        return said


SLOW = {"make book\n"}
BROWSER = (
    "cd tests/browser; ../../.venv/bin/python -m pytest -q test_{pages,every_control,folds}.py -k "
)
CARD = "_build/html/_static/card.png"
FAILS = {2: "make: ***", 1: "FAILED"}  # what a command promises that is to end with this status


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return Fork(tmp_path_factory.mktemp("fork") / "book", kept=None if WHOLE else KEPT)


# The tests follow each other in one copy, as a reader follows the guide.
for word in KEPT:
    chapter(word)


def test_it_has_another_name(copy):
    copy.follow("Your name on it")
    settings = yaml.safe_load((copy.folder / "_config.yml").read_text(encoding="utf-8"))
    assert settings["title"] == "Attention for linguists"
    assert settings["html"]["extra_footer"].endswith("Changed by Ana Soler: another sentence.")


def test_another_sentence(copy):
    copy.follow("Another sentence")
    for path in copy.chapters():
        notebook = nbformat.read(path, as_version=4)
        text = "".join(str(cell) for cell in notebook.cells if "image" not in cell)
        if path.stem[3:] not in ("learning", "real_model"):
            assert not re.search(r"\b(puppy|mom)\b", text), path.stem


def test_each_number_that_went_wrong_is_named(copy):
    was = {path.stem: prose_numbers.at("HEAD", path) for path in copy.chapters()}
    said = copy.follow("The text of a chapter")
    named = re.findall(r"^(\w+), (\S+), ([^,]+), ", said, re.M)
    assert {"3.374", "7.536", "101.3°", "0.930"} <= {number for *_, number in named}
    # What no output of the chapter holds any more is named wherever it stood.
    for path in copy.chapters():
        now = nbformat.read(path, as_version=4)
        held = prose_numbers.outputs(now).values()
        for (cell, _), number, sentence in prose_numbers.said(was[path.stem]):
            gone = not any(prose_numbers.states(number, value) for value in held)
            if gone and not prose_numbers.gives(now, number):
                listed = number in prose_numbers.LISTED.get(path.stem[3:], ())
                assert listed or "√" in sentence or (path.stem, cell, number) in named, number
    # The one that the guide corrects is not named again; the others are.
    still = copy.run("make numbers SINCE=HEAD", status=2)
    corrected, other = (", 3.374, - **Not a meaning", ", 7.536, ")
    assert corrected in said and corrected not in still
    assert other in still


def test_a_new_chapter(copy):
    copy.follow("A new chapter")


def test_another_order(copy):
    toc, before = copy.folder / "_toc.yml", copy.chapters()[-2].stem
    line = f"  - file: book/{before}\n"
    rest = toc.read_text().replace(line, "")
    toc.write_text(re.sub(r"  - file: book/\d\d_my_topic\n", rf"\g<0>{line}", rest))
    copy.follow("Another order, fewer chapters")
    assert [path.stem[3:] for path in copy.chapters()][-2:] == ["my_topic", before[3:]]


def test_a_control(copy):
    copy.follow("A control")
    assert "[0, 0.5, 1, 2, 4, 8]" in copy.named("book/…_my_topic.ipynb").read_text()


def test_an_exercise_with_its_checker(copy):
    copy.follow("An exercise with its checker")
    assert "✓ equal_shares: right." in copy.named("book/…_my_topic.ipynb").read_text()
    for command in ("check", "format --check"):
        copy.run(f".venv/bin/ruff {command} book qkvlib/checks tests/checks")


def test_notebooks_give_what_they_hold(copy):
    new = "book/*_my_topic.ipynb"
    options = "-o addopts= --nbval --nbval-sanitize-with tests/nbval.cfg"
    copy.run("make nbval" if WHOLE else f".venv/bin/python -m pytest -q {options} {new}")


@whole
def test_the_book_is_built_and_its_pages_are_sound(copy):
    copy.run("make book")
    copy.run(f"{BROWSER} 'scores or my_topic or index.html'")


def test_other_sizes(copy):
    said = copy.follow("Other sizes")
    failed = set(re.findall(r"^FAILED book/(\w+)\.ipynb", said, re.M))
    sized = {
        path.stem for path in copy.chapters() if path.stem[3:] not in ("real_model", "my_topic")
    }
    assert failed == sized
    if WHOLE:
        copy.run(f"{BROWSER} my_topic")


@whole
def test_the_same_book_with_another_third_word(tmp_path):
    fork = Fork(tmp_path / "book")
    fork.edit("qkvlib/examples.py", '"followed", "its",', '"followed", "her",')
    fork.run("make book")
    assert not (fork.folder / CARD).exists()
    # The card is drawn where the book has an address.
    fork.run("make adopt REPO=https://github.com/owner/name\nmake book")
    assert (fork.folder / CARD).exists()


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("```sh\necho 2 passed\n```\n\n```text\n3 passed\n```\n", "3 passed"),
        ("```sh\nfalse\n```\n", "false"),
        ("```{code-block} diff\n:caption: `Makefile`\n\n-no such line\n+x\n```\n", "no such line"),
    ],
)
def test_a_guide_that_is_not_true_is_found(copy, monkeypatch, page, says):
    monkeypatch.setitem(globals(), "GUIDE", f"# A guide\n\n## A step\n\n{page}")
    with pytest.raises(AssertionError, match=says):
        copy.follow("A step")
