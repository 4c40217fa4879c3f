"""Write the repository's public address into the few places that hold it: ``make adopt``.

The address is that of the git remote ``origin``, unless another is given: ``make adopt REPO=…``.

Without an address there are no buttons that need one: a link to nowhere is worse than none. With
one, pages link to their source, to Colab and to Binder, and the setup cell of each notebook
installs `qkvlib` where it is missing. A fork runs this with its own address.
"""

import re
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
ADDRESS = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+")
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
BUTTONS = re.compile(r"^(  use_(?:repository|edit_page|issues)_button): .*$", re.M)


def adopt(root: Path, address: str) -> None:
    """Point everything below `root` to `address`."""
    address = address.removesuffix("/").removesuffix(".git")
    if not ADDRESS.fullmatch(address):
        raise ValueError(f"REPO: {address!r}; expected https://github.com/OWNER/NAME")
    rewrite(root / "_config.yml", CONFIG.format(address=address))
    owner, name = address.split("/")[-2:]
    config = BUTTONS.sub(r"\1: true", (root / "_config.yml").read_text())
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
    """The address of the remote of that name; an empty string if there is none."""
    command = ["git", "-C", root, "remote", "get-url", "origin"]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return re.sub(r"^(?:ssh://)?git@github\.com[:/]", "https://github.com/", found)


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
    found = re.search(r"^repository:\n  url: (\S+)", (root / "_config.yml").read_text(), re.M)
    return found and found[1]


if __name__ == "__main__":
    try:
        adopt(ROOT, "".join(sys.argv[1:]) or origin(ROOT))
    except ValueError as error:
        sys.exit(str(error))
