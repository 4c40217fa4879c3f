"""A quick pass over every page in Chromium, Firefox and WebKit; its own flaws are found too."""

import re

import engines
import pytest
from conftest import PAGES, SITE, write_page
from matplotlib.figure import Figure
from reader import read

from qkvlib import Picture

EVERY = [*PAGES, "404.html", "search.html?q=softmax", "genindex.html"]


@pytest.fixture(scope="session")
def book(engine, tmp_path_factory):
    """A reader of the built book."""
    with read(engine, SITE, tmp_path_factory.mktemp("book")) as reader:
        yield reader


@pytest.mark.parametrize("path", EVERY)
def test_page_works(book, path):
    assert book.flaws(path) == []


def draw(step):
    figure = Figure(figsize=(4, 3))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 9), ylim=(0, 3))
    axes.plot(step + 1, 1, marker="o")
    choices = [(0, axes, 0, 2, 1, 1), (7, axes, 8, 2, 1, 1)]
    return Picture(figure, alt=f"Step {step}.", handle=(axes, step + 1, 1), choices=choices)


REST = """<article>
<details><summary>Fold</summary><p>Inside.</p></details>
<math><msub><mi>d</mi><mi>k</mi></msub></math>
</article>"""
UNMOVED = ["control: a click leaves the drawing", "control: a click leaves the words"]
UNDRAGGED = ["ring: a drag leaves the drawing", "ring: a drag leaves the words"]
UNCHOSEN = ["choice: a click leaves the drawing", "choice: a click leaves the words"]
# What is added to a page that is right, and what is then wrong with it.
WRONG = {
    "nothing": ("", []),
    "error": ("<script>throw new Error('no')</script>", ["script: .*Error: no"]),
    "syntax": ("<script>let let</script>", ["script: .*SyntaxError.*"]),
    "promise": ("<script>Promise.reject(new Error('no'))</script>", ["script: Error: no"]),
    "console": ("<script>console.error('no', 1)</script>", ["console: no 1"]),
    "image": ("<img src='none.png' alt=''>", ["404: /none.png, asked by /image.html"]),
    "file": ("<script src='none.js'></script>", ["404: /none.js, asked by /file.html"]),
    "fold": (
        "<script>addEventListener('click', (event) => event.preventDefault());</script>",
        ["fold: a click does not open it"],
    ),
    "formula": ("<style>math { display: none }</style>", ["formula: it is not set as one"]),
    "search": ("<p id='search-results'></p>", ["search: it finds nothing"]),
    "control": ("<style>input { pointer-events: none }</style>", UNMOVED),
    "selection": (
        "<script>addEventListener('pointerup', () => getSelection().selectAllChildren("
        "document.body));</script>",
        ["ring: a drag selects text"],
    ),
    "choice": ("<style>.explore-choice { visibility: hidden }</style>", UNCHOSEN),
    "ring": (
        "<script>addEventListener('pointermove', (event) => event.stopPropagation(), true);"
        "</script>",
        UNDRAGGED,
    ),
}


@pytest.fixture(scope="session")
def small(engine, tmp_path_factory):
    """A reader of small pages, each with one thing wrong."""
    folder = tmp_path_factory.mktemp("small")
    write_page(folder, draw, step=range(8))
    right = (folder / "page.html").read_text() + REST
    for name, (added, _) in WRONG.items():
        (folder / f"{name}.html").write_text(right + added)
    with read(engine, folder, tmp_path_factory.mktemp("copy")) as reader:
        yield reader


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found(small, name, monkeypatch):
    monkeypatch.setattr(engines, "PATIENCE", 1)
    flaws, patterns = small.flaws(f"{name}.html"), WRONG[name][1]
    assert len(flaws) == len(patterns), flaws
    for flaw, pattern in zip(flaws, patterns, strict=True):
        assert re.fullmatch(pattern, flaw)


def test_a_control_that_never_works_is_found(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "PATIENCE", 1)
    (tmp_path / "page.html").write_text("<p class='explore' data-controls=''>No script.</p>")
    with pytest.raises(AssertionError, match=r"page\.html: not ready after 1 s"):
        engine.open((tmp_path / "page.html").as_uri())
