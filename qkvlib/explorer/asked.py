"""The life in a page with Python: a state is drawn when the page asks for it.

The same markup as of a built page, without what that lists for every state. The page asks by the
positions of the controls; a position may lie between two values.
"""

from __future__ import annotations

from collections.abc import Callable

from .controls import Control
from .page import frame, panel, words_of
from .picture import Picture, as_picture, next_prefix, to_html


class Asked:
    """The states of one ``explore`` call, for a page that asks for them."""

    def __init__(self, draw: Callable[..., Picture], controls: dict[str, Control]) -> None:
        self._draw, self._controls, self._prefix = draw, controls, next_prefix()

    def start(self, first: Picture) -> dict[str, object]:
        """The markup with the first picture, and what the page's script knows of the controls."""
        view = frame(first, self._prefix, self._controls)
        for svg in view.iter("svg"):
            # A ring can be taken where it is known how it moves: in what the build wrote.
            for ring in svg.findall("circle[@class='explore-ring']"):
                svg.remove(ring)
        return {
            "html": to_html(panel(self._controls, self._prefix, view)),
            "data": {
                **words_of(self._controls),
                "finer": [control.finer for control in self._controls.values()],
            },
        }

    def at(self, positions: list[float]) -> dict[str, object]:
        """The picture at these positions, and what each control says there."""
        try:
            return self._at(positions)
        except Exception:
            # Some drawings know the values that are offered, and none between them.
            if (nearest := [round(position) for position in positions]) == positions:
                raise
            return self._at(nearest)

    def _at(self, positions: list[float]) -> dict[str, object]:
        names, controls = self._controls.keys(), self._controls.values()
        values, texts = zip(
            *(c.at(p) for c, p in zip(controls, positions, strict=True)), strict=True
        )
        state = dict(zip(names, values, strict=True))
        view = frame(as_picture(self._draw(**state), state), self._prefix, self._controls)
        return {"html": to_html(view), "texts": texts}
