"""A control draws the same after its chapter has run to the end: pages and kernels ask it then."""

import json
import random
import sys
from pathlib import Path

import pytest

from qkvlib.explorer.controls import every_state
from qkvlib.workbench import run

CHAPTERS = sorted((Path(__file__).parents[2] / "book").glob("[0-9][0-9]_*.ipynb"))
STATES = 4  # of each control


def changed(sources):
    """Run cells, by id; name the controls that draw other pictures than when they were shown."""
    names, kept = run.new_namespace(), []
    choose = random.Random(0)
    for cell, source in sources.items():
        assert run.run(source, cell, names, lambda kind, what: None) is None
        for shown in run.SHOWN[cell].values():
            states = list(every_state(shown.controls))
            some = choose.sample(states, min(STATES, len(states)))
            kept.append((cell, shown, some, [shown.draw(**state).alt for state in some]))
    return [cell for cell, shown, some, said in kept if said != again(shown, some)]


def again(shown, states):
    try:
        return [shown.draw(**state).alt for state in states]
    except Exception as error:
        return repr(error)


@pytest.fixture(autouse=True)
def _own_main(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr("builtins.input", input)
    monkeypatch.setattr(run, "SHOWN", {})


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_later_cell_takes_a_name_from_a_control(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert changed({cell["id"]: "".join(cell["source"]) for cell in code}) == []


def test_a_name_that_is_taken_is_found():
    show = "from qkvlib import Picture, explore\nsize = 2\n"
    show += "explore(lambda n: Picture('<p></p>', alt=f'{n * size}.'), n=[1, 2])"
    assert changed({"a": show, "b": "size = 3"}) == ["a"]
    assert changed({"a": show, "b": "other = 3"}) == []
