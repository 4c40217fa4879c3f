"""The quizzes for learning platforms: complete, right, and nothing of Markdown left in them.

What other programs read in them, test_quizzes_elsewhere.py shows.
"""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from handouts import gift, qti, quizzes
from handouts.questions import Fold, Quiz
from the_book import CHAPTERS

from qkvlib.checks.typed import Field, Typed

QTI = {"q": "http://www.imsglobal.org/xsd/imsqti_v2p1"}
COLLECTED = quizzes.collect(CHAPTERS[0].parent)
RIGHT, WRONG = (
    Fold(' class="quiz right"', "Yes: $a_{1}$", "✓ So."),
    Fold("", "No = 0", "✗ Not `~`."),
)
SMALL = Quiz(
    "01_one",
    "One",
    [("Is $x$ there?", [WRONG, RIGHT])],
    [Typed("by_hand", "How many?", [Field("a", -1.5, 0.01, {"the other sign.": 1.5})], "right.")],
)


def items(package):
    """The items of a package by their names, as elements."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        listed = re.findall('<file href="(.+?)"/>', archive.read("imsmanifest.xml").decode())
        assert sorted([*listed, "imsmanifest.xml"]) == sorted(archive.namelist())
        return {name: ElementTree.fromstring(archive.read(name)) for name in listed}


def test_each_question_of_the_book_is_there():
    choices = sum(len(one.choices) for one in COLLECTED)
    numbers = [question for one in COLLECTED for question in one.numbers]
    assert choices > 70 and len(numbers) > 10
    text = gift.write(COLLECTED).decode()
    assert text.count("$CATEGORY") == len(COLLECTED) == 16
    fields = sum(len(question.fields) for question in numbers)
    assert len(re.findall("^::", text, re.M)) == choices + fields
    found = items(qti.write(COLLECTED))
    assert len(found) == choices + len(numbers)


def test_gift_of_one_quiz():
    assert gift.write([SMALL]).decode().splitlines() == [
        "$CATEGORY: $course$/Query Key Value/01 One",
        "",
        r"::One, 1::[html]<p>Is &\#92;(x&\#92;) there?</p> {",
        r"~<p>No \= 0</p> #<p>✗ Not <code>\~</code>.</p>",
        r"=<p>Yes\: &\#92;(a_&\#123;1&\#125;&\#92;)</p> #<p>✓ So.</p>",
        "}",
        "",
        "::One, a::[html]<p>How many?</p> <p><strong>a</strong></p> {#",
        r"=%100%-1.5:0.01 #<p>a\: right.</p>",
        r"=%0%1.5:0.01 #<p>a\: the other sign.</p>",
        "}",
    ]


def test_qti_of_one_quiz():
    choice, numbers = items(qti.write([SMALL])).values()
    assert choice.findtext(".//q:correctResponse/q:value", "", QTI) == "B"
    offered = choice.findall(".//q:simpleChoice", QTI)
    assert ["".join(one.itertext()).strip() for one in offered] == ["No = 0", "Yes: a1"]
    said = {one.get("identifier"): one for one in choice.findall("q:modalFeedback", QTI)}
    assert "".join(said["B"].itertext()).strip() == "✓ So."
    assert numbers.findtext(".//q:correctResponse/q:value", "", QTI) == "-1.5"
    ends = [one.text for one in numbers.findall(".//q:and//q:baseValue", QTI)]
    assert ends == ["-1.51", "-1.49", "1.49", "1.51"]
    said = numbers.findall("q:modalFeedback", QTI)
    assert ["".join(one.itertext()).strip() for one in said] == ["a: right.", "a: the other sign."]


def test_points_of_an_item_sum_to_one():
    for name, item in items(qti.write(COLLECTED)).items():
        points = item.findall(".//q:sum/q:baseValue", QTI)
        assert sum(float(one.text) for one in points) == pytest.approx(1), name


def test_bytes_repeat():
    for write in (gift.write, qti.write):
        assert write(COLLECTED) == write(quizzes.collect(CHAPTERS[0].parent))


@pytest.mark.parametrize("write", [gift.write, qti.write])
def test_what_a_platform_cannot_show_is_named(write):
    broken = SMALL._replace(choices=[("What is **this?", [RIGHT])])
    with pytest.raises(ValueError, match=r"cannot show '\*\*', in 'What is \*\*this"):
        write([broken])


def test_a_formula_that_is_not_known_is_named():
    broken = SMALL._replace(choices=[(r"What is $\thisone$?", [RIGHT])])
    with pytest.raises(ValueError, match="cannot show"):
        qti.write([broken])


def test_lines_of_code_are_named():
    broken = SMALL._replace(choices=[("What is\n\n```\nthis\n```", [RIGHT])])
    with pytest.raises(ValueError, match="lines of code"):
        gift.write([broken])
