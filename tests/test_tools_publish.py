"""What the site is made with: only pinned bytes go in, and the same bytes come out."""

import hashlib
import json
import re
import zipfile
from html import escape

import pytest
from publish import archives, build, fetch, lines, pin, python

from qkvlib.workbench import hosting

CONTENT = b"Pyodide"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server(tmp_path):
    """A CDN of one file."""
    folder = tmp_path / "cdn"
    folder.mkdir()
    (folder / "a.whl").write_bytes(CONTENT)
    return folder.as_uri() + "/"


def test_file_with_the_pinned_hash_is_taken_once(tmp_path, server):
    fetch.fetch({"a.whl": SHA256}, "1", tmp_path / "cache", url=server)
    assert (tmp_path / "cache/a.whl").read_bytes() == CONTENT
    fetch.fetch({"a.whl": SHA256}, "1", tmp_path / "cache", url="file:///nowhere/")


def test_file_with_another_hash_is_refused_and_named(tmp_path, server):
    with pytest.raises(fetch.FetchError, match=f"a.whl: sha256 {SHA256}; expected {'0' * 64}"):
        fetch.fetch({"a.whl": "0" * 64}, "1", tmp_path / "cache", url=server)
    assert not (tmp_path / "cache/a.whl").exists()


def test_file_that_was_changed_since_is_refused(tmp_path, server):
    fetch.fetch({"a.whl": SHA256}, "1", tmp_path / "cache", url=server)
    (tmp_path / "cache/a.whl").write_bytes(b"else")
    with pytest.raises(fetch.FetchError, match=r"a\.whl: sha256 .*; expected"):
        fetch.fetch({"a.whl": SHA256}, "1", tmp_path / "cache", url=server)


def test_file_that_nobody_has_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "CARRIER", "no-package-is-named-so==0")
    with pytest.raises(fetch.FetchError, match=r"neither .* nor the package index has a\.whl"):
        fetch.fetch({"a.whl": SHA256}, "1", tmp_path / "cache", url="file:///nowhere/")


def test_wheel_is_the_same_each_time_and_lists_what_it_holds(tmp_path):
    (tmp_path / "again").mkdir()
    first = hosting.make_wheel(tmp_path, "small", "1.0", {"small/data.json": b"{}"})
    again = hosting.make_wheel(tmp_path / "again", "small", "1.0", {"small/data.json": b"{}"})
    assert first.read_bytes() == again.read_bytes()
    with zipfile.ZipFile(first) as archive:
        record = archive.read("small-1.0.dist-info/RECORD").decode()
        assert set(archive.namelist()) == {line.split(",")[0] for line in record.split()}


def test_pin_follows_what_packages_depend_on(tmp_path):
    entries = {
        "matplotlib": {"depends": ["numpy", "python_dateutil", "pytz"], "sha256": "3"},
        "numpy": {"depends": [], "sha256": "4"},
        "python-dateutil": {"depends": [], "sha256": "5"},
        "pytz": {"depends": [], "sha256": "6"},
        "scipy": {"depends": ["numpy"], "sha256": "7"},
    }
    lock = {"info": {"version": "1"}, "packages": entries}
    (tmp_path / "pyodide-lock.json").write_text(json.dumps(lock))
    for name in pin.CORE:
        (tmp_path / name).write_bytes(CONTENT)
    pinned = pin.pin(tmp_path)
    assert set(pinned["packages"]) == set(entries) - {"pytz", "scipy"}
    assert pinned["packages"]["matplotlib"]["depends"] == ["numpy", "python_dateutil"]
    assert set(pinned["core"].values()) == {SHA256}


def test_all_that_is_fetched_is_pinned():
    pinned = hosting.PIN
    hashes = [*pinned["core"].values(), *(e["sha256"] for e in pinned["packages"].values())]
    assert all(re.fullmatch("[0-9a-f]{64}", sha256) for sha256 in hashes)


def test_button_comes_after_the_title_that_readers_see():
    page = '<h1>For print</h1><article class="bd-article"><h1>Title</h1><p>Text</p></article>'
    assert lines.insert(page, "<p>Run</p>", "x").endswith(
        "<h1>Title</h1><p>Run</p><p>Text</p></article>"
    )


def test_handouts_come_after_what_the_page_opens_with():
    page = '<article class="bd-article"><h1>Title</h1><p>Text</p><section id="a">\n<h2>A</h2>'
    changed = lines.insert(page, "<p>Take it</p>", "x", lines.OPENING)
    assert '<p>Text</p><p>Take it</p><section id="a">' in changed


def test_page_without_a_title_is_named():
    with pytest.raises(ValueError, match=r"04\.html: no place"):
        lines.insert("<p>Text</p>", "<p>Run</p>", "04.html")


def test_sources_stay_where_there_is_no_bytecode(tmp_path):
    with zipfile.ZipFile(tmp_path / "library.zip", "w") as archive:
        for name in ("a.py", "a.pyc", "b.py", "c/data.txt"):
            archive.writestr(name, name)
    archives.drop_compiled_sources(tmp_path / "library.zip")
    with zipfile.ZipFile(tmp_path / "library.zip") as archive:
        left = {name: archive.read(name).decode() for name in archive.namelist()}
    assert left == {name: name for name in ("a.pyc", "b.py", "c/data.txt")}


def test_matplotlib_comes_without_samples(tmp_path):
    files = {"matplotlib/a.py": b"a", "matplotlib/mpl-data/sample_data/b.csv": b"b"}
    wheel = hosting.make_wheel(tmp_path, "matplotlib", "1", files)
    archives.drop_samples(wheel)
    with zipfile.ZipFile(wheel) as archive:
        assert "matplotlib/a.py" in archive.namelist()
        assert "matplotlib/mpl-data/sample_data/b.csv" not in archive.namelist()


def test_pages_have_matplotlib_without_what_no_drawing_uses():
    packages = python.wanted("matplotlib")
    assert {"matplotlib", "numpy", "pillow", "six"} <= set(packages)
    assert "matplotlib-pyodide" not in packages
    packages["matplotlib"]["depends"].append("more")
    assert "more" not in python.wanted("matplotlib")["matplotlib"]["depends"]


def test_a_file_with_other_content_has_another_name(tmp_path):
    def named(folder, content):
        folder.mkdir()
        for name in python.CORE:
            (folder / name).write_bytes(b"core")
        packages = {}
        for name in ("numpy", "qkvlib", "compiled"):
            files = {f"{name}.py": content if name == "numpy" else b""}
            python.add(packages, hosting.make_wheel(folder, name, "1", files), [])
        found = python.name_by_content(folder, packages)
        lock = json.loads((folder / found["lock"]).read_text())
        for entry in lock["packages"].values():
            data = (folder / entry["file_name"]).read_bytes()
            assert (entry["sha256"], entry["size"]) == (hashlib.sha256(data).hexdigest(), len(data))
        assert (folder / found["place"] / "pyodide.js").exists()
        return found, {name: entry["file_name"] for name, entry in lock["packages"].items()}

    (one, first), (again, same), (other, second) = (
        named(tmp_path / str(place), content) for place, content in enumerate([b"1", b"1", b"2"])
    )
    assert (one, first) == (again, same)
    assert other["place"] == one["place"] and other["lock"] != one["lock"]
    assert [name for name in first if first[name] != second[name]] == ["numpy"]


@pytest.mark.parametrize("plain", ["null", "{&quot;place&quot;:&quot;https://a&quot;}"])
def test_pages_are_told_where_python_is(tmp_path, plain):
    (tmp_path / "book").mkdir()
    page = tmp_path / "book" / "a.html"
    page.write_text(f'<meta content="{{&quot;python&quot;:{plain}}}">')
    build.turn_on(tmp_path, {"place": "core-1/", "lock": "lock.json", "bytes": 7})
    said = {"place": "python/core-1/", "lock": "python/lock.json", "bytes": 7}
    here = escape(json.dumps({"python": said}, separators=(",", ":")))
    assert page.read_text() == f'<meta content="{here}">'
