"""Say how plainly the book is written: ``python tools/plain.py [PAGE...]``, or ``make plain``.

For somebody who reads English as a second language three things are hard: a sentence of more than
25 words, a sentence whose verb stands before its subject, and a word outside the 5,000 commonest
that no entry of the glossary explains. Here two more are: a third verb beside "a query asks" and "a
token attends to", and the pronoun *its* beside the token of that name. Each is mended, or kept in
``plain.toml`` with a reason.
The words are those of ``plain_words.txt``, which says where they come from.
"""

import re
import statistics
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import nbformat

ROOT = Path(__file__).parents[1]
LONG = 25  # words
KINDS = ("long", "inverted", "third verb", "pronoun")
KEPT = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
# Each rule replaces what a reader does not read as English, in this order.
CLEANED = [
    (r"\A---\n.*?\n---\n", ""),  # front matter
    (r"^```\{glossary\}\n(.*?)^```", r"\1"),
    (r"^(```+).*?^\1", "\n\n"),
    (r"\$\$.*?\$\$", " "),
    (r"<code>.*?</code>|``.+?``|`[^`\n]+(?:\n[^`\n]+)?`", "CODE"),
    (r"\$[^$\n]+(?:\n[^$\n]+)?\$", "MATH"),
    (r"<!--.*?-->|</?(?:details|summary|div|span)[^>]*>", "\n\n"),
    (r"<[^>]+>", ""),
    (r"\{term\}CODE|\{[\w.-]+\}CODE", "CODE"),
    (r"!?\[([^\]]*)\]\([^)]*\)", r"\1"),
    (r"https?://\S+", "CODE"),
]
NEW_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*] |\d+\. |#+ |\|))")
SENTENCE = re.compile(r"(?<=[.!?])[\"”’)*»]*\s+(?=[\"“‘(*«]*[A-Z0-9√]|\*[a-z])")
WORD = re.compile(r"[^\W_]+(?:['’][a-z]+)?")
ENDINGS = "ies:y ied:y ily:y es: ed: ing: er: est: s: ly: ed:e ing:e er:e est:e".split()
AHEAD = r"(?:the|an?|its?|they|we|you|he|she|one|two|three|four|all|each|every|nobody|\*\w+\*)\b"
DOES = "(?:do|does|did|is|are|was|were|can|has|have|will)"
INVERTED = re.compile(
    rf"^(?:Only|Never|Nor|Neither|Not|Seldom|Rarely)\b[^,;:.?]* {DOES} {AHEAD}"
    rf"|^So {DOES} {AHEAD}"
    r"|^(?:Above|Along|Around|After|Before|Behind|Beside|Between|From|In|Near|Next|On|Then|With)\b"
    rf"[^,;:.?]*? (?:stands?|comes?|lies?|goes|belongs?) {AHEAD}"
    rf"|^(?:Recorded|Gone|New in|Left|Shown|Kept|Known|Common|Worse|Better)\b[^,;:.?]* {DOES}\b"
    rf"|\b(?:and|or|but) had {AHEAD}|^(?:Had|Were|Should) {AHEAD}"
    r"|^(?:From|By|In|To|At|On|With|For|Of) (?:which|what|whom)\b[^.]*\?$"
)
# A query asks and a token attends to: there is no third verb for it.
THIRD_VERB = re.compile(
    r"(?:\*\w+\*|\b(?:words?|tokens?|heads?|pronouns?|query|queries))"
    r"(?: (?:then|only|may|can|must))? (?:not )?(?:looks?|listens?|hears?)\b(?! (?:for|like))"
    r"|\b(?:look|looks|looked|looking) (?:at|around|elsewhere|everywhere) (?:itself|each other)"
    r"|\b(?:is|are) (?:still )?heard\b",
    re.I,
)
# The token of that name and the pronoun in one sentence; a phrase in italics is neither.
PRONOUN = re.compile(r"(?=.*\*its\*).*(?<![*\w])[Ii]ts(?![*\w])")


class Finding(NamedTuple):
    """What is hard to read, and where it stands."""

    page: str
    kind: str
    what: str


def prose(path: Path) -> str:
    """The text of a page; of a notebook, its cells of text."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def sentences(text: str) -> Iterator[str]:
    r"""The sentences of Markdown: of paragraphs, items and cells of tables, without code and math.

    Examples
    --------
    >>> list(sentences("# A dog\n\n*It* has `n` legs. It runs\nto [me](you.md).\n\n- Why?"))
    ['A dog', '*It* has CODE legs.', 'It runs to me.', 'Why?']
    """
    for pattern, into in CLEANED:
        text = re.sub(pattern, into, text, flags=re.S | re.M)
    text = re.sub(r"\*\*", "", re.sub(r"^[ \t]*> ?", "", text, flags=re.M))
    for block in NEW_BLOCK.split(text):
        if block.startswith("Read on:"):  # names of papers
            continue
        row = block.strip().startswith("|")
        for piece in block.split("|") if row else [block]:
            line = " ".join(re.sub(r"^\s*(?:[-*] |\d+\. |#+ )", "", piece).split())
            yield from (said for said in SENTENCE.split(line) if WORD.search(said))


def words(sentence: str) -> list[str]:
    """The words of a sentence; a formula or a piece of code is one."""
    return WORD.findall(sentence)


@cache
def common() -> frozenset[str]:
    """The 5,000 commonest words."""
    lines = Path(__file__).with_name("plain_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def explained() -> frozenset[str]:
    """The words of the glossary's terms."""
    terms = re.findall(r"^(\S.*)\n  \S", prose(ROOT / "book/reference/glossary.md"), re.M)
    return frozenset(word.lower() for term in terms for word in words(term))


def is_known(word: str, known: frozenset[str]) -> bool:
    """Whether a word, or what it is a form of, is among the known ones.

    Examples
    --------
    >>> [is_known(w, frozenset({"carry", "stop", "make"})) for w in ("carries", "stopped", "made")]
    [True, True, False]
    """
    stems = {re.sub(r"['’][a-z]+$", "", word)}
    for _ in range(2):  # "checkers" is made from "checker", and that from "check"
        pairs = (pair.split(":") for pair in ENDINGS)
        stems |= {s[: -len(end)] + to for end, to in pairs for s in stems if s.endswith(end)}
        stems |= {s[:-1] for s in stems if re.search(r"([bdfgklmnprt])\1$", s)}
    return any(stem in known for stem in stems)


def rare(sentence: str, kept: dict = KEPT) -> Iterator[str]:
    """The words that are neither common nor explained nor kept nor names."""
    known = common().union(explained(), *(group["words"].split() for group in kept["words"]))
    for place, word in enumerate(words(sentence)):
        is_name = word != word.lower() and (place > 0 or word.isupper())
        is_name |= len(word) == 1 or not re.fullmatch(r"[A-Za-z]+(?:['’][a-z]+)?", word)
        if not is_name and not is_known(word.lower(), known):
            yield word.lower()


def findings(page: str, text: str, kept: dict = KEPT) -> Iterator[Finding]:
    """All that is hard on a page and not kept."""
    for sentence in sentences(text):
        if not sentence.startswith(tuple(kept_one["begins"] for kept_one in kept["sentences"])):
            if len(words(sentence)) > LONG:
                yield Finding(page, "long", sentence)
            if INVERTED.search(sentence):
                yield Finding(page, "inverted", sentence)
            if THIRD_VERB.search(sentence):
                yield Finding(page, "third verb", sentence)
            if PRONOUN.search(re.sub(r"\*[^*]* [^*]*\*", "", sentence)):
                yield Finding(page, "pronoun", sentence)
        for word in rare(sentence, kept):
            yield Finding(page, "rare", word)


def pages() -> list[Path]:
    """The chapters, the index, and the pages of reference and for educators."""
    chapters = sorted((ROOT / "book").glob("[0-9]*.ipynb"))
    return [ROOT / "book/index.md", *chapters, *sorted((ROOT / "book").glob("*/**/*.md"))]


def main(names: list[str]) -> int:
    """Print every finding and the sizes; return how a shell says whether there were any."""
    found, sizes = [], []
    for path in map(Path, names) if names else pages():
        text = prose(path)
        found += findings(path.stem, text)
        sizes += [len(words(s)) for s in sentences(text) if len(words(s)) > 3]
    for finding in dict.fromkeys(found):
        print(*finding, sep=", ")
    if len(sizes) < 2:
        raise SystemExit("no text; expected pages with sentences")
    print(f"{len(sizes)} sentences, {statistics.mean(sizes):.1f} words on average, ", end="")
    print(f"95 of 100 have at most {statistics.quantiles(sizes, n=20)[-1]:.0f}.", end=" ")
    counted = {kind: len({f for f in found if f.kind == kind}) for kind in KINDS}
    print(f"{counted} and {len({f.what for f in found if f.kind == 'rare'})} rare words.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
