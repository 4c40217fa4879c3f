"""A Matplotlib figure as a small SVG tree that a page can theme and patch.

Matplotlib's own SVG repeats fonts, ids and six decimals on every element. ``figure_to_svg`` keeps
what is seen and drops the rest. Text stays text, so it can be found and read. Every color
``#rrggbb`` becomes the CSS variable ``--c-rrggbb`` with that color as its fallback, so a page's
stylesheet can give each color a dark twin and one picture serves both themes.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Matplotlib takes longer to import than all the rest: not before a picture
    import matplotlib.axes
    import matplotlib.figure

# Fixed salt: the ids of clip paths and markers depend on what is drawn, not on the run.
_SVG_SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "explore"}
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_NUMBER = re.compile(r"-?\d+\.\d+")
_SIZE = re.compile(r"font-size:([\d.]+)px")
_SUBSCRIPT = re.compile(r"(?<=\b[A-Za-z])_(\w+)")  # of W_Q, not of num_heads
_OPACITY = re.compile(r"(opacity:)([\d.]+)")
_COLOR = re.compile(r"#([0-9a-f]{6})\b")
_REFERENCE = re.compile(r"(^#|url\(#)([\w-]+)")  # not the color beside it in a style
# A tenth of a point is a fifth of a pixel where a picture is large; a turn or a scale needs more.
_DECIMALS = {"d": 1, "x": 1, "y": 1, "width": 1, "height": 1, "transform": 2, "points": 1}
_CSS_PIXELS_PER_POINT = 96 / 72
# Text is sized in parts of this, so that a page can set it smaller where a picture stands large.
_BASE_SIZE = 12
# From the middle of a line to its baseline: browsers agree on the one, not on the other.
TO_BASELINE = 0.36


def figure_to_svg(figure: matplotlib.figure.Figure, prefix: str = "") -> ET.Element:
    """Draw a figure as a cleaned ``<svg>`` element; its ids begin with ``prefix``."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    drawn = io.BytesIO()
    with mpl.rc_context(_SVG_SETTINGS):
        FigureCanvasSVG(figure).print_svg(drawn, metadata=_NO_METADATA)
    svg = ET.fromstring(drawn.getvalue())
    for element in svg.iter():
        _drop_namespaces(element)
    _keep_used_ids(svg, prefix)
    for element in svg.iter():
        _tidy(element)
    for element in svg.iter("text"):
        _size_in_parts(element)
        _lower(element)
    _unwrap(svg)
    width_in_points = float(svg.get("viewBox").split()[2])
    svg.attrib = {
        "viewBox": svg.get("viewBox"),
        "width": f"{width_in_points * _CSS_PIXELS_PER_POINT:.0f}",
        "font-size": f"{_BASE_SIZE}px",
        "font-family": "system-ui, -apple-system, 'Segoe UI', sans-serif",
        "stroke-linejoin": "round",
        "style": "fill:var(--c-000000,#000000)",  # black text, of which Matplotlib says nothing
    }
    return svg


def ring_at(point: tuple[matplotlib.axes.Axes, float, float], svg: ET.Element) -> ET.Element:
    """A ring for a hand to take, around a point in the data of one of the drawn figure's axes."""
    x, y = _in_drawing(*point, svg)
    place = {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "11"}
    return ET.Element("circle", {"class": "explore-ring", **place})


def area_at(
    area: tuple[matplotlib.axes.Axes, float, float, float, float], svg: ET.Element
) -> ET.Element:
    """An area for a hand to click: x, y, width and height in the data of one of the axes."""
    axes, x, y, width, height = area
    # An axis may point either way: the corners find out which of them is the upper left.
    corners = [_in_drawing(axes, *at, svg) for at in ((x, y), (x + width, y + height))]
    (left, right), (top, bottom) = map(sorted, zip(*corners, strict=True))
    sizes = {"x": left, "y": top, "width": right - left, "height": bottom - top, "rx": 4}
    place = {name: f"{value:.1f}" for name, value in sizes.items()}
    # Unseen even where the style sheet is missing: SVG fills in black.
    return ET.Element("rect", {"class": "explore-choice", "fill": "none", **place})


def link_to(name: str, area: tuple, svg: ET.Element) -> ET.Element:
    """A link over an area of the drawn figure, by the name of what it leads to."""
    link = ET.Element("a", {"class": "explore-link", "href": f"#{name}", "aria-label": name})
    link.append(place := area_at(area, svg))
    place.set("class", "explore-place")
    return link


def _in_drawing(
    axes: matplotlib.axes.Axes, x: float, y: float, svg: ET.Element
) -> tuple[float, float]:
    """Where in the drawn figure a point in the data of its axes lies."""
    across, up = (axes.transData - axes.get_figure().transFigure).transform((x, y))
    width, height = map(float, svg.get("viewBox").split()[2:])
    return across * width, (1 - up) * height


def _drop_namespaces(element: ET.Element) -> None:
    element.tag = element.tag.rpartition("}")[2]
    element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}


def _keep_used_ids(svg: ET.Element, prefix: str) -> None:
    """Drop ids nobody points to; make the others unique on a page with many pictures."""
    used = set()
    for element in svg.iter():
        for name, value in element.attrib.items():
            if name == "href" or "url(#" in value:
                used.update(match[2] for match in _REFERENCE.finditer(value))
                element.set(name, _REFERENCE.sub(rf"\g<1>{prefix}\g<2>", value))
    for element in svg.iter():
        own = element.attrib.pop("id", None)
        if own in used:
            element.set("id", prefix + own)


def _tidy(element: ET.Element) -> None:
    """Shorten one element: few decimals, no font lists, colors as variables."""
    if element.text and not element.text.strip():
        element.text = None
    if element.tail and not element.tail.strip():
        element.tail = None
    style = _short_style(element.attrib.pop("style", ""))
    for name in ("fill", "stroke"):  # hatch patterns carry colors here, where variables do not work
        if _COLOR.fullmatch(element.get(name, "")):
            style = f"{name}:{element.attrib.pop(name)};{style}"
    style = _OPACITY.sub(lambda m: m[1] + _short(m[2], 2), style)
    if style:
        element.set("style", _COLOR.sub(r"var(--c-\1,#\1)", style))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for name, decimals in _DECIMALS.items():
        if name in element.attrib:
            short = _NUMBER.sub(lambda m, d=decimals: _short(m.group(), d), element.get(name))
            element.set(name, " ".join(short.split()))


def _short(number: str, decimals: int) -> str:
    """A number with few decimals, and no zeros at its end."""
    return f"{float(number):z.{decimals}f}".rstrip("0").rstrip(".")


def _size_in_parts(text: ET.Element) -> None:
    """Let a line keep its middle, whatever size a page gives to all text of a picture."""
    style = text.get("style", "")
    if found := _SIZE.search(style):
        size = float(found[1])
        text.set("style", style.replace(found[0], f"font-size:{size / _BASE_SIZE:.4g}em"))
        if "transform" not in text.attrib:  # turned text is few and small: it keeps its baseline
            middle = float(text.get("y")) - TO_BASELINE * size
            text.set("y", _short(str(middle), 1))
            text.set("dy", f"{TO_BASELINE}em")


def _lower(text: ET.Element) -> None:
    """Set W_Q as a letter and its subscript; read as text, it is WQ."""
    text.text, *parts = _SUBSCRIPT.split(text.text or "")
    for low, after in zip(parts[::2], parts[1::2], strict=True):
        # A shift counts in parts of its own size: as far down as up again.
        span = ET.SubElement(text, "tspan", {"dy": ".27em", "font-size": ".75em"})
        span.text = low
        if after:
            ET.SubElement(text, "tspan", {"dy": "-.2em"}).text = after


def write(element: ET.Element, words: str) -> None:
    """Give an element of HTML its words, W_Q as a letter and its subscript."""
    element.text, *parts = _SUBSCRIPT.split(words)
    for low, after in zip(parts[::2], parts[1::2], strict=True):
        sub = ET.SubElement(element, "sub")
        sub.text, sub.tail = low, after


def _short_style(style: str) -> str:
    """Keep of a style what the root does not say already."""
    kept = []
    for declaration in filter(None, map(str.strip, style.split(";"))):
        name, _, value = map(str.strip, declaration.partition(":"))
        if name == "font":  # older Matplotlib: "[bold] 10px 'DejaVu Sans', ..."
            weight, size = re.match(r"(?:(.*?)\s+)?(\S+px)\b", value).groups()
            kept.append(f"font-size:{size}")
            if weight and weight.split()[-1] in {"bold", "600", "700"}:
                kept.append("font-weight:700")
        elif name != "font-family" and declaration != "stroke-linejoin: round":
            kept.append(f"{name}:{value}")
    return ";".join(kept)


def _unwrap(parent: ET.Element) -> None:
    """Replace groups that only wrap one element by that element, and drop empty ones."""
    for child in list(parent):
        _unwrap(child)
    for index, child in reversed(list(enumerate(parent))):
        empty = len(child) == 0 and child.tag in {"g", "defs", "metadata"}
        if empty or child.tag in {"style", "metadata"}:
            parent.remove(child)
        elif child.tag == "g" and not child.attrib and len(child) == 1:
            parent[index] = child[0]
