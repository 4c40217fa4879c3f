"""Make a virtual environment that holds exactly a lock file's packages, and this project.

Usage: ``python tools/make_venv.py FOLDER LOCKFILE``. Uses nothing but the standard library.
"""

import subprocess
import sys
import venv
from pathlib import Path

OLDEST = (3, 11)


def main(folder: Path, lock: Path) -> None:
    """Create ``folder`` anew; the file ``ready`` in it says that everything went well."""
    if sys.version_info < OLDEST:
        have = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Python {have} is too old; 3.11 or newer is needed: make PYTHON=python3.12 ...")
    try:
        venv.create(folder, clear=True, with_pip=True)
    except subprocess.CalledProcessError:
        sys.exit("Python's venv module is not complete here. On Debian: apt install python3-venv")
    pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    print(f"Installing {lock} into {folder} ...", flush=True)
    subprocess.run([*pip, "--require-hashes", "--requirement", lock], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", "."], check=True)
    (folder / "ready").touch()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
