"""What several tests need: attentions that are wrong, the real model, built books, a browser."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qkvlib import _formula, load_decoder, load_vocabulary, load_weights
from qkvlib.models.files import ModelNotFoundError

softmax, write_masks = _formula.softmax, _formula.write_masks


def read_the_other_way_round(scores, masks):
    return write_masks(scores, [~mask if mask.dtype == bool else mask for mask in masks])


WRONG = {
    "scaled by d_k": ("_formula.as_scale", lambda scale, d_k: scale or 1 / d_k),
    "True means hidden": ("_formula.write_masks", read_the_other_way_round),
    "causal at the bottom right": (
        "_formula.causal",
        lambda n_q, n_k, q_start: np.tri(n_q, n_k, n_k - n_q, dtype=bool),
    ),
    "softmax over the queries": ("_formula.softmax", lambda scores: softmax(scores, axis=-2)),
    "a large number for -inf": (
        "_formula.softmax",
        lambda scores: softmax(np.maximum(scores, -1e4)),
    ),
}


@pytest.fixture(params=WRONG)
def wrong_attention(request, monkeypatch):
    """Let every attention of the library make one mistake."""
    name, wrong = WRONG[request.param]
    monkeypatch.setattr(f"qkvlib.{name}", wrong)


@pytest.fixture(scope="session")
def real_model():
    """The weights and vocabulary of the real model; skips where it is not installed."""
    try:
        return load_weights(), load_vocabulary()
    except ModelNotFoundError as error:
        pytest.skip(str(error).partition(". ")[0])


@pytest.fixture(scope="session")
def language_model():
    """The decoder and its tokenizer; skips where they are not installed."""
    try:
        return load_decoder()
    except ModelNotFoundError as error:
        pytest.skip(str(error).partition(". ")[0])


@pytest.fixture(scope="session")
def build_book():
    """A function that builds the book in a folder; a warning fails. It gives the process, ended."""

    def build(folder):
        jupyter_book = Path(sys.executable).with_name("jupyter-book")
        command = [jupyter_book, "build", "--warningiserror", "--keep-going", folder]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return build


# Imported in the fixtures, since the tests of the library run where none of it is installed.
@pytest.fixture(scope="session")
def playwright():
    """Playwright starts once in a process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright):
    """Chromium, without a window."""
    import browsers

    browser = browsers.launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session", params=["chromium", "firefox", "webkit"])
def engine(request, playwright):
    """Chromium, Firefox and WebKit in turn, each with one page; see browser/engines.py."""
    import engines

    paths = engines.get_or_skip(request.param)
    with engines.start(request.param, paths, playwright) as engine:
        yield engine
