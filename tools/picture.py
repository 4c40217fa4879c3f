"""Draw the README's picture from the library. Usage: ``python tools/picture.py FILE``."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from qkvlib import attention_weights, examples, plots, project
from qkvlib.explorer.svg import figure_to_svg


def draw() -> bytes:
    """What the word that asks attends to and becomes, as an SVG file on white."""
    q, k, v = (project(examples.X, w) for w in (examples.W_Q, examples.W_K, examples.W_V))
    weights = attention_weights(q, k)[examples.TOKENS.index(examples.ASKER)]
    names = examples.TOKENS, examples.FEATURES
    picture = plots.mixture(weights, v, *names, query=examples.ASKER)
    svg = figure_to_svg(picture.content)
    svg.set("xmlns", "http://www.w3.org/2000/svg")
    svg.insert(0, ET.Element("rect", {"width": "100%", "height": "100%", "fill": "#ffffff"}))
    return ET.tostring(svg) + b"\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(draw())
