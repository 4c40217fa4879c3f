"""Read the finished pages of the built book: slides and PDF are made from them.

There the math is set, the code is colored, and every state of a control is drawn.
"""

import base64
import re
from pathlib import Path

import yaml
from bs4 import BeautifulSoup, Tag

ROOT = Path(__file__).parents[2]
SETTINGS = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
LICENSE = SETTINGS["html"]["extra_footer"].strip()
# What a page's content looks like; the theme's own style is for its sidebars and menus.
STYLES = ("pygments.css", "explore.css", "mathml.css", "lesson.css", "colors.css")
# The sections of a chapter that are no part of its lesson.
AFTER_LESSON = ("Exercises", "Quiz", "To take away")


def read_page(path: Path) -> Tag:
    """The content of a page: the section that holds its title, its text and its sections."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such page; run `make book` first")
    article = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").article
    section = article and article.find("section", recursive=False)
    if not section:
        raise ValueError(f"{path}: no section in an article; expected the page of a book")
    for unwanted in section.select(
        "a.headerlink, .toctree-wrapper, .run-here, .take-along, "
        "form:not(.typed-fields), form:not(.typed-fields) ~ script"
    ):
        unwanted.decompose()
    return section


def heading(section: Tag) -> str:
    """The title of a section, as text."""
    return " ".join(section.find(re.compile("^h[1-6]$")).get_text().split())


def is_option(block: Tag) -> bool:
    """Whether it is an answer of the quiz to choose."""
    return "quiz" in block.get("class", [])


def styles(static: Path) -> str:
    """The style sheets of the book's content, with the math font inside."""
    files = [*(static / name for name in STYLES), Path(__file__).with_suffix(".css")]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    return re.sub(r'url\("([\w.]+)"\)', lambda found: f'url("{data_uri(static / found[1])}")', text)


def data_uri(font: Path) -> str:
    """A font as an address that holds it."""
    return f"data:font/woff2;base64,{base64.b64encode(font.read_bytes()).decode()}"


def fill(template: Path, parts: dict[str, str]) -> str:
    """A page made from a template, in which ``<!-- NAME -->`` stands for a part."""
    text = template.read_text(encoding="utf-8")
    for name, part in parts.items():
        if f"<!-- {name} -->" not in text:
            raise ValueError(f"{template.name}: no place for {name}")
        text = text.replace(f"<!-- {name} -->", part)
    return text
