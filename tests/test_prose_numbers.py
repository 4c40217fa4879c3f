"""Every number of a chapter's text is computed by a cell of that chapter."""

import subprocess

import nbformat
import order
import prose_numbers
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from the_book import CHAPTERS, ROOT


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_number_is_computed(path):
    notebook = nbformat.read(path, as_version=4)
    assert list(prose_numbers.findings(notebook, path.stem)) == []


def test_every_line_of_the_list_names_its_reason_and_is_needed(monkeypatch):
    listed = prose_numbers.LISTED
    monkeypatch.setattr(prose_numbers, "LISTED", {})
    for path in CHAPTERS:
        found = prose_numbers.findings(nbformat.read(path, as_version=4), path.stem)
        needed = {finding.number for finding in found}
        assert set(listed.pop(path.stem[3:], {})) <= needed
    assert set(listed) <= set(order.cut(ROOT)), "chapters that are not there"


def notebook(text, *printed, code="print(x)", html=""):
    outputs = [new_output("stream", text=" ".join(printed))]
    if html:
        outputs.append(new_output("display_data", data={"text/html": html, "text/plain": ""}))
    return new_notebook(cells=[new_markdown_cell(text), new_code_cell(code, outputs=outputs)])


def found(*arguments, **options):
    return [f.number for f in prose_numbers.findings(notebook(*arguments, **options), "a chapter")]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("It is 3.374.", "3.374"),
        ("It is 3.37, or 3.4.", "[3.374 1.049]"),
        ("It falls by 0.3, to −1.50.", "-0.3 and -1.5"),
        ("It is −0.30.", "−0.3"),
        ("46% of it, or $46\\,\\%$, or 45.9 %.", "0.459"),
        ("46 % of it.", "46.2"),
        ("$$\\frac{e^{1.687}}{11.769} = 0.4591$$", "1.687 11.7694 4.591e-01"),
        ("32.5 of 1,024.5", "3.25e+01 of 1,024.5"),
        ("105° from there", "at 104.6°"),
    ],
)
def test_what_is_printed_may_be_said(text, printed):
    assert found(text, printed) == []
    assert found(text, "7") != []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("It is 3.38.", "3.38"),
        ("It is −3.374.", "−3.374"),
        ("It takes 47 %.", "47 %"),
        ("$3.375 = 3.374$", "3.375"),
        ("| a | 0.6 |\n|---|---|\n| 3.374 | 0.46 |", "0.6"),
        ('<details class="quiz right" name="q"><summary>2.5</summary>3.374</details>', "2.5"),
        ('<details class="quiz" name="q"><summary>1.5</summary>not 2.5</details>', "2.5"),
        ("√8 ≈ 2.9", "2.9"),
    ],
)
def test_what_nothing_computes_is_found(text, number):
    assert found(text, "3.374 0.459") == [number]


@pytest.mark.parametrize(
    "text",
    [
        "See section 3.2.1, [figure](x_0.5.html) 2.5 and version 2.13.",
        "√8 ≈ 2.8",
        '<details class="quiz" name="q"><summary>√8 ≈ 2.5</summary>',
        "Four of 16 words, in 2017.",
        "Turn it by 0.25, to 30°.",
    ],
)
def test_what_is_no_result_needs_no_cell(text):
    given = found(text, code="turn([0.25, 30])")
    assert given == (["2.5"] if "figure" in text else [])


def test_the_words_and_the_table_of_a_picture_count_but_not_its_drawing():
    html = '<style>p{left:1.5px}</style><img src="data:2.5" alt="3.5"><table><td>4.5</td></table>'
    assert found("1.5, 2.5, 3.5 and 4.5", html=html) == ["1.5", "2.5", "3.5"]


def test_a_finding_says_where_it_stands():
    (finding,) = prose_numbers.findings(notebook("It was.\nNow it is\n2.50. Or not."), "04_scores")
    assert finding[:1] + finding[2:] == ("04_scores", "2.50", "Now it is 2.50.")


@pytest.fixture
def repository(tmp_path):
    def git(*arguments):
        who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
        subprocess.run(["git", "-C", tmp_path, *who, *arguments], check=True, capture_output=True)

    git("init")
    nbformat.write(notebook("First 0.6, then 0.7.", "0.6 0.7"), tmp_path / "a.ipynb")
    git("add", ".")
    git("commit", "-m", "before")
    return tmp_path


def test_a_number_that_only_chance_still_computes_is_found_since(repository, capsys):
    path = repository / "a.ipynb"
    now = nbformat.read(path, as_version=4)
    now.cells[1].outputs[0].text = "0.6 0.8 0.7"  # what was 0.7 is 0.8 now
    nbformat.write(now, path)
    assert prose_numbers.main([str(path)]) == 0
    assert prose_numbers.main(["--since", "HEAD", str(path)]) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"a, {now.cells[0].id}, 0.7, First 0.6, then 0.7.\n1 number")
    now.cells[0].source = "First 0.6, then 0.8."
    nbformat.write(now, path)
    assert prose_numbers.main(["--since", "HEAD", str(path)]) == 0


def test_a_chapter_that_is_new_has_no_older_state(repository):
    nbformat.write(notebook("It is 0.5.", "0.5"), repository / "b.ipynb")
    assert prose_numbers.main(["--since", "HEAD", str(repository / "b.ipynb")]) == 0


def test_cells_are_compared_by_their_ids(repository, capsys):
    path = repository / "a.ipynb"
    now = nbformat.read(path, as_version=4)
    now.cells[1].outputs[0].text = "0.6 0.8 0.7"
    now.cells.insert(0, new_markdown_cell("More."))
    nbformat.write(now, path)
    assert prose_numbers.main(["--since", "HEAD", str(path)]) == 1
    assert capsys.readouterr().out.startswith(f"a, {now.cells[1].id}, 0.7, ")


def test_what_cannot_be_compared_is_refused(repository):
    path = repository / "a.ipynb"
    with pytest.raises(ValueError, match="--since nowhere: "):
        prose_numbers.main(["--since", "nowhere", str(path)])
