"""The rules that every chapter keeps: its parts, its size, its metadata."""

import ast
import re
import statistics
from pathlib import Path

import adopt
import nbformat
import notebooks as writer
import pytest
import yaml
from handouts.questions import quiz

import qkvlib
from qkvlib.grade.notebook import is_solution

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
CHAPTERS = sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))
SETUP = adopt.setup_cell(adopt.adopted(ROOT), adopt.version(ROOT))
FOLDED = {
    "jupyter": {"source_hidden": True},
    "mystnb": {"code_prompt_hide": "Hide the solution", "code_prompt_show": "Show a solution"},
    "tags": ["hide-cell"],
}
DRAWS = {
    "jupyter": {"source_hidden": True},
    "mystnb": {"code_prompt_hide": "Hide the code", "code_prompt_show": "Show the code"},
    "tags": ["hide-input", "picture-first"],
}
# Numbers by hand and predictions; designs; bugs to find; a test that is fair.
IDEAS = {*qkvlib.checks.QUESTIONS, "check_blocks", "check_distant_key", "check_finders"}
IDEAS |= {"check_hold_out", "check_induction", "check_mended_gradients", "check_mended_heads"}

pytestmark = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


@pytest.fixture
def notebook(chapter):
    return nbformat.read(chapter, as_version=4)


def cells(notebook, kind):
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def code_lines(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def text(notebook):
    return "\n\n".join(cell.source for cell in cells(notebook, "markdown"))


def tags(cell):
    return cell.metadata.get("tags", [])


def calls(cell):
    """Names that a code cell calls, such as ``qkv.explore``."""
    tree = ast.parse(cell.source)
    return [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_it_is_in_the_table_of_contents_and_on_the_map(chapter):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    files = [c["file"] for part in toc["parts"] for c in part["chapters"]]
    numbered = [f for f in files if re.match(r"book/\d\d_", f)]
    assert numbered == sorted(numbered)
    assert f"book/{chapter.stem}" in numbered
    assert f"]({chapter.stem})" in (BOOK / "index.md").read_text()


def test_it_opens_with_what_it_gives_what_it_takes_and_what_it_needs(notebook):
    first = notebook.cells[0].source
    assert first.startswith("# ")
    for part in ("> **You will be able to**", "> **Time:**", "> **You need:**"):
        assert part in first


def test_it_closes_with_what_to_take_away(notebook):
    *_, closing = text(notebook).partition("## To take away\n\n")
    points = [line for line in closing.splitlines() if line.startswith("- ")]
    assert 1 <= len(points) <= 5
    assert "**In an interview:** *" in closing
    assert "**Read on:**" in closing


def test_the_one_setup_cell_comes_first(notebook):
    first, *others = cells(notebook, "code")
    assert first.source == SETUP and len(SETUP.splitlines()) <= 3
    imports = (ast.Import, ast.ImportFrom)
    for cell in others:
        assert not any(isinstance(node, imports) for node in ast.walk(ast.parse(cell.source)))


def test_code_cells_are_short(notebook):
    lengths = [len(cell.source.splitlines()) for cell in cells(notebook, "code")]
    assert max(lengths) <= 20
    assert statistics.median(lengths) <= 5


def test_there_is_enough_prose_and_not_too_much(notebook):
    """Between 10 and 19 words for a line of code in the lesson.

    The lesson is what lies between the setup cell and the exercises; what is folded, text or code
    (code that only draws, most of all), is not read by everyone and does not count; nor do
    questions about earlier chapters.
    """
    words = lines = 0
    for cell in notebook.cells[2:]:
        if "recall" in tags(cell):
            continue
        lesson, exercises, _ = cell.source.partition("## Exercises")
        if cell.cell_type == "markdown":
            folded = r"<details>.*?</details>|\$\$.*?\$\$"
            words += len(re.sub(folded, "", lesson, flags=re.S).split())
        elif not {"hide-cell", "hide-input", "answer"} & set(tags(cell)):
            lines += len(code_lines(cell))
        if exercises:
            break
    assert 10 <= words / lines <= 19, f"{words} words, {lines} lines of code"


def test_a_section_begins_its_own_cell(notebook):
    """Teachers' notes stand before it, and work that is kept hangs on the cell it is about."""
    for cell in cells(notebook, "markdown"):
        assert "\n## " not in cell.source


def test_two_controls_at_least(notebook):
    assert sum(calls(c).count("qkv.explore") for c in cells(notebook, "code")) >= 2


def below_their_code(notebook):
    """Ids of the cells whose picture with controls does not come before its code."""
    drawn = [cell for cell in cells(notebook, "code") if "qkv.explore" in calls(cell)]
    return [cell.id for cell in drawn if "picture-first" not in tags(cell)]


def test_a_picture_with_controls_comes_before_its_code(notebook):
    """Below the question that it answers; and what is folded there is named and folded alike."""
    assert not below_their_code(notebook)
    for cell in cells(notebook, "code"):
        if "hide-input" in tags(cell):
            assert cell.metadata == DRAWS, cell.id
    explored = next(cell for cell in cells(notebook, "code") if "qkv.explore" in calls(cell))
    explored.metadata.tags.remove("picture-first")
    assert below_their_code(notebook) == [explored.id]


def test_shapes_are_checked_by_code(notebook):
    code = "\n".join(cell.source for cell in cells(notebook, "code"))
    assert re.search(r"assert .*\.shape == ", code)


def test_what_is_built_by_hand_is_what_the_library_gives(notebook):
    code = "\n".join(cell.source for cell in cells(notebook, "code"))
    assert re.search(r"assert np\.(allclose|array_equal)\(.*qkv\.", code, re.S)


def test_each_exercise_has_a_task_a_hint_and_a_solution_that_passes(notebook):
    solutions = [cell for cell in cells(notebook, "code") if is_solution(cell)]
    assert len(solutions) >= 3
    for solution in solutions:
        place = notebook.cells.index(solution)
        task, work, hint = notebook.cells[place - 3 : place]
        assert re.search(r"^\*\*\d+\. .+?\*\* ●{1,3} ", task.source, re.M)
        assert "<details><summary>Hint</summary>" in hint.source
        (checker,) = {name for name in calls(work) if name.startswith("qkv.check_")}
        assert checker.removeprefix("qkv.") in qkvlib.__all__
        assert checker in calls(solution)
        assert "not done yet" in result(work)
        assert result(solution).startswith("✓")
        assert solution.metadata == FOLDED


def test_an_exercise_asks_for_the_idea_and_not_for_the_function_just_shown(notebook):
    asked = {name.removeprefix("qkv.") for cell in cells(notebook, "code") for name in calls(cell)}
    assert asked & IDEAS, "let one be done by hand, predicted, designed, or found"


def result(cell):
    return cell.outputs[-1].data["text/plain"]


def test_the_quiz_answers_every_choice(chapter, notebook):
    questions = list(quiz(text(notebook), chapter))
    assert len(questions) >= 4
    for number, (question, options) in enumerate(questions, 1):
        assert f"\n**{number}. {question}**\n" in text(notebook)
        assert len(options) >= 3
        for option in options:
            kind, sign = ("quiz right", "✓ ") if option.is_right else ("quiz", "✗ ")
            assert option.attributes == f' class="{kind}" name="quiz-{number}"'
            assert option.text.startswith(sign) and len(option.text.split()) >= 4
    places = {[option.is_right for option in options].index(True) for _, options in questions}
    assert len(places) >= 2, "the right answer is always in the same place"


def test_it_was_run_from_top_to_bottom(notebook):
    counts = [cell.execution_count for cell in cells(notebook, "code")]
    assert counts == list(range(1, len(counts) + 1))


def test_only_make_notebooks_wrote_it(chapter, notebook):
    before = nbformat.writes(notebook)
    writer.normalize(notebook)
    assert nbformat.writes(notebook) == before == chapter.read_text().rstrip("\n")


def test_outputs_hold_no_path_and_no_address_in_memory(notebook):
    for cell in cells(notebook, "code"):
        for output in cell.outputs:
            said = output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
            assert not re.search(r"/(home|root|tmp|work|Users)/|0x[0-9a-f]{6,}", said)
