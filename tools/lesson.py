"""Start a chapter from a template with all its parts: ``make lesson NAME=… TITLE=… AFTER=…``.

Writes the notebook with its outputs, its teaching notes and its interview question, and names the
chapter wherever the others are named. What is left to write stands in «angle quotes». AFTER is the
chapter that comes before, ``index`` to begin the book; without it the new one is the last.
"""

import os
import re
import sys
from pathlib import Path

import adopt
import cell_ids
import nbformat
import notebooks
import order

ROOT = Path(__file__).parents[1]
TEMPLATES = Path(__file__).with_suffix("")
ROWS = {
    "README.md": "| [0. {title}](book/{stem}.ipynb) | «the question that it answers» |\n",
    "book/index.md": (
        "| [0. {title}]({stem}). «The question that it answers» | 15 | «what it needs» |\n"
    ),
    "book/educators/index.md": (
        "| [0](notes/{stem}.md) | [{title}](../{stem}.ipynb) "
        "| «what a reader can do afterwards» | 15 + 10 |\n"
    ),
}
SECTIONS = {
    "book/reference/interview.md": "interview.md",
    "book/educators/misconceptions.md": "misconceptions.md",
}


def start(root: Path, name: str, title: str, after: str = "") -> list[Path]:
    """Add a chapter to the book below ``root``; return the files that were written or changed."""
    after = described(root, name, title, after)
    cell_ids.bring_up_to_date(root)  # or a cell that went meanwhile would give the new ones its id
    # Any number will do: the program that knows the order writes it, here and elsewhere.
    words = {"stem": f"00_{name}", "title": title}
    texts = {"_toc.yml": listed(root, after, words["stem"])}
    for file, row in ROWS.items():
        texts[file] = with_row((root / file).read_text(), row.format(**words), file)
    for file, section in SECTIONS.items():
        texts[file] = f"{(root / file).read_text().rstrip()}\n\n{filled(section, words)}"
    texts[f"book/educators/notes/{words['stem']}.md"] = filled("notes.md", words)
    nbformat.write(written(root, words), root / f"book/{words['stem']}.ipynb")
    for file, text in texts.items():
        (root / file).write_text(text)
    renumbered = order.renumber(root)
    cell_ids.bring_up_to_date(root)
    chapter = root / f"book/{order.stem(root, name)}.ipynb"
    changed = {path for path in (*renumbered, *(root / file for file in texts)) if path.exists()}
    return [chapter, *sorted(changed - {chapter})]


def described(root: Path, name: str, title: str, after: str) -> str:
    """The chapter that comes before, once name and title are found to be good."""
    words = order.words(root)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(
            f"NAME: {name!r}; expected a word or two in small letters: NAME=my_topic. "
            "The number follows from AFTER"
        )
    if name in (*words, *order.cut(root)):
        raise ValueError(f"NAME: {name!r}; expected another: a chapter has or had this one")
    if not re.fullmatch(r"\w[^\n|«»{}\[\]:]*", title):
        raise ValueError(f'TITLE: {title!r}; expected a few words: TITLE="My topic"')
    others = {*order.titles(root).values(), *order.cut(root).values()}
    if title.casefold() in map(str.casefold, others):
        raise ValueError(f"TITLE: {title!r}; expected another: a chapter has or had this one")
    word = re.sub(r"^\d\d_", "", after) or words[-1]
    if word not in ("index", *words):
        raise ValueError(f"AFTER: {after!r}; expected one of index, {', '.join(words)}")
    return word


def listed(root: Path, after: str, stem: str) -> str:
    """`_toc.yml` with the chapter, in the part of the one before."""
    text, line = (root / "_toc.yml").read_text(), f"  - file: book/{stem}\n"
    if after == "index":
        return text.replace("  - file: book/", f"{line}  - file: book/", 1)
    return re.sub(rf"^  - file: book/\d\d_{after}\n", rf"\g<0>{line}", text, flags=re.M)


def with_row(text: str, row: str, file: str) -> str:
    """A page with a row more in its table of chapters."""
    found = order.ROW.search(text)
    if not found:
        raise ValueError(f"{file}: no row begins with a link to a chapter")
    return text[: found.start()] + row + text[found.start() :]


def written(root: Path, words: dict[str, str]):
    """The template as a chapter: its title, this book's setup cell, its outputs, its own ids."""
    notebook = nbformat.read(TEMPLATES / "template.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("{title}", words["title"])
    address, setup = adopt.adopted(root), notebook.cells[1]
    setup.source = adopt.setup_cell(address, adopt.version(root))
    if address:
        setup.metadata = adopt.FOLDED
    notebooks.run(notebook, root / "book")
    notebooks.normalize(notebook)
    cell_ids.renew(notebook.cells)
    return notebook


def filled(template: str, words: dict[str, str]) -> str:
    """A template with its words."""
    text = (TEMPLATES / template).read_text()
    return text.replace("{stem}", words["stem"]).replace("{title}", words["title"])


if __name__ == "__main__":
    try:
        # From the environment, where make puts them: a shell would read more into a title.
        given = (os.environ.get(name, "") for name in ("NAME", "TITLE", "AFTER"))
        for changed in start(ROOT, *given):
            print(changed.relative_to(ROOT))
    except ValueError as error:
        sys.exit(str(error))
