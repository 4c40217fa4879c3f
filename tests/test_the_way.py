"""A chapter that comes, goes, or gets another title is seen on every page after the next build."""

from pathlib import Path

import pytest

EXT = (Path(__file__).parents[1] / "book" / "_ext").as_posix()
CONFIG = f"""
title: A book
author: Nobody
only_build_toc_files: true
execute: {{execute_notebooks: "off"}}
sphinx: {{local_extensions: {{chapters: "{EXT}"}}}}
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory, build_book):
    """A function that builds a book of these chapters, by their titles; gives the pages."""
    folder = tmp_path_factory.mktemp("way")
    (folder / "book").mkdir()
    (folder / "_config.yml").write_text(CONFIG)
    (folder / "book/index.md").write_text("# A book\n")

    def build(**titles):
        files = {f"{number:02}_{name}": name for number, name in enumerate(titles, 1)}
        for path in folder.glob("book/[0-9]*.md"):
            if path.stem not in files:
                path.unlink()
        for file, name in files.items():
            path, text = folder / f"book/{file}.md", f"# {titles[name]}: why?\n"
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
        chapters = "".join(f"- file: book/{file}\n" for file in files)
        toc = f"format: jb-book\nroot: book/index\nchapters:\n{chapters}"
        if not (folder / "_toc.yml").exists() or (folder / "_toc.yml").read_text() != toc:
            (folder / "_toc.yml").write_text(toc)
        done = build_book(folder)
        assert done.returncode == 0, done.stderr
        pages = sorted((folder / "_build/html/book").glob("[0-9]*.html"))
        assert [page.stem for page in pages] == list(files), "pages that are gone, or not yet there"
        return {page.stem: page.read_text() for page in pages}

    build(a="One", b="Two")
    return build


@pytest.mark.parametrize(
    "titles",
    [
        {"a": "One", "b": "Two", "c": "Three"},
        {"a": "One", "b": "Another", "c": "Three"},
        {"b": "Another", "c": "Three"},
        {"c": "Three", "b": "Another"},
        {"a": "One", "b": "Two"},
    ],
    ids=["one more", "another title", "one less", "another order", "as at first"],
)
def test_every_page_says_what_the_way_is_now(book, titles):
    pages = book(**titles)
    for number, page in enumerate(pages.values(), 1):
        assert f"Chapter {number} of {len(titles)}<" in page
        for place, title in enumerate(titles.values(), 1):
            assert f'<span class="no">{place}</span> {title}: why?' in page
