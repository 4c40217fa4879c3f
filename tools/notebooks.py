"""Run notebooks from top to bottom and write their outputs: the only writer of committed outputs.

Usage: ``python tools/notebooks.py NOTEBOOK...``. Each runs in a fresh kernel. What differs from run
to run (widget models, times) is dropped, so that a diff shows what changed.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = {"tags", "jupyter", "mystnb"}


def run(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Execute in place, as if opened in ``folder``."""
    place = {"metadata": {"path": folder}}
    # A kernel sends what is printed in pieces, cut by the clock.
    NotebookClient(notebook, timeout=300, coalesce_streams=True, resources=place).execute()


def normalize(notebook: nbformat.NotebookNode) -> None:
    """Keep what the source and the results say, drop what this run happened to be."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        for key in set(cell.metadata) - CELL_METADATA:
            del cell.metadata[key]
        for output in cell.get("outputs", ()):
            if "metadata" in output:
                output.metadata = {}
            output.get("data", {}).pop(WIDGET_VIEW, None)


def main(paths: list[Path]) -> None:
    """Rewrite every notebook named; one that fails stays as it was, and is named in the error."""
    for path in paths:
        try:
            notebook = nbformat.read(path, as_version=4)
            run(notebook, path.parent)
        except Exception as error:
            error.add_note(f"{path} does not run; its file is as it was.")
            raise
        normalize(notebook)
        nbformat.write(notebook, path)
        print(f"{path}: {len(notebook.cells)} cells")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
