"""No import compares the site's bytecode with its source; here it is done."""

import _imp
import importlib.util
import zipfile
from pathlib import Path

import pytest

PYODIDE = Path(__file__).parents[2] / "_build" / "site" / "lite" / "static" / "pyodide"
UNCHECKED_HASH = 1  # the flags of PEP 552


def test_packages():
    (wheel,) = PYODIDE.glob("compiled-*.whl")
    compiled, sources = contents(wheel), {}
    for other in PYODIDE.glob("*.whl"):
        sources |= contents(other) if other != wheel else {}
    pairs = {
        name: importlib.util.source_from_cache(name) for name in compiled if "/__pycache__/" in name
    }
    compare(compiled, sources, pairs)
    for package in ("IPython", "matplotlib", "numpy", "qkvlib"):
        assert f"{package}/__init__.py" in pairs.values()


def test_standard_library():
    library = contents(PYODIDE / "python_stdlib.zip")
    pairs = {name: name[:-1] for name in library if name.endswith(".pyc")}
    compare(library, library, pairs)
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
