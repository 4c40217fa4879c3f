"""No import compares the site's bytecode with its source; here it is done."""

import _imp
import importlib.util
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "_build" / "site" / "python"
RELEASED = ROOT / ".pyodide" / "python_stdlib.zip"  # with all sources
UNCHECKED_HASH = 1  # the flags of PEP 552


def test_packages():
    compiled, sources = {}, {}
    for wheel in FOLDER.glob("*.whl"):
        part = compiled if wheel.name.startswith("compiled") else sources
        part |= contents(wheel)
    pairs = {
        name: importlib.util.source_from_cache(name) for name in compiled if "/__pycache__/" in name
    }
    compare(compiled, sources, pairs)
    for package in ("matplotlib", "numpy", "qkvlib"):
        assert f"{package}/__init__.py" in pairs.values()


def test_standard_library():
    library = contents(next(FOLDER.glob("core-*/python_stdlib.zip")))
    pairs = {name: name[:-1] for name in library if name.endswith(".pyc")}
    compare(library, contents(RELEASED), pairs)
    assert {"asyncio/__init__.py", "typing.py"} <= set(pairs.values())


def test_bytecode_of_another_source_is_found():
    code = pyc(magic=3531, source=b"x = 1")
    compare({"x.pyc": code}, {"x.py": b"x = 1"}, {"x.pyc": "x.py"})
    with pytest.raises(AssertionError):
        compare({"x.pyc": code}, {"x.py": b"x = 2"}, {"x.pyc": "x.py"})


def pyc(magic, source):
    """The head of a compiled file: Python's number, how to check it, a hash of the source."""
    head = (number.to_bytes(4, "little") for number in (magic, UNCHECKED_HASH))
    return b"".join([*head, _imp.source_hash(magic, source)])


def contents(archive):
    with zipfile.ZipFile(archive) as files:
        return {name: files.read(name) for name in files.namelist()}


def compare(compiled, sources, pairs):
    for made, source in pairs.items():
        magic = int.from_bytes(compiled[made][:4], "little")
        assert compiled[made][:16] == pyc(magic, sources[source]), made
