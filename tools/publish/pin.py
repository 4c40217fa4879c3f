"""Pin the Pyodide that the site carries: write ``pyodide.json`` from an official release.

Usage: ``PYTHONPATH=tools python -m publish.pin FOLDER``, where FOLDER is the unpacked npm package
``pyodide``: it holds the core and the official lock, which names every package file with its
SHA-256.
"""

import hashlib
import json
import sys
from pathlib import Path

PIN = Path(__file__).parents[2] / "qkvlib" / "workbench" / "pyodide.json"
CORE = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
# What the chapters import, and what that depends on without ever using it here.
WANTED = ("matplotlib", "numpy")
UNUSED = {"fonttools", "matplotlib-pyodide", "pytz"}


def pin(release: Path) -> dict:
    """The core files and the packages wanted, with all that these depend on."""
    lock = json.loads((release / "pyodide-lock.json").read_text())
    packages: dict[str, dict] = {}
    wanted = list(WANTED)
    while wanted:
        name = wanted.pop().lower().replace("_", "-")
        if name not in packages:
            entry = lock["packages"][name]
            depends = [other for other in entry["depends"] if other not in UNUSED]
            packages[name] = {**entry, "depends": depends}
            wanted += depends
    core = {name: hashlib.sha256((release / name).read_bytes()).hexdigest() for name in CORE}
    return {"info": lock["info"], "core": core, "packages": dict(sorted(packages.items()))}


if __name__ == "__main__":
    text = json.dumps(pin(Path(sys.argv[1])), indent=1)
    PIN.write_text(text + "\n")
