"""Which cell has which id, for good: ``tools/cell_ids.txt`` lists every id that was ever given out.

What readers keep hangs on the id of a cell. So an id stays with its cell through edits, renames and
another order, and that of a cell which is gone is never given out again. A line holds an id and the
hash of what its cell said when it was listed, or ``retired``. ``make notebooks`` brings the list up
to date: it gives a cell that was cut and pasted its old id back, and refuses other changes.
"""

import hashlib
import sys
import uuid
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
LIST = Path(__file__).with_suffix(".txt")
RETIRED = "retired"


def read(path: Path) -> dict[str, str]:
    """The list: each id, and the hash of its cell or ``retired``."""
    return dict(line.split() for line in path.read_text().splitlines())


def write(path: Path, listed: dict[str, str]) -> None:
    """Write the list in the order of the ids, so that two changes seldom meet in one place."""
    path.write_text("".join(f"{cell} {said}\n" for cell, said in sorted(listed.items())))


def in_book(book: Path) -> dict[str, str]:
    """The ids that the chapters in a folder have now, each with the hash of its cell."""
    now, places = {}, {}
    for path in sorted(book.glob("[0-9][0-9]_*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.id in now:
                both = " and ".join(sorted({places[cell.id], path.name}))
                raise ValueError(f"{both}: two cells have the id {cell.id}; give one another id")
            now[cell.id], places[cell.id] = _hash(cell), path.name
    return now


def updated(listed: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """The list once the cells are as they are now.

    Raises
    ------
    ValueError
        If an id that was retired is used again, or if a cell has another id than before.
    """
    if again := [cell for cell in now if listed.get(cell) == RETIRED]:
        raise ValueError(f"{', '.join(again)}: retired; a new cell needs an id that no cell had")
    if changed := [f"{old} is now {new}" for new, old in renamed(listed, now).items()]:
        raise ValueError(f"a cell keeps its id: {', '.join(changed)}; write the old ones back")
    return {cell: now.get(cell, RETIRED) for cell in {**listed, **now}}


def renamed(listed: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """Cells that say what another id said, which does not say so any more: new id to old one."""
    stayed = {said for cell, said in listed.items() if now.get(cell) == said}
    was = {said: cell for cell, said in listed.items() if said not in stayed}
    return {cell: was[said] for cell, said in now.items() if said in was}


def restore(book: Path, listed: dict[str, str]) -> None:
    """Give cells that were cut and pasted, which JupyterLab then calls anew, their old ids."""
    now = in_book(book)
    pasted = {
        f'"id": "{new}"': f'"id": "{old}"'
        for new, old in renamed(listed, now).items()
        if new not in listed and old not in now
    }
    for path in book.glob("[0-9][0-9]_*.ipynb") if pasted else ():
        text = path.read_text()
        for new, old in pasted.items():
            text = text.replace(new, old)
        path.write_text(text)


def renew(cells: list) -> None:
    """Give every cell a new id: for cells that were copied from elsewhere."""
    for cell in cells:
        cell.id = uuid.uuid4().hex[:8]


def _hash(cell) -> str:
    if "recall" in cell.metadata.get("tags", ()):  # what it says moves with the order of chapters
        return hashlib.sha256(cell.id.encode()).hexdigest()[:8]
    return hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]


def bring_up_to_date(root: Path) -> dict[str, list[str]]:
    """Write the list of the book below ``root`` as its cells are now; return what came and went."""
    path = root / LIST.relative_to(ROOT)
    before = read(path)
    restore(root / "book", before)
    after = updated(before, in_book(root / "book"))
    write(path, after)
    gone = [cell for cell in before if after[cell] == RETIRED != before[cell]]
    return {"new": [cell for cell in after if cell not in before], "retired": gone}


if __name__ == "__main__":
    try:
        for what, cells in bring_up_to_date(ROOT).items():
            if cells:
                print(f"ids of cells, {what}: {', '.join(cells)}")
    except ValueError as error:
        sys.exit(str(error))
