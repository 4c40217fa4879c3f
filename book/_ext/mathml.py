"""Sphinx extension: math is set while the book builds, as MathML, with no script on the page.

The font is STIX Two Math, carried by the package ziamath. At the end of a build it is cut down to
the characters of the pages in the output folder: those pages are the truth, also the ones that an
incremental build did not write again.
"""

import hashlib
import html
import re
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from assets import copy_asset
from font_subset import subset_font
from latex_to_mathml import MathError, convert

LOGGER = logging.getLogger(__name__)
FONT = Path(find_spec("ziamath").origin).parent / "fonts/STIXTwoMath-Regular.ttf"
FONT_SHA256 = "8f42cb183a85043a4dc3f8e41ac3821eb27bf178d68ace929ba439523622323c"
STYLE, SCRIPT = "mathml.css", "mathml.js"
FITS = 16  # characters that fit on a phone, also with wide spaces and an equation number
CLOSING = re.compile(r"[.,;:!?)]+")
ROOT = re.compile(r"<m(sqrt|root)>.*?</m\1>", re.S)
TALL = re.compile(r"<m(frac|sup|subsup|under|over|underover|table|root)\b")


class KeepClosing(SphinxPostTransform):
    """Keep a formula and the period or comma after it on one line: a browser may part them."""

    default_priority = 400
    formats = ("html",)

    def run(self):
        """Wrap both in one element that does not break."""
        for math in list(self.document.findall(nodes.math)):
            after = math.next_node(descend=False, siblings=True)
            closing = CLOSING.match(after) if isinstance(after, nodes.Text) else None
            if closing:
                # By its place: an earlier text that reads the same is equal to it.
                parent, place = math.parent, math.parent.index(math) + 1
                parent[place] = nodes.Text(after[closing.end() :])
                together = nodes.inline("", "", classes=["math-end"])
                math.replace_self(together)
                together += [math, nodes.Text(closing[0])]


def set_math(translator, node, latex, display=False):
    """Return `latex` as MathML; what cannot be set is a warning, and shown as it was written."""
    try:
        return convert(latex, display)
    except MathError as error:
        LOGGER.warning("math: %s, in %r", error, latex, location=node, type="mathml")
        return f"<code>{translator.encode(latex)}</code>"


def scroll_box(math):
    """Return attributes for the box of `math`, which scrolls where the page is too narrow.

    A box that can scroll must take the focus, or the keyboard could not scroll it; a short formula
    always fits, and is no stop for the Tab key.
    """
    text = re.sub(r"<mspace[^>]*em[^>]*>", "  ", math)
    fits = len(html.unescape(re.sub(r"<[^>]*>", "", text))) <= FITS
    return "" if fits else ' role="group" aria-label="Formula" tabindex="0"'


def written(latex):
    """Return an attribute that holds how a formula was written, for who copies it."""
    return f' data-tex="{html.escape(" ".join(latex.split()))}"'


def visit_inline(self, node):
    """Write a formula in a line of text."""
    math = set_math(self, node, node.astext())
    start = self.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    self.body.append(f"{start[:-1]}{scroll_box(math)}{written(node.astext())}>{math}</span>")
    raise nodes.SkipNode


def visit_display(self, node):
    """Write a formula on a line of its own, with its number if it has a label."""
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    latex = node.astext()
    parts = [part for part in latex.split("\n\n") if part.strip()]
    math = "".join(set_math(self, node, part, display=True) for part in parts)
    box = f'class="math-box"{scroll_box(math)}{written(latex)}'
    self.body.append(f"<div {box}>{math}</div></div>\n")
    raise nodes.SkipNode


def add_style(app, pagename, templatename, context, doctree):
    """Link style sheet and script from pages that have math."""
    if "<math" in context.get("body", ""):
        app.add_css_file(STYLE)
        app.add_js_file(SCRIPT, loading_method="defer")


def characters(page):
    """Return the characters that the math of a page needs, given its HTML."""
    text = "".join(
        re.sub(r"<[^>]*>", "", math) for math in re.findall(r"<math.*?</math>", page, re.S)
    )
    used = {char for char in html.unescape(text) if char.isprintable()}
    if "<msqrt" in page or "<mroot" in page:
        used.add("√")  # an element, so no text names it
    return used | {italic(char) for char in used}


def is_flat(page):
    """Return whether all roots of a page hold one line and no power, as √d_k does."""
    return not any(TALL.search(root[0]) for root in ROOT.finditer(page))


def italic(char):
    """Return the letter that a browser shows for a one-letter identifier."""
    if char == "h":
        return "ℎ"  # Unicode had this one before it had the alphabet
    for first, count, start in (("A", 26, 0x1D434), ("a", 26, 0x1D44E), ("Α", 25, 0x1D6E2)):
        if 0 <= ord(char) - ord(first) < count:
            return chr(start + ord(char) - ord(first))
    if 0 <= ord(char) - ord("α") < 25:
        return chr(0x1D6FC + ord(char) - ord("α"))
    return char


def write_font(app, exception):
    """Write the font of the book, with the characters that its pages use."""
    if exception or app.builder.format != "html":
        return
    found = hashlib.sha256(FONT.read_bytes()).hexdigest()
    if found != FONT_SHA256:
        raise ExtensionError(f"{FONT.name}: sha256 {found}; expected {FONT_SHA256}")
    pages = [page.read_text(encoding="utf-8") for page in Path(app.outdir).rglob("*.html")]
    used = set().union(*map(characters, pages))
    if not used:
        return
    # Chromium makes a root as wide as the font's tallest one: a gap after each small root.
    data, missing = subset_font(FONT, used, short="√" if all(map(is_flat, pages)) else "")
    Path(app.outdir, "_static", "math.woff2").write_bytes(data)
    if missing:
        LOGGER.warning("%s lacks %s", FONT.name, " ".join(sorted(missing)), type="mathml")


def setup(app):
    """Register with Sphinx."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    app.setup_extension("assets")
    app.add_post_transform(KeepClosing)
    for name in (STYLE, SCRIPT):
        app.connect("builder-inited", lambda app, name=name: copy_asset(app, name))
    app.connect("html-page-context", add_style)
    app.connect("build-finished", write_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
