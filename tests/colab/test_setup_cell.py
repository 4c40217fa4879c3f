"""What the setup cell does on Colab: it installs the library, and touches nothing that is there."""

import re
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import adopt

ROOT = Path(__file__).parents[2]
ADDRESS = "https://github.com/somebody/a-course"


def installed(*folders):
    return {found.metadata["Name"]: found.version for found in distributions(path=folders)}


def test_it_installs_the_tagged_library_and_no_other_package(tmp_path):
    version = adopt.version(ROOT)
    repository, site = tmp_path / "repository", tmp_path / "site"
    git = ["git", "-C", repository, "-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", "clone", "-q", ROOT, repository], check=True)
    subprocess.run([*git, "tag", "-f", f"v{version}"], check=True, capture_output=True)
    command = re.search(r'"pip", "(.+?)"', adopt.setup_cell(ADDRESS, version))[1]
    arguments = command.replace(ADDRESS, repository.as_uri()).split()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    before = installed(*sys.path)
    subprocess.run([*pip, *arguments, "--target", site], check=True)
    assert installed(*sys.path) == before and before["ipywidgets"] == "7.7.1"
    assert installed(str(site)) == {"qkvlib": version}
    shown = "import qkvlib as qkv; print(qkv.__file__); qkv.check_score(lambda q, k: q @ k)"
    run = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(site)!r}); {shown}"]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(site))
