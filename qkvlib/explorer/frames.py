"""Many states of one picture as one picture and what each state changes.

Neighboring states share nearly everything: a heatmap keeps its axes while its cells move. So a
page holds the first state whole, marks the elements that ever change, and lists for each the
values it takes. A value that depends on one control out of three is stored per position of that
control, not per state.

One change is ``[element, what, controls, values, picks]``: ``element`` counts the marked elements
in document order; ``what`` is an attribute's name, ``#text`` or ``#html``; ``controls`` are the
positions of the controls it depends on; ``values[picks[n]]`` holds in the n-th combination of
those controls (the last one fastest).
"""

from __future__ import annotations

import html
import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

import numpy as np

from .picture import to_html

MARK = "data-x"
Change = list  # [element, what, controls, values, picks]


def merge_frames(
    frames: Sequence[ET.Element], sizes: Sequence[int], start: int = 0
) -> tuple[ET.Element, list[Change]]:
    """Merge the trees of all states into one marked tree and the list of changes.

    Parameters
    ----------
    frames : sequence of Element
        One tree per state, the last control moving fastest.
    sizes : sequence of int
        How many values each control has; their product is ``len(frames)``.
    start : int
        The state that is in the page as it loads.

    Returns
    -------
    Element
        ``frames[start]``, in which every element that ever changes carries the mark.
    list
        The changes, as this module's text describes them.
    """
    if len(frames) != math.prod(sizes):
        raise ValueError(
            f"frames: {len(frames)}; expected {math.prod(sizes)}, for controls of sizes {sizes}"
        )
    page = frames[start]
    varying = {}
    for element, what, values in _differences(frames, page):
        varying.setdefault(element, []).append((what, values))
    changes = []
    marked = [element for element in page.iter() if element in varying]
    for index, element in enumerate(marked):
        element.set(MARK, "")
        for what, values in varying[element]:
            changes.append([index, what, *_compress(values, sizes)])
    return page, changes


def _differences(
    nodes: Sequence[ET.Element], shown: ET.Element
) -> Iterator[tuple[ET.Element, str, list[str | None]]]:
    """Walk all trees at once; yield what differs, and where, in the tree that is shown."""
    for name in sorted(set().union(*(node.attrib for node in nodes))):
        values = [node.get(name) for node in nodes]
        if _differ(values):
            yield shown, name, values
    shapes = [[child.tag for child in node] for node in nodes]
    mixed = any(len(node) and _differ([n.text for n in nodes]) for node in nodes) or any(
        _differ(tails) for tails in zip(*([c.tail for c in node] for node in nodes), strict=False)
    )
    if _differ(shapes) or mixed:
        yield shown, "#html", [_inner_html(node) for node in nodes]
    elif not shapes[0]:
        texts = [node.text or "" for node in nodes]
        if _differ(texts):
            yield shown, "#text", texts
    else:
        for position, child in enumerate(shown):
            yield from _differences([node[position] for node in nodes], child)


def _differ(values: Sequence) -> bool:
    return any(value != values[0] for value in values)


def _inner_html(node: ET.Element) -> str:
    return html.escape(node.text or "", quote=False) + "".join(to_html(child) for child in node)


def _compress(values: list, sizes: Sequence[int]) -> tuple[list[int], list, list[int]]:
    """Keep one copy of each value, and only the controls that make a difference."""
    distinct = list(dict.fromkeys(values))
    position = {value: index for index, value in enumerate(distinct)}
    picks = np.array([position[value] for value in values]).reshape(sizes)
    matters = []
    for axis, size in enumerate(sizes):
        first = picks.take([0], axis=axis)
        if size > 1 and (picks == first).all():
            picks = first
        else:
            matters.append(axis)
    return matters, distinct, picks.ravel().tolist()
