"""What the grader says of notebooks: right, wrong, unfinished, broken."""

import json

import pytest


def test_right_answers_pass_and_say_so(hand_in, graded, right):
    (results,) = graded(hand_in("ada.ipynb", *right))
    assert [(one.exercise, one.passed) for one in results] == [
        ("scores.1 check_score", True),
        ("scores.2 check_attention_scores", True),
        ("scores.3 check_score_parts", True),
    ]
    assert results[0].message == "score: right. One query, one key, one number."


def test_each_exercise_is_judged_by_itself_and_the_mistake_is_named(hand_in, graded, right):
    transposed = "qkv.check_attention_scores(lambda q, k: k @ np.swapaxes(q, -1, -2))"
    empty = "def parts(q, k):\n    return None\n\n\nqkv.check_score_parts(parts)"
    (results,) = graded(hand_in("a.ipynb", right[0], transposed, empty))
    assert [one.passed for one in results] == [True, False, False]
    assert "the transpose of what is asked" in results[1].message
    assert results[2].message == "parts: not done yet, it returns nothing."


def test_the_notebook_is_told_no_verdict_to_guess_by(hand_in, graded):
    tell = "said = qkv.check_score(lambda q, k: q @ k + 1)\n"
    tell += "assert qkv.check_score(lambda q, k: 1)\n"
    tell += "def parts(q, k): raise ValueError(f'{bool(said)} {said}')\n"
    (results,) = graded(hand_in("a.ipynb", tell + "qkv.check_score_parts(parts)"))
    assert not results[0].passed
    assert "True ✓ It is judged where the notebook is not." in results[2].message


def test_who_asks_again_and_again_is_judged_no_more(hand_in, graded, right):
    guess = "for n in range(200): qkv.check_score(lambda q, k: n)\n"
    (results,) = graded(hand_in("a.ipynb", guess + right[0], right[1]))
    assert results[0].message == "check_score was asked more than 50 times"
    assert results[1].passed


def test_where_no_checker_is_named_nothing_runs(hand_in, graded):
    (results,) = graded(hand_in("a.ipynb", "while True: pass"), seconds=9)
    assert results[0].message == "no cell asks a checker of this course"


@pytest.mark.parametrize(
    "options", [{"seconds": 0}, {"seconds": float("nan")}, {"megabytes": 1}, {"jobs": 0}], ids=str
)
def test_numbers_out_of_proportion_are_errors(options, fresh):
    (name,) = options
    with pytest.raises(ValueError, match=f"^{name}: .*; expected more than"):
        fresh(**options)


def test_a_right_notebook_passes_in_the_least_memory_that_can_be_asked_for(hand_in, graded, right):
    (results,) = graded(hand_in("a.ipynb", *right), megabytes=512)
    assert [one.passed for one in results] == [True] * 3


MISUSES = {
    "2 * score": "got float. Leave out the parentheses.",
    "lambda q, k: 'a'": "it returned object items; expected numbers.",
    "lambda q, k: sys.exit(3)": "it raised SystemExit: 3",
    "lambda q, k: {}[0]": "it raised KeyError: ",
    "lambda q, k: np.ones(10**7)": "more than a checker asks for",
    "lambda q, k: qkv.check_score(score)": "asked by a function that is being checked",
    "change": "change changed q in place; work on a copy.",
}


def test_what_a_checker_says_of_odd_answers_it_says_here_too(hand_in, graded):
    """One notebook for each; a later call of a checker counts in place of an earlier one."""
    define = "import sys\nscore = 1.5\ndef change(q, k):\n    q *= 2\n    return q @ k / 2\n"
    define += "qkv.check_score(np.dot)\n"
    paths = [
        hand_in(f"{place}.ipynb", f"{define}qkv.check_score({answer})")
        for place, answer in enumerate(MISUSES)
    ]
    for results, says in zip(graded(*paths), MISUSES.values(), strict=True):
        assert not results[0].passed
        assert says in results[0].message


def test_a_cell_that_fails_costs_what_it_would_have_handed_in(hand_in, graded, right):
    cells = ["1 / 0", right[0] + "\n)", right[1], "qkv.check_score_parts(1 / 0)"]
    (results,) = graded(hand_in("a.ipynb", *cells))
    assert [one.passed for one in results] == [False, True, False]
    assert results[0].message.startswith("not handed in: its cell raised SyntaxError")
    assert results[2].message.endswith("raised ZeroDivisionError: division by zero")


def test_what_notebooks_know_beyond_python_works(hand_in, graded, right):
    cells = ["%matplotlib inline\ndisplay(qkv.plots)\n%time x = 1", f"sys = 1\n{right[0]}"]
    asking = "import asyncio\nawait asyncio.sleep(0)\nqkv.check_score_parts(lambda q, k: x)"
    (results,) = graded(hand_in("a.ipynb", *cells, asking))
    assert results[0].passed
    assert results[2].message.endswith("expected 2 results, side by side with commas between them.")


def test_an_exercise_that_is_missing_counts_as_not_passed(hand_in, graded, right):
    renamed = right[1].replace("check_attention_scores", "check_scores")
    (results,) = graded(hand_in("a.ipynb", right[0], renamed))
    assert [one.passed for one in results] == [True, False, False]
    assert results[1].message == (
        "not handed in: dots is right, but no cell asks check_attention_scores"
    )
    assert results[2].message == "not handed in: no cell asks check_score_parts"


def test_a_right_function_that_is_not_asked_about_passes_if_the_teacher_says_so(
    hand_in, graded, right
):
    alone = [cell.partition("\n\n\n")[0] for cell in right]
    wrong = alone[2].replace("/ lengths", "* lengths")
    (results,) = graded(hand_in("a.ipynb", *alone[:2], wrong), chapter="scores", count_unasked=True)
    assert [one.passed for one in results] == [True, True, False]
    assert results[2].message == "not handed in: no cell asks check_score_parts"


def test_a_chapter_can_be_asked_for(hand_in, graded, right):
    paths = hand_in("a.ipynb", *right), hand_in("b.ipynb"), hand_in("c.ipynb", text="{")
    for results in graded(*paths, chapter="softmax"):
        assert [one.exercise for one in results] == [
            "softmax.1 check_softmax",
            "softmax.2 check_attention_weights",
            "softmax.3 check_softmax_jacobian",
        ]
        assert not any(one.passed for one in results)


def test_a_chapter_that_is_not_there_is_an_error(hand_in, fresh):
    with pytest.raises(ValueError, match=r"^chapter: 'poetry'; expected one of scores, softmax$"):
        fresh(hand_in("a.ipynb"), chapter="poetry")


def test_what_is_no_notebook_is_reported_and_the_batch_goes_on(hand_in, graded, right, tmp_path):
    texts = {
        "": "the file is not JSON",
        '{"cells": [': "the file is not JSON",
        "[" * 100_000: "the file is not JSON",
        "[]": "no notebook of format 4",
        '{"cells": [{"cell_type": "code"}]}': "no notebook of format 4",
        '{"cells": [{"cell_type": "code", "metadata": 1, "source": 2}]}': "no notebook of format 4",
    }
    paths = [hand_in(f"{n}.ipynb", text=text) for n, text in enumerate(texts)]
    missing, folder = tmp_path / "missing.ipynb", tmp_path
    *broken, good = graded(*paths, missing, folder, hand_in("empty.ipynb"), hand_in("z", *right))
    says = [*texts.values(), "there is no such file", "there is no such file", "no cell asks a che"]
    for (one,), message in zip(broken, says, strict=True):
        assert (one.exercise, one.passed) == ("", False)
        assert message in one.message
    assert all(one.passed for one in good)


def test_a_file_too_large_for_a_notebook_is_not_read(hand_in, graded):
    path = hand_in("large.ipynb", text="")
    with path.open("r+") as file:
        file.truncate(60_000_000)
    assert "larger than 20 MB" in graded(path)[0][0].message


def test_published_solutions_do_not_count(hand_in, graded, right):
    path = hand_in("a.ipynb", "qkv.check_score(lambda q, k: None)", right[0], right[1])
    notebook = json.loads(path.read_text())
    notebook["cells"][2]["metadata"] = {"tags": ["hide-cell"]}
    path.write_text(json.dumps(notebook))
    (results,) = graded(path)
    assert results[0].message == "<lambda>: not done yet, it returns nothing."
    assert results[1].passed


def test_checkers_that_chapters_share_are_counted_where_all_are_asked(hand_in, graded, listed):
    borrowed = ["check_score", "check_softmax"]
    listed(scores=["check_score", "check_score_parts"], my_topic=borrowed)
    cells = [f"qkv.{checker}(lambda *given: None)" for checker in borrowed]
    (results,) = graded(hand_in("a.ipynb", *cells))
    whole = ["my_topic.1 check_score", "my_topic.2 check_softmax"]
    assert [one.exercise for one in results] == whole
    (results,) = graded(hand_in("b.ipynb", *cells, "qkv.check_score_parts(lambda q, k: None)"))
    assert {one.exercise.partition(".")[0] for one in results} == {"scores", "my_topic"}
