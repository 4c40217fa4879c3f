"""All that readers meet, prose and docstrings, is in American spelling."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READ = ("*.md", "book/**/*.md", "book/**/*.ipynb", "book/**/*.py", "qkvlib/**/*.py")
BRITISH = re.compile(r"\b(colour|neighbour|behaviour|normalis|optimis|centre|grey|modell)", re.I)


@pytest.mark.parametrize("pattern", READ)
def test_it_speaks_american(pattern):
    files = sorted(ROOT.glob(pattern))
    assert files
    assert not [file.name for file in files if BRITISH.search(file.read_text())]


def test_british_spelling_is_found():
    assert BRITISH.search("Two neighbours of one Colour.")
