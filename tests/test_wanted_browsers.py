"""Script and style use nothing that a wanted browser lacks, unless something stands in for it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# The oldest that are wanted, as the readers' page says.
WANTED = {"Chrome": 109, "Firefox": 115, "Safari": 16.4}
NEVER = 999
# What one of them lacks: an example, how it is recognized, and since when each browser has it, from
# MDN's browser-compat-data.
NEWER = {
    "[].with(0, 1)": (r"\.with\(", 110, 115, 16),
    "[].toSorted()": (r"\.to(Sorted|Reversed|Spliced)\(", 110, 115, 16),
    "Object.groupBy(": (r"\b(Object|Map)\.groupBy\(", 117, 119, 17.4),
    "Array.fromAsync(": (r"Array\.fromAsync\(", 121, 115, 16.4),
    "Promise.withResolvers(": (r"Promise\.withResolvers\(", 119, 121, 17.4),
    "Promise.try(": (r"Promise\.try\(", 128, 134, 18.2),
    "set.isSubsetOf(": (
        r"\.(union|intersection|(symmetricD|d)ifference|is(Sub|Super)setOf)\(",
        *(122, 127, 17),
    ),
    "map.values().map(": (r"\.(keys|values|entries)\(\)\.\w+\(", 122, 131, 18.4),
    "RegExp.escape(": (r"RegExp\.escape\(", 136, 134, 18.2),
    "/a/v.test(": (r"/[dgimsy]*v[dgimsy]*\.(test|exec)\(", 112, 116, 17),
    "new Intl.Segmenter(": (r"Intl\.Segmenter", 87, 125, 14.1),
    "bytes.toBase64(": (r"\b(from|to)(Base64|Hex)\(", 140, 133, 18.2),
    "element.checkVisibility(": (r"\.checkVisibility\(", 105, 106, 17.4),
    "URL.canParse(": (r"URL\.(canParse|parse)\(", 120, 115, 17),
    "AbortSignal.any(": (r"AbortSignal\.(any|timeout)\(", 124, 124, 17.4),
    "requestIdleCallback(": (r"\brequestIdleCallback\(", 47, 55, NEVER),
    "'scrollend'": (r"""["']scrollend["']""", 114, 109, 26.2),
    "CSS.highlights": (r"CSS\.highlights|::highlight\(", 105, 140, 17.2),
    "startViewTransition(": (r"\bstartViewTransition\(|@view-transition", 111, 144, 18),
    "<p popover>": (r"<\w+[^>]* popover\b|\b(show|toggle)Popover\(", 114, 125, 17),
    '<details name="a">': (r"<details[^>]* name=", 120, 130, 17.2),
    "a:has(b)": (r":has\(", 105, 121, 15.4),
    "a { & b {": (r"[{};]\s*&", 120, 117, 17.2),
    "a:open": (r":open\b", 133, 136, 26.5),
    "a:dir(rtl)": (r":dir\(", 120, 49, 16.4),
    "a:user-valid": (r":user-(in)?valid\b", 119, 88, 16.5),
    "a:nth-child(2 of b)": (r":nth-(last-)?child\([^)]* of ", 111, 113, 9),
    "details::details-content": (r"::details-content\b", 131, 143, 18.4),
    "@starting-style": (r"@starting-style\b", 117, 129, 17.5),
    "@scope": (r"@scope\b", 118, 146, 26.4),
    "@property": (r"@property\b", 85, 128, 16.4),
    "@container style(": (r"@container[^{]* style\(", 111, 151, 18),
    "color-mix(": (r"color-mix\(", 111, 113, 16.2),
    "oklch(": (r"\b(ok)?(lch|lab)\(", 111, 113, 15.4),
    "rgb(from red": (r"\w\(from ", 122, 128, 18),
    "light-dark(": (r"light-dark\(", 123, 120, 17.5),
    "round(up,": (r"\bround\((up|down|nearest|to-zero),", 125, 118, 15.4),
    "linear(0": (r"\blinear\(", 113, 112, 17.2),
    "calc-size(": (r"calc-size\(|interpolate-size:", 129, NEVER, NEVER),
    "1lh": (r"\d(lh|rlh)\b", 111, 120, 16.4),
    "rows: subgrid": (r"\bsubgrid\b", 117, 71, 16),
    "text-wrap: balance": (r"\btext-wrap(-style|-mode)?:", 114, 121, 17.5),
    "text-indent: 1em each-line": (r"text-indent:[^;]*(each-line|hanging)", 146, 121, 15),
    "text-box: trim-both": (r"\btext-box(-trim|-edge)?:", 133, 154, 18.2),
    "field-sizing: content": (r"\bfield-sizing:", 123, 152, 26.2),
    "anchor-name: --a": (r"\b(anchor-name|position-anchor):|anchor\(", 125, 147, 26),
    "animation-timeline: --a": (r"\b(animation|scroll|view)-timeline", 115, 159, 26),
    "transition-behavior: a": (r"\btransition-behavior:|allow-discrete", 117, 129, 17.4),
    "content-visibility: auto": (r"\bcontent-visibility:", 85, 125, 18),
    "scrollbar-width: thin": (r"\bscrollbar-(width|color|gutter):", 121, 97, 18.2),
    "backdrop-filter: none": (r"\bbackdrop-filter:", 76, 103, 18),
    "user-select: none": (r"(?<!-)\buser-select:", 54, 69, 27.3),
    "accent-color: red": (r"\baccent-color:", 93, 92, 26.2),
    "a { mask: none": (r"[{;]\s*mask(-\w+)?:", 120, 53, 15.4),
}
# Where one is used all the same, and what a browser without it does.
FALLBACKS = {
    ("book/_static/book.css", "details::details-content"): "folds stay closed on paper",
    ("book/_static/book.css", "content-visibility: auto"): "the same",
    ("book/_static/book.css", "text-indent: 1em each-line"): "code that wraps starts at the left",
    ("book/_static/lesson.css", "a:has(b)"): "less room above a quiz; long names below numbers",
    ("book/_static/lesson.css", "text-wrap: balance"): "a heading may end in a short line",
    ("qkvlib/explorer/static/explore.css", "a:has(b)"): "a focus ring may be cut",
    ("qkvlib/explorer/static/explore.css", "accent-color: red"): "the browser's own color",
    ("qkvlib/explorer/static/explore.css", "user-select: none"): "preventDefault in explore.js",
    ("qkvlib/plots/traced.py", "a:has(b)"): "operands are not outlined",
    ("qkvlib/plots/walkthrough.css", "a:has(b)"): "@supports not selector(:has(*))",
    ("qkvlib/plots/walkthrough.css", "color-mix("): "@supports not (color: color-mix(…))",
    ("qkvlib/plots/walkthrough.css", "rows: subgrid"): "rows of two matrices may not be level",
    ("qkvlib/workbench/static/workbench.css", "a:has(b)"): "a light ground in the dark",
    ("tools/handouts/pages.css", "a:has(b)"): "a line around a picture on a slide",
    ("book", '<details name="a">'): "several answers may be open at once",
}
# What readers' browsers get: not what we print with Chromium, nor what drives it.
SOURCES = {
    "book": "*.css *.js *.md *.ipynb",
    "qkvlib": "*.css *.js traced.py",  # the one module that writes style
    "tools/handouts": "pages.css slides.*",
}


def sources():
    for folder, patterns in SOURCES.items():
        for pattern in patterns.split():
            yield from (ROOT / folder).rglob(pattern)


def newer(text):
    """Examples of what a text uses and a wanted browser lacks."""
    return {example for example, (pattern, *_) in NEWER.items() if re.search(pattern, text)}


def test_what_is_newer_has_a_fallback():
    found = set()
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        # Chapters are many: one line stands for all.
        name = "book" if path.suffix in (".md", ".ipynb") else name
        found |= {(name, example) for example in newer(path.read_text())}
    assert found == set(FALLBACKS)


@pytest.mark.parametrize("example", NEWER)
def test_each_is_found_and_is_newer(example):
    assert example in newer(example)
    since = zip(NEWER[example][1:], WANTED.values(), strict=True)
    assert any(first > wanted for first, wanted in since)


def test_readers_are_told():
    page = (ROOT / "book" / "reference" / "ways.md").read_text()
    for browser, version in WANTED.items():
        assert re.search(rf"^\| .*\b{browser}\b.* \| {version} ", page, re.MULTILINE), browser
