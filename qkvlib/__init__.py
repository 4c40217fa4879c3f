"""Query, key and value attention in plain NumPy: the library behind the course.

Arrays in, arrays out, one module for each concept; pictures come from ``plots``, controls from
``explore``, and the exercises ask ``check_...``. The notebooks import from here only.
"""

from . import checks, examples, plots
from .attention import (
    attention_scores,
    attention_weights,
    project,
    scaled_dot_product_attention,
    softmax,
)
from .checks import *  # noqa: F403  (every check_..., listed in checks/__init__.py)
from .explorer import Control, Picture, explore
from .heads import merge_heads, multi_head_attention, split_heads
from .lookup import hard_lookup, kernel_weights, smoothing_weights, soft_lookup
from .masks import apply_mask, causal_mask, padding_mask

__all__ = [
    "Control",
    "Picture",
    "apply_mask",
    "attention_scores",
    "attention_weights",
    "causal_mask",
    "examples",
    "explore",
    "hard_lookup",
    "kernel_weights",
    "merge_heads",
    "multi_head_attention",
    "padding_mask",
    "plots",
    "project",
    "scaled_dot_product_attention",
    "smoothing_weights",
    "soft_lookup",
    "softmax",
    "split_heads",
    *checks.__all__,
]
