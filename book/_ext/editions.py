"""Sphinx extension: each chapter as two notebooks to take along, linked from the chapter's page.

Learners get the chapter without its solutions and outputs. Teachers get it with the solutions open
where learners work, and with what `educators/notes` says to the lesson and to each section. Both
are made of the chapter as it is committed, so nothing runs.
"""

import re
import zipfile
from pathlib import Path

import nbformat
from qkvlib.grade.notebook import is_solution

from chapters import CHAPTER, chapters_of
from links_away import carry

KINDS = ("student", "teacher")
LINE = """
<p class="take-along">Take it with you: <a href="{}" download>notebook for learners</a> ·
<a href="{}" download>notebook for teachers</a>, with solutions</p>
"""
README = """\
Notebooks of the course "Query, Key, Value", and its library, the folder `qkvlib`. Once:

    pip install jupyterlab numpy matplotlib ipywidgets threadpoolctl

Then run `jupyter lab` in this folder, open a notebook and go from top to bottom.
"""


def student(notebook):
    """Return a learner's cells: no solution, no output."""
    cells = [cell for cell in notebook.cells if not is_solution(cell)]
    for cell in cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return cells


def teacher(notebook, page):
    """Return a teacher's cells: solutions in place of work cells, all open; the notes in `page`."""
    head, _, rest = page.partition("\n## Notes\n")
    notes = dict(note.split("\n", 1) for note in re.split(r"^### ", rest, flags=re.M)[1:])
    cells = [note(head, notebook.cells[0])]
    for cell in notebook.cells:
        title = cell.source.partition("\n")[0].removeprefix("## ")
        if cell.source.startswith("## ") and title in notes:
            cells.append(note(aside(notes.pop(title)), cell))
        if is_solution(cell) or "answer" in cell.metadata.get("tags", ()):
            cell.metadata.clear()  # open
        if "# your turn" not in cell.source:
            cells.append(cell)
    if notes:
        raise ValueError(f"notes to sections that the chapter does not have: {', '.join(notes)}")
    return cells


def note(text, cell):
    """Return a cell of text about the cell that follows it."""
    return nbformat.v4.new_markdown_cell(text.strip(), id=f"note-{cell.id}")


def aside(text):
    """Return Markdown that is set apart from the lesson's."""
    lines = f"**For the teacher.** {text.strip()}".splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines)


def make(book, name, address):
    """Return the editions of the chapter `name` in the folder `book`, as the bytes of notebooks."""
    notes = (book / "educators" / "notes" / f"{name}.md").read_text(encoding="utf-8")
    chapters = [nbformat.read(book / f"{name}.ipynb", as_version=4) for kind in KINDS]
    for chapter in chapters:
        for cell in chapter.cells:
            if cell.cell_type == "markdown":
                cell.source = carry(cell.source, "book", address)
    for_student, for_teacher = chapters
    for_student.cells = student(for_student)
    for_teacher.cells = teacher(for_teacher, carry(notes, "book/educators/notes", address))
    return [f"{nbformat.writes(chapter)}\n".encode() for chapter in chapters]


def pack(path, files):
    """Write an archive that depends on nothing but `files`: name to bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)


def companions(root):
    """Return what a folder of notebooks needs to run anywhere: how to start, and the library."""
    library = [p for p in (root / "qkvlib").rglob("*") if p.is_file() and p.suffix != ".pyc"]
    paths = sorted([*root.glob("LICENSE*"), *library])
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    return {"README.md": README.encode(), **files}


def write_editions(app, exception):
    """Write every chapter's editions, and an archive of all of them, into the built book."""
    if exception or app.builder.format != "html":
        return
    root = Path(app.srcdir)
    names = [page.removeprefix("book/") for page in chapters_of(app.env.found_docs)]
    made = {name: make(root / "book", name, app.config.html_baseurl) for name in names}
    for place, kind in enumerate(KINDS):
        files = {f"{name}.ipynb": notebooks[place] for name, notebooks in made.items()}
        folder = Path(app.outdir, "notebooks", kind)
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        pack(folder / "all.zip", {**files, **companions(root)})


def add_line(app, pagename, templatename, context, doctree):
    """Put the links above what a chapter gives and asks for, on its page."""
    if found := CHAPTER.fullmatch(pagename):
        paths = [f"notebooks/{kind}/{found[1]}.ipynb" for kind in KINDS]
        context["workbench_notebook"] = paths[0]  # the page puts the reader's own code into it
        line = LINE.format(*(context["pathto"](path, resource=True) for path in paths))
        body, mark = context["body"], "<blockquote>"
        place = body.find(mark) if mark in body else body.find("</h1>") + len("</h1>")
        context["body"] = body[:place] + line + body[place:]


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", add_line)
    app.connect("build-finished", write_editions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
