"""Take a chapter out of the book: ``make cut NAME=masking``.

Its notebook and teaching notes go, its row and its section wherever chapters are listed. What led
to it is its name from then on, and each such place is printed: the sentence around it may want
another word. Checkers and functions stay, so that other chapters go on as they were. `_toc.yml`
keeps the name of what was cut, since tests about that chapter have nothing to look at any more.
"""

import re
import sys
from pathlib import Path

import cell_ids
import nbformat
import order

ROOT = Path(__file__).parents[1]
META = "\n# Written by `make cut`: the chapters that this book has no more.\nmeta:\n  cut:\n"
LINK = r"\[([^][]*)\]\((?:[\w./-]*/)?\d\d_{word}(?:\.\w+)?(?:#[^)]*)?\)"


def take_out(root: Path, name: str) -> list[str]:
    """Take the chapter out; return each place that led to it, with its line as it was."""
    word, words = re.sub(r"^\d\d_", "", name), order.words(root)
    if word not in words:
        raise ValueError(f"NAME: {name!r}; expected one of {', '.join(words)}")
    if len(words) == 1:
        raise ValueError(f"NAME: {name!r} is the last chapter; expected a book to keep one")
    title, stem = order.titles(root)[word], order.stem(root, word)
    (root / f"book/{stem}.ipynb").unlink()
    (root / f"book/educators/notes/{stem}.md").unlink()
    toc = root / "_toc.yml"
    toc.write_text(unlisted(toc.read_text(), word, title))
    for file in order.TABLES:
        text = (root / file).read_text()
        row = next(row[0] for row in order.ROW.finditer(text) if row[1] == word)
        (root / file).write_text(text.replace(row, ""))
    for file in order.SECTIONS:
        pieces = re.split(r"^(?=## )", (root / file).read_text(), flags=re.M)
        kept = (piece for piece in pieces if not piece.startswith(f"## {title}\n"))
        (root / file).write_text("".join(kept).rstrip() + "\n")
    order.renumber(root)
    places = [place for path in order.texts(root) for place in unlink(root, path, word, title)]
    cell_ids.bring_up_to_date(root)
    return places


def unlisted(toc: str, word: str, title: str) -> str:
    """`_toc.yml` without the chapter, nor its part if that is empty; with the name of what went."""
    toc = re.sub(rf"^  - file: book/\d\d_{word}\n", "", toc, flags=re.M)
    toc = re.sub(r"^- caption: .+\n  chapters:\n(?=- caption|\n|\Z)", "", toc, flags=re.M)
    return f"{toc if META in toc else toc + META}    {word}: {title}\n"


def unlink(root: Path, path: Path, word: str, title: str) -> list[str]:
    """Make the links of a page to the chapter its name; return where they were."""
    if path.suffix != ".ipynb":
        text = path.read_text()
        path.write_text(unlinked(text, word, title))
        return found(root, path, text, word)
    notebook, places = nbformat.read(path, as_version=4), []
    for cell in notebook.cells:
        places += found(root, path, cell.source, word)
        cell.source = unlinked(cell.source, word, title)
    if places:
        nbformat.write(notebook, path)
    return places


def unlinked(text: str, word: str, title: str) -> str:
    """The text without links to the chapter.

    Examples
    --------
    >>> print(unlinked("See [chapter 8](08_masking.ipynb) (see [8](08_masking)).", "masking", "M"))
    See *M*.
    """
    link = LINK.format(word=word)
    text = re.sub(rf"\s+\((?:see )?{link}\)", "", text)  # in parentheses, nothing else
    text = re.sub(rf"(?<=[.:])\s+(?:See )?{link}\.(?=\s|$)", "", text)  # a sentence of its own

    def name(link):
        if numbered := re.fullmatch(r"(chapters )?(?:[Cc]hapter )?\d+(?:\. .*)?", link[1]):
            return f"{numbered[1] or ''}*{title}*"
        return link[1]

    return re.sub(link, name, text)


def found(root: Path, path: Path, text: str, word: str) -> list[str]:
    """The lines of a text that lead to the chapter."""
    place = path.relative_to(root).as_posix()
    lines = text.splitlines()
    return [f"{place}: {line.strip()}" for line in lines if re.search(LINK.format(word=word), line)]


if __name__ == "__main__":
    try:
        lines = take_out(ROOT, "".join(sys.argv[1:2]))
    except ValueError as error:
        sys.exit(str(error))
    print(*lines, f"{len(lines)} lines led to it: read the sentences around them.", sep="\n")
