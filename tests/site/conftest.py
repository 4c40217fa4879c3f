"""The built site, below some path, with pages that tell what goes wrong and what Python says."""

import os
import shutil
from pathlib import Path

import pytest
from desk import HEARD, Desk
from reader import LISTENER
from serve import serve
from the_book import chapter


def pytest_collection_modifyitems(items):
    """WebKit compiles Python anew for each page, a minute: what is marked waits for its time."""
    if "WEBKIT" in os.environ:
        return
    for item in items:
        if item.get_closest_marker("slow_in_webkit") and item.callspec.params["engine"] == "webkit":
            item.add_marker(pytest.mark.skip(reason="in WebKit `make webkit` runs it"))


SITE = Path(__file__).parents[2] / "_build" / "site"


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """The address of a copy of the site's pages."""
    root = tmp_path_factory.mktemp("root")
    place = root / "some" / "where"
    place.mkdir(parents=True)
    for name in ("_static", "python", "notebooks"):
        (place / name).symlink_to(SITE / name)
    shutil.copytree(SITE / "book", place / "book")
    for page in place.glob("book/*.html"):
        page.write_text(page.read_text().replace("<head>", f"<head>{LISTENER}{HEARD}", 1))
    with serve(root) as home:
        yield f"{home}/some/where/book"


@pytest.fixture
def desk(engine, pages):
    """The page of a chapter, as it is for who comes first."""
    desk = Desk(engine, f"{pages}/{chapter('scores')}.html")
    desk.open_afresh()
    yield desk
    assert engine.ask("() => flaws") == []


@pytest.fixture(scope="session")
def build_other(build_book):
    """A function that builds a book of one chapter, ``sums``, and gives where its pages are."""

    def build(folder, config, page, **modules):
        files = {
            "_config.yml": config,
            "_toc.yml": "format: jb-book\nroot: index\nchapters: [{file: sums}]\n",
            "index.md": "# Start\n\nText.\n",
            "sums.md": page,
            **{f"{name}.py": code for name, code in modules.items()},
        }
        for name, text in files.items():
            (folder / name).write_text(text)
        built = build_book(folder)
        assert built.returncode == 0, built.stdout + built.stderr
        return folder / "_build" / "html"

    return build
