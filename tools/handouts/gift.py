"""Quizzes in GIFT, the plain text that Moodle and others import."""

import re

from .markdown import with_tex
from .questions import Quiz

# What GIFT reads as its own. Parsers differ in reading escaped braces and backslashes: those are
# written as HTML's numbers.
SPECIAL = re.compile(r"[~=#:]")
IN_HTML = str.maketrans({letter: f"&#{ord(letter)};" for letter in "\\{}"})


def write(quizzes: list[Quiz]) -> bytes:
    """Return all questions, a category for each chapter.

    GIFT asks for one number at a time, so a question with several fields becomes several.
    """
    parts = []
    for one in quizzes:
        number = int(one.chapter[:2])
        parts.append(f"$CATEGORY: $course$/Query Key Value/{number:02} {one.title}")
        for place, (asks, options) in enumerate(one.choices, 1):
            lines = [
                f"{'=' if option.is_right else '~'}{_html(option.summary)} #{_html(option.text)}"
                for option in options
            ]
            parts.append(_question(f"{one.title}, {place}", asks, "", lines))
        for question in one.numbers:
            for field in question.fields:
                known = [(100, field.answer, question.praise)]
                known += [(0, wrong, says) for says, wrong in field.mistakes.items()]
                lines = [
                    f"=%{share}%{value:.10g}:{field.within:g} #{_html(f'{field.label}: {says}')}"
                    for share, value, says in known
                ]
                asks = f"{question.asks}\n\n**{field.label}**"
                parts.append(_question(f"{one.title}, {field.label}", asks, "#", lines))
    return ("\n\n".join(parts) + "\n").encode()


def _question(name: str, asks: str, kind: str, lines: list[str]) -> str:
    return "\n".join([f"::{_escape(name)}::[html]{_html(asks)} {{{kind}", *lines, "}"])


def _html(source: str) -> str:
    """Return HTML in one line: an empty line ends a question."""
    page = with_tex(source).strip()
    if "<pre" in page:
        raise ValueError(f"a quiz cannot show lines of code, in {source!r}")
    return _escape(re.sub(r"\s*\n\s*", " ", page))


def _escape(text: str) -> str:
    return SPECIAL.sub(r"\\\g<0>", text.translate(IN_HTML))
