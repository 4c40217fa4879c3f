"""Build the site: the book, its handouts, and the Python that its pages run.

Usage: ``PYTHONPATH=tools python -m publish.build BOOK SITE CACHE [cdn] [model]``. SITE gets a copy
of the built BOOK with Python beside it. With ``cdn`` the readers' browsers go on getting Python
from the Pyodide project, as those of a plain book do, and the site is 30 MB smaller. With ``model``
they can load the language model, and the site is 98 MB larger.
"""

import json
import re
import shutil
import sys
from html import escape
from pathlib import Path

from qkvlib.workbench import hosting

from . import model, python
from .lines import add_lines

PLACE = "python/"  # of the pages' Python, in the site
# What qkvlib.workbench writes of a plain build: nothing, or where the CDN is.
PLAIN = re.compile(r"&quot;python&quot;:(null|\{[^}]*\})")


def main(book: Path, site: Path, cache: Path, choices: list[str]) -> None:
    """Make the site anew."""
    unknown = {*choices} - {"cdn", "model"}
    if unknown or len(choices) > 1:  # a page that gets Python elsewhere has no folder for the model
        raise SystemExit(f"{' '.join(choices)}: expected cdn, or model, or nothing")
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(book, site)
    add_lines(site, sorted(page.stem for page in site.glob("book/[0-9][0-9]_*.html")))
    if "cdn" not in choices:
        found = python.assemble(site / PLACE, cache)
        if "model" in choices:
            found["large"] = PLACE + model.put(model.fetch_model(cache), site / PLACE)
        turn_on(site, found)
    print(f"The site is built: {site}/book/index.html")


def turn_on(site: Path, found: dict[str, object]) -> None:
    """Tell the pages where Python is in the site, and how many bytes come before the first cell."""
    found = {**found, "place": PLACE + found["place"], "lock": PLACE + found["lock"]}
    here = escape(json.dumps(found, separators=(",", ":")))
    for page in site.glob("book/**/*.html"):
        page.write_text(PLAIN.sub(f"&quot;python&quot;:{here}", page.read_text(), count=1))
    shutil.rmtree(site / "_static" / hosting.FOLDER, ignore_errors=True)


if __name__ == "__main__":
    book, site, cache, *choices = sys.argv[1:]
    main(Path(book), Path(site), Path(cache), choices)
