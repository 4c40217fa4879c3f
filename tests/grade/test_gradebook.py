"""What a gradebook gets: a row for each learner, counts, feedback, and what looks copied."""

import csv
import inspect
import json
from pathlib import Path

import pytest

from qkvlib.checks import hunts
from qkvlib.grade import Graded, Result, __main__, signs
from qkvlib.grade.gradebook import Gradebook, alike, learners, read_weights

FIRST, SECOND = "scores.1 check_score", "scores.2 check_attention_scores"


def one(name, exercise, message="f: right.", **more):
    passed = message.endswith("right.")
    return Graded([Result(f"{name}.ipynb", exercise, passed, message)], more.pop("why", ""), **more)


@pytest.fixture
def book():
    made = Gradebook(["ada", "ben", "chen"], {"scores.2": 2.5})
    made.add("ada", one("ada", FIRST, work="x"))
    made.add("ada", one("ada", SECOND))
    made.add("ben", one("ben", FIRST, "mine(q of shape (4,)): it returned 1.5; expected 2."))
    made.add("ben", one("ben", SECOND, "g: the transpose.", work="x"))
    made.add("chen", one("chen", "", "not a notebook: the file is not JSON"))
    return made


def test_each_learner_has_a_row_with_points_by_weight(book):
    head, *rows = book.rows()
    assert head[:7] == ["learner", "points", "of", "passed", "exercises", "scores.1", "scores.2"]
    assert [row[:7] for row in rows] == [
        ["ada", 3.5, 3.5, 2, 2, 1, 2.5],
        ["ben", 0, 3.5, 0, 2, 0, 0],
        ["chen", 0, 3.5, 0, 2, 0, 0],
    ]
    assert [row[-1] for row in rows] == [
        "the same answers as ben",
        "the same answers as ada",
        "not a notebook: the file is not JSON",
    ]


def test_a_second_notebook_cannot_take_points_away_nor_count_twice():
    book = Gradebook(["ada"], {})
    for message in ("f: right.", "f: wrong", "f: right."):
        book.add("ada", one("ada", FIRST, message))
    assert book.rows()[1][:5] == ["ada", 1, 1, 1, 1]


def test_messages_are_counted_without_names_and_numbers(book):
    book.add("chen", one("chen", FIRST, "f(q of shape (2, 2)): it returned -0.5; expected nan."))
    assert book.messages()[1] == [2, FIRST, "it returned …; expected …."]
    assert alike("not handed in: no cell asks f") == "not handed in: no cell asks f"


@pytest.mark.parametrize(
    "paths, by_folder, names",
    [
        (["x/ada.ipynb", "x/ben.ipynb"], False, ["ada", "ben"]),
        (["ada/s.ipynb", "ben/s.ipynb"], False, ["ada/s", "ben/s"]),
        (["ada/s.ipynb", "ada/t.ipynb", "ben/s.ipynb"], True, ["ada", "ada", "ben"]),
        (["1/x/ada.ipynb", "2/x/ada.ipynb"], False, ["1/x/ada", "2/x/ada"]),
        (["1/ada/s.ipynb", "2/ada/s.ipynb"], True, ["1/ada", "2/ada"]),
        (["ada.ipynb", "ada.ipynb"], False, ["ada", "ada"]),
    ],
)
def test_a_learner_is_a_file_or_a_folder(paths, by_folder, names):
    assert learners([Path(path) for path in paths], by_folder) == names


def test_each_has_a_feedback_file_of_their_own(tmp_path):
    names = ["a/b", "a-b", "A-B", "..", "x" * 250, "x" * 251, "\x1b\n", "é", "ö"]
    book, folder = Gradebook(names, {}), tmp_path / "feedback"
    folder.mkdir()
    for name in names:
        book.add(name, one("n", FIRST))
        book.write_feedback(tmp_path, name)
    assert len({path.name.casefold() for path in folder.iterdir()}) == len(names)


def test_no_link_is_followed_when_tables_are_written(tmp_path):
    (tmp_path / "mine").write_text("as it was")
    (tmp_path / "learners.csv").symlink_to(tmp_path / "mine")
    with pytest.raises(OSError, match="symbolic links"):
        Gradebook([], {}).write(tmp_path)
    assert (tmp_path / "mine").read_text() == "as it was"


def test_weights_name_exercises_or_chapters(tmp_path):
    path = tmp_path / "weights.csv"
    path.write_text("exercise,points\nscores,2\nscores.3, 0.5\n\n")
    assert read_weights(path) == {"scores.1": 2, "scores.2": 2, "scores.3": 0.5}


@pytest.mark.parametrize(
    "text, says",
    [
        ("scores.9,1", r"line 1: 'scores.9'; expected an exercise such as scores.1"),
        ("scores.1,-1", r"line 1: '-1' points; expected a number from 0"),
        ("scores.1,nan", r"line 1: 'nan' points"),
        ("scores.1", r"line 1: '' points"),
        ("\nscores.1,1,2", r"line 2: '1' points"),
    ],
)
def test_wrong_weights_are_told(text, says, tmp_path):
    path = tmp_path / "weights.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"^{says}"):
        read_weights(path)


def test_the_command_writes_the_folder(hand_in, right, tmp_path, capsys):
    """Two who handed in the same, one who made a mistake."""
    folder, weights = tmp_path / "book", tmp_path / "weights.csv"
    weights.write_text("scores.3,3\n")
    wrong = right[2].replace("q @ k.T / lengths", "q @ k.T")
    longer = right[2].replace("    return", "    a = 1\n    b = 2\n    return")
    paths = [
        hand_in("ada.ipynb", *right[:2], longer),
        hand_in("ben.ipynb", *right[:2], f"# my own\n{longer}"),
        hand_in("chen.ipynb", *right[:2], wrong),
    ]
    order = [*map(str, paths), "--gradebook", str(folder), "--weights", str(weights)]
    assert __main__.main(order) == 0
    assert "the same answers: ada, ben" in capsys.readouterr().out
    with (folder / "learners.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    assert [(row["points"], row["of"]) for row in rows.values()] == [("5", "5")] * 2 + [("2", "5")]
    assert rows["ada"]["notes"] == "the same answers as ben"
    told = (folder / "feedback" / "chen.txt").read_text()
    assert told.startswith("chen.ipynb: 2 of 3\n  ✓ scores.1 check_score\n")
    assert "Divide them by the lengths to get cosines. For q = " in " ".join(told.split())
    assert "1,scores.3" in (folder / "messages.csv").read_text(encoding="utf-8-sig")
    assert len((folder / "results.csv").read_text().splitlines()) == 10


LENGTHS = """def score_parts(q, k):
    length_q, length_k = np.linalg.norm(q, axis=-1), np.linalg.norm(k, axis=-1)
    lengths = length_q[:, None] * length_k[None, :]
    return lengths, q @ k.T / lengths


qkv.check_score_parts(score_parts)"""
OWN = {  # the answer, what is said of it
    "qkv.check_attention_scores(qkv.attention_scores)": "the library's own attention_scores",
    "f = lambda q, k: qkv.attention_scores(q, k)\nqkv.check_attention_scores(f)": (
        "the library's own attention_scores"
    ),
    "def f(q, k):\n    return qkv.attention_scores(q, k)\nqkv.check_attention_scores(f)": (
        "the library's own attention_scores"
    ),
    "def f(q, k):\n    s = qkv.attention_scores(q, k)\n    return s\n\nqkv."
    "check_attention_scores(f)": ("calls the library's attention_scores"),
    "def f(q, k):\n    return q @ np.swapaxes(k, -1, -2)\nqkv.check_attention_scores(f)": "",
}


def test_an_answer_that_is_the_librarys_own_is_flagged(hand_in, shared):
    paths = [hand_in(f"{place}.ipynb", cell) for place, cell in enumerate(OWN)]
    graded = list(shared(chapter="scores").grade(paths))
    assert [one.results[1].passed for one in graded] == [True] * len(OWN)
    assert [one.results[1].hint for one in graded] == list(OWN.values())


def test_a_copy_of_the_published_solution_is_flagged(hand_in, shared):
    renamed = LENGTHS.replace("length_q", "a").replace("score_parts(q", "mine(q")
    renamed = renamed.replace("check_score_parts(score_parts)", "check_score_parts(mine)")
    path = hand_in("a.ipynb", renamed, LENGTHS)
    notebook = json.loads(path.read_text())
    notebook["cells"][2]["metadata"] = {"tags": ["hide-cell"]}
    path.write_text(json.dumps(notebook))
    (graded,) = shared(chapter="scores").grade([path])
    assert graded.results[2].hint == "word for word the course's own answer, but for names"


def test_lines_that_were_given_to_be_mended_are_nobodys_copy(hand_in, shared, listed):
    listed(learning=["check_mended_gradients"])
    mended = inspect.getsource(hunts._gradients_as_given).replace(
        "grad_weights.mean(", "(weights * grad_weights).sum("
    )
    asked = f"{mended}\n\nqkv.check_mended_gradients(_gradients_as_given)"
    path = hand_in("a.ipynb", asked, asked)
    notebook = json.loads(path.read_text())
    notebook["cells"][2]["metadata"] = {"tags": ["hide-cell"]}
    path.write_text(json.dumps(notebook))
    (graded,) = shared(chapter="learning").grade([path])
    assert graded.results[0].passed and not graded.results[0].hint


def test_a_copy_of_the_librarys_code_is_flagged(monkeypatch):
    answer = signs._library_answer("check_induction")
    assert answer and signs.shape("def f(a):\n    return a") == ""


def test_what_calls_something_to_replace_is_told_as_on_the_page(hand_in, shared, listed):
    """The learner reads that below the cell; the grader says the same."""
    calls = "f = lambda q, k, v: qkv.scaled_dot_product_attention(q, k, v)\nqkv.check_attention(f)"
    listed(output=["check_attention"])
    (graded,) = shared(chapter="output").grade([hand_in("a.ipynb", calls)])
    assert "it calls scaled_dot_product_attention, which it should replace" in (
        graded.results[0].message
    )


SAID = {
    "print(q @ k)": "it prints and returns nothing",
    "q @ k": "it computes, and returns nothing",
    "pass": "not done yet",
}


@pytest.mark.parametrize("body", SAID)
def test_what_a_checker_sees_on_the_page_it_sees_here(body, hand_in, shared):
    cell = f"def f(q, k):\n    {body}\nqkv.check_score(f)"
    (graded,) = shared(chapter="scores").grade([hand_in("a.ipynb", cell)])
    assert SAID[body] in graded.results[0].message


def test_a_notebook_taken_along_from_a_page_is_graded_as_it_is(hand_in, shared, right):
    """With what the page writes into it: its own metadata, scratch cells, an edited solution."""
    path = hand_in("scores.ipynb", "'my own'", *right)
    notebook = json.loads(path.read_text())
    notebook["metadata"]["workbench"] = {"book": "x", "page": "04_scores", "choices": {"a": 1}}
    for place, cell in enumerate(notebook["cells"]):
        cell |= {"id": f"{place:08d}", "outputs": [], "execution_count": None}
    notebook["cells"][1]["metadata"] = {"workbench": "scratch"}
    notebook["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": ["# Scores"]})
    path.write_text(json.dumps(notebook))
    (graded,) = shared().grade([path])
    assert [one.passed for one in graded.results] == [True] * 3
