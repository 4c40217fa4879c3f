"""Arrays in, pictures out: every figure of the course is drawn here.

Each function returns a ``Picture``: the figure, the same in words, and its numbers. Nothing here
knows about widgets or pages. A teacher who changes one color changes it in ``marks``.
"""

from .alignment import alignment
from .heads import by_head, head_split
from .lookup import sharpening
from .marks import number
from .masking import movement
from .matrices import heatmap
from .mixing import mixture
from .output import blend
from .pairs import both_ways
from .projections import projection, shapes
from .scaling import over_features, scaled_row
from .smoothing import smoothing
from .softmax import slopes, softmax_steps
from .temperature import temperature
from .vectors import dot_product, plane
from .walkthrough import walkthrough

__all__ = [
    "alignment",
    "blend",
    "both_ways",
    "by_head",
    "dot_product",
    "head_split",
    "heatmap",
    "mixture",
    "movement",
    "number",
    "over_features",
    "plane",
    "projection",
    "scaled_row",
    "shapes",
    "sharpening",
    "slopes",
    "smoothing",
    "softmax_steps",
    "temperature",
    "walkthrough",
]
