"""Numbers that a learner typed are graded like functions, where the learner cannot reach."""

import pytest

ASKED = {"scores": ["check_score", "check_score_by_hand"]}
OF_A_FUNCTION = "def score(q, k):\n    return q @ k\n\n\nqkv.check_score(score)"


@pytest.fixture
def said(listed, hand_in, graded):
    """What the grader says to a cell that types numbers, beside one with a function."""
    listed(**ASKED)

    def of(cell):
        (results,) = graded(hand_in("typed.ipynb", OF_A_FUNCTION, cell))
        assert [one.exercise.partition(" ")[0] for one in results] == ["scores.1", "scores.2"]
        assert results[0].passed
        return results[1]

    return of


@pytest.mark.parametrize(
    "cell",
    [
        "qkv.check_score_by_hand(3, 6)",
        "qkv.check_score_by_hand(3.0, np.float32(6))",
        "qkv.check_score_by_hand(6 / 2, np.array([1, -2, .5]) @ np.array([6, 2, 8]))",
        "qkv.check_score_by_hand(7, 14)\nqkv.check_score_by_hand(3, 6)",
    ],
)
def test_right_numbers_pass(said, cell):
    assert said(cell).passed


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("qkv.check_score_by_hand(7, 14)", "score: −2 · 1 is negative. Subtract it."),
        ("qkv.check_score_by_hand()", "not done yet"),
        ("qkv.check_score_by_hand(None)", "not done yet"),
        ("qkv.check_score_by_hand(3)", "1 number; expected 2"),
        ("qkv.check_score_by_hand(*range(100))", "expected 2"),
        ("qkv.check_score_by_hand(3, 'six')", "expected a number"),
        ("qkv.check_score_by_hand(3, 10**400)", "expected a number"),
        ("qkv.check_score_by_hand(3, np.ones(10**6))", "expected a number"),
        ("qkv.check_score_by_hand(lambda q, k: q @ k)", "expected 2"),
        ("qkv.check_score_by_hand", "not handed in"),
        (
            "class A:\n    def __eq__(self, o): return True\nqkv.check_score_by_hand(A(), A())",
            "number",
        ),
    ],
)
def test_what_is_wrong_is_said(said, cell, says):
    one = said(cell)
    assert not one.passed and says in one.message, one.message


def test_numbers_do_not_pass_for_a_function(listed, hand_in, graded):
    listed(**ASKED)
    (results,) = graded(hand_in("typed.ipynb", "qkv.check_score(3, 6)"), chapter="scores")
    assert not results[0].passed and "takes your function itself" in results[0].message


def test_a_function_of_the_notebook_is_not_tried_on_numbers(listed, hand_in, graded):
    listed(**ASKED)
    (results,) = graded(hand_in("typed.ipynb", OF_A_FUNCTION), chapter="scores")
    assert results[1].message == "not handed in: no cell asks check_score_by_hand"
