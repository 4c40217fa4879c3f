"""The chapters of this book, for tests that ask for one of them by its word."""

from pathlib import Path

import order
import pytest

ROOT = Path(__file__).parents[1]
CHAPTERS = [ROOT / "book" / f"{order.stem(ROOT, word)}.ipynb" for word in order.words(ROOT)]


def chapter(word: str) -> str:
    """The name of a chapter's file; where `make cut` took the chapter out, the test is skipped."""
    if word in order.cut(ROOT):
        pytest.skip(f"make cut took {word} out of this book", allow_module_level=True)
    return order.stem(ROOT, word)
