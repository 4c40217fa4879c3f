"""Put together the Python of the book's pages: a pinned Pyodide, NumPy, Matplotlib and qkvlib.

What a cell needs that draws nothing comes first; Matplotlib, its compiled modules and its list of
fonts come when a cell imports it.
"""

import zipfile
from pathlib import Path

from .assemble import CORE, PIN, describe, put_released, qkvlib_wheel, write_lock
from .compiled import LIBRARY, compile_imported
from .wheels import DATE, font_list, make_wheel

# What Matplotlib's wheel asks for and no drawing here uses.
UNUSED = {"matplotlib-pyodide"}
DRAWS = """
import os
os.environ["MPLBACKEND"] = "agg"
import matplotlib.pyplot, qkvlib.plots
matplotlib.pyplot.figure().savefig("a", format="svg")
"""


def assemble(folder: Path, venv: Path, cache: Path) -> int:
    """Fill `folder`; return how many bytes a browser loads before a cell that draws nothing."""
    packages = wanted("matplotlib")
    put_released(folder, packages, cache)
    add(packages, qkvlib_wheel(venv, folder), ["numpy"])
    fonts = {"matplotlib/fontlist.json": font_list(venv / "bin" / "python")}
    add(packages, make_wheel(folder, "fonts", "0", fonts), [])
    write_lock(folder, packages)
    drawing, first = {}, {}
    for path, code in compile_imported(folder, DRAWS).items():
        draws = not path.startswith(("numpy/", "qkvlib/")) or "/plots/" in path
        (drawing if draws else first)[path] = code
    drop_compiled_sources(folder / LIBRARY)
    add(packages, make_wheel(folder, "compiled", "0", first), [])
    add(packages, make_wheel(folder, "compiled_drawing", "0", drawing), [])
    packages["qkvlib"]["depends"] += ["compiled"]
    packages["matplotlib"]["depends"] += ["fonts", "compiled-drawing"]
    for entry in packages.values():
        entry["size"] = (folder / entry["file_name"]).stat().st_size  # for who waits
    write_lock(folder, packages)
    start = [*CORE, *(packages[name]["file_name"] for name in ("numpy", "qkvlib", "compiled"))]
    return sum((folder / name).stat().st_size for name in start)


def drop_compiled_sources(library: Path) -> None:
    """Leave the standard library without sources whose bytecode it has: nobody here reads them."""
    with zipfile.ZipFile(library) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(library, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            if f"{name}c" not in files:
                archive.writestr(zipfile.ZipInfo(name, DATE), data, zipfile.ZIP_DEFLATED)


def wanted(name: str) -> dict[str, dict]:
    """A package of the release and all that it depends on."""
    found, names = {}, [name]
    while names:
        if (name := names.pop()) not in found:
            entry = PIN["packages"][name]
            depends = [other for other in entry["depends"] if other not in UNUSED]
            found[name] = {**entry, "depends": depends}
            names += depends
    return found


def add(packages: dict[str, dict], wheel: Path, depends: list[str]) -> None:
    """Enter a pure wheel."""
    entry = describe(wheel)
    packages[entry["name"]] = {**entry, "depends": depends}
