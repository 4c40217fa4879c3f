"""A picture with its words and its numbers.

Drawing code returns a ``Picture``: what is seen (a Matplotlib figure, or HTML), the same in words
for who cannot see it, and the numbers behind it as a table. It shows itself in a notebook and in a
built page, and it is one frame of what ``explore`` moves.
"""

from __future__ import annotations

import base64
import itertools
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import mode
from .controls import describe
from .svg import figure_to_svg, link_to

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure

_serial = itertools.count(1)


def next_prefix() -> str:
    """A prefix that no other picture of this process uses, for ids that share a page."""
    return f"x{next(_serial)}-"


def to_html(element: ET.Element) -> str:
    """Serialize for an HTML parser, which does not know ``<td/>``."""
    return ET.tostring(element, encoding="unicode", method="html")


@dataclass(frozen=True, repr=False)
class Picture:
    """What is seen, in words, in numbers.

    Parameters
    ----------
    content : matplotlib.figure.Figure, tuple of them, or str
        A figure, figures that stand side by side where there is room, or well-formed HTML (each
        tag closed).
    alt : str
        What the picture shows, in words: it is read aloud in place of a figure.
    table : sequence of sequences of str, optional
        The numbers. The first row is the header, the first column names each row.
    caption : str, optional
        Text under the picture.
    style : str, optional
        CSS for a drawing made of HTML, the same in all states; it needs no script to respond to
        a hand. Where style sheets are dropped, the words and the table stand for the drawing.
    handle : (Axes, float, float), optional
        A point of the figure, in the data of its axes, that the controls of ``explore`` move. On a
        built page it has a ring to drag: sliders move to the state whose handle is nearest to the
        hand, all other controls stay.
    choices : sequence of (value, Axes, x, y, width, height), optional
        Areas of the figure, in the data of its axes, each with the value it stands for. On a built
        page a click there moves the first control of ``explore`` that offers this value to it. A
        mapping of controls' names to values moves all of them.
    links : sequence of (name, Axes, x, y, width, height), optional
        Areas of the figure, in the data of its axes, each with the name of what it leads to. On a
        page that is ``#name``, for the book to point to where that is.

    Raises
    ------
    TypeError
        If ``content`` is neither a figure nor a string, or a table's cell is not a string.
    ValueError
        If ``alt`` is empty, the table's rows differ in length, or ``handle``, a choice or
        a link is not on the figure.

    Examples
    --------
    >>> from qkvlib.explorer import Picture
    >>> Picture("<p>7</p>", alt="Seven.")
    Seven.
    """

    content: matplotlib.figure.Figure | tuple[matplotlib.figure.Figure, ...] | str
    alt: str
    table: Sequence[Sequence[str]] = ()
    caption: str = ""
    style: str = ""
    handle: tuple[matplotlib.axes.Axes, float, float] | None = None
    choices: Sequence[tuple[object, matplotlib.axes.Axes, float, float, float, float]] = ()
    links: Sequence[tuple[str, matplotlib.axes.Axes, float, float, float, float]] = ()

    def __post_init__(self) -> None:
        if not all(hasattr(figure, "savefig") for figure in self.figures):
            kind = type(self.content).__name__
            raise TypeError(f"content: {kind}; expected a Matplotlib Figure or an HTML string")
        if not isinstance(self.alt, str) or not self.alt.strip():
            raise ValueError(f"alt: {self.alt!r}; expected a sentence that says what is seen")
        if not all(isinstance(cell, str) for row in self.table for cell in row):
            raise TypeError("table: a cell that is no string; expected text for the reader")
        if len({len(row) for row in self.table}) > 1:
            raise ValueError("table: rows of unequal length; expected a regular table")
        own = [axes for figure in self.figures for axes in figure.axes]
        handle = [("", *self.handle)] if self.handle else []
        for name, parts in (("handle", handle), ("choices", self.choices), ("links", self.links)):
            if any(axes not in own for _, axes, *_ in parts):
                raise ValueError(
                    f"{name}: axes that are not in the figure; expected some of its own"
                )

    @property
    def figures(self) -> tuple[matplotlib.figure.Figure, ...]:
        """The figures it is made of; none where it is HTML."""
        if isinstance(self.content, str):
            return ()
        return self.content if isinstance(self.content, tuple) else (self.content,)

    def drawing_of(self, axes: matplotlib.axes.Axes, view: ET.Element) -> ET.Element:
        """The ``<svg>`` in a view of this picture that shows these axes."""
        number = next(i for i, figure in enumerate(self.figures) if axes in figure.axes)
        return view.findall(".//svg")[number]

    def to_element(self, prefix: str = "") -> ET.Element:
        """The picture as a tree for a page: inline SVG or HTML, caption, table."""
        # A drawing made of HTML, or with links, holds things to focus: a group, not an image.
        role = "img" if self.figures and not self.links else "group"
        seen = ET.Element("div", {"class": "explore-picture", "role": role, "aria-label": self.alt})
        if isinstance(self.content, str):
            seen.append(_parse(self.content, prefix))
        for number, figure in enumerate(self.figures):
            seen.append(figure_to_svg(figure, f"{prefix}{number}-" if number else prefix))
        if self.links:
            for part in seen.findall("svg/*"):
                part.set("aria-hidden", "true")  # what it shows is said
        for name, *area in self.links:
            drawing = self.drawing_of(area[0], seen)
            drawing.append(link_to(name, area, drawing))
        view = self._with_words(seen)
        if self.style:
            view.insert(0, style := ET.Element("style"))
            style.text = self.style
        return view

    def to_image_element(self) -> ET.Element:
        """The same with the figure as one ``<img>``: what GitHub and untrusted notebooks show."""
        if self.style:
            words = ET.Element("p")
            words.text = self.alt
            return self._with_words(words)
        if isinstance(self.content, str):
            return self.to_element()
        first, *others = self.figures
        # The first says it all.
        return self._with_words(_image(first, self.alt), *(_image(one, "") for one in others))

    def _with_words(self, *seen: ET.Element) -> ET.Element:
        view = ET.Element("div", {"class": "explore-view"})
        view.extend(seen)
        if self.caption:
            ET.SubElement(view, "p", {"class": "explore-caption"}).text = self.caption
        if self.table:
            view.append(self._table_element())
        return view

    def _table_element(self) -> ET.Element:
        details = ET.Element("details", {"class": "explore-numbers"})
        ET.SubElement(details, "summary").text = "The numbers as a table"
        table = ET.SubElement(details, "table")
        header, *rows = self.table
        head = ET.SubElement(ET.SubElement(table, "thead"), "tr")
        for cell in header:  # an empty corner names nothing, so it is no heading
            tag, attributes = ("th", {"scope": "col"}) if cell else ("td", {})
            ET.SubElement(head, tag, attributes).text = cell
        body = ET.SubElement(table, "tbody")
        for name, *cells in rows:
            row = ET.SubElement(body, "tr")
            ET.SubElement(row, "th", {"scope": "row"}).text = name
            for cell in cells:
                ET.SubElement(row, "td").text = cell
        return details

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        """The picture in a page, where its colors follow the page's."""
        shown = ET.Element("div", {"class": "explore"})
        shown.append(self.to_element(next_prefix()))
        return to_html(shown)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        html = self._repr_html_() if mode.page() else to_html(self.to_image_element())
        return {"text/html": html, "text/plain": repr(self)}


def as_picture(drawn: object, state: dict[str, object]) -> Picture:
    """Accept a bare figure or HTML too; its words are then the state itself."""
    if isinstance(drawn, Picture):
        return drawn
    html = getattr(drawn, "_repr_html_", lambda: None)()
    return Picture(html if html is not None else drawn, alt=f"Picture at {describe(state)}.")


def _image(figure: matplotlib.figure.Figure, alt: str) -> ET.Element:
    svg = figure_to_svg(figure)
    svg.set("xmlns", "http://www.w3.org/2000/svg")
    data = base64.b64encode(ET.tostring(svg)).decode()
    words = {"alt": alt, "width": svg.get("width"), "style": "background:#ffffff;max-width:100%"}
    return ET.Element("img", {"src": f"data:image/svg+xml;base64,{data}", **words})


def _parse(html: str, prefix: str) -> ET.Element:
    try:
        tree = ET.fromstring(f"<div>{html}</div>")
    except ET.ParseError as error:
        raise ValueError(f"content: the HTML is not well-formed ({error}): {html[:80]!r}") from None
    for element in tree.iter():  # unique on a page with many pictures
        for name in {"id", "name", "aria-labelledby"} & element.attrib.keys():
            element.set(name, prefix + element.get(name))
    return tree
