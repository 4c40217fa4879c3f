"""Take a chapter out of the book: ``make cut NAME=masking``, or several: ``NAME="cost cache"``.

Its notebook and teaching notes go, its row and its section wherever chapters are listed. What led
to it is its name from then on, and each such place is printed: the sentence around it may want
another word. Checkers and functions stay, so that other chapters go on as they were. `_toc.yml`
keeps the name of what was cut, since tests about that chapter have nothing to look at any more.
"""

import json
import re
import sys
from pathlib import Path

import cell_ids
import nbformat
import order

ROOT = Path(__file__).parents[1]
META = "\n# Written by `make cut`: the chapters that this book has no more.\nmeta:\n  cut:\n"
LINK = r"\[([^][]*)\]\((?:[\w./-]*/)?\d\d_{word}(?:\.\w+)?(?:#[^)]*)?\)"


def take_out(root: Path, *names: str) -> list[str]:
    """Take chapters out; return each place that led to one, with its line as it was."""
    words, going = order.words(root), [re.sub(r"^\d\d_", "", name) for name in names]
    for name, word in zip(names, going, strict=True):
        if word not in words:
            raise ValueError(f"NAME: {name!r}; expected one of {', '.join(words)}")
    if len(set(going)) == len(words):
        raise ValueError(f"NAME: {names[-1]!r} is the last chapter; expected a book to keep one")
    order.renumber(root)  # or says what is wrong while all is there
    cell_ids.bring_up_to_date(root)
    titles = order.titles(root)
    stems = [order.stem(root, word) for word in going]
    gone = [root / f"book/{stem}.ipynb" for stem in stems]
    gone += [root / f"book/educators/notes/{stem}.md" for stem in stems]
    if lacking := [path.name for path in gone if not path.exists()]:
        raise ValueError(f"{lacking[0]} is not there; expected a chapter and its teaching notes")
    files = ("_toc.yml", *order.TABLES, *order.SECTIONS)
    texts = {file: (root / file).read_text() for file in files}
    for word in going:
        texts["_toc.yml"] = unlisted(texts["_toc.yml"], word, titles[word])
        for file in order.TABLES:
            rows = {row[1]: row[0] for row in order.ROW.finditer(texts[file])}
            texts[file] = texts[file].replace(rows[word], "")
        for file in order.SECTIONS:
            pieces = re.split(r"^(?=## )", texts[file], flags=re.M)
            kept = (piece for piece in pieces if not piece.startswith(f"## {titles[word]}\n"))
            texts[file] = "".join(kept).rstrip() + "\n"
    for file, text in texts.items():
        (root / file).write_text(text)
    for path in gone:
        path.unlink()
    order.renumber(root)
    pages = order.texts(root)
    places = [place for w in going for path in pages for place in unlink(root, path, w, titles[w])]
    cell_ids.bring_up_to_date(root)
    return places


def unlisted(toc: str, word: str, title: str) -> str:
    """`_toc.yml` without the chapter, nor its part if that is empty; with the name of what went."""
    toc, found = re.subn(rf"^ *- file: book/\d\d_{word}\n", "", toc, flags=re.M)
    if found != 1:
        raise ValueError(f"_toc.yml: no line is '- file: book/…_{word}' alone; expected one")
    toc = re.sub(r"^- caption: .+\n  chapters:\n(?=- caption|\n|\Z)", "", toc, flags=re.M)
    return (
        f"{toc if META in toc else toc + META}    {word}: {json.dumps(title, ensure_ascii=False)}\n"
    )


def unlink(root: Path, path: Path, word: str, title: str) -> list[str]:
    """Make the links of a page to the chapter its name; return where they were."""
    text = path.read_text()
    if f"_{word}" not in text:
        return []
    if path.suffix != ".ipynb":
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
        if numbered := re.fullmatch(r"(chapters )?(?:[Cc]hapter\s)?\d+(?:\. .*)?", link[1]):
            return f"{numbered[1] or ''}*{title}*"
        return link[1]

    return re.sub(link, name, text)


def found(root: Path, path: Path, text: str, word: str) -> list[str]:
    """The lines of a text that lead to the chapter."""
    place = path.relative_to(root).as_posix()
    lines = re.finditer(rf".*{LINK.format(word=word)}.*", text)
    return [f"{place}: {' '.join(line[0].split())}" for line in lines]


if __name__ == "__main__":
    try:
        lines = take_out(ROOT, *("".join(sys.argv[1:2]).split() or [""]))
    except ValueError as error:
        sys.exit(str(error))
    print(*lines, f"{len(lines)} lines led to it: read the sentences around them.", sep="\n")
