"""Run the library's tests and all notebooks on every Python found, with old and new packages.

Usage: ``python tools/matrix.py FOLDER``; the environments are kept in FOLDER.
"""

import subprocess
import sys
from pathlib import Path

from pythons import find

ROOT = Path(__file__).parents[1]
# Old packages have no wheels for new Pythons, and Colab has one Python.
PYTHONS = {"oldest": ["3.11", "3.12"], "newest": ["3.11", "3.12", "3.13"], "colab": ["3.13"]}
SHOWN = ["numpy", "matplotlib", "ipywidgets", "ipython"]
# What runs the tests; what the library needs is what varies.
RUNNER = ["pytest", "pytest-xdist", "hypothesis", "nbval", "ipykernel", "flit_core>=3.9,<4"]
# Tests of the library; those of the book's tools have one lock.
TESTS = [
    *("qkvlib", "tests/checks", "tests/explorer", "tests/plots"),
    *("tests/test_properties.py", "tests/test_bad_input.py"),
    *(f"tests/test_{module.stem}.py" for module in ROOT.glob("qkvlib/[a-z]*.py")),
]
# Releases of different years warn of each other.
PYTEST = ["pytest", "-q", "-n2", "--dist=loadfile", "-W", "ignore::DeprecationWarning"]
LIBRARY = ["--ignore=qkvlib/explorer/sphinx_ext.py"]  # needs what builds the book
NBVAL = ["-o", "addopts=", "--nbval", "--nbval-sanitize-with", "tests/nbval.cfg"]


def main(folder: Path) -> int:
    """Print a row for each environment; return how many failed."""
    show(["packages", "Python", *SHOWN, "tests", "notebooks"])
    failed = 0
    for packages, versions in PYTHONS.items():
        for version in versions:
            cells = run(folder, packages, version)
            show([packages, version, *cells])
            failed += "failed" in cells
    return failed


def show(row: list[str]) -> None:
    """Print a row as soon as it is known."""
    print(*(f"{cell:<12}" for cell in row), flush=True)


def run(folder: Path, packages: str, version: str) -> list[str]:
    """Return the versions that are in one environment, and what came of its tests."""
    base = find(version)
    if not base:
        return ["no such Python here"]
    place = folder / f"{packages}-{version}"
    subprocess.run([base, "-m", "venv", "--clear", place], check=True)
    python = place / "bin" / "python"
    pins = ["-r", ROOT / f"tests/{packages}.txt"] if packages != "newest" else SHOWN
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    subprocess.run([*pip, *RUNNER, *pins], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", ROOT], check=True)
    names = f"from importlib.metadata import version as v\nfor n in {SHOWN}: print(v(n))"
    versions = subprocess.run([python, "-c", names], capture_output=True, text=True, check=True)
    notebooks = sorted(ROOT.glob("book/*.ipynb"))
    tests = [path for path in TESTS if (ROOT / path).exists()]
    return [
        *versions.stdout.split(),
        outcome([python, "-m", *PYTEST, *LIBRARY, *tests], folder / f"{place.name}.tests.log"),
        outcome(
            [python, "-m", *PYTEST, *NBVAL, *notebooks], folder / f"{place.name}.notebooks.log"
        ),
    ]


def outcome(command: list, log: Path) -> str:
    """Run a command; what it prints goes to `log`."""
    with log.open("w") as file:
        done = subprocess.run(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, check=False)
    return "failed" if done.returncode else "passed"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
