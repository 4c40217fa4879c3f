"""Arrays in, pictures out: every figure of the course is drawn here.

A function that draws returns a ``Picture``: the figure, the same in words, and its numbers. Nothing
here knows about widgets or pages. A teacher who changes one color changes it in ``marks``.
"""

from .alignment import alignment
from .block import block
from .busy import busy
from .clocks import clocks
from .decoding import decoding
from .every_head import every_head
from .exponentials import exp_curve
from .flow import flow
from .gradients import step_widths
from .growth import growth, slope
from .head_grid import head_grid
from .head_map import head_map
from .head_split import head_split
from .heads import by_head
from .layer_work import layer_work
from .marks import number
from .masking import movement
from .matrices import heatmap
from .memory import cache_memory, in_bytes
from .mixing import mixture
from .next_words import next_words
from .online import online_softmax
from .output import blend
from .pairs import both_ways
from .projections import projection
from .pronoun import pronoun
from .pulls import pulls
from .reading import reading
from .rules import two_rules
from .scaling import over_features, widening
from .sentence import sentence
from .shapes import shapes
from .sharpness import sharpening
from .smoothing import smoothing
from .softmax import slopes, softmax_steps
from .tiles import tiles
from .trained import all_heads, token_weights
from .training import training
from .turning import turning
from .vectors import dot_product, plane
from .walkthrough import walkthrough
from .window_loss import window_loss
from .written import written

__all__ = [
    "alignment",
    "all_heads",
    "blend",
    "block",
    "both_ways",
    "busy",
    "by_head",
    "cache_memory",
    "clocks",
    "decoding",
    "dot_product",
    "every_head",
    "exp_curve",
    "flow",
    "growth",
    "head_grid",
    "head_map",
    "head_split",
    "heatmap",
    "in_bytes",
    "layer_work",
    "mixture",
    "movement",
    "next_words",
    "number",
    "online_softmax",
    "over_features",
    "plane",
    "projection",
    "pronoun",
    "pulls",
    "reading",
    "sentence",
    "shapes",
    "sharpening",
    "slope",
    "slopes",
    "smoothing",
    "softmax_steps",
    "step_widths",
    "tiles",
    "token_weights",
    "training",
    "turning",
    "two_rules",
    "walkthrough",
    "widening",
    "window_loss",
    "written",
]
