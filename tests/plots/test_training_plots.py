"""The pictures of *Learning* say the right numbers and refuse what does not fit."""

import numpy as np
import pytest

from qkvlib import plots, softmax
from qkvlib.explorer.svg import figure_to_svg

SENTENCE = {
    "words": ["hungry", "dog", "sad", "girl", "it", "was"],
    "weights": np.array([0.05, 0.8, 0.0, 0.05, 0.1, 0.0]),
    "answers": {"hungry": 0.75, "sad": 0.25},
    "asked": 4,
    "referent": 1,
    "right": "hungry",
    "hidden": np.arange(6) > 4,
}
CURVES = [0, 10, 20], np.array([1.8, 0.9, 0.1]), np.array([0.2, 0.5, 1.0])


def test_pronoun_says_where_it_looks_and_what_it_answers():
    picture = plots.pronoun(**SENTENCE)
    assert picture.alt.startswith("Query it attends to hungry 0.05, dog 0.80, sad 0.00")
    assert "was hidden" in picture.alt
    assert picture.alt.endswith("It answers hungry (0.75), which is right.")
    assert ("it → dog", "0.80") in picture.table and ("it → was", "hidden") in picture.table
    assert picture.table[-1] == ("answer sad", "0.25")


def test_pronoun_says_when_it_is_wrong():
    picture = plots.pronoun(**SENTENCE | {"right": "sad", "referent": 3})
    assert picture.alt.endswith("It answers hungry (0.75), the right answer is sad.")


def test_training_says_the_step_the_loss_and_the_accuracy():
    picture = plots.training(*CURVES, SENTENCE, step=10)
    assert picture.alt.startswith("step 10, loss 0.90, accuracy 0.50. Query it attends to")
    assert picture.table[1:4] == [("step", "10"), ("loss", "0.90"), ("accuracy", "0.50")]


def test_every_step_has_the_same_elements():
    axes = [plots.training(*CURVES, SENTENCE, step=s).content.axes[0] for s in CURVES[0]]
    assert len({tuple(map(type, a.get_children())) for a in axes}) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"weights": np.ones(2)}, r"weights: shape \(2,\); expected \(6,\)"),
        ({"right": "cold"}, "right: 'cold'; expected one of 'hungry', 'sad'"),
        ({"asked": 6}, "asked: 6; expected one of 0, 1, 2"),
        ({"referent": -1}, "referent: -1; expected one of 0, 1, 2"),
    ],
)
def test_pronoun_refuses(change, says):
    with pytest.raises(ValueError, match=says):
        plots.pronoun(**SENTENCE | change)


def test_training_refuses():
    steps, losses, accuracies = CURVES
    with pytest.raises(ValueError, match=r"losses: shape \(2,\); expected \(3,\)"):
        plots.training(steps, losses[:2], accuracies, SENTENCE, step=0)
    with pytest.raises(ValueError, match="step: 5; expected one of"):
        plots.training(steps, losses, accuracies, SENTENCE, step=5)


WEIGHTS, VALUES = np.array([0.5, 0.3, 0.2]), np.array([0.9, 0.2, 0.0])


def test_pulls_are_what_the_output_gains_when_a_score_rises():
    picture = plots.pulls(WEIGHTS, VALUES, ["puppy", "its", "mom"], feature="animal")
    assert picture.alt.startswith("The output is animal 0.510.")
    said = [float(row[-1].replace("\N{MINUS SIGN}", "-")) for row in picture.table[1:]]
    scores, eps = np.log(WEIGHTS), 1e-6
    for j, slope in enumerate(said):
        ahead = softmax(scores + eps * (np.arange(3) == j)) @ VALUES
        assert (ahead - WEIGHTS @ VALUES) / eps == pytest.approx(slope, abs=6e-4)


def test_pulls_keep_their_parts_when_they_turn_round():
    figures = [plots.pulls(WEIGHTS, v, "abc", feature="x").content for v in (VALUES, VALUES[::-1])]
    tags = [[e.tag for e in figure_to_svg(figure).iter()] for figure in figures]
    assert tags[0] == tags[1]


@pytest.mark.parametrize(
    ("weights", "values", "says"),
    [
        ([1.0], VALUES, r"weights: shape \(1,\); expected \(3,\)"),
        (WEIGHTS, np.eye(3), r"values: shape \(3, 3\); expected \(3,\)"),
    ],
)
def test_pulls_refuses(weights, values, says):
    with pytest.raises(ValueError, match=says):
        plots.pulls(weights, values, ["puppy", "its", "mom"], feature="animal")


WIDTHS = [1e-1, 1e-3, 1e-5]
ERRORS = {"both ways": [1e-2, 1e-6, 1e-10], "one way": [1e-1, 1e-3, 1e-5]}


def test_step_widths_says_both_errors():
    picture = plots.step_widths(WIDTHS, ERRORS, chosen=1e-3)
    assert picture.alt.endswith("At 10⁻³: both ways 10⁻⁶, one way 10⁻³.")
    assert picture.table[1:] == [("both ways", "10⁻³", "10⁻⁶"), ("one way", "10⁻³", "10⁻³")]


@pytest.mark.parametrize(
    ("errors", "chosen", "says"),
    [
        ({}, 1e-3, "errors: 0 ways; expected 1 or 2"),
        (dict.fromkeys("abc", WIDTHS), 1e-3, "errors: 3 ways; expected 1 or 2"),
        ({"a": [1, 2]}, 1e-3, r"errors\['a'\]: shape \(2,\); expected \(3,\)"),
        ({"a": [1, 0, 1]}, 1e-3, r"errors\['a'\]: 0\.0; expected numbers above 0"),
        ({"a": WIDTHS}, 1e-2, "chosen: 0.01; expected one of 0.1, 0.001, 1e-05"),
    ],
)
def test_step_widths_refuses(errors, chosen, says):
    with pytest.raises(ValueError, match=says):
        plots.step_widths(WIDTHS, errors, chosen=chosen)
