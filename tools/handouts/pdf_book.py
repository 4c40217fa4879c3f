"""Put all pages of the built book together in one, whose links lead to its own parts."""

import html
import json
import posixpath
import re
from pathlib import Path
from urllib.parse import urldefrag

import order
import yaml
from bs4 import Tag

from .pages import AFTER_LESSON, LICENSE, ROOT, SETTINGS, fill, heading, read_page, styles
from .pdf_page import put_on_paper

HERE = Path(__file__).parent
NOT_LISTED = (*AFTER_LESSON, "Solutions", "Answers to the quiz")


def compose(book: Path) -> str:
    """The whole book as a page of HTML; the numbers in its contents are still to be written."""
    parts = read_toc(SETTINGS["title"])
    names = {name for _, group in parts for name in group}
    chapters, running, listing = [], [], []
    for part, group in parts:
        listing.append(f"<p>{part}</p>")
        first = f'<h1 class="part">{part}</h1>'
        for name in group:
            section = prepare(read_page(book / f"{name}.html"), name, names)
            key, title = anchor(name), heading(section)
            chapters.append(f'<article id="{key}" style="page: {key}">{first}{section}</article>')
            quoted = json.dumps(title, ensure_ascii=False)
            running.append(f"@page {key} {{ @top-left {{ content: {quoted} }} }}")
            listing.append(entries(section, key))
            first = ""
    licenses = [
        (ROOT / name).read_text(encoding="utf-8") for name in ("LICENSE-CONTENT", "LICENSE")
    ]
    parts = {
        "TITLE": SETTINGS["title"],
        "COUNT": str(len(order.words(ROOT))),
        "AUTHOR": SETTINGS["author"],
        "YEAR": SETTINGS["copyright"],
        "LICENSE": LICENSE,
        "STYLE": styles(book / "_static") + (HERE / "pdf.css").read_text(encoding="utf-8"),
        "RUNNING": "\n".join(running),
        "PICTURE": (ROOT / "book/_static/its.svg").read_text(encoding="utf-8"),
        "CONTENTS": "\n".join(listing),
        "CHAPTERS": "\n".join(chapters),
        "LICENSES": "".join(f"<pre>{html.escape(text)}</pre>" for text in licenses),
    }
    return fill(HERE / "pdf.html", parts)


def read_toc(title: str) -> list[tuple[str, list[str]]]:
    """The parts of the book and the names of their pages, without ``.html``."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = [(title, [toc["root"]])]
    for part in toc["parts"]:
        pages = [page for top in part["chapters"] for page in (top, *top.get("sections", []))]
        parts.append((part["caption"], [page["file"] for page in pages]))
    return parts


def prepare(section: Tag, name: str, names: set[str]) -> Tag:
    """A page ready for paper: numbered, one level below its part, linked inside the book."""
    put_on_paper(section)
    if number := re.match(r"book/(\d+)_", name):
        section.h1.insert(0, f"{int(number[1])}. ")
    for tag in section.find_all(re.compile("^h[1-5]$")):
        tag.name = f"h{int(tag.name[1]) + 1}"
    rename(section, name)
    for link in section.find_all("a", href=True):
        redirect(link, name, names)
    return section


def rename(section: Tag, name: str) -> None:
    """Make a page's ids its own in the whole book, also where its pictures refer to them."""
    named = [section, *section.find_all(id=True)]
    ids = {tag["id"]: anchor(name, tag["id"]) for tag in named}
    for tag in section.select("svg *"):
        for key in tag.attrs.keys() - {"class"}:
            tag[key] = re.sub(r"#([\w-]+)", lambda f: "#" + ids.get(f[1], f[1]), tag[key])
    for tag in section.find_all(attrs={"aria-labelledby": True}):
        tag["aria-labelledby"] = " ".join(ids[key] for key in tag["aria-labelledby"].split())
    for tag in named:
        tag["id"] = ids[tag["id"]]


def anchor(name: str, fragment: str = "") -> str:
    """The id that a page, or a place in it, has in the whole book."""
    page = name.replace("/", "-")
    return f"{page}--{fragment}" if fragment else page


def redirect(link: Tag, name: str, names: set[str]) -> None:
    """Let a link on page `name` lead to its place in the book; a link to a mere file is text."""
    if link["href"].startswith(("http:", "https:", "mailto:")):
        return
    path, fragment = urldefrag(link["href"])
    page = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
    page = page.removesuffix(".html")
    if page in names:
        link["href"] = f"#{anchor(page, fragment)}"
    else:
        link.unwrap()


def entries(section: Tag, key: str) -> str:
    """The lines of a page in the contents: its title and its sections."""
    lines = [entry(section.h2, key, "page")]
    for part in section.find_all("section", recursive=False):
        if heading(part) not in NOT_LISTED:
            lines.append(entry(part.h3, part["id"], "section"))
    return "\n".join(lines)


def entry(title: Tag, key: str, kind: str) -> str:
    """One line of the contents."""
    return f'<a class="{kind}" href="#{key}"><span>{title.decode_contents()}</span><i></i></a>'


def number(text: str, numbers: dict[str, int]) -> str:
    """Write the paper's page numbers, one for each id, into the contents."""
    return re.sub(
        r'(<a class="(?:page|section)" href="#([^"]+)">.*?<i>)(</i>)',
        lambda found: f"{found[1]}{numbers[found[2]]}{found[3]}",
        text,
    )
