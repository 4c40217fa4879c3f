"""One command points everything to a repository, and to none but that."""

import shutil
import subprocess
from pathlib import Path

import adopt
import nbformat
import pytest
import yaml
from the_book import CHAPTERS

ROOT = Path(__file__).parents[1]
FIRST, SECOND = "https://github.com/somebody/a-course", "https://github.com/else.where/fork"


@pytest.fixture
def copy(tmp_path):
    """What is published of this repository: its settings, its chapters, its pages."""
    for name in ("_config.yml", "CITATION.cff", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "book", tmp_path / "book", ignore=shutil.ignore_patterns("_ext"))
    return tmp_path


def texts(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.suffix in {".yml", ".cff", ".md", ".ipynb", ".toml"}
    }


def test_adopted_address_is_everywhere_and_the_last_one_only(copy):
    adopt.adopt(copy, FIRST)
    adopt.adopt(copy, SECOND + ".git")
    after = texts(copy)
    assert not [name for name, text in after.items() if FIRST in text]
    assert adopt.adopted(copy) == SECOND
    chapters = {f"book/{path.name}" for path in (ROOT / "book").glob("[0-9]*.ipynb")}
    holding = {name for name, text in after.items() if SECOND in text}
    assert holding == chapters | {"_config.yml", "CITATION.cff"}
    config = yaml.safe_load(after["_config.yml"])
    assert config["repository"]["url"] == SECOND
    assert set(config["launch_buttons"]) == {
        "thebe",
        "notebook_interface",
        "binderhub_url",
        "colab_url",
    }
    assert config["html"]["use_edit_page_button"] and config["html"]["use_repository_button"]
    assert yaml.safe_load(after["CITATION.cff"])["repository-code"] == SECOND


def test_without_an_address_there_are_no_buttons_that_need_one():
    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    if adopt.adopted(ROOT) is None:
        assert config["launch_buttons"] == {"thebe": False} and "repository" not in config
        assert not any(v for k, v in config["html"].items() if k.startswith("use_"))
        assert adopt.setup_cell(None, "") == adopt.IMPORTS


def test_setup_cell_installs_where_qkvlib_is_missing_and_only_there(copy, monkeypatch):
    adopt.adopt(copy, FIRST)
    notebook = nbformat.read(copy / "book" / CHAPTERS[0].name, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    run = []

    class Shell:
        def run_line_magic(self, magic, line):
            run.append((magic, line))

    names = {"get_ipython": Shell}
    exec(cell.source, names)
    assert run == [] and {"np", "qkv", "ex"} <= set(names)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    exec(cell.source, names)
    version = adopt.version(ROOT)
    assert run == [("pip", f"install -q --no-deps git+{FIRST}@v{version}")]


@pytest.mark.parametrize(
    "address",
    [
        FIRST,
        f"{FIRST}/",
        f"{FIRST}.git",
        "https://x-access-token:secret@github.com/somebody/a-course",
        "git@github.com:somebody/a-course.git",
        "ssh://git@github.com/somebody/a-course",
    ],
)
def test_address_is_read_as_people_and_git_write_it(address):
    assert adopt.on_github(address) == FIRST


@pytest.mark.parametrize("address", ["", "/srv/a-course", "https://example.org/a/b", FIRST + "/c"])
def test_address_of_another_place_is_none(address):
    assert adopt.on_github(address) is None


def test_origin_is_that_of_this_folder_and_of_none_around_it(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    assert adopt.origin(tmp_path) == ""
    subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", FIRST], check=True)
    assert adopt.origin(tmp_path) == FIRST
    (tmp_path / "unpacked").mkdir()
    assert adopt.origin(tmp_path / "unpacked") == ""


@pytest.mark.parametrize("address", ["", "somebody/a-course", "https://example.org/a/b"])
def test_what_is_no_address_is_refused(copy, address):
    before = texts(copy)
    with pytest.raises(ValueError, match=r"REPO: .* expected https://github\.com/OWNER/NAME"):
        adopt.adopt(copy, address)
    assert texts(copy) == before
