"""The life without a kernel: every state drawn while the page is built, native controls beside.

The markup is complete without a script: the first state's picture, its caption and its table.
The controls are hidden until the page's script has made them work.
"""

from __future__ import annotations

import gzip
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping

from . import mode
from .controls import LONGEST, STEP, Control, count_states, describe, every_state
from .cores import on_all_cores
from .frames import merge_frames
from .picture import Picture, as_picture, next_prefix, to_html
from .svg import area_at, ring_at, write

MAX_STATES = 800  # about a quarter of a minute of drawing, on two cores
MAX_KILOBYTES = 100  # gzipped, of one explore() with everything it can show


class ExploreError(RuntimeError):
    """A control that cannot be put into a page; the message names the page, the cell, the cause."""


def render_page(draw: Callable[..., Picture], controls: dict[str, Control]) -> str:
    """Draw every state and return the markup of the controls and the picture.

    Raises
    ------
    ExploreError
        If there are too many states or bytes, or ``draw`` fails in one of the states.
    """
    sizes = [len(control.values) for control in controls.values()]
    if count_states(controls) > MAX_STATES:
        counted = " × ".join(f"{name} {size}" for name, size in zip(controls, sizes, strict=True))
        raise ExploreError(
            f"{_place()}: {count_states(controls):,} states ({counted}); "
            f"a page holds at most {MAX_STATES:,}. Offer fewer values."
        )
    prefix = next_prefix()
    start = 0
    for control, size in zip(controls.values(), sizes, strict=True):
        start = start * size + control.start_index
    states = [*every_state(controls)]
    frames = on_all_cores(lambda state: _draw(draw, state, prefix, controls), states)
    view, changes = merge_frames(frames, sizes, start)

    root = panel(controls, prefix, view)
    data = {**words_of(controls), "changes": changes}
    script = ET.SubElement(root, "script", {"type": "application/json", "class": "explore-data"})
    # "</" would end the script element.
    script.text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
    markup = to_html(root)
    kilobytes = len(gzip.compress(markup.encode(), 6)) / 1000
    if kilobytes > MAX_KILOBYTES:
        raise ExploreError(
            f"{_place()}: {count_states(controls):,} states take {kilobytes:.0f} KB gzipped; "
            f"a page gives one picture at most {MAX_KILOBYTES} KB. Draw less, or fewer states."
        )
    return markup


def panel(controls: dict[str, Control], prefix: str, view: ET.Element) -> ET.Element:
    """The controls, the picture, and a place for what is said of it."""
    root = ET.Element("div", {"class": "explore", "data-controls": str(len(controls))})
    style = _columns(controls.values())
    rows = ET.SubElement(root, "div", {"class": "explore-controls", "style": style, "hidden": ""})
    for name, control in controls.items():
        rows.append(row := _CONTROL_MARKUP[control.kind](control, prefix + name))
        if control.play:
            row.append(play := _button("Play", control.label))
            play.set("data-step", str(min(STEP, LONGEST // len(control.values))))
    rows.append(reset := _button("Reset", ", ".join(c.label for c in controls.values())))
    reset.set("disabled", "")
    parts = {element.get("class") for element in view.iter()}
    if hints := [hint for part, hint in _HINTS.items() if part in parts]:
        ET.SubElement(rows, "p", {"class": "explore-hint"}).text = " ".join(hints)
    root.append(view)
    ET.SubElement(root, "p", {"class": "explore-announce", "aria-live": "polite"})
    return root


def words_of(controls: dict[str, Control]) -> dict[str, list]:
    """What the page's script knows of the controls, in their order."""
    return {
        "names": list(controls),
        "starts": [control.start_index for control in controls.values()],
        "keys": [control.keys for control in controls.values()],
        "texts": [control.texts for control in controls.values()],
    }


def frame(picture: Picture, prefix: str, controls: dict[str, Control]) -> ET.Element:
    """A picture with what a hand may take hold of."""
    view = picture.to_element(prefix)
    for value, *area in picture.choices:
        # A picture may name more than its controls offer: there a click would do nothing.
        if place := _offer(value, controls):
            svg = picture.drawing_of(area[0], view)
            svg.append(part := area_at(area, svg))
            part.set("data-choose", place)
    if picture.handle:
        svg = picture.drawing_of(picture.handle[0], view)
        svg.append(ring_at(picture.handle, svg))
    return view


def _draw(
    draw: Callable[..., Picture],
    state: dict[str, object],
    prefix: str,
    controls: dict[str, Control],
) -> ET.Element:
    try:
        return frame(as_picture(draw(**state), state), prefix, controls)
    except Exception as error:
        raise ExploreError(
            f"{_place()}: draw failed at {describe(state)}: {type(error).__name__}: {error}"
        ) from error


def _offer(value: object, controls: dict[str, Control]) -> str:
    """Which control offers a value, and where among its own: two numbers, or nothing.

    The first that does; or each that is named, in a mapping of names to values.
    """
    if isinstance(value, Mapping):
        names = list(controls)
        if not all(name in names and v in controls[name].values for name, v in value.items()):
            return ""
        places = ((names.index(n), controls[n].values.index(v)) for n, v in value.items())
        return " ".join(f"{number} {at}" for number, at in places)
    for number, control in enumerate(controls.values()):
        if value in control.values:
            return f"{number} {control.values.index(value)}"
    return ""


def _place() -> str:
    """The page and the cell that is running, for an error that names its place."""
    from IPython import get_ipython

    shell = get_ipython()
    # Not execution_count: some versions of IPython have already counted on when a result is shown.
    cell = f"cell [{len(shell.user_ns['In']) - 1}]" if shell else "no cell"
    return f"{mode.page() or 'no page'}, {cell}"


def _columns(controls: Iterable[Control]) -> str:
    """How wide names and sliders' values are, as variables of the style: as their longest."""
    names = [control.label for control in controls if control.kind != "switch"]
    values = [text for control in controls if control.kind == "slider" for text in control.texts]
    # Few letters are wider than a digit, and one is to spare.
    name, value = (max(map(len, words), default=0) for words in (names, values))
    return f"--x-name:{name + 1}ch;--x-value:{value}ch"


def _slider(control: Control, name: str) -> ET.Element:
    row = ET.Element("div", {"class": "explore-control", "data-control": "slider"})
    write(ET.SubElement(row, "label", {"for": name}), control.label)
    text = control.texts[control.start_index]
    ET.SubElement(
        row,
        "input",
        {
            "type": "range",
            "id": name,
            "min": "0",
            "max": str(len(control.values) - 1),
            "step": "1",
            "value": str(control.start_index),
            "aria-valuetext": text,
            "autocomplete": "off",
        },
    )
    ET.SubElement(row, "output", {"for": name}).text = text
    return row


def _choice(control: Control, name: str) -> ET.Element:
    group = ET.Element("fieldset", {"class": "explore-control", "data-control": "choice"})
    write(ET.SubElement(group, "legend"), control.label)
    for index, text in enumerate(control.texts):
        label = ET.SubElement(group, "label")
        attributes = {"type": "radio", "name": name, "value": str(index), "autocomplete": "off"}
        if index == control.start_index:
            attributes["checked"] = ""
        ET.SubElement(label, "input", attributes)
        write(ET.SubElement(label, "span"), text)
    return group


def _menu(control: Control, name: str) -> ET.Element:
    row = ET.Element("div", {"class": "explore-control", "data-control": "menu"})
    write(ET.SubElement(row, "label", {"for": name}), control.label)
    select = ET.SubElement(row, "select", {"id": name, "autocomplete": "off"})
    for index, text in enumerate(control.texts):
        selected = {"selected": ""} if index == control.start_index else {}
        ET.SubElement(select, "option", {"value": str(index), **selected}).text = text
    return row


def _switch(control: Control, name: str) -> ET.Element:
    row = ET.Element("div", {"class": "explore-control", "data-control": "switch"})
    attributes = {"type": "checkbox", "role": "switch", "id": name, "autocomplete": "off"}
    if control.start:
        attributes["checked"] = ""
    ET.SubElement(row, "input", attributes)
    write(ET.SubElement(row, "label", {"for": name}), control.label)
    return row


def _button(word: str, of: str) -> ET.Element:
    attributes = {
        "type": "button",
        "class": f"explore-button explore-{word.lower()}",
        "aria-label": f"{word} {of}",
    }
    button = ET.Element("button", attributes)
    button.text = word
    return button


_HINTS = {"explore-choice": "Or choose in the picture.", "explore-ring": "Or drag the ring."}
_CONTROL_MARKUP = {"slider": _slider, "choice": _choice, "menu": _menu, "switch": _switch}
