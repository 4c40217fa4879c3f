"""A chapter from the template: what is refused, and that nothing is half written."""

import re
import shutil
from pathlib import Path

import lesson
import nbformat
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def copy(tmp_path):
    """The files that name chapters, and the last chapter."""
    pages = {lesson.INTERVIEW, *(file for file, *_ in lesson.LISTS)}
    for name in {*pages, "_config.yml", "pyproject.toml", "book/13_real_model.ipynb"}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "book" / "educators" / "notes").mkdir()
    return tmp_path


def texts(folder):
    return {path: path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "title", "says"),
    [
        ("13_real_model", "Again", "NAME: '13_real_model'; expected the chapter after 13_real"),
        ("15_my_topic", "My topic", "NAME=14_my_topic"),
        ("14-my-topic", "My topic", "NAME: '14-my-topic'"),
        ("14_My_Topic", "My topic", "in small letters"),
        ("../14_my_topic", "My topic", "NAME: '../14_my_topic'"),
        ("", "My topic", "NAME: ''"),
        ("14_my_topic", "", "TITLE: ''; expected a few words: TITLE=\"My topic\""),
        ("14_my_topic", "Mine | yours", "TITLE: 'Mine | yours'"),
    ],
)
def test_what_is_no_name_or_no_title_is_refused(copy, name, title, says):
    before = texts(copy)
    with pytest.raises(ValueError, match=re.escape(says)):
        lesson.start(copy, name, title)
    assert texts(copy) == before


def test_a_page_without_chapters_is_named_and_nothing_is_written(copy):
    (copy / "_toc.yml").write_text("root: book/index\n")
    before = texts(copy)
    with pytest.raises(ValueError, match=r"_toc\.yml: no line looks like"):
        lesson.start(copy, "14_my_topic", "My topic")
    assert texts(copy) == before


def test_the_new_chapter_stands_behind_the_last_in_every_list(copy):
    written = lesson.start(copy, "14_my_topic", "My topic")
    assert all(path.exists() for path in written)
    for file, _, line in lesson.LISTS:
        lines = (copy / file).read_text().splitlines()
        new = line.format(name="14_my_topic", number="14", title="My topic")
        assert "13_real_model" in lines[lines.index(new) - 1]
    again = "the chapter after 14_my_topic.ipynb"
    with pytest.raises(ValueError, match=again):
        lesson.start(copy, "14_my_topic", "My topic")


def test_what_is_left_to_write_is_marked_in_all_parts():
    template = nbformat.read(lesson.TEMPLATES / "template.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in template.cells)
    assert text.count("«") == text.count("»")
    opening, *sections = re.split(r"^## ", text, flags=re.M)
    unmarked = [s.partition("\n")[0] for s in sections if "«" not in s]
    assert "«" in opening and not unmarked
