"""Put together the Python of the book's pages: a pinned Pyodide, NumPy, Matplotlib and qkvlib.

What a cell needs that draws nothing comes first; Matplotlib, its compiled modules and its list of
fonts come when a cell imports it. Files are named by their content, so that browsers may keep them.
"""

import hashlib
import json
import shutil
from pathlib import Path

from qkvlib.workbench.hosting import PIN, describe, make_wheel, sources

from .archives import drop_compiled_sources, drop_samples
from .compiled import LIBRARY, compile_imported
from .fetch import fetch

ROOT = Path(__file__).parents[2]
LOCK = "pyodide-lock.json"
CORE = PIN["core"]
FIRST = [
    "numpy",
    "qkvlib",
    "compiled",
]  # with the core, what comes before a cell that draws nothing
DRAWS = """
import os
os.environ["MPLBACKEND"] = "agg"
import matplotlib.pyplot, qkvlib.plots
matplotlib.pyplot.figure().savefig("a", format="svg")
"""


def assemble(folder: Path, cache: Path) -> dict[str, object]:
    """Fill `folder`; return what a page must know of it.

    Returns
    -------
    dict
        The folder ``place`` of the core, the file ``lock``, both by their names in `folder`, and
        the ``bytes`` that a browser loads before a cell that draws nothing.
    """
    packages = wanted("matplotlib")
    put_released(folder, packages, cache)
    drop_samples(folder / packages["matplotlib"]["file_name"])
    add(packages, make_wheel(folder, "qkvlib", "0", sources("qkvlib", [str(ROOT)])), ["numpy"])
    write_lock(folder, packages)
    drawing, first = {}, {}
    for path, content in compile_imported(folder, DRAWS).items():
        draws = not path.startswith(("numpy/", "qkvlib/")) or "/plots/" in path
        (drawing if draws else first)[path] = content
    drop_compiled_sources(folder / LIBRARY)
    add(packages, make_wheel(folder, "compiled", "0", first), [])
    add(packages, make_wheel(folder, "compiled_drawing", "0", drawing), [])
    packages["qkvlib"]["depends"] += ["compiled"]
    packages["matplotlib"]["depends"] += ["compiled-drawing"]
    return name_by_content(folder, packages)


def put_released(folder: Path, packages: dict[str, dict], cache: Path) -> None:
    """Begin `folder` with Pyodide's core and packages of its release, each by its hash."""
    folder.mkdir(parents=True)
    hashes = {entry["file_name"]: entry["sha256"] for entry in packages.values()}
    files = CORE | hashes
    fetch(files, PIN["info"]["version"], cache)
    for name in files:
        shutil.copyfile(cache / name, folder / name)


def write_lock(folder: Path, packages: dict[str, dict]) -> Path:
    """Tell Pyodide which packages there are, as they are now."""
    for entry in packages.values():
        data = (folder / entry["file_name"]).read_bytes()
        entry["sha256"], entry["size"] = hashlib.sha256(data).hexdigest(), len(data)
    (folder / LOCK).write_text(json.dumps({"info": PIN["info"], "packages": packages}))
    return folder / LOCK


def name_by_content(folder: Path, packages: dict[str, dict]) -> dict[str, object]:
    """Give each file a name that says what is in it; the core, a folder of such a name."""
    for entry in packages.values():
        file = folder / entry["file_name"]
        entry["file_name"] = renamed(file, digest(file)).name
    lock = write_lock(folder, packages)
    lock = renamed(lock, digest(lock))
    core = folder / f"core-{digest(*(folder / name for name in CORE))}"
    core.mkdir()
    for name in CORE:
        (folder / name).rename(core / name)
    size = sum(file.stat().st_size for file in core.iterdir())
    size += sum(packages[name]["size"] for name in FIRST)
    return {"place": f"{core.name}/", "lock": lock.name, "bytes": size}


def renamed(file: Path, said: str) -> Path:
    """Put a word into a file's name, before its ending."""
    return file.rename(file.with_name(f"{file.stem}-{said}{file.suffix}"))


def digest(*files: Path) -> str:
    """Eight digits that are others when the content is."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def wanted(name: str) -> dict[str, dict]:
    """A package of the release and all that it depends on."""
    found, names = {}, [name]
    while names:
        if (name := names.pop()) not in found:
            entry = PIN["packages"][name]
            found[name] = {**entry, "depends": [*entry["depends"]]}
            names += entry["depends"]
    return found


def add(packages: dict[str, dict], wheel: Path, depends: list[str]) -> None:
    """Enter a pure wheel."""
    name = wheel.name.partition("-")[0].replace("_", "-")
    imports = ["qkvlib"] if name == "qkvlib" else []  # the others add to what is imported
    packages[name] = describe(wheel, name, imports, depends)
