"""Markdown of the book's pages as HTML for programs that know neither the book nor its roles."""

import re
from collections.abc import Callable
from html import escape

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

LINK = re.compile(r"\[([^\]]*)\]\((?!\w+:)[^)]*\)")
TERM = re.compile(r"\{term\}`([^`]+)`")
CODE = re.compile(r"<code>.*?</code>", re.S)
# What is left of Markdown that did not parse: a formula or an emphasis without end, a link, a role.
LEFT = re.compile(r"\$|\*\*|`|\]\(|\{[\w:-]+\}<code>|<mi>\\")


def with_tex(source: str) -> str:
    r"""Return HTML with formulas in ``\(`` and ``\)``: Anki and Moodle set them.

    Links inside the book lead nowhere there: their words stay.

    Raises
    ------
    ValueError
        If something is left that HTML would show as it is written.
    """
    return _checked(source, _TEX)


def with_mathml(source: str) -> str:
    """Return the same, well-formed as XML, with formulas in MathML."""
    return _checked(source, _MATHML)


def _checked(source: str, renderer: MarkdownIt) -> str:
    page = renderer.render(TERM.sub(r"\1", LINK.sub(r"\1", source)))
    if left := LEFT.search(CODE.sub("<code>", page)):
        raise ValueError(f"a card cannot show {left[0]!r}, in {source!r}")
    return page


def _renderer(inline: Callable[[str], str], block: Callable[[str], str]) -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"xhtmlOut": True})
    markdown.use(dollarmath_plugin, allow_labels=False)
    for name, write in (("math_inline", inline), ("math_block", block)):
        markdown.renderer.rules[name] = lambda tokens, index, *_, write=write: write(
            tokens[index].content.strip()
        )
    return markdown


_TEX = _renderer(lambda tex: rf"\({escape(tex)}\)", lambda tex: rf"\[{escape(tex)}\]")
_MATHML = _renderer(convert, lambda tex: convert(tex, "block"))
