"""A collection of beginners' mistakes: each is refused, most are named, none is called another."""

import ast
import textwrap

import beginners
import pytest
from exercises import COLLECTION, NAMES

JUDGED = beginners.judged()
NAMED, LOCATED = "+", "~"


@pytest.fixture(scope="module")
def verdicts():
    return [beginners.verdict_on(mistake) for mistake in COLLECTION]


def test_each_is_refused(verdicts):
    passed = [one for one, (verdict, _) in zip(COLLECTION, verdicts, strict=True) if verdict]
    assert passed == []


def test_what_is_said_to_each_has_been_read(verdicts):
    """If it is said otherwise now: `python -m beginners`, and read what is new."""
    said = [
        beginners.line_of(mistake, message)
        for mistake, (_, message) in zip(COLLECTION, verdicts, strict=True)
    ]
    known = [line for _, line in JUDGED]
    assert [line for line in said if line not in known] == []
    assert said == known
    assert {mark for mark, _ in JUDGED} <= {NAMED, LOCATED}


@pytest.mark.parametrize("path", beginners.FILES, ids=lambda path: path.stem)
def test_how_many_are_named(path):
    start = sum(len(list(beginners.read(one))) for one in beginners.FILES[: _place(path)])
    marks = [mark for mark, _ in JUDGED[start : start + len(list(beginners.read(path)))]]
    least = {"first": 0.95, "second": 0.75, "third": 0.9}[path.stem]
    assert marks.count(NAMED) >= least * len(marks), f"{marks.count(NAMED)} of {len(marks)}"


def _place(path):
    return beginners.FILES.index(path)


def test_there_are_many_of_every_exercise_and_none_twice():
    texts = [(one.exercise, ast.dump(ast.parse(_body(one.code)))) for one in COLLECTION]
    assert len(texts) == len(set(texts)) >= 1200
    late = [one for path in beginners.FILES[1:] for one in beginners.read(path)]
    assert len(late) >= 600
    names = {one.exercise for one in COLLECTION}
    assert names <= set(NAMES) and len(names) > 50
    for name in names:
        assert sum(one.exercise == name for one in COLLECTION) >= 15
        assert sum(one.exercise == name for one in late) >= 6


def _body(code):
    return f"def answer():\n{textwrap.indent(code, '    ')}"


def test_a_mistake_without_its_lines_is_an_error(tmp_path):
    broken = tmp_path / "broken.txt"
    broken.write_text("# score(q, k)\n\nno end: sum(q * k\n")
    with pytest.raises(SyntaxError):
        list(beginners.read(broken))


def test_an_example_follows_wherever_there_is_one(verdicts):
    """Nothing is shown for what prints, changes its input or calls what it should replace."""
    silent = ("prints and", "in place", "should replace", "returns nothing")
    without = [
        beginners.line_of(mistake, message)
        for mistake, (verdict, message) in zip(COLLECTION, verdicts, strict=True)
        if not verdict.shown and not any(part in message for part in silent)
    ]
    assert len(without) <= 5, without
