"""Turns ``explore`` into ``ipywidgets.interact`` with the same values, for the bench to compare.

Run first in a notebook's kernel, so that the notebook itself stays as it is.
"""

import ipywidgets

import qkvlib
from qkvlib.explorer.controls import Control, read_controls


def widget(control: Control) -> ipywidgets.DOMWidget:
    """The widget an author would choose."""
    if control.kind == "switch":
        return ipywidgets.Checkbox(value=control.start, description=control.label)
    options = list(zip(control.texts, control.values, strict=True))
    kind = ipywidgets.SelectionSlider if control.kind == "slider" else ipywidgets.Dropdown
    return kind(options=options, value=control.start, description=control.label)


def interact(draw, /, **controls) -> None:
    """Stands in for ``explore``; ``interact`` shows itself."""
    ipywidgets.interact(draw, **{name: widget(c) for name, c in read_controls(controls).items()})


qkvlib.explore = interact
