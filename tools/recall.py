"""Questions about earlier chapters, with which a chapter opens: ``make renumber`` writes them.

`book/recall.yml` has them, by the chapter that they are about. A chapter asks one about the chapter
before and one about a chapter `BACK` before, or else about the first. So they follow the order of
`_toc.yml`, and what asked about a chapter goes with it.
"""

from pathlib import Path

import nbformat
import yaml

TABLE = "book/recall.yml"
BACK = 4
HEAD = "**From earlier chapters.** Answer first, then open."
FOLD = """\
<details><summary>{asks}</summary>

{answer} ([chapter {number}]({stem}.ipynb))

</details>"""

Question = dict[str, str]


def table(root: Path) -> dict[str, list[Question]]:
    """The questions about each chapter.

    Raises
    ------
    ValueError
        If a chapter has fewer than two, or one of them has other parts than these.
    """
    found = yaml.safe_load((root / TABLE).read_text(encoding="utf-8"))
    for word, questions in found.items():
        if len(questions) < 2:
            raise ValueError(f"{TABLE}: {word}: {len(questions)} questions; expected two or more")
        for one in questions:
            if sorted(one) != ["answer", "asks"]:
                raise ValueError(f"{TABLE}: {word}: {sorted(one)}; expected answer, asks")
    return found


def chosen(word: str, order: list[str], known: dict[str, list[Question]]) -> list[tuple]:
    """What a chapter asks: about which chapter, and the question.

    Examples
    --------
    >>> known = {name: [f"{name}{n}" for n in range(2)] for name in "abcdef"}
    >>> for name in "abcf":
    ...     print(name, *(question for _, question in chosen(name, list("abcdef"), known)))
    a
    b a0
    c b0 a1
    f e0 b1
    """
    earlier = [one for one in order[: order.index(word)] if one in known]
    picked = [(one, known[one][0]) for one in earlier[-1:]]
    if len(earlier) > 1:
        far = earlier[max(0, len(earlier) - BACK)]
        later = known[far][1:]  # chapters near the first one ask it about different things
        picked.append((far, later[(len(earlier) - 2) % len(later)]))
    return picked


def cell(word: str, order: list[str], known: dict[str, list[Question]]) -> str:
    """The Markdown of a chapter's questions; none for the first chapter."""
    folds = [
        FOLD.format(number=place + 1, stem=f"{place + 1:02}_{about}", **question)
        for about, question in chosen(word, order, known)
        for place in [order.index(about)]
    ]
    return "\n".join([HEAD, "", *folds]) if folds else ""


def written(notebook: str, source: str) -> str:
    """The text of a notebook whose cell with the tag `recall` says this."""
    made = nbformat.reads(notebook, as_version=4)
    cells = [one for one in made.cells if "recall" in one.metadata.get("tags", ())]
    if not cells or cells[0].source == source:
        return notebook
    cells[0].source = source
    return nbformat.writes(made) + "\n"
