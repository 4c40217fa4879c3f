"""Put together a Pyodide that knows this course: the pinned release, and `qkvlib` in its lock.

Pyodide loads what a cell imports by its lock, so with an entry there `import qkvlib` needs no
install line.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .compiled import compile_imported
from .fetch import CDN, fetch
from .wheels import font_list, make_wheel

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PIN = json.loads((HERE / "pyodide.json").read_text())
VERSION = PIN["info"]["version"]
CORE = PIN["core"]
IMPORTED = "import ipywidgets, matplotlib.pyplot, pyodide_kernel"
EPOCH = "1577836800"  # the date in every archive that is made here, so that bytes repeat
KERNEL = "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"

# The kernel asks for these by name and no chapter uses them: 4 MB that are empty packages here.
EMPTY = ("jedi", "ssl")
# Pure Python packages that the release does not have: what each imports, and needs.
PURE = {
    "comm": (["comm"], ["traitlets"]),
    "ipykernel": (["ipykernel"], []),
    "ipywidgets": (["ipywidgets"], ["comm", "ipython", "traitlets"]),
    "piplite": (["piplite"], ["micropip"]),
    "pyodide-kernel": (["pyodide_kernel"], ["comm", "ipykernel", "ipython"]),
    "qkvlib": (["qkvlib"], ["ipywidgets", "matplotlib", "numpy"]),
    "matplotlib-fonts": ([], ["matplotlib"]),
    **{name: ([], []) for name in EMPTY},
}


def assemble(folder: Path, venv: Path, cache: Path, own: bool = True) -> list[str]:
    """Fill `folder`; return the names of all packages.

    Without `own`, browsers get what Pyodide released from its CDN.
    """
    released = {name: dict(entry) for name, entry in PIN["packages"].items()}
    put_released(folder, released, cache)
    packages = released | described(pure_wheels(venv, folder))
    write_lock(folder, packages)
    packages |= described([make_wheel(folder, "compiled", "0", compile_imported(folder, IMPORTED))])
    if not own:
        for entry in released.values():
            (folder / entry["file_name"]).unlink()
            entry["file_name"] = CDN.format(version=VERSION) + entry["file_name"]
    write_lock(folder, packages)
    return sorted(packages)


def put_released(folder: Path, packages: dict[str, dict], cache: Path) -> None:
    """Begin `folder` with Pyodide's core and packages of its release, each by its hash."""
    folder.mkdir(parents=True)
    files = CORE | {entry["file_name"]: entry["sha256"] for entry in packages.values()}
    fetch(files, VERSION, cache)
    for name in files:
        shutil.copyfile(cache / name, folder / name)


def write_lock(folder: Path, packages: dict[str, dict]) -> None:
    """Tell Pyodide which packages there are."""
    lock = {"info": PIN["info"], "packages": packages}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))


def described(wheels: list[Path]) -> dict[str, dict]:
    """The lock's entries for pure wheels, by name."""
    return {entry["name"]: entry for entry in map(describe, wheels)}


def describe(wheel: Path) -> dict:
    """The lock's entry for a pure wheel."""
    name, version = wheel.name.split("-")[:2]
    name = name.replace("_", "-")
    imports, depends = PURE.get(name, ([], []))  # "compiled" only adds to what others import
    return {
        "name": name,
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": imports,
        "depends": depends,
        "unvendored_tests": False,
    }


def pure_wheels(venv: Path, folder: Path) -> list[Path]:
    """Put into `folder` the kernel's own wheels, those that the lock pins, and qkvlib's."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pinned:
        pinned.write("".join(map(locked, ("comm", "ipywidgets"))))
        pinned.flush()
        get = ["download", "--no-deps", "--require-hashes", "--requirement", pinned.name]
        pip(venv, *get, "--dest", folder)
    qkvlib_wheel(venv, folder)
    for name in EMPTY:
        make_wheel(folder, name, "0", {})
    # Pyodide's matplotlib looks here for the list that it would else make at every start.
    fonts = {"matplotlib/fontlist.json": font_list(venv / "bin" / "python")}
    make_wheel(folder, "matplotlib_fonts", "0", fonts)
    wheels = []
    for name in PURE:
        file = name.replace("-", "_")
        for wheel in (venv / KERNEL).glob(f"{file}-*.whl"):
            shutil.copy(wheel, folder)
        (wheel,) = folder.glob(f"{file}-*.whl")
        wheels.append(wheel)
    return wheels


def qkvlib_wheel(venv: Path, folder: Path) -> Path:
    """Build the wheel of this course's package."""
    pip(venv, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (wheel,) = folder.glob("qkvlib-*.whl")
    wheel.chmod(0o644)  # pip's own is for one user
    return wheel


def pip(venv: Path, *command: str | Path) -> None:
    """Run pip in an environment."""
    program = [venv / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    subprocess.run([*program, *command], check=True, env=environment)


def locked(name: str) -> str:
    """The lock's lines for a package: its version and its hashes."""
    lock = (HERE / "requirements.lock").read_text()
    return re.search(rf"^{name}==.*?(?=^\S|\Z)", lock, re.M | re.S)[0]
