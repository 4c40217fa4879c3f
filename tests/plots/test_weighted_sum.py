"""The picture of *Output*: a weighted sum among its values."""

import frozen
import numpy as np
import pytest

from qkvlib import attention_weights, plots, project
from qkvlib.plots.output import convex_hull, side_of

Q, K, V = (project(frozen.X, w) for w in (frozen.W_Q, frozen.W_K, frozen.W_V))
NAMES = ("animal", "pronoun")


def test_blend_says_weights_place_and_side():
    weights = attention_weights(Q, K)[2]
    picture = plots.blend(weights, V[:, [0, 3]], frozen.TOKENS, NAMES, query="its")
    assert "puppy 0.46" in picture.alt and "their sum is 1.00" in picture.alt
    assert "animal 0.63, pronoun 0.21, lies inside of the shape" in picture.alt
    assert picture.table[-1] == ("output", "1.00", "0.63", "0.21")


def test_blend_sees_weights_that_do_not_sum_to_one():
    picture = plots.blend([1.4, 0, 0, 0], V[:, [0, 3]], frozen.TOKENS, NAMES)
    assert "their sum is 1.40" in picture.alt and "outside of the shape" in picture.alt


def test_averages_are_inside_and_what_no_average_reaches_is_outside():
    rng = np.random.default_rng(0)
    for _ in range(50):
        points = rng.normal(size=(6, 2))
        hull = convex_hull(points)
        assert all(
            side_of(w @ points, hull) == "inside" for w in rng.dirichlet(np.ones(6), size=20)
        )
        direction = rng.normal(size=2)
        farthest = points[np.argmax(points @ direction)]
        assert side_of(farthest, hull) == "on the edge"
        assert side_of(farthest + 0.01 * direction, hull) == "outside"


@pytest.mark.parametrize(
    ("weights", "values", "says"),
    [
        ([1, 2], V[:, :2], r"weights: shape \(2,\); expected \(4,\)"),
        ([1, 0, 0, 0], V, r"values: shape \(4, 4\); expected \(4, 2\)"),
    ],
)
def test_blend_refuses_what_does_not_fit(weights, values, says):
    with pytest.raises(ValueError, match=says):
        plots.blend(weights, values, frozen.TOKENS, NAMES)
