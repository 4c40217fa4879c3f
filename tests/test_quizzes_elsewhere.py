"""The quizzes as other programs read them; needs pygiftparser and pyslet."""

import io
import re
import zipfile

import pytest
from handouts import gift, qti, quizzes
from the_book import CHAPTERS

COLLECTED = quizzes.collect(CHAPTERS[0].parent)


def test_a_parser_of_gift_reads_each_question():
    parser = pytest.importorskip("pygiftparser.parser")
    # It knows no negative number: the signs are looked at in test_tools_quizzes.py.
    text = re.sub(r"^(=%\d+%)-", r"\1", gift.write(COLLECTED).decode(), flags=re.M)
    read = iter(parser.parseFile(io.StringIO(text)))
    for one in COLLECTED:
        for _, options in one.choices:
            question = next(read)
            assert question.valid and question.markup == "html"
            choices = question.answers.answers
            assert [choice.fraction == 100 for choice in choices] == [o.is_right for o in options]
            assert all(choice.feedback.startswith("<p>") for choice in choices)
        for typed in one.numbers:
            for field in typed.fields:
                answers = next(read).answers.answers
                expected = [field.answer, *field.mistakes.values()]
                assert [a.value for a in answers] == pytest.approx([abs(n) for n in expected])
                assert {a.tolerance for a in answers} == {field.within}
                assert [a.fraction for a in answers] == [100] + [0] * len(field.mistakes)
    assert next(read, None) is None


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pyslet")
@pytest.mark.filterwarnings("ignore:pyslet:DeprecationWarning")
def test_a_reader_of_qti_scores_each_answer():
    xml = pytest.importorskip("pyslet.qtiv2.xml")
    with zipfile.ZipFile(io.BytesIO(qti.write(COLLECTED))) as archive:
        items = {name: archive.read(name) for name in archive.namelist() if "chapter" in name}
    for one in COLLECTED:
        for place, (_, options) in enumerate(one.choices, 1):
            session = begun(xml, items.pop(f"chapter-{one.chapter}-{place}.xml"))
            for letter, option in zip("ABCDEFGH", options, strict=False):
                score, said = answered(session, {"RESPONSE": letter}, ["SAID"])
                assert (score, said) == (float(option.is_right), [letter])
        for place, typed in enumerate(one.numbers, 1):
            session = begun(xml, items.pop(f"chapter-{one.chapter}-numbers-{place}.xml"))
            names = [f"NUMBER{n}" for n, _ in enumerate(typed.fields, 1)]
            says = [name.replace("NUMBER", "SAID") for name in names]
            right = [float(field.answer) for field in typed.fields]
            score, said = answered(session, dict(zip(names, right, strict=True)), says)
            assert score == pytest.approx(1) and said == ["right"] * len(names)
            for name, field in zip(says, typed.fields, strict=True):
                for number, wrong in enumerate(field.mistakes.values(), 1):
                    given = {name.replace("SAID", "NUMBER"): float(wrong)}
                    assert answered(session, given, [name]) == (0, [f"wrong{number}"])
    assert not items


def begun(xml, item):
    """A session of an item, as somebody has begun it."""
    from pyslet.qtiv2.variables import ItemSessionState

    document = xml.QTIDocument()
    document.read(src=io.BytesIO(item))
    session = ItemSessionState(document.root)
    session.begin_session()
    return session


def answered(session, given, says):
    """The score of answers and what is said to them."""
    for name in session.item.declarations:
        if name.startswith(("RESPONSE", "NUMBER")):
            session.map[name].set_value(given.get(name))
    session.end_attempt()
    return session.map["SCORE"].value, [session.map[name].value for name in says]
