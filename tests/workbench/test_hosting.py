"""What a plain build brings of Python, and what it names of Pyodide's own server."""

import json
import sys
import zipfile

import pytest

from qkvlib.workbench import hosting


def test_lock_names_others_files_by_their_hash_and_brings_the_books(tmp_path):
    (tmp_path / "mine.py").write_text("x = 1")
    (tmp_path / "many" / "__pycache__").mkdir(parents=True)
    for name in ("__init__.py", "data.json", "__pycache__/a.pyc"):
        (tmp_path / "many" / name).write_text("")
    own = hosting.own_packages(["numpy", "mine", "many"], [str(tmp_path)])
    assert {name: list(files) for name, files in own.items()} == {
        "mine": ["mine.py"],
        "many": ["many/__init__.py", "many/data.json"],
    }
    said = hosting.host(tmp_path, own)
    path = said["lock"].removeprefix("_static/").partition("?")[0]
    lock = json.loads((tmp_path / path).read_text())
    assert lock["core"] == hosting.PIN["core"]
    assert lock["packages"]["numpy"]["file_name"].startswith(said["place"] + "numpy-")
    wheel = (tmp_path / path).parent / lock["packages"]["mine"]["file_name"]
    assert zipfile.ZipFile(wheel).read("mine.py") == b"x = 1"
    (tmp_path / "mine.py").write_text("x = 2")
    own = hosting.own_packages(["mine"], [str(tmp_path)])
    assert hosting.host(tmp_path, own)["lock"] != said["lock"]
    assert not wheel.exists(), "a browser that kept the old one must not find it by the new name"


def test_a_package_that_is_nowhere_is_named():
    with pytest.raises(ValueError, match="workbench_packages: 'no_such_package'"):
        hosting.own_packages(["no_such_package"], sys.path)
