r"""LaTeX math to MathML that a browser sets as TeX would.

latex2mathml does the parsing. Browsers implement MathML Core, a part of what it writes, and
`mathml_core` mends the difference. Letter styles become Unicode letters, as browsers have no other.
This module is strict where latex2mathml is lenient: a command that it does not know, which it would
print with its backslash, is an error here.
"""

import html
import re
from xml.etree import ElementTree

from latex2mathml.converter import Converter

from mathml_core import MathError, mend

# Environments that latex2mathml lacks, or numbers by itself: in this book labels do that.
ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|align|split|gathered)\}")
# How many children these elements must have; a parse gone wrong shows here.
ARITY = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
# latex2mathml writes \mathrm{d} as a character code, which is all that tells it from a plain d.
CODED_LETTER = re.compile(r"&#x0*(?:[46][1-9A-F]|[57][0-9A]);")

# Where each Unicode math alphabet starts: capitals, small letters, digits, small Greek letters.
ALPHABETS = {
    "bold": (0x1D400, 0x1D41A, 0x1D7CE, 0x1D6C2),
    "bold-italic": (0x1D468, 0x1D482, 0x1D7CE, 0x1D736),
    "sans-serif": (0x1D5A0, 0x1D5BA, 0x1D7E2, None),
    "monospace": (0x1D670, 0x1D68A, 0x1D7F6, None),
    "normal": (ord("A"), ord("a"), ord("0"), ord("α")),
}


def convert(latex, display=False):
    """Return `latex` as one ``<math>`` element, a string for HTML.

    Raises `MathError` for anything that would not be set as it is written.
    """
    latex = ALIGNED.sub(r"\\\1{align*}", latex.strip())
    if r"\\" in latex and r"\begin" not in latex:
        latex = rf"\begin{{align*}}{latex}\end{{align*}}"
    _check_braces(latex)
    if r"\tag" in latex:
        raise MathError(r"\tag: give the equation a label, and it gets a number")
    try:
        tree = Converter(display="block" if display else "inline").convert_to_element(latex)
    except Exception as error:  # they have no common base class, and some have no message
        raise MathError(str(error) or type(error).__name__) from error
    del tree.attrib["xmlns"]  # HTML has no namespaces
    for element in tree.iter():
        _set_text(element)
    if not "".join(tree.itertext()).strip():
        raise MathError("nothing to set")
    mend(tree)
    for element in tree.iter():
        if len(element) != ARITY.get(element.tag, len(element)):
            raise MathError(f"{element.tag} with {len(element)} parts")
    return ElementTree.tostring(tree, encoding="unicode")


def _check_braces(latex):
    depth = 0
    for brace in re.findall(r"[{}]", re.sub(r"\\.", "", latex)):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            break
    if depth:
        raise MathError("braces do not match")


def _set_text(element):
    """Decode the text of a leaf, refuse what was not parsed, and spell letter styles in Unicode."""
    coded = element.text or ""
    text = html.unescape(coded)
    if element.tag == "mtext":
        text = re.sub(r"\\([%&#_$])", r"\1", text)
    elif "$" in text or (text in "&{}" and element.tag == "mi" and text):
        raise MathError(f"not understood: {text}")
    if "\\" in text or (element.tag == "mo" and not text):
        raise MathError(f"not understood: {text or 'an operator without a name'}")
    if element.tag == "mtext" and "$" in coded.replace(r"\$", ""):
        raise MathError(f"math inside text is not supported: {text}")
    if element.tag == "mi" and CODED_LETTER.fullmatch(coded):
        element.set("mathvariant", "normal")
    variant = element.attrib.pop("mathvariant", None)
    if variant == "normal" and element.tag == "mi":
        element.set("mathvariant", "normal")  # the one value that browsers know
    elif variant:
        text = _letters(text, variant)
    element.text = text or None


def _letters(text, variant):
    """Return `text` in the Unicode letters of a style, such as 𝐱 for a bold x."""
    if variant not in ALPHABETS:
        raise MathError(f"no letters for the style {variant}")
    starts = list(zip("Aa0α", ALPHABETS[variant], (26, 26, 10, 25), strict=True))

    def styled(char):
        for first, start, count in starts:
            if start and 0 <= ord(char) - ord(first) < count:
                return chr(start + ord(char) - ord(first))
        return char

    return "".join(map(styled, text))
