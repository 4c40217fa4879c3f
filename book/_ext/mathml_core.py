"""Mend MathML for browsers, which implement a part of it named MathML Core.

Alignment becomes CSS classes (see mathml.css), because Core has no attributes for it. Spaces and
fences follow TeX: functions such as softmax get thin spaces, limits go below max, and the brackets
of a matrix take its height, not their neighbor's.
"""

import re
from xml.etree.ElementTree import Element

LIMITS = {"max", "min", "sup", "inf", "lim", "arg\u2009max", "arg\u2009min"}
BIG_OPERATORS = set("∑∏∐⋃⋂⨁⨂⋁⋀")
WITH_LIMITS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
SCRIPTS = {*WITH_LIMITS, *WITH_LIMITS.values()}
# Signs that latex2mathml takes for another kind than TeX does, which gives them wrong spaces.
NAMES, FENCES = set("⊤∞∂∇…⋯⋮⋱"), set("⟨⟩⌊⌋⌈⌉")
SIGNS = {"~": "∼", ":": ":"}
BAR = "¯"
ACCENTS = {"^": "ˆ", "~": "˜", "¯": BAR, "→": "→", "˙": "˙", "¨": "¨", "―": BAR}
NOT_CORE = {"menclose", "mfenced", "mlabeledtr"}
NEGATIVE_THIN, THIN = "-0.167em", "0.167em"


class MathError(ValueError):
    """LaTeX that cannot be set."""


def mend(element):
    """Mend `element` and everything in it, leaves first."""
    for child in element:
        mend(child)
    if element.tag == "mspace":
        _mend_space(element)
    if element.tag in NOT_CORE or element.get("rowlines") or element.get("columnlines"):
        raise MathError("browsers have no frames and lines in math")
    if element.tag in ("mi", "mo") and element.text:
        _mend_sign(element)
    if element.tag == "mover" and (sign := ACCENTS.get(element[1].text)):
        _mend_accent(element, sign)
    if element.tag == "mtd" and (side := element.attrib.pop("columnalign", None)):
        element.set("class", f"math-{side}")
    if element.tag == "mtable" and element.attrib.pop("columnspacing", None):
        element.set("class", "math-align")
    element.attrib.pop("rowspacing", None)
    if element.tag in WITH_LIMITS and _takes_limits(element[0]):
        element.tag = WITH_LIMITS[element.tag]
    _wrap_fenced_tables(element)
    if element.tag not in SCRIPTS:
        _merge_letters(element)
        _pair_bars(element)
        _space_functions(element)


def _mend_space(space):
    if space.get("linebreak"):
        raise MathError(r"\\ outside an environment")
    if space.get("width") == "negativethinmathspace":
        space.set("width", NEGATIVE_THIN)
    if not re.fullmatch(r"-?[\d.]+(em|ex|pt|px)", space.get("width", "0em")):
        raise MathError(f"a space of {space.get('width')}")


def _mend_sign(sign):
    if sign.text in NAMES:
        sign.tag = "mi"
    elif sign.text in FENCES:
        sign.tag = "mo"
        sign.attrib.setdefault("stretchy", "false")
    elif sign.tag == "mi" and sign.text in SIGNS:
        sign.tag, sign.text = "mo", SIGNS[sign.text]


def _mend_accent(over, sign):
    letter = over[0].text or (len(over[0]) == 1 and over[0][0].text)
    if sign == BAR:
        over.set("class", "math-bar")  # the style draws it as wide as what is below
    elif not letter or len(letter) > 1:
        raise MathError("accents are for one letter: browsers do not widen them")
    over[1].text = sign
    over[1].set("stretchy", "false")
    over.set("accent", "true")


def _takes_limits(base):
    return base.get("movablelimits") == "true" or (base.text or "") in LIMITS | BIG_OPERATORS


def _wrap_fenced_tables(parent):
    """Give each table and the brackets around it a row of their own."""
    for table in parent.findall("mtable"):
        at = list(parent).index(table)
        fenced = parent[at - 1 : at + 2] if at else []
        if [child.tag for child in fenced] == ["mo", "mtable", "mo"] and len(parent) > 3:
            row = Element("mrow")
            row.extend(fenced)
            parent[at - 1 : at + 2] = [row]


def _merge_letters(row):
    r"""Join the letters of \mathrm{softmax} into one identifier, which is read aloud as a word."""
    if len(row) > 1 and all(child.get("mathvariant") == "normal" for child in row):
        row[0].text = "".join(child.text for child in row)
        del row[0].attrib["mathvariant"], row[1:]


def _pair_bars(row):
    """Say which bars open and which close: without that, both take the spaces of a relation."""
    bars = [bar for bar in map(_base, row) if bar.text in ("|", "‖") and not bar.get("form")]
    for kind in {(bar.text, bar.get("fence")) for bar in bars}:
        alike = [bar for bar in bars if (bar.text, bar.get("fence")) == kind]
        for place, bar in enumerate(alike if len(alike) % 2 == 0 else []):
            bar.set("form", "postfix" if place % 2 else "prefix")
            bar.set("stretchy", "false")


def _base(element):
    """Return what the scripts of `element` hang on."""
    while len(element) and element.tag in SCRIPTS:
        element = element[0]
    return element


def _space_functions(row):
    """Set functions as names, with TeX's thin space between them and a letter or number."""
    for child in list(row):
        name = _base(child)
        word = (name.text or "").replace("\u2009", "")
        if name.tag not in ("mi", "mo") or len(word) < 2 or not word.isalpha():
            continue
        if _takes_limits(name):
            name.tag = "mo"
            name.attrib.update(movablelimits="true", lspace="0em", rspace="0em")
        else:
            name.tag = "mi"  # as an operator it would carry wide spaces
        after = list(row).index(child) + 1
        if after < len(row) and row[after].get("width") == NEGATIVE_THIN:
            del row[after]  # \! closes a gap that TeX leaves there and MathML does not
        elif after < len(row) and not _has_own_space(row[after]):
            row.insert(after, Element("mspace", width=THIN))
        if after > 1 and not _has_own_space(row[after - 2]):
            row.insert(after - 1, Element("mspace", width=THIN))


def _has_own_space(element):
    while len(element) and element.tag in {"mrow", "mstyle", *SCRIPTS}:
        element = element[0]
    return element.tag in ("mo", "mspace", "mtext")
