"""Cut the theme's icons down to those that the pages of a book show.

The theme carries its icons three times: as a script with all drawings, as fonts, and as style rules
that pick a glyph of those fonts by class name. The rules and fonts do alone. Here they are cut to
the classes found in the pages of the output folder, and the script is deleted.
"""

import re
import shutil
from importlib.util import find_spec
from pathlib import Path

from font_subset import subset_font

PACKAGE = Path(find_spec("pydata_sphinx_theme").origin).parent
THEME = PACKAGE / "theme/pydata_sphinx_theme/static"
STYLE = "styles/pydata-sphinx-theme.css"
FONTS = "vendor/fontawesome/webfonts"
RULE = re.compile(r'((?:\.fa-[\w-]+:before,?)+)\{content:"([^"]*)"\}')
# Icons that no page names: a script or a style of the theme shows them.
BEHIND_THE_SCENES = {"fa-xmark", "fa-angle-down"}
# Copied by Sphinx, and asked for by no page.
UNUSED = ("vendor", "locales", "scripts/fontawesome.js", "sphinx-thebe.js", "sphinx-thebe.css")


def write_icons(outdir):
    """Write the cut style and fonts below `outdir`; return [(unknown icon class, page), ...]."""
    outdir = Path(outdir)
    static = outdir / "_static"
    style = (THEME / STYLE).read_text(encoding="utf-8")
    used = dict.fromkeys(BEHIND_THE_SCENES, "")
    for page in sorted(outdir.rglob("*.html")):
        name = page.relative_to(outdir).as_posix()
        used.update(dict.fromkeys(icon_classes(page.read_text(encoding="utf-8")), name))
    known = set(re.findall(r"\.(fa-[\w-]+)", style))
    style, glyphs = cut_rules(style, used)
    for path in sorted((THEME / FONTS).glob("*.ttf")):
        data, _ = subset_font(path, glyphs)
        (static / f"icons-{path.stem}.woff2").write_bytes(data)
    style = re.sub(
        rf"src:url\(\.\./{FONTS}/([\w-]+)\.woff2\)[^;}}]*",
        r'src:url(../icons-\1.woff2) format("woff2")',
        style,
    )
    (static / STYLE).write_text(style, encoding="utf-8")
    for name in UNUSED:
        shutil.rmtree(static / name) if (static / name).is_dir() else (static / name).unlink(True)
    return sorted((name, page) for name, page in used.items() if name not in known)


def icon_classes(page):
    """Return the icon classes (fa-...) on a page, given its HTML."""
    classes = " ".join(re.findall(r'\sclass="([^"]*)"', page)).split()
    return {name for name in classes if name.startswith("fa-")}


def cut_rules(style, used):
    """Return `style` without the rules of unused icons, and the characters of the icons left."""

    def cut(rule):
        names = re.findall(r"\.(fa-[\w-]+):before", rule[1])
        return rule[0] if set(names) & set(used) else ""

    style = RULE.sub(cut, style)
    codes = re.findall(r'"\\([ef][0-9a-f]{3})"', style)
    return style, {chr(int(code, 16)) for code in codes} | set(re.findall("[\ue000-\uf8ff]", style))
