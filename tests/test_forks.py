"""Chapters added and taken out, each by one command in a copy of this book: ``make test`` passes.

``make forks``, which sets ``FORKS``, takes a quarter of an hour for each copy.
"""

import os

import order
import pytest
from copies import Copy
from the_book import ROOT

WORDS = order.words(ROOT)
MIDDLE = WORDS[len(WORDS) // 2]


def add(name, after):
    """The command that adds a chapter."""
    return f'make lesson NAME={name} TITLE="{name.title()}" AFTER={after}'


COPIES = {
    "one more in the middle": [add("middle", MIDDLE)],
    "one less in the middle": [f"make cut NAME={MIDDLE}"],
    "one more at both ends": [add("beginning", "index"), add("ending", WORDS[-1])],
    "three less": [f"make cut NAME={word}" for word in (WORDS[0], WORDS[3], WORDS[-1])],
}


def test_a_copy_makes_no_copies_of_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("FORKS", "1")
    Copy(tmp_path / "book").run('test -z "${FORKS-}"')


@pytest.mark.skipif("FORKS" not in os.environ, reason="takes long: make forks")
@pytest.mark.parametrize("commands", COPIES.values(), ids=COPIES)
def test_all_tests_pass_once_the_chapters_are_others(tmp_path, commands):
    copy = Copy(tmp_path / "book")
    for command in commands:
        copy.run(command)
    copy.run("git add .; git -c user.name=A -c user.email=a@b.c commit -qm changed")
    copy.run("make test")


@pytest.mark.parametrize("command", ["make renumber", "make adopt REPO=https://github.com/a/b"])
def test_the_locale_does_not_matter(tmp_path, command):
    copy = Copy(tmp_path / "book")
    there = "LC_ALL=C PYTHONCOERCECLOCALE=0 PYTHONUTF8=0"
    copy.run(f"{there} {command}")
    copy.run("git diff --exit-code -- book/index.md README.md _toc.yml")
    for chapter in copy.chapters():
        assert "�" not in chapter.read_text(encoding="utf-8")
