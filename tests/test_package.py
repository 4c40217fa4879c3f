"""What `import qkvlib` gives, and what it does not do."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import qkvlib


def test_every_name_is_there():
    assert [name for name in qkvlib.__all__ if not hasattr(qkvlib, name)] == []


def test_version_is_that_of_the_package():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    assert qkvlib.__version__ == project["version"]


def test_name_that_is_not_there_is_named():
    with pytest.raises(AttributeError, match="no attribute 'attenton'"):
        qkvlib.attenton  # noqa: B018


@pytest.mark.parametrize("use, imported", [("", False), ("; qkvlib.plots", True)])
def test_matplotlib_waits_for_the_first_picture(use, imported):
    code = (
        f"import sys, qkvlib{use}; print('matplotlib' in sys.modules, 'ipywidgets' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(imported), "False"]
