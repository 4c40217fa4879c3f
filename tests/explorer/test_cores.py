"""Many states are drawn in several processes, which changes nothing in what is drawn."""

import os
import re
import sys

import pytest
from matplotlib.figure import Figure

from qkvlib.explorer import ExploreError, Picture, cores, explore, mode
from qkvlib.explorer.cores import on_all_cores


@pytest.fixture
def building(monkeypatch):
    monkeypatch.setenv(mode.PAGE_VARIABLE, "book/99_test")


def draw(n):
    figure = Figure((2, 1))
    figure.add_axes((0, 0, 1, 1)).bar([0, 1], [n, 100 // (n - 70)])
    return Picture(figure, alt=f"{n}.")


def markup(values):
    html = explore(draw, n=values)._repr_mimebundle_()["text/html"]
    return re.sub(r"\bx\d+-", "", html)  # each picture of a page has a prefix of its own


def processes(items):
    return {pid for pid, _ in on_all_cores(lambda item: (os.getpid(), item), items)}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one process draws all")
def test_many_items_are_shared_out_and_few_are_not():
    assert os.getpid() not in processes(range(cores.FEW))
    assert processes(range(cores.FEW - 1)) == {os.getpid()}


def test_order_is_kept_and_what_a_function_has_around_it_is_known():
    seven = 7
    assert on_all_cores(lambda n: seven * n, range(100)) == [7 * n for n in range(100)]


def test_pages_are_the_same_whoever_draws(building, monkeypatch):
    shared = markup(range(60))
    monkeypatch.setattr(cores, "FEW", 10**9)
    assert "explore-data" in shared
    assert markup(range(60)) == shared


def test_a_failure_in_another_process_names_the_state(building):
    with pytest.raises(ExploreError, match=r"book/99_test.*draw failed at n=70: ZeroDivision"):
        markup(range(80))
