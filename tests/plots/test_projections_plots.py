"""Pictures of *Projections*: a projection traced, shapes, pairs."""

import frozen
import numpy as np
import pytest

from qkvlib import attention_scores, plots, project

ITS = frozen.X[2]


def test_projection_says_every_term():
    picture = plots.projection(ITS, frozen.W_Q, token="its", view="query", feature=1)
    assert "feature 1: 0.2 × 0.3 + 0.1 × 0.7 + 0.9 × 0.5 + 0.7 × 0.4 = 0.86." in picture.alt
    assert "All: feature 0 1.55, feature 1 0.86, feature 2 1.70, feature 3 1.48." in picture.alt
    assert picture.table[-1] == ("product", "0.06", "0.07", "0.45", "0.28", "0.86")


def test_projection_takes_another_width():
    picture = plots.projection(ITS, frozen.W_V[:, :2], token="its", view="value")
    assert picture.alt.endswith("= 0.00. All: feature 0 0.00, feature 1 0.10.")


def test_projection_names_features_that_can_be_read():
    given = {"token": "its", "view": "value", "feature": 3, "features": frozen.FEATURES}
    picture = plots.projection(ITS, frozen.W_V, **given)
    assert picture.alt.startswith("Value of its, pronoun: ")
    assert picture.alt.endswith("= 0.70. All: animal 0.00, young 0.10, motion 0.30, pronoun 0.70.")


def test_projection_refuses_names_that_do_not_fit():
    with pytest.raises(ValueError, match="features: 1 names; expected 4, one for each column of w"):
        plots.projection(ITS, frozen.W_V, token="its", view="value", features=["animal"])


@pytest.mark.parametrize(
    ("x", "w", "view", "says"),
    [
        (ITS, frozen.W_Q, "output", "view: 'output'; expected one of 'query', 'key', 'value'"),
        (ITS[:3], frozen.W_Q, "query", r"shapes \(3,\), \(4, 4\); expected \(d_model,\)"),
        (frozen.X, frozen.W_Q, "query", r"shapes \(4, 4\), \(4, 4\); expected \(d_model,\)"),
    ],
)
def test_projection_refuses(x, w, view, says):
    with pytest.raises(ValueError, match=says):
        plots.projection(x, w, token="its", view=view)


def test_projection_refuses_a_column_that_is_not_there():
    with pytest.raises(ValueError, match="feature: 4; expected one of 0, 1, 2, 3"):
        plots.projection(ITS, frozen.W_Q, token="its", view="query", feature=4)


@pytest.mark.parametrize("num_heads", [1, 2, 8])
def test_all_heads_together_learn_as_much_however_many(num_heads):
    picture = plots.shapes(10, 64, num_heads)
    assert f"{3 * 64 * 64:,} in all heads ({num_heads})." in picture.alt
    assert ("Q", "10", str(64 // num_heads)) in picture.table


def test_shapes_refuses_heads_that_do_not_divide():
    with pytest.raises(ValueError, match="num_heads: 3 does not divide d_model = 64"):
        plots.shapes(10, 64, 3)


def test_both_ways_says_both_scores_and_the_best():
    q, k = (project(frozen.X, w) for w in (frozen.W_Q, frozen.W_K))
    picture = plots.both_ways(attention_scores(q, k), frozen.TOKENS, limit=4)
    assert "puppy to its 0.460, back 3.374" in picture.alt
    assert picture.alt.endswith("followed to puppy, its to puppy, mom to puppy.")
    assert picture.table[3] == ("its", "3.374", "1.049", "0.793", "2.320", "puppy")


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        (np.ones((2, 3)), r"scores: shape \(2, 3\); expected \(2, 2\)"),
        ([[1, 2], [1, 1]], "limit: 1; expected a number of at least 2"),
        ([[1, np.nan], [1, 1]], r"scores: nan at index \(0, 1\); expected finite numbers"),
    ],
)
def test_both_ways_refuses(scores, says):
    with pytest.raises(ValueError, match=says):
        plots.both_ways(scores, ["its", "puppy"], limit=1)
