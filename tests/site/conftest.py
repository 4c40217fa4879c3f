"""The built site, below some path, with pages that tell what goes wrong and what Python says."""

import shutil
from pathlib import Path

import pytest
from desk import HEARD
from reader import LISTENER
from serve import serve

SITE = Path(__file__).parents[2] / "_build" / "site"


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """The address of a copy of the site's pages."""
    root = tmp_path_factory.mktemp("root")
    place = root / "some" / "where"
    place.mkdir(parents=True)
    for name in ("_static", "python"):
        (place / name).symlink_to(SITE / name)
    shutil.copytree(SITE / "book", place / "book")
    for page in place.glob("book/*.html"):
        page.write_text(page.read_text().replace("<head>", f"<head>{LISTENER}{HEARD}", 1))
    with serve(root) as home:
        yield f"{home}/some/where/book"
