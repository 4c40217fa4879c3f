"""Quizzes as a package of QTI 2.1, the format in which learning platforms exchange questions.

See the specification, https://www.imsglobal.org/question/qtiv2p1/imsqti_infov2p1.html. An item says
after each answer what the page says: one sentence for each option, one for each wrong number that
is known.
"""

import io
import zipfile
from html import escape
from xml.etree import ElementTree

from qkvlib.checks.typed import Typed

from .markdown import with_mathml
from .questions import Fold, Quiz

# Always the same, so that the same quizzes give the same bytes.
DATE = (1980, 1, 1, 0, 0, 0)

ITEM = """\
<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="{name}" title="{title}"
 adaptive="false" timeDependent="false">
{responses}
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float">
<defaultValue><value>0</value></defaultValue></outcomeDeclaration>
{outcomes}
<itemBody>{body}</itemBody>
<responseProcessing>{processing}</responseProcessing>
{feedback}
</assessmentItem>
"""
RESPONSE = """\
<responseDeclaration identifier="{name}" cardinality="single" baseType="{kind}">
<correctResponse><value>{right}</value></correctResponse></responseDeclaration>"""
OUTCOME = '<outcomeDeclaration identifier="{}" cardinality="single" baseType="identifier"/>'
FEEDBACK = """\
<modalFeedback outcomeIdentifier="{}" identifier="{}" showHide="show">{}</modalFeedback>"""
SCORED = """\
<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/>\
<baseValue baseType="float">{:.10g}</baseValue></sum></setOutcomeValue>"""
SAID = """\
<setOutcomeValue identifier="{}"><baseValue baseType="identifier">{}</baseValue>\
</setOutcomeValue>"""
# Not `equal` with a tolerance, which not every reader knows.
NEAR = """\
<and><gte><variable identifier="{0}"/><baseValue baseType="float">{1:.10g}</baseValue></gte>\
<lte><variable identifier="{0}"/><baseValue baseType="float">{2:.10g}</baseValue></lte></and>"""
MANIFEST = """\
<?xml version="1.0" encoding="UTF-8"?>
<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="query-key-value">
<metadata><schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion></metadata>
<organizations/>
<resources>{}</resources>
</manifest>
"""
RESOURCE = """\
<resource identifier="{0}" type="imsqti_item_xmlv2p1" href="{0}.xml">\
<file href="{0}.xml"/></resource>"""


def write(quizzes: list[Quiz]) -> bytes:
    """Return the package: an item for each question, named by its chapter, and what lists them."""
    items = {}
    for one in quizzes:
        for place, (asks, options) in enumerate(one.choices, 1):
            name = f"chapter-{one.chapter}-{place}"
            items[name] = _choice(name, f"{one.title}, {place}", asks, options)
        for place, question in enumerate(one.numbers, 1):
            name = f"chapter-{one.chapter}-numbers-{place}"
            items[name] = _numbers(name, f"{one.title}, numbers", question)
    files = {"imsmanifest.xml": MANIFEST.format("".join(map(RESOURCE.format, items)))}
    files |= {f"{name}.xml": item for name, item in items.items()}
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, content in files.items():
            ElementTree.fromstring(content)  # well-formed, or an error here
            archive.writestr(zipfile.ZipInfo(name, DATE), content, zipfile.ZIP_DEFLATED)
    return package.getvalue()


def _choice(name: str, title: str, asks: str, options: list[Fold]) -> str:
    letters = "ABCDEFGH"[: len(options)]
    (right,) = (letter for letter, option in zip(letters, options, strict=True) if option.is_right)
    choices = "".join(
        f'<simpleChoice identifier="{letter}">{with_mathml(option.summary)}</simpleChoice>'
        for letter, option in zip(letters, options, strict=True)
    )
    return ITEM.format(
        name=name,
        title=escape(title),
        responses=RESPONSE.format(name="RESPONSE", kind="identifier", right=right),
        outcomes=OUTCOME.format("SAID"),
        body=f"<div>{with_mathml(asks)}</div>"
        f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1">'
        f"{choices}</choiceInteraction>",
        processing='<responseCondition><responseIf><match><variable identifier="RESPONSE"/>'
        f'<correct identifier="RESPONSE"/></match>{SCORED.format(1)}</responseIf>'
        '</responseCondition><setOutcomeValue identifier="SAID"><variable identifier="RESPONSE"/>'
        "</setOutcomeValue>",
        feedback="\n".join(
            FEEDBACK.format("SAID", letter, with_mathml(option.text))
            for letter, option in zip(letters, options, strict=True)
        ),
    )


def _numbers(name: str, title: str, question: Typed) -> str:
    responses, outcomes, rows, processing, feedback = [], [], [], [], []
    for place, field in enumerate(question.fields, 1):
        number, said = f"NUMBER{place}", f"SAID{place}"
        responses.append(RESPONSE.format(name=number, kind="float", right=f"{field.answer:.10g}"))
        outcomes.append(OUTCOME.format(said))
        rows.append(
            f"<p>{escape(field.label)}: "
            f'<textEntryInteraction responseIdentifier="{number}" expectedLength="10"/></p>'
        )
        known = {"right": (field.answer, question.praise)}
        for other, (says, wrong) in enumerate(field.mistakes.items(), 1):
            known[f"wrong{other}"] = (wrong, says)
        cases = []
        for what, (value, says) in known.items():
            points = SCORED.format(1 / len(question.fields)) if what == "right" else ""
            near = NEAR.format(number, value - field.within, value + field.within)
            cases.append(f"{near}{points}{SAID.format(said, what)}")
            feedback.append(FEEDBACK.format(said, what, with_mathml(f"{field.label}: {says}")))
        first, *others = cases
        others = "".join(f"<responseElseIf>{case}</responseElseIf>" for case in others)
        processing.append(
            f"<responseCondition><responseIf>{first}</responseIf>{others}</responseCondition>"
        )
    return ITEM.format(
        name=name,
        title=escape(title),
        responses="\n".join(responses),
        outcomes="\n".join(outcomes),
        body=f"<div>{with_mathml(question.asks)}</div>{''.join(rows)}",
        processing="".join(processing),
        feedback="\n".join(feedback),
    )
