"""A bar in a live kernel, gone when the loop ends; nothing anywhere else."""

import IPython
import IPython.display
import ipywidgets
import pytest

from qkvlib import progress
from qkvlib.explorer import mode
from qkvlib.explorer import progress as module

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def shown(monkeypatch):
    """What a kernel would be told to show."""
    told = []
    monkeypatch.delenv(mode.PAGE_VARIABLE, raising=False)
    monkeypatch.setattr(IPython, "get_ipython", lambda: type("Shell", (), {"kernel": 1})())
    monkeypatch.setattr(IPython.display, "display", lambda data, raw: told.append(data))
    monkeypatch.setattr(IPython.display, "clear_output", lambda: told.append("cleared"))
    return told


def test_it_goes_through_the_steps(shown):
    assert list(progress(range(3))) == [0, 1, 2]
    assert list(progress(["a", "b"], label="two")) == ["a", "b"]


def test_a_kernel_shows_the_bar_alone_and_then_clears_it(shown):
    list(progress(range(3)))
    (view, last) = shown
    assert list(view) == [VIEW] and last == "cleared"


def test_the_bar_moves_and_is_closed_even_if_the_loop_breaks(shown, monkeypatch):

    bars = []

    class Bar(ipywidgets.IntProgress):
        def __init__(self, **options):
            super().__init__(**options)
            bars.append(self)

    monkeypatch.setattr(ipywidgets, "IntProgress", Bar)
    monkeypatch.setattr(module, "_REDRAW", -1)
    steps = progress(range(10), label="steps")
    for step in steps:
        if step == 4:
            break
    steps.close()
    (bar,) = bars
    assert bar.value == 4 and bar.max == 10 and bar.description == "steps"
    assert shown[-1] == "cleared"


@pytest.mark.parametrize("place", ["page", "terminal", "script"])
def test_elsewhere_nothing_is_shown(shown, monkeypatch, place):
    if place == "page":
        monkeypatch.setenv(mode.PAGE_VARIABLE, "book/12_learning")
    else:
        shell = object() if place == "terminal" else None
        monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    assert list(progress(range(3))) == [0, 1, 2] and shown == []


def test_where_there_is_no_ipython_the_loop_just_runs(shown, monkeypatch):
    monkeypatch.delitem(module.sys.modules, "IPython")
    assert list(progress(range(3))) == [0, 1, 2]
    assert shown == []
