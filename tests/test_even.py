"""Chapters are even: the time they state, what they need, and where they lead."""

import re

import nbformat
import order
import pytest
from test_book import BOOK, CHAPTERS, calls, cells, code_lines, tags, text

CLOSE = 5  # minutes between what is stated and what is counted


def lesson(notebook):
    """Words and lines of code that all read, and controls: what is folded does not count."""
    words = lines = controls = 0
    for cell in notebook.cells[2:]:
        before, exercises, _ = cell.source.partition("## Exercises")
        if cell.cell_type == "markdown":
            folded = r"<details>.*?</details>|\$\$.*?\$\$"
            words += len(re.sub(folded, "", before, flags=re.S).split())
        else:
            controls += calls(cell).count("qkv.explore")
            if not {"hide-cell", "hide-input", "answer"} & set(tags(cell)):
                lines += len(code_lines(cell))
        if exercises:
            return words, lines, controls
    raise ValueError("no exercises; expected a section of that name")


def minutes(notebook):
    """How long a lesson and its quiz take somebody who reads English as a second language.

    A minute is 80 words or eight lines of code or a question; a control takes a minute and a half.
    """
    words, lines, controls = lesson(notebook)
    questions = len(re.findall(r'<details class="quiz right"', text(notebook)))
    return words / 80 + lines / 8 + 1.5 * controls + questions


def stated(notebook):
    return int(re.search(r"> \*\*Time:\*\* (\d+) minutes", notebook.cells[0].source)[1])


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request):
    return request.param, nbformat.read(request.param, as_version=4)


def test_the_time_is_what_its_words_code_and_controls_take(chapter):
    _, notebook = chapter
    assert stated(notebook) % 5 == 0
    assert abs(stated(notebook) - minutes(notebook)) <= CLOSE, f"{minutes(notebook):.1f} counted"


def test_a_wrong_time_is_found(chapter):
    _, notebook = chapter
    notebook.cells.insert(2, nbformat.v4.new_markdown_cell("word " * 1000))
    assert abs(stated(notebook) - minutes(notebook)) > CLOSE


def chapters_of(said):
    """The words of the chapters that a text needs, those between "to" too."""
    links = r"\[(?:chapters? )?\d+\]\(\d\d_(\w+)(?:\.ipynb)?\)(?:(\s+to)\s)?"
    words, needed, since = [path.stem[3:] for path in CHAPTERS], set(), None
    for word, goes_on in re.findall(links, said):
        first = words.index(word if since is None else since)
        needed |= {*words[first : words.index(word) + 1]}
        since = word if goes_on else None
    return needed


def test_what_a_chapter_needs_is_what_the_index_says(chapter):
    path, notebook = chapter
    opening = re.sub(r"\n> ?", " ", notebook.cells[0].source)
    need = re.search(r"\*\*You need:\*\*(.*)", opening)[1]
    needed = [part for part in re.split(r"(?<=\.)\s", need) if "helpful" not in part]
    (row,) = re.findall(
        rf"^\| \[\d+\. [^]]*\]\({path.stem}\).*", (BOOK / "index.md").read_text(), re.M
    )
    assert chapters_of(" ".join(needed)) == chapters_of(row.split("|")[3])


def test_needs_are_read_off_links():
    first, *_, last = (f"[{n}]({path.stem}.ipynb)" for n, path in enumerate(CHAPTERS, 1))
    assert chapters_of(f"{first} and {last}") == {CHAPTERS[0].stem[3:], CHAPTERS[-1].stem[3:]}
    assert len(chapters_of(f"{first} to {last}")) == len(CHAPTERS)


def test_it_ends_with_the_question_of_the_next(chapter):
    path, notebook = chapter
    place = CHAPTERS.index(path)
    *_, last = notebook.cells[-1].source.rpartition("\n\n")
    if place + 1 < len(CHAPTERS):
        after = CHAPTERS[place + 1]
        assert last.endswith(f"**Next:** [{order.question(after)}]({after.name})")
    else:
        assert "**Next:**" not in last


def test_the_question_follows_when_the_order_changes():
    closing = "## To take away\n\n- This.\n\n**Read on:** that."
    cell = nbformat.v4.new_markdown_cell(closing)
    before = nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
    asked = {"scores": "how well?", "masking": "how to hide?"}

    def end(text, stem):
        now = order.asking(text, stem, asked)
        return now, nbformat.reads(now, as_version=4).cells[-1].source

    now, source = end(before, "04_scores")
    assert source == f"{closing}\n\n**Next:** [how well?](04_scores.ipynb)"
    now, source = end(now, "05_masking")
    assert source == f"{closing}\n\n**Next:** [how to hide?](05_masking.ipynb)"
    assert end(now, "")[1] == closing
    led = now.replace("**Next:**", "It is not over. **Next:**")
    assert end(led, "04_scores")[1].endswith(
        "\n\nIt is not over. **Next:** [how well?](04_scores.ipynb)"
    )


def test_all_cells_are_counted_but_those_that_are_folded():
    notebook = nbformat.read(CHAPTERS[0], as_version=4)
    words, lines, controls = lesson(notebook)
    assert controls >= 2 and lines <= sum(len(code_lines(cell)) for cell in cells(notebook, "code"))
    notebook.cells.insert(2, nbformat.v4.new_markdown_cell("<details>a b c</details> d"))
    assert lesson(notebook) == (words + 1, lines, controls)
