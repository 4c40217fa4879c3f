"""Pictures of *Masking*: hidden cells, sums of rows, and who notices a change."""

import frozen
import numpy as np
import pytest

from qkvlib import attention_weights, causal_mask, plots, project
from qkvlib.explorer.svg import figure_to_svg

Q, K = project(frozen.X, frozen.W_Q), project(frozen.X, frozen.W_K)
TOKENS = frozen.TOKENS
WEIGHTS = attention_weights(Q, K, is_causal=True)


def drawn(masked, sums=False):
    return plots.heatmap(WEIGHTS, TOKENS, TOKENS, title="Weights", masked=masked, sums=sums)


def test_hidden_cells_are_said_to_be_hidden():
    picture = drawn(~causal_mask(4), sums=True)
    assert "followed: puppy 0.735, followed 0.265, its hidden, mom hidden, sum 1.000" in picture.alt
    assert picture.table[2] == ("followed", "0.735", "0.265", "hidden", "hidden", "1.000")


def test_a_hidden_number_may_be_anything_and_is_not_in_the_sum():
    picture = plots.heatmap(
        [[0.5, np.nan]], "a", "bc", title="W", masked=[[False, True]], sums=True
    )
    assert picture.table[1] == ("a", "0.500", "hidden", "0.500")


def test_pictures_of_a_series_have_the_same_elements():
    """So that a page changes attributes, not the whole picture."""
    tags = [
        [element.tag for element in figure_to_svg(drawn(masked).content).iter()]
        for masked in (~causal_mask(4), np.zeros((4, 4), bool))
    ]
    assert tags[0] == tags[1] and "pattern" in tags[0]


@pytest.mark.parametrize(
    ("masked", "says"),
    [
        (np.ones((4, 3), bool), r"bool of shape \(4, 3\); expected .* shape \(4, 4\)"),
        (np.ones((4, 4)), r"masked: float64 of shape \(4, 4\); expected bool"),
    ],
)
def test_heatmap_refuses_masks_that_do_not_fit(masked, says):
    with pytest.raises(ValueError, match=says):
        drawn(masked)


def test_movement_tells_what_is_fixed_from_what_hardly_moves():
    before = np.ones((4, 2))
    after = before + np.array([[0, 0], [0, 1e-9], [0.3, 0.4], [0, 0]])
    picture = plots.movement(before, after, TOKENS, changed="its", limit=1)
    assert "puppy not at all, followed 0.000, its 0.500, mom not at all" in picture.alt
    assert picture.table[1] == ("input", "same", "same", "changed", "same")


def test_movement_refuses_outputs_that_do_not_fit():
    with pytest.raises(ValueError, match=r"shapes \(4, 2\), \(4, 3\); expected the same shape"):
        plots.movement(np.ones((4, 2)), np.ones((4, 3)), TOKENS, changed="its", limit=1)
    with pytest.raises(ValueError, match="changed: 'cat'; expected one of 'puppy'"):
        plots.movement(np.ones((4, 2)), np.ones((4, 2)), TOKENS, changed="cat", limit=1)
