"""Controls that move a picture, alive in a kernel, in a page that has Python, in a page without.

``explore(draw, **controls)`` calls ``draw`` with a value of each control and shows what it
returns. In a live kernel the controls are ipywidgets and a state is drawn when asked for. While a
Jupyter Book is built, every state is drawn at once, and the page moves by its own small script; a
page in which Python runs shows by the same script what is drawn there when it is asked for.
Without any script there is the first picture, its caption and a table of its numbers.

Nothing here knows what is drawn. To use it in another book, add ``qkvlib.explorer.sphinx_ext`` to
the extensions in that book's ``_config.yml``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from . import mode
from .controls import Control, read_controls
from .page import ExploreError, render_page
from .picture import Picture, as_picture, to_html

__all__ = ["Control", "Exploration", "ExploreError", "Picture", "explore"]


def explore(draw: Callable[..., Picture], /, **controls: object) -> Exploration:
    """Let the reader move what a picture depends on.

    Parameters
    ----------
    draw : callable
        A pure function of the controls' values, called by keyword. It returns a ``Picture``, a
        Matplotlib ``Figure``, or an object with ``_repr_html_`` whose HTML is well-formed.
    **controls
        One or more: a list, a tuple or a range of values, a bool, or a ``Control``.

    Returns
    -------
    Exploration
        Shows itself as the last expression of a cell.

    Raises
    ------
    TypeError, ValueError
        If ``draw`` cannot be called or a control offers nothing to choose; the control is named.
    ExploreError
        While a page is built: too many states, or ``draw`` fails in one of them.

    Examples
    --------
    >>> from qkvlib import Picture, explore
    >>> explore(lambda n: Picture(f"<b>{n * n}</b>", alt=f"{n} squared is {n * n}."), n=[2, 3])
    2 squared is 4. (controls: n)
    """
    if not callable(draw):
        raise TypeError(f"draw: {type(draw).__name__}; expected a function that returns a Picture")
    if not controls:
        raise ValueError("controls: none; expected at least one, as in explore(draw, name=[...])")
    return Exploration(draw, read_controls(controls))


class Exploration:
    """A picture with its controls. ``explore`` makes it; a notebook shows it."""

    def __init__(self, draw: Callable[..., Picture], controls: dict[str, Control]) -> None:
        self.draw = draw
        self.controls = controls

    @cached_property
    def first(self) -> Picture:
        """The picture at the starting values."""
        state = {name: control.start for name, control in self.controls.items()}
        return as_picture(self.draw(**state), state)

    def live(self):
        """The ipywidgets panel; its ``controls`` can be moved from code."""
        from .live import LivePanel

        return LivePanel(self.draw, self.controls)

    @cached_property
    def _asked(self):
        from .asked import Asked

        return Asked(self.draw, self.controls)

    def _repr_page_(self) -> dict[str, object]:
        """The markup, for a page that has Python and asks ``_state_``."""
        return self._asked.start(self.first)

    def _state_(self, positions: list[float]) -> dict[str, object]:
        """One state, by the positions of its controls."""
        return self._asked.at(positions)

    def __repr__(self) -> str:
        return f"{self.first.alt} (controls: {', '.join(self.controls)})"

    def _repr_html_(self) -> str:
        """The first picture alone, for a page that has no controls for it."""
        return self.first._repr_html_()

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        if mode.page():
            return {"text/html": render_page(self.draw, self.controls), "text/plain": repr(self)}
        from .live import widget_view

        # The HTML is what is left where no widget can be shown: GitHub, a file viewer, print.
        return {
            **widget_view(self.live().box),
            "text/html": to_html(self.first.to_image_element()),
            "text/plain": repr(self),
        }
