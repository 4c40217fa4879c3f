"""The local Sphinx extensions: what they do to the pages of a small book."""

import html
import io
import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import assets
import light_icons
import mathml
import nbformat
import pytest
import whole_streams
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from font_subset import subset_font
from fontTools.ttLib import TTFont
from latex_to_mathml import MathError, convert
from nbclient import NotebookClient

EXT = Path(__file__).parents[1] / "book" / "_ext"
CONFIG = """
title: A book
author: Nobody
execute: {{execute_notebooks: "off"}}
html: {{favicon: book/favicon.svg}}
bibtex_bibfiles: [book/references.bib]
sphinx:
  local_extensions: {{mathml: "{ext}", light_page: "{ext}", search_sections: "{ext}"}}
  config: {{html_math_renderer: mathml}}
"""
TOC = """
format: jb-book
root: book/index
chapters:
- file: book/two
  sections:
  - file: book/three
"""
INDEX = r"""# Index

Inline $\sqrt{d_k}$, and the formula {eq}`formula` with its number.

$$
\operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)
$$ (formula)

```{note}
Text after {cite}`nobody`.
```

```{bibliography}
```
"""
REFERENCES = "@book{nobody, title={A book}, author={Nobody}, publisher={None}, year={2000}}"
LAST = "# The last page\n\nThe letter $w$.\n"
PLAIN = "# A page without math\n\nText.\n"
BROKEN = '# Broken\n\nA line.\n\nBad math: $\\foo$.\n\n<i class="fa-solid fa-nothing"></i>\n'
LOADED = r'<(?:script|link|img)\b[^>]*?(?:src|href)="([^"]+)"'


def write(folder, **pages):
    """Write a book with `pages` into `folder`; a page that stays as it is keeps its time."""
    pages = {"index": INDEX, "two": PLAIN, "three": LAST, **pages}
    (folder / "book").mkdir(exist_ok=True)
    (folder / "_config.yml").write_text(CONFIG.format(ext=EXT.as_posix()))
    (folder / "book/references.bib").write_text(REFERENCES)
    (folder / "_toc.yml").write_text(TOC)
    (folder / "book/favicon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    for name, text in pages.items():
        if not (path := folder / f"book/{name}.md").exists() or path.read_text() != text:
            path.write_text(text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, build_book):
    folder = tmp_path_factory.mktemp("book")
    write(folder)
    done = build_book(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def site(folder):
    return folder / "_build/html"


def font_of(site):
    return TTFont(site / "_static/math.woff2")


@pytest.mark.parametrize("name", ["book/index", "book/two", "search", "genindex"])
def test_page_loads_no_more_than_it_needs(site, name):
    page = (site / f"{name}.html").read_text()
    sources = re.findall(LOADED, page)
    assert sources
    for word in (
        "fontawesome",
        "styles/theme.css",
        "thebe",
        "mathjax",
        "require",
        "html-manager",
        "design-tabs",
    ):
        assert not [source for source in sources if word in source.lower()], word
    assert "thebe" not in page.lower()
    assert not [source for source in sources if "//" in source], "a third party"
    assert not re.search("searchindex|searchtools|language_data", page)
    for script in ("search_sections.js", "/search.js"):
        assert (script in page) == (name == "search")


def test_every_file_that_a_page_asks_for_is_there(site):
    pages = list(site.glob("book/*.html"))
    assert pages
    for path in pages:
        for source in re.findall(
            r'<(?:script|link)\b[^>]*?(?:src|href)="([^"]+)"', path.read_text()
        ):
            assert (path.parent / source.partition("?")[0]).exists(), source
    for path in site.glob("_static/**/*.css"):
        for source in re.findall(r'url\("?(?!data:)([^")]+)', path.read_text()):
            assert (path.parent / source).exists(), (path.name, source)


def test_page_without_math_asks_for_no_math_style(site):
    assert "mathml.css" in (site / "book/index.html").read_text()
    assert "mathml.css" not in (site / "book/two.html").read_text()


def test_every_icon_on_the_pages_is_in_the_style_and_the_font(site):
    style = (site / "_static" / light_icons.STYLE).read_text()
    rules = dict(
        (name, code)
        for names, code in light_icons.RULE.findall(style)
        for name in re.findall(r"\.(fa-[\w-]+):", names)
    )
    drawn = TTFont(site / "_static/icons-fa-solid-900.woff2").getBestCmap()
    pages = [path.read_text() for path in site.rglob("*.html")]
    icons = set().union(*map(light_icons.icon_classes, pages)) - {"fa-solid", "fa-lg"}
    assert {"fa-bars", "fa-magnifying-glass", "fa-moon", "fa-chevron-down"} <= icons
    for icon in icons:
        assert int(rules[icon].strip("\\"), 16) in drawn, icon
    assert 0xF05A in drawn, "the sign of a note, which only the style names"
    assert len(rules) < 60, "the rules of unused icons are gone"


def test_icons_are_hidden_from_screen_readers(site):
    page = (site / "book/index.html").read_text()
    icons = re.findall(r'<(?:i|span)[^>]*class="[^"]*\bfa-[^>]*>', page)
    assert icons
    assert all('aria-hidden="true"' in icon for icon in icons)


def test_flaws_of_the_theme_are_mended(site):
    page = (site / "book/index.html").read_text()
    assert 'data-default-mode="auto"' in page
    assert 'data-theme="auto"' not in page
    assert '"theme") || (matchMedia("(prefers-color-scheme: dark)")' in page
    assert 'role="listitem"' in page
    assert "doc-biblioentry" not in page
    assert "custom icons" not in page
    assert '<div id="pst-primary-sidebar" role="complementary" aria-label="' in page
    assert '<summary aria-label="Pages of: A page without math">' in page
    assert page.count("primary-toggle") == 1, "the script binds the first, which nobody sees"
    assert 'rel="icon"' in page
    assert 'class="bd-sidebar-secondary d-none"' in (site / "book/two.html").read_text()


def test_formula_is_mathml_with_a_number_that_references_name(site):
    page = (site / "book/index.html").read_text()
    formulas = re.findall(r"<math.*?</math>", page, re.DOTALL)
    assert len(formulas) == 2
    for formula in formulas:
        assert ElementTree.fromstring(formula).find(".//msqrt") is not None
    assert 'id="equation-formula"' in page
    assert '<span class="eqno">(1)' in page
    assert re.search(r'href="#equation-formula">\(1\)</a>', page)


def test_font_holds_the_math_of_the_pages_and_can_stretch_it(site):
    font = font_of(site)
    have = {chr(code) for code in font.getBestCmap()}
    assert {"𝑄", "𝑑", "𝑘", "⊤", "√", "(", ")", "s"} <= have
    assert "𝑧" not in have, "cut down"
    variants = font["MATH"].table.MathVariants.VertGlyphConstruction
    assert variants is not None
    assert len(variants) >= 3
    assert "Open Font License" in font["name"].getDebugName(13)


def test_formula_and_the_comma_after_it_stay_on_one_line(site):
    page = (site / "book/index.html").read_text()
    wrapped = r'<span class="math-end"><span class="math [^>]*>.*?</math></span>,</span>'
    assert re.search(wrapped, page)


def test_the_text_after_a_formula_is_found_by_its_place():
    document = new_document("page", get_default_settings())
    first, math, second = nodes.literal("a", "a"), nodes.math("x", "x"), nodes.literal("b", "b")
    document += nodes.paragraph("", "", first, nodes.Text(", "), math, nodes.Text(", "), second)
    mathml.KeepClosing(document).run()
    assert document.astext() == "a, x, b"
    assert math.parent.astext() == "x,"


def test_root_of_one_line_leaves_no_gap(site):
    assert widest_root(font_of(site)) == 794


def test_root_that_must_grow_can(tmp_path, build_book):
    write(tmp_path, two="# Two\n\n$\\sqrt{\\frac{1}{2}}$\n")
    done = build_book(tmp_path)
    assert done.returncode == 0, done.stderr
    assert widest_root(font_of(tmp_path / "_build/html")) > 794


def widest_root(font):
    """Return the width of the widest of the glyphs that a root may grow into."""
    variants = font["MATH"].table.MathVariants
    construction = dict(
        zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True)
    )[font.getBestCmap()[ord("√")]]
    assembly = construction.GlyphAssembly
    glyphs = [part.glyph for part in assembly.PartRecords] if assembly else []
    glyphs += [record.VariantGlyph for record in construction.MathGlyphVariantRecord]
    return max(font["hmtx"][glyph][0] for glyph in glyphs)


def test_page_that_is_not_written_again_keeps_its_letters(folder, site, build_book):
    page = site / "book/three.html"
    before = page.stat().st_mtime_ns
    write(folder, index=INDEX + "\nNow $z$.\n")
    done = build_book(folder)
    assert done.returncode == 0, done.stderr
    assert page.stat().st_mtime_ns == before
    assert {"𝑧", "𝑤", "√"} <= {chr(code) for code in font_of(site).getBestCmap()}


def test_bad_math_and_unknown_icons_fail_the_build_by_name(tmp_path, build_book):
    write(tmp_path, two=BROKEN)
    done = build_book(tmp_path)
    assert done.returncode != 0
    assert re.search(r"two\.md:5: WARNING: math: not understood: \\foo", done.stderr)
    assert "book/two.html: no icon is named fa-nothing" in done.stderr


def test_wrong_font_is_refused(site, monkeypatch):
    app = SimpleNamespace(outdir=site, builder=SimpleNamespace(format="html"))
    monkeypatch.setattr(mathml, "FONT_SHA256", "0" * 64)
    with pytest.raises(Exception, match=r"sha256 \w{64}; expected 0000"):
        mathml.write_font(app, None)


def test_character_that_the_font_lacks_is_reported():
    data, missing = subset_font(mathml.FONT, {"x", "𓀀"})
    assert missing == {"𓀀"}
    assert TTFont(io.BytesIO(data)).getBestCmap().keys() == {ord("x")}
    assert data == subset_font(mathml.FONT, {"𓀀", "x"})[0], "the same bytes each time"


def test_changed_extension_changes_the_digest(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text("1")
    monkeypatch.setattr(assets, "HERE", tmp_path)
    first = assets.source_digest()
    (tmp_path / "a.py").write_text("2")
    assert assets.source_digest() != first


@pytest.mark.parametrize(
    ("latex", "holds"),
    [
        (r"a < b", "<mo>&lt;</mo>"),
        (r"\text{if } x", "<mtext>if\u00a0</mtext>"),
        (r"\text{5\% \& more}", "5%\u00a0&amp;\u00a0more"),
        (r"K^\top", "<mi>⊤</mi>"),
        (r"\mathbf{x} + \mathsf{T} + \boldsymbol{\alpha}", "<mi>𝐱</mi><mo>+</mo><mi>𝖳</mi>"),
        (r"\mathbf{1}", "<mn>𝟏</mn>"),
        (r"\mathrm{d}x", '<mi mathvariant="normal">d</mi><mi>x</mi>'),
        (r"\mathrm{softmax}(x)", "<mi>softmax</mi>"),
        (r"\operatorname{softmax}(x)", '<mi>softmax</mi><mo stretchy="false">(</mo>'),
        (r"2 \log x", '<mn>2</mn><mspace width="0.167em" /><mi>log</mi><mspace width="0.167em" />'),
        (r"\operatorname{f}\!\left(x\right)", '<mo stretchy="true" fence="true" form="prefix">('),
        (r"\max_i x_i", '<munder><mo movablelimits="true" lspace="0em" rspace="0em">max</mo>'),
        (r"\sum_i x_i", "<munder><mo>∑</mo><mi>i</mi></munder>"),
        (r"|x| + \lVert y \rVert", '<mo stretchy="false" form="prefix">|</mo><mi>x</mi>'),
        (r"A \begin{bmatrix}1\end{bmatrix}^\top", "<msup><mrow><mo>[</mo><mtable>"),
        (r"\begin{aligned}a &= b \\ c &= d\end{aligned}", '<mtd class="math-right"><mi>c</mi>'),
        (r"a &= b \\ c &= d", 'class="math-align"'),
        (r"\hat{y} \sim \langle q, k \rangle", "<mo>∼</mo>"),
        (r"\bar K", '<mover class="math-bar" accent="true"><mi>K</mi><mo'),
        (r"\overline{QK}", '<mover class="math-bar" accent="true"><mrow><mi>Q</mi><mi>K</mi>'),
    ],
)
def test_latex_becomes_mathml(latex, holds):
    math = convert(latex, display=True)
    ElementTree.fromstring(math)
    assert math.startswith('<math display="block">')
    assert holds in math
    assert "\\" not in html.unescape(math)


@pytest.mark.parametrize(
    "latex",
    [
        r"\foo{x}",
        r"{a",
        r"a}",
        r"}{",
        r"x^",
        r"\frac{1}",
        r"\left( x",
        r"\begin{bmatrix} 1",
        r"a & b",
        r"\text{a $x$ b}",
        r"\operatorname*{arg\,max}",
        r"\mathcal{QK}",
        r"\boxed{x}",
        r"\hat{xyz}",
        r"\tag{1} x",
        r"\newcommand{\a}{b}",
        r"\begin{array}{c|c} 1 & 2 \end{array}",
        "",
    ],
)
def test_math_that_would_not_be_set_as_written_is_refused(latex):
    with pytest.raises(MathError):
        convert(latex)


def test_what_a_cell_prints_in_pieces_is_one_output(monkeypatch):
    pieces = 'import time\nprint("one", end="", flush=True)\ntime.sleep(0.5)\nprint(" line")'

    def outputs():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(pieces)])
        NotebookClient(notebook, kernel_name="python3").execute()
        return [output.text for output in notebook.cells[0].outputs]

    monkeypatch.setattr(NotebookClient, "__init__", NotebookClient.__init__)
    assert outputs() == ["one", " line\n"]
    whole_streams.setup(None)
    assert outputs() == ["one line\n"]
