"""Tests are imported by name, from several folders: a name that is there twice is another file."""

from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parent


def twice(paths):
    """Return the names of the modules that more than one of the folders has."""
    names = Counter(path.stem for path in paths if path.stem not in ("conftest", "__init__"))
    return sorted(name for name, times in names.items() if times > 1)


def test_no_two_files_have_one_name():
    assert twice(TESTS.rglob("*.py")) == []


def test_two_files_of_one_name_are_found():
    paths = [Path("checks/test_typed.py"), Path("browser/test_typed.py"), Path("test_heads.py")]
    assert twice([*paths, Path("conftest.py"), Path("browser/conftest.py")]) == ["test_typed"]
