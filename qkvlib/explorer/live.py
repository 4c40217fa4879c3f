"""The life with a kernel: ipywidgets controls, drawn when asked for, the picture swapped in place.

Works with ipywidgets 7.7 and 8. The picture is one HTML widget whose value is replaced, so nothing
is cleared and nothing flickers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from html import escape
from pathlib import Path

import ipywidgets

from .controls import STEP, Control, describe
from .picture import Picture, as_picture, next_prefix, to_html

_LOOKS = Path(__file__).with_name("static") / "explore.css"
_STYLE = f"<style>{_LOOKS.read_text('utf-8')}</style>"


def widget_view(widget: ipywidgets.Widget) -> dict[str, object]:
    """What a notebook needs to show a widget, by MIME type."""
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {"application/vnd.jupyter.widget-view+json": view}


class LivePanel:
    """The widgets of one ``explore`` call: ``controls`` by name, ``picture``, and their ``box``."""

    def __init__(self, draw: Callable[..., Picture], controls: dict[str, Control]) -> None:
        self._prefix = next_prefix()
        self._draw = functools.lru_cache(maxsize=256)(
            lambda *values: self._frame(draw, dict(zip(controls, values, strict=True)))
        )
        self.controls = {name: _widget(control) for name, control in controls.items()}
        self.picture = ipywidgets.HTML()
        for widget in self.controls.values():
            widget.observe(lambda change: self.show(), names="value")
        self.show()
        rows = map(_row, controls.values(), self.controls.values())
        self.box = ipywidgets.VBox([*rows, self.picture])

    def state(self) -> dict[str, object]:
        """What the controls say now."""
        return {name: widget.value for name, widget in self.controls.items()}

    def show(self) -> None:
        """Draw the present state, or show why that failed: a callback's error is only logged."""
        try:
            self.picture.value = self._draw(*self.state().values())
        except Exception as error:
            message = f"draw failed at {describe(self.state())}: {type(error).__name__}: {error}"
            self.picture.value = f'<pre role="alert">{escape(message)}</pre>'
            raise

    def _frame(self, draw: Callable[..., Picture], state: dict[str, object]) -> str:
        view = to_html(as_picture(draw(**state), state).to_element(self._prefix))
        return f'{_STYLE}<div class="explore explore-live">{view}</div>'


def _row(control: Control, widget: ipywidgets.DOMWidget) -> ipywidgets.DOMWidget:
    """The control, beside the button that plays it if it has one."""
    if not control.play:
        return widget
    play = ipywidgets.Play(
        value=control.start_index, min=0, max=len(control.values) - 1, interval=STEP
    )
    ipywidgets.link((play, "value"), (widget, "index"))
    return ipywidgets.HBox([play, widget])


def _widget(control: Control) -> ipywidgets.DOMWidget:
    common = {"description": control.label, "style": {"description_width": "initial"}}
    if control.kind == "switch":
        return ipywidgets.Checkbox(value=control.start, indent=False, **common)
    options = list(zip(control.texts, control.values, strict=True))
    return _WIDGETS[control.kind](options=options, value=control.start, **common)


_WIDGETS = {
    "slider": ipywidgets.SelectionSlider,
    "choice": ipywidgets.ToggleButtons,
    "menu": ipywidgets.Dropdown,
}
