"""The built site, below some path, with pages that tell what goes wrong and what Python says."""

import shutil
import time
from pathlib import Path

import pytest
from reader import LISTENER
from serve import serve

SITE = Path(__file__).parents[2] / "_build" / "site"
PATIENCE = 240  # seconds
# What the worker says of each cell, before the page makes something of it.
HEARD = """<script>
window.heard = [];
window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({data}) => this.said?.push(data));
  }
  postMessage(message) {
    if (message.cell) heard.push([message.cell, this.said = []]);
    super.postMessage(message);
  }
};
</script>"""


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


def wait(engine, function, *given, seconds=PATIENCE):
    """Wait until a function of JavaScript gives true, and return what it gives."""
    end = time.monotonic() + seconds
    while not (found := engine.ask(function, *given)):
        assert time.monotonic() < end, f"not after {seconds} s: {function}"
        time.sleep(0.05)
    return found
