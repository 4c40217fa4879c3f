"""One picture and its changes must give back every frame."""

import itertools
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from qkvlib.explorer.frames import MARK, merge_frames
from qkvlib.explorer.picture import to_html


def value_at(change: tuple, state: tuple, sizes: list) -> str | None:
    """The value of one change in one state: what the page's script does, said in Python."""
    _, _, controls, values, picks = change
    place = 0
    for control in controls:
        place = place * sizes[control] + state[control]
    return values[picks[place]]


def all_states(sizes: list):
    """Every combination of positions, in the order of the frames."""
    return itertools.product(*(range(size) for size in sizes))


def replay(page: str, changes: list, sizes: list, state: tuple) -> str:
    """What the page's script does, on a tree."""
    root = ET.fromstring(page)
    marked = [e for e in root.iter() if MARK in e.attrib]
    for change in changes:
        element, what, value = marked[change[0]], change[1], value_at(change, state, sizes)
        if what == "#text":
            element.text = value
        elif what == "#html":
            inner = ET.fromstring(f"<_>{value}</_>")
            for child in list(element):
                element.remove(child)
            element.text = inner.text
            element.extend(inner)
        elif value is None:
            element.attrib.pop(what, None)
        else:
            element.set(what, value)
    for element in marked:
        del element.attrib[MARK]
    for element in root.iter():  # setting an attribute anew moves it to the end
        element.attrib = dict(sorted(element.attrib.items()))
    return to_html(root)


def random_frame(state: tuple, rng_seed: int) -> str:
    """A frame in which some parts depend on some controls, in every way a frame can."""
    a, b, c = state
    wide = f'width="{b}"' if b else ""
    extra = "<i>new &amp; more</i>" * (c % 2)
    return (
        f'<div><p id="p{a}" {wide}>a &lt; {a}</p><ul><li>{a * b + rng_seed}</li><li>same</li></ul>'
        f"<g><b>{c}</b>{extra}</g><q>tail<i>x</i>{b}</q></div>"
    )


@pytest.mark.parametrize("start", [0, 7, 23])
def test_every_frame_comes_back(start):
    sizes = [2, 3, 4]
    sources = [random_frame(state, 5) for state in all_states(sizes)]
    page, changes = merge_frames([ET.fromstring(s) for s in sources], sizes, start)
    page = to_html(page)
    for state, source in zip(all_states(sizes), sources, strict=True):
        expected = ET.fromstring(source)
        for element in expected.iter():
            element.attrib = dict(sorted(element.attrib.items()))
        assert replay(page, changes, sizes, state) == to_html(expected), state


def test_a_value_is_stored_only_by_the_controls_it_depends_on():
    sizes = [4, 5, 6]
    frames = [ET.fromstring(f"<p><b>{b}</b></p>") for _, b, _ in all_states(sizes)]
    _, [(element, what, controls, values, picks)] = merge_frames(frames, sizes)
    assert (element, what, controls) == (0, "#text", [1])
    assert values == ["0", "1", "2", "3", "4"] and picks == [0, 1, 2, 3, 4]


def test_what_never_changes_is_not_marked():
    frames = [ET.fromstring("<p><b>1</b></p>") for _ in range(3)]
    page, changes = merge_frames(frames, [3])
    assert changes == [] and MARK not in to_html(page)


def test_frames_must_fit_the_controls():
    with pytest.raises(ValueError, match=r"frames: 1; expected 2, for controls of sizes \[2\]"):
        merge_frames([ET.fromstring("<p/>")], [2])


def test_dependence_is_found_for_random_tables():
    rng = np.random.default_rng(0)
    sizes = [3, 2, 4]
    for depends in ([], [0], [2], [0, 1], [1, 2], [0, 1, 2]):
        table = rng.integers(0, 9, [s if i in depends else 1 for i, s in enumerate(sizes)])
        full = np.broadcast_to(table, sizes).ravel()
        _, changes = merge_frames([ET.fromstring(f"<b>{v}</b>") for v in full], sizes)
        for change in changes:
            assert change[2] == depends
            got = [value_at(change, state, sizes) for state in all_states(sizes)]
            assert got == [str(v) for v in full]
