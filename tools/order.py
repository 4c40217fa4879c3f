"""The order of the chapters: `_toc.yml` has it, ``make renumber`` writes it where else it stands.

A chapter is known by its word, the ``scores`` of ``book/04_scores.ipynb``. Its number is its place
in `_toc.yml`, and stands only where this program writes it: in names of files, in what leads to
them ("[chapter 4](04_scores.ipynb)"), and in the order of rows, sections and exercises. A chapter
ends with the question of the next one, which is the second half of that one's title.
"""

import json
import re
import sys
from pathlib import Path

import nbformat
import recall
import yaml

ROOT = Path(__file__).parents[1]
CHAPTER = re.compile(r"book/\d\d_(\w+)")
# Tables with a row for each chapter, which begins with a link to it or to its teaching notes.
TABLES = ("README.md", "book/index.md", "book/educators/index.md")
ROW = re.compile(r"^\| \[[^]]*\]\((?:[\w./-]*/)?\d\d_(\w+?)(?:\.\w+)?\).*\n", re.M)
PART = re.compile(r"^\| \*\*.+\*\* (?:\| )+\|\n", re.M)
# Pages with a section for each chapter, under its name.
SECTIONS = ("book/reference/interview.md", "book/educators/misconceptions.md")
EXERCISES = "qkvlib/data/exercises.json"
# The text of a link is a number alone, with "chapter" before or with the name behind it. A notebook
# ends its lines with more than a newline.
NUMBER = (
    r"(\[(?:[^][]*\b[Cc]hapters?(?:\s+|\\n\",\s*\"))?)\d+"
    r"((?:\. [^][]*)?\]\((?:[\w./-]*/)?\d\d_{word}[.#)])"
)
FIRST = re.compile(r"(\[Start with chapter \d+\]\()\d\d_\w+")  # wherever the book begins
# The end of a chapter's last cell: the question of the chapter that comes next.
NEXT = re.compile(r"\s*\*\*Next:\*\* \[[^]]*\]\([^)]*\)\s*\Z")


def words(root: Path) -> list[str]:
    """The chapters in their order."""
    return [CHAPTER.fullmatch(line)[1] for part in parts(root).values() for line in part]


def parts(root: Path) -> dict[str, list[str]]:
    """The parts of the book that hold chapters: name to files, in order."""
    toc = yaml.safe_load((root / "_toc.yml").read_text())
    found = {}
    for part in toc.get("parts", ()):
        if not part["chapters"]:
            raise ValueError(f"_toc.yml: {part['caption']}: no chapters; expected one at least")
        files = [page.get("file", "") for page in part["chapters"]]
        if chapters := [file for file in files if CHAPTER.fullmatch(file)]:
            found[part["caption"]] = chapters
    return found


def stem(root: Path, word: str) -> str:
    """The name of a chapter's file, without its ending."""
    order = words(root)
    if word not in order:
        raise ValueError(f"{word!r} is no chapter; expected one of {', '.join(order)}")
    return f"{order.index(word) + 1:02}_{word}"


def cut(root: Path) -> dict[str, str]:
    """The chapters that `make cut` took out of this book: word to name."""
    return yaml.safe_load((root / "_toc.yml").read_text()).get("meta", {}).get("cut", {})


def titles(root: Path) -> dict[str, str]:
    """What each chapter is called: "Scores" of "Scores: how well does each key answer …"."""
    return {_word(path): title(path) for path in chapters(root)}


def title(chapter: Path) -> str:
    """What one chapter is called."""
    return _heading(chapter).partition(":")[0]


def question(chapter: Path) -> str:
    """What one chapter answers: the second half of its title, or all of a title without one."""
    return _heading(chapter).rpartition(": ")[2]


def chapters(root: Path) -> list[Path]:
    """The chapters' notebooks, by the numbers that they have now."""
    return sorted((root / "book").glob("[0-9][0-9]_*.ipynb"))


def renumber(root: Path) -> list[Path]:
    """Write the order of `_toc.yml` wherever it stands; return what changed, by its new name."""
    names, changes = planned(root)
    for path, text in changes.items():
        path.write_text(text)
    for old, new in names.items():
        old.rename(new)
    return sorted({names.get(path, path) for path in changes} | set(names.values()))


def planned(root: Path) -> tuple[dict[Path, Path], dict[Path, str]]:
    """What is to be renamed, and the files whose text is to change, with their new text.

    Raises
    ------
    ValueError
        If `_toc.yml` names a chapter twice, one that has no notebook, or not every notebook.
    """
    order, found = words(root), [_word(path) for path in chapters(root)]
    if sorted(order) != sorted(found):
        odd = sorted({*order} ^ {*found}) or sorted({w for w in order if order.count(w) > 1})
        raise ValueError(f"_toc.yml: {', '.join(odd)}; expected each notebook in book/ once")
    notes = (root / "book/educators/notes").glob("[0-9][0-9]_*.md")
    names = {path: path.with_name(_new(path, order)) for path in [*chapters(root), *notes]}
    called, known, changes = titles(root), recall.table(root), {}
    asked = {_word(path): question(path) for path in chapters(root)}
    for path in texts(root):
        old, file = path.read_text(), path.relative_to(root).as_posix()
        new = numbered(old, order)
        if path in names and path.suffix == ".ipynb":
            new = recall.written(new, recall.cell(_word(path), order, known))
            new = asking(new, next_of(_word(path), order), asked)
        if file in TABLES:
            new = rows_in_order(new, order, parts(root), file)
        if file in SECTIONS:
            new = sections_in_order(new, [called[word] for word in order])
        if file == EXERCISES:
            new = listed(exercises(root))
        if new != old:
            changes[path] = new
    return {old: new for old, new in names.items() if old != new}, changes


def numbered(text: str, order: list[str]) -> str:
    """The text with the numbers of chapters in its links, and in the names that they lead to."""
    number = {word: place for place, word in enumerate(order, 1)}
    word = f"({'|'.join(order)})"
    text = FIRST.sub(rf"\g<1>00_{order[0]}", text)
    text = re.sub(
        NUMBER.format(word=word), lambda link: f"{link[1]}{number[link[3]]}{link[2]}", text
    )
    return re.sub(
        rf"(?<!\w)\d\d_{word}(?!\w)", lambda name: f"{number[name[1]]:02}_{name[1]}", text
    )


def next_of(word: str, order: list[str]) -> str:
    """The name of the file of the chapter behind this one, without its ending, or nothing."""
    number = order.index(word) + 1
    return f"{number + 1:02}_{order[number]}" if number < len(order) else ""


def asking(text: str, stem: str, asked: dict[str, str]) -> str:
    """A notebook whose last cell ends with the question of the next chapter; the last has none."""
    notebook = nbformat.reads(text, as_version=4)
    last = notebook.cells[-1]
    if not last.source.startswith("## To take away\n"):
        return text
    said = f"**Next:** [{asked[stem[3:]]}]({stem}.ipynb)" if stem else ""
    before = NEXT.sub("", last.source)
    # A paragraph of its own, or the end of the one that leads to it.
    joint = "\n\n" if before.rpartition("\n\n")[2].startswith("**Read on:**") else " "
    source = f"{before}{joint}{said}" if said else before
    if source == last.source:
        return text
    last.source = source
    return nbformat.writes(notebook) + "\n"


def rows_in_order(text: str, order: list[str], parts: dict[str, list[str]], file: str) -> str:
    """A page whose table has the chapters' rows in order, below their parts if it names these."""
    found = [row[1] for row in ROW.finditer(text)]
    if sorted(found) != sorted(order):
        odd = sorted({*found} ^ {*order}) or sorted({w for w in found if found.count(w) > 1})
        raise ValueError(f"{file}: {', '.join(odd)}; expected a row for each chapter, and no other")
    rows = {row[1]: row[0] for row in ROW.finditer(text)}
    start = min(row.start() for row in (ROW.search(text), PART.search(text)) if row)
    kept = PART.sub("", ROW.sub("", text))
    if head := PART.search(text):
        blank = "| " * (head[0].count("|") - 2)
        parted = [
            line
            for part, files in parts.items()
            for line in (f"| **{part}** {blank}|\n", *(rows[CHAPTER.match(f)[1]] for f in files))
        ]
    else:
        parted = [rows[word] for word in order]
    return kept[:start] + "".join(parted) + kept[start:]


def sections_in_order(text: str, names: list[str]) -> str:
    """A page whose sections of chapters stand in order, in the places of such sections."""
    pieces = re.split(r"^(?=## )", text.rstrip() + "\n\n", flags=re.M)
    named = {piece.partition("\n")[0].removeprefix("## "): piece for piece in pieces}
    places = iter(name for name in names if name in named)
    title_of = {piece: name for name, piece in named.items() if name in names}
    ordered = [named[next(places)] if piece in title_of else piece for piece in pieces]
    return "".join(ordered).rstrip() + "\n"


def exercises(root: Path) -> dict[str, list[str]]:
    """The checkers that each chapter asks where learners work, in order."""
    work = {
        _word(path): "\n".join(source for source in _sources(path) if "# your turn" in source)
        for path in chapters(root)
    }
    return {word: re.findall(r"^qkv\.(check_\w+)\(", work[word], re.M) for word in words(root)}


def listed(exercises: dict[str, list[str]]) -> str:
    """The same as the grader reads it: JSON, a line for each chapter."""
    lines = (f"{json.dumps(word)}: {json.dumps(names)}" for word, names in exercises.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def texts(root: Path) -> list[Path]:
    """The files in which chapters are named by their number."""
    pages = [*(root / "book").rglob("*.md"), *chapters(root)]
    others = ("README.md", "CONTRIBUTING.md", "_toc.yml", EXERCISES)
    return sorted([*pages, *(root / name for name in others)])


def _sources(path: Path) -> list[str]:
    """What the cells of a notebook say; nbformat would look at each of their outputs too."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells]


def _heading(path: Path) -> str:
    return _sources(path)[0].partition("\n")[0].removeprefix("# ")


def _word(path: Path) -> str:
    return path.stem.partition("_")[2]


def _new(path: Path, order: list[str]) -> str:
    """A file's name with the number of its place; the notes of no chapter keep theirs."""
    word = _word(path)
    return f"{order.index(word) + 1:02}_{word}{path.suffix}" if word in order else path.name


if __name__ == "__main__":
    try:
        for changed in renumber(ROOT):
            print(changed.relative_to(ROOT))
    except ValueError as error:
        sys.exit(str(error))
