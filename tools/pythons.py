"""Find the Pythons of a machine: those on the PATH, and pyenv's.

Usage: ``python tools/pythons.py 3.13`` prints the command of that Python, or of the one that runs
this where there is none.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def find(version: str, home: Path | None = None) -> str | None:
    """Return a working Python of `version`, such as ``"3.13"``, or None."""
    home = home or Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    pyenv = sorted(home.glob(f"versions/{version}.*/bin/python{version}"))
    on_path = shutil.which(f"python{version}")
    return next(filter(works, [*filter(None, [on_path]), *map(str, pyenv)]), None)


def works(python: str) -> bool:
    """Whether it runs and can make a virtual environment; pyenv's shims and Debian's may not."""
    run = [python, "-c", "import ensurepip, venv"]
    return subprocess.run(run, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    print(find(sys.argv[1]) or sys.executable)
