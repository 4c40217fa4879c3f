"""Write the repository's public address into the few places that hold it: ``make adopt``.

The address is that of the git remote ``origin``, unless another is given: ``make adopt REPO=…``.

Without an address there are no buttons that need one: a link to nowhere is worse than none. With
one, pages link to their source, to Colab and to Binder, and the setup cell of each notebook
installs `qkvlib` where it is missing. A fork runs this with its own address.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).parents[1]
# As people write it, as git takes it, and as a CI may have it: with a password, which is dropped.
ADDRESS = re.compile(
    r"(?:https://(?:[^/@]+@)?|ssh://git@|git@)github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?"
)
MARK = "# What follows is written by `make adopt`.\n"
IMPORTS = "import numpy as np\nimport qkvlib as qkv\nfrom qkvlib import examples as ex"
FOLDED = {
    "tags": ["hide-cell"],
    "mystnb": {"code_prompt_show": "Show the setup", "code_prompt_hide": "Hide the setup"},
}
CONFIG = """\
repository:
  url: {address}
  branch: main
launch_buttons:
  thebe: false
  notebook_interface: jupyterlab
  binderhub_url: https://mybinder.org
  colab_url: https://colab.research.google.com
"""
PUBLISHED = re.compile(r"^(  baseurl): .*$", re.M)
BUTTONS = ("use_repository_button", "use_edit_page_button", "use_issues_button")


def adopt(root: Path, address: str) -> None:
    """Point everything below `root` to `address`."""
    given, address = address, on_github(address)
    if not address:
        raise ValueError(f"REPO: {given!r}; expected https://github.com/OWNER/NAME")
    rewrite(root / "_config.yml", CONFIG.format(address=address))
    owner, name = address.split("/")[-2:]
    config = (root / "_config.yml").read_text()
    for button in BUTTONS:
        config = re.sub(rf"^  {button}: .*$", f"  {button}: true", config, flags=re.M)
    config = PUBLISHED.sub(rf'\1: "https://{owner.lower()}.github.io/{name}/"', config)
    (root / "_config.yml").write_text(config)
    rewrite(root / "CITATION.cff", f'repository-code: "{address}"\n')
    setup = setup_cell(address, version(root))
    for path in sorted((root / "book").glob("[0-9][0-9]_*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        first = next(cell for cell in notebook.cells if cell.cell_type == "code")
        first.source, first.metadata = setup, FOLDED
        nbformat.write(notebook, path)


def origin(root: Path) -> str:
    """The address of the remote of that name; an empty string if this is no clone or has none."""
    if not (root / ".git").exists() or not shutil.which("git"):
        return ""  # git itself would look for a repository around this folder
    command = ["git", "-C", root, "remote", "get-url", "origin"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def on_github(address: str) -> str | None:
    """The same as https://github.com/OWNER/NAME; None if it is no address there."""
    found = ADDRESS.fullmatch(address)
    return found and f"https://github.com/{found[1]}"


def rewrite(path: Path, text: str) -> None:
    """Put `text` at the end of a file, in place of what was put there before."""
    path.write_text(path.read_text().partition(MARK)[0] + MARK + text)


def version(root: Path) -> str:
    """The library's version, which is also its tag's name."""
    return re.search(r'^version = "(.+)"$', (root / "pyproject.toml").read_text(), re.M)[1]


def setup_cell(address: str | None, version: str) -> str:
    """The first code cell of every notebook. Where `qkvlib` is there, it only imports."""
    if address is None:
        return IMPORTS
    pip = f"install -q --no-deps git+{address}@v{version}"
    have = '__import__("importlib.util").util.find_spec("qkvlib")'
    return (
        f'{have} or get_ipython().run_line_magic("pip", "{pip}")  # noqa: E501 # fmt: skip\n'
        "import numpy as np, qkvlib as qkv\n"
        "from qkvlib import examples as ex"
    )


def adopted(root: Path) -> str | None:
    """The address that was written, if one was."""
    settings = yaml.safe_load((root / "_config.yml").read_text())
    return settings.get("repository", {}).get("url")


if __name__ == "__main__":
    try:
        adopt(ROOT, "".join(sys.argv[1:]) or origin(ROOT))
    except ValueError as error:
        sys.exit(str(error))
