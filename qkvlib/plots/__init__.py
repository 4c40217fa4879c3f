"""Arrays in, pictures out: every figure of the course is drawn here.

Each function returns a ``Picture``: the figure, the same in words, and its numbers. Nothing here
knows about widgets or pages. A teacher who changes one color changes it in ``marks``.
"""

from .marks import number
from .matrices import heatmap
from .mixing import mixture
from .vectors import dot_product, plane

__all__ = ["dot_product", "heatmap", "mixture", "number", "plane"]
