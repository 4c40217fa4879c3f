"""Notebooks of learners, good and bad, and the grader that meets them."""

import ast
import contextlib
import json

import pytest

from qkvlib.grade import Grader, exercises, nursery

SETUP = "import numpy as np\nimport qkvlib as qkv"
RIGHT = [
    "def score(q, k):\n    return q @ k\n\n\nqkv.check_score(score)",
    "def dots(q, k):\n    return q @ np.swapaxes(k, -1, -2)\n\n\nqkv.check_attention_scores(dots)",
    "def parts(q, k):\n"
    "    lengths = np.outer(np.linalg.norm(q, axis=-1), np.linalg.norm(k, axis=-1))\n"
    "    return lengths, q @ k.T / lengths\n\n\n"
    "qkv.check_score_parts(parts)",
]


# Two chapters with their exercises: the grader's own tests hang on no book.
LISTED = {
    "scores": ["check_score", "check_attention_scores", "check_score_parts"],
    "softmax": ["check_softmax", "check_attention_weights", "check_softmax_jacobian"],
}


DEFAULTS = {"seconds": 60, "megabytes": 1000, "chapter": None, "count_unasked": False}


def as_notebook(*cells):
    """The text of a notebook of *Scores* whose code cells these are."""
    made = [{"cell_type": "code", "metadata": {}, "source": cell} for cell in (SETUP, *cells)]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(autouse=True)
def listed(tmp_path_factory, monkeypatch):
    """Let a course have these exercises: a chapter's word to the names of its checkers."""

    def write(**chapters):
        path = tmp_path_factory.mktemp("course") / "exercises.json"
        path.write_text(json.dumps(chapters))
        monkeypatch.setattr(exercises, "_LIST", path)
        exercises.tasks.cache_clear()

    write(**LISTED)
    yield write
    exercises.tasks.cache_clear()


@pytest.fixture
def right():
    """The code cells of a notebook that passes."""
    return list(RIGHT)


@pytest.fixture
def hand_in(tmp_path):
    """Write a notebook of these cells, or a file of this text; returns its path."""

    def write(name, *cells, text=None):
        path = tmp_path / name
        path.write_text(as_notebook(*cells) if text is None else text)
        return path

    return write


@pytest.fixture(scope="session")
def shared():
    """The grader's processes, which take a second or two to get ready: once for all tests."""
    with contextlib.ExitStack() as stack:
        ready = []

        def one(**options):
            if not ready:
                ready.append(stack.enter_context(Grader(unconfined=True)))
            vars(ready[0]).update(DEFAULTS | options)
            return ready[0]

        yield one


@pytest.fixture
def fresh():
    """Grade with processes of its own."""

    def said(*paths, **options):
        with Grader(**DEFAULTS | options) as grader:
            return [one.results for one in grader.grade(paths)]

    return said


@pytest.fixture
def graded(shared):
    """Grade notebooks; returns for each what is said of its exercises."""
    return lambda *paths, **options: [one.results for one in shared(**options).grade(paths)]


@pytest.fixture
def told():
    """Read what a notebook found out: its first answer raises it as a ``ValueError``."""

    def read(results):
        assert not results[0].passed
        assert "it raised ValueError: " in results[0].message, results[0].message
        return ast.literal_eval(results[0].message.partition("it raised ValueError: ")[2])

    return read


@pytest.fixture
def confined(shared):
    """Skip where this system cannot shut a process in."""
    if why := shared().why_unconfined:
        pytest.skip(f"not confined here: {why}")


@pytest.fixture
def unconfined(monkeypatch):
    """Let learners' processes find a system that cannot shut them in."""
    refuse = (
        "\nfrom qkvlib.grade import confine"
        "\ndef refuse(): raise OSError('made up by a test')"
        "\nconfine.confine, confine.limit = refuse, lambda *given: []\n"
    )
    start = nursery._START.replace("nursery.main", f"{refuse}nursery.main")
    monkeypatch.setattr(nursery, "_START", start)
    monkeypatch.setattr("qkvlib.grade.bubblewrap.works", lambda: False)
