"""Numbers that a reader types: fields in a kernel, fields in a page, plain words without a script.

A question is words and a few fields, each with the right number, how far off still counts, and
wrong numbers that are worth a sentence. The page's script judges by the same rule as `judge` here:
what it needs stands in the page.
"""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from .picture import next_prefix, to_html

_NUMBER = re.compile(r"-?\d*\.?\d+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@dataclass(frozen=True)
class Field:
    """One number to type.

    Parameters
    ----------
    label : str
        What it is.
    answer : float
        The right number.
    within : float
        How far from it a typed number still counts.
    mistakes : dict
        What to say to a wrong number: sentence to number.
    """

    label: str
    answer: float
    within: float = 0.005
    mistakes: dict[str, float] = field(default_factory=dict)

    def says(self, number: float | None) -> str:
        """What is wrong with a number; nothing if it is right.

        Examples
        --------
        >>> half = Field("share", 0.5, mistakes={"that is twice the share.": 1.0})
        >>> half.says(0.5), half.says(1), half.says(0.2), half.says(None)
        ('', 'that is twice the share.', 'too small.', 'type a number.')
        """
        if number is None:
            return "type a number."
        if self._is(number, self.answer):
            return ""
        named = (says for says, wrong in self.mistakes.items() if self._is(number, wrong))
        return next(named, "too large." if number > self.answer else "too small.")

    def _is(self, number: float, other: float) -> bool:
        return abs(number - other) <= self.within + 1e-9


def read_number(text: str) -> float | None:
    """Read what was typed: a point or a comma, a fraction, a minus of either kind.

    Examples
    --------
    >>> [read_number(text) for text in ("2.5", " 2,5", "1/4", "−3", "1,048,576", "two", "1/0", "")]
    [2.5, 2.5, 0.25, -3.0, 1048576.0, None, None, None]
    """
    plain = _THOUSANDS.sub("", text.replace("−", "-").replace(" ", "")).replace(",", ".")
    over, stroke, under = plain.partition("/")
    if not _NUMBER.fullmatch(over) or (stroke and not _NUMBER.fullmatch(under)):
        return None
    if stroke and not float(under):
        return None
    return float(over) / (float(under) if stroke else 1)


def judge(fields: Sequence[Field], numbers: Sequence[float | None]) -> str:
    """What is wrong with the first number that is; nothing if all are right."""
    for one, number in zip(fields, numbers, strict=True):
        if says := one.says(number):
            return f"{one.label}: {says}"
    return ""


def render(call: str, asks: str, fields: Sequence[Field], praise: str) -> str:
    """The markup for a page: the question, and fields that are hidden until a script has them work.

    ``call`` is what the reader's code says with the numbers in it, up to the parenthesis.
    """
    prefix = next_prefix()
    root = ET.Element("div", {"class": "typed"})
    root.append(_words(asks))
    form = ET.SubElement(root, "form", {"class": "typed-fields", "hidden": ""})
    for place, one in enumerate(fields):
        name = f"{prefix}{place}"
        ET.SubElement(form, "label", {"for": name}).text = one.label
        ET.SubElement(
            form, "input", {"id": name, "inputmode": "text", "autocomplete": "off", "size": "9"}
        )
    ET.SubElement(form, "button", {"class": "typed-check"}).text = "Check"
    ET.SubElement(root, "p", {"class": "typed-said", "role": "status"})
    data = {
        "call": call,
        "praise": praise,
        "fields": [
            [one.label, one.answer, one.within, [[n, says] for says, n in one.mistakes.items()]]
            for one in fields
        ],
    }
    script = ET.SubElement(root, "script", {"type": "application/json"})
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    script.text = text.replace("</", r"<\/")
    return to_html(root)


def live(call: str, asks: str, fields: Sequence[Field], praise: str):
    """The ipywidgets panel, and its fields, its button, and the place where it says something."""
    import ipywidgets

    words = {"style": {"description_width": "initial"}}
    inputs = [ipywidgets.Text(description=one.label, **words) for one in fields]
    button, said = ipywidgets.Button(description="Check"), ipywidgets.HTML()

    def check(_) -> None:
        numbers = [read_number(one.value) for one in inputs]
        wrong = judge(fields, numbers)
        said.value = (
            f"✗ {escape(wrong)}" if wrong else f"✓ {escape(praise)} {_hand_in(call, numbers)}"
        )

    button.on_click(check)
    box = ipywidgets.VBox([ipywidgets.HTML(to_html(_words(asks))), *inputs, button, said])
    return box, inputs, button, said


def written(number: float | None) -> str:
    """A number as it stands in code."""
    return "None" if number is None else f"{number:.12g}"


def _hand_in(call: str, numbers: Sequence[float | None]) -> str:
    code = f"{call}({', '.join(map(written, numbers))})"
    return f"To hand it in, let the cell say <code>{escape(code)}</code>."


def _words(asks: str) -> ET.Element:
    """The question, what stands in backticks as code."""
    words = ET.Element("p", {"class": "typed-asks"})
    words.text, *parts = asks.split("`")
    if len(parts) % 2:
        raise ValueError(f"asks: {asks!r}; expected backticks in pairs")
    for code, after in zip(parts[::2], parts[1::2], strict=True):
        element = ET.SubElement(words, "code")
        element.text, element.tail = code, after
    return words


def is_number(value: object) -> bool:
    """Say whether a value is one finite number."""
    try:
        return not isinstance(value, str | bytes | bool) and math.isfinite(value)
    except (TypeError, ValueError, OverflowError):
        return False
