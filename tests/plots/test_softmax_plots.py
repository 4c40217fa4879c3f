"""Pictures of *Softmax*: the numbers they say, and what they refuse."""

import frozen
import numpy as np
import pytest

from qkvlib import attention_scores, plots, project, softmax

Q, K = project(frozen.X, frozen.W_Q), project(frozen.X, frozen.W_K)
SCORES = attention_scores(Q, K)[2] / 2
TOKENS = frozen.TOKENS


def steps(scores, subtract_largest=False):
    return plots.softmax_steps(scores, TOKENS, query="its", subtract_largest=subtract_largest)


def test_steps_say_terms_weights_and_sums():
    picture = steps(SCORES)
    assert "puppy: e to the 1.6870 is 5.403, weight 0.4591" in picture.alt
    assert picture.table[-1] == ("sum", "", "", "11.769", "1.0000")


@pytest.mark.parametrize(
    ("shift", "says"),
    [
        (708, "weight 0.0000. The weights sum to 0.0000"),  # the sum overflows
        (709, "puppy: e to the 710.6870 is inf, weight nan; followed"),  # a term does
        (1000, "mom: e to the 1001.1600 is inf, weight nan. The weights sum to nan"),
        (-1000, "is 0.000, weight nan. The weights sum to nan"),
    ],
)
def test_steps_show_overflow_and_its_cure(shift, says):
    assert says in steps(SCORES + shift).alt
    assert "puppy: e to the 0.0000 is 1.000, weight 0.4591" in steps(SCORES + shift, True).alt


@pytest.mark.parametrize("shift", [-2, 0, 1])
def test_on_the_curve_heights_change_and_weights_do_not(shift):
    picture = plots.exp_curve(SCORES, TOKENS, query="its", shift=shift, limits=(-2, 3))
    assert [row[-1] for row in picture.table[1:]] == ["0.459", "0.144", "0.126", "0.271"]
    assert f"puppy: e to the {plots.number(SCORES[0] + shift)}" in picture.alt
    parts = [box for box in picture.content.axes[0].patches if box.get_height() > 0]
    shares = np.array([box.get_height() + 1.5 for box in parts])
    assert shares / shares.sum() == pytest.approx(np.sort(softmax(SCORES))[::-1])


def test_off_the_curve_there_is_no_score():
    with pytest.raises(
        ValueError, match=r"scores \+ shift: from 2\.397 to 3\.687; expected numbers"
    ):
        plots.exp_curve(SCORES, TOKENS, query="its", shift=2, limits=(-2, 3))


def test_slopes_say_a_column_of_the_jacobian():
    picture = plots.slopes(SCORES, TOKENS, query="its", nudged="mom")
    assert "puppy −0.1244, followed −0.0389, its −0.0342, mom 0.1976" in picture.alt
    assert [row[-1] for row in picture.table[1:]] == ["−0.1244", "−0.0389", "−0.0342", "0.1976"]


@pytest.mark.parametrize(
    "draw",
    [
        steps,
        lambda scores: plots.sharpening(scores, TOKENS, query="its", sharpness=1, limits=(0, 2)),
        lambda scores: plots.exp_curve(scores, TOKENS, query="its", shift=0, limits=(0, 2)),
        lambda scores: plots.slopes(scores, TOKENS, query="its", nudged="mom"),
    ],
)
def test_scores_must_be_one_for_each_token(draw):
    with pytest.raises(ValueError, match=r"scores: shape \(3,\)"):
        draw(np.ones(3))


def test_the_raised_score_must_be_a_tokens():
    with pytest.raises(ValueError, match="nudged: 'cat'; expected one of 'puppy'"):
        plots.slopes(SCORES, TOKENS, query="its", nudged="cat")
