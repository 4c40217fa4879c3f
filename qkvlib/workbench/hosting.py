"""Python for the pages of a plain build: what Pyodide released comes from its own CDN, by its hash.

The book itself brings its packages, as wheels that are written here. The list of both is a lock in
Pyodide's own form, with the hashes of the release's core beside it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import zipfile
from importlib.machinery import PathFinder
from pathlib import Path

CDN = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
PIN = json.loads(Path(__file__).with_name("pyodide.json").read_text("utf-8"))
DATE = (2020, 1, 1, 0, 0, 0)
FOLDER = "workbench_python"  # in a built book's folder of static files


def own_packages(packages: list[str], places: list[str]) -> dict[str, dict[str, bytes]]:
    """The files of those packages that Pyodide has not released, looked for in some folders.

    Raises
    ------
    ValueError
        If one is found nowhere.
    """
    released = {name for entry in PIN["packages"].values() for name in entry["imports"]}
    return {name: sources(name, places) for name in packages if name not in released}


def edition(content: object) -> str:
    """What is other when the content is: browsers keep what has the same name."""
    return hashlib.sha256(repr(content).encode()).hexdigest()[:8]


def host(static: Path, own: dict[str, dict[str, bytes]]) -> dict[str, str]:
    """Write the book's own packages and the lock into its static files.

    Returns
    -------
    dict
        What pages must know: the ``place`` of Pyodide's core, and the ``lock``.
    """
    shutil.rmtree(static / FOLDER, ignore_errors=True)
    (static / FOLDER).mkdir(parents=True)
    url = CDN.format(version=PIN["info"]["version"])
    listed = {}
    for name, entry in PIN["packages"].items():
        listed[name] = {**entry, "file_name": url + entry["file_name"]}
    for name, files in own.items():
        version = f"0.{int(edition(files), 16)}"
        wheel = make_wheel(static / FOLDER, name, version, files)
        listed[name] = describe(wheel, name, [name], [])
    lock = json.dumps({"info": PIN["info"], "core": PIN["core"], "packages": listed})
    (static / FOLDER / "pyodide-lock.json").write_text(lock, encoding="utf-8")
    return {"place": url, "lock": f"_static/{FOLDER}/pyodide-lock.json?{edition(lock)}"}


def sources(name: str, places: list[str]) -> dict[str, bytes]:
    """The files of an importable package or module, by their paths in site-packages."""
    spec = PathFinder.find_spec(name, places)
    if spec is None or not spec.origin:
        raise ValueError(f"workbench_packages: {name!r}; expected importable packages")
    if not spec.submodule_search_locations:
        return {Path(spec.origin).name: Path(spec.origin).read_bytes()}
    folder = Path(spec.origin).parent
    found = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {
        file.relative_to(folder.parent).as_posix(): file.read_bytes()
        for file in found
        if "__pycache__" not in file.parts
    }


def describe(wheel: Path, name: str, imports: list[str], depends: list[str]) -> dict[str, object]:
    """The lock's entry for a pure wheel."""
    return {
        "name": name,
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": imports,
        "depends": depends,
        "unvendored_tests": False,
    }


def make_wheel(folder: Path, name: str, version: str, files: dict[str, bytes]) -> Path:
    """Write a pure wheel that holds `files` (path in site-packages to content)."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    tags = "Wheel-Version: 1.0\nGenerator: qkvlib\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {**files, f"{info}/METADATA": metadata.encode(), f"{info}/WHEEL": tags.encode()}
    record = "".join(f"{path},{digest(data)},{len(data)}\n" for path, data in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path, DATE), data, zipfile.ZIP_DEFLATED, 9)
    return wheel


def digest(data: bytes) -> str:
    """A hash as wheels write it."""
    sha256 = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
    return f"sha256={sha256.rstrip(b'=').decode()}"
