"""Start a chapter from a template that has all its parts: ``make lesson NAME=… TITLE=…``.

Writes the notebook with its outputs, its teaching notes and its interview question, and names the
chapter wherever the others are named. What is left to write stands in «angle quotes».
"""

import re
import sys
from pathlib import Path

import adopt
import nbformat
import notebooks

ROOT = Path(__file__).parents[1]
TEMPLATES = Path(__file__).with_suffix("")
# Where chapters are listed: the file, what a line looks like, and the new one.
LISTS = [
    ("_toc.yml", r"  - file: book/\d\d_\w+", "  - file: book/{name}"),
    (
        "_toc.yml",
        r"      - file: book/educators/notes/\w+",
        "      - file: book/educators/notes/{name}",
    ),
    (
        "README.md",
        r"\| \d+ \| \[.*",
        "| {number} | [{title}](book/{name}.ipynb) | «the question that it answers» |",
    ),
    (
        "book/index.md",
        r"\| \d+\. \[.*",
        "| {number}. [{title}]({name}). «The question that it answers» | 20 | «what it needs» |",
    ),
    (
        "book/educators/index.md",
        r"\| \[\d+\]\(notes/.*",
        "| [{number}](notes/{name}.md) | [{title}](../{name}.ipynb) "
        "| «what learners will be able to do» | 20 + 10 |",
    ),
]
INTERVIEW = "book/reference/interview.md"


def start(root: Path, name: str, title: str) -> list[Path]:
    """Add a chapter to the book below ``root``; return the files that were written or changed."""
    words = describe(root, name, title)
    pages = {file: (root / file).read_text() for file in (*(file for file, *_ in LISTS), INTERVIEW)}
    for file, pattern, line in LISTS:
        pages[file] = after_the_last(pages[file], pattern, line.format(**words), file)
    pages[INTERVIEW] += template("interview.md").format(**words)
    pages[f"book/educators/notes/{name}.md"] = template("notes.md").format(**words)
    chapter = root / f"book/{name}.ipynb"
    nbformat.write(written(root, words), chapter)
    for file, text in pages.items():
        (root / file).write_text(text)
    return [chapter, *(root / file for file in pages)]


def describe(root: Path, name: str, title: str) -> dict[str, str]:
    """What the templates ask for, once name and title are found to be good."""
    last = max(path.name for path in (root / "book").glob("[0-9][0-9]_*.ipynb"))
    number = f"{int(last[:2]) + 1:02}"
    if not re.fullmatch(rf"{number}_[a-z][a-z0-9_]*", name):
        raise ValueError(
            f"NAME: {name!r}; expected the chapter after {last}, its name in small letters: "
            f"NAME={number}_my_topic"
        )
    if not re.fullmatch(r"\w[^\n|«»{}\[\]]*", title):
        raise ValueError(f'TITLE: {title!r}; expected a few words: TITLE="My topic"')
    return {"name": name, "number": str(int(number)), "title": title}


def written(root: Path, words: dict[str, str]):
    """The template as a chapter: its title, this book's setup cell, its outputs."""
    notebook = nbformat.read(TEMPLATES / "template.ipynb", as_version=4)
    first, setup = notebook.cells[:2]
    first.source = first.source.format(**words)
    address = adopt.adopted(root)
    setup.source = adopt.setup_cell(address, adopt.version(root))
    if address:
        setup.metadata = adopt.FOLDED
    notebooks.run(notebook, root / "book")
    notebooks.normalize(notebook, words["name"])
    return notebook


def after_the_last(text: str, pattern: str, line: str, file: str) -> str:
    """The text of a file with a line more, after the last one that looks like it."""
    found = re.findall(rf"^{pattern}$", text, re.M)
    if not found:
        raise ValueError(f"{file}: no line looks like {pattern}; where do chapters stand?")
    head, last, tail = text.rpartition(f"{found[-1]}\n")
    return f"{head}{last}{line}\n{tail}"


def template(name: str) -> str:
    """The text of a template."""
    return (TEMPLATES / name).read_text()


if __name__ == "__main__":
    try:
        for changed in start(ROOT, *[*sys.argv[1:], "", ""][:2]):
            print(changed.relative_to(ROOT))
    except ValueError as error:
        sys.exit(str(error))
