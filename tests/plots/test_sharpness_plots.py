"""Weights over a sharpness: their words, their numbers, the names of their curves."""

import frozen
import numpy as np
import pytest

from qkvlib import attention_scores, plots, project

SCORES = attention_scores(*(project(frozen.X, w) for w in (frozen.W_Q, frozen.W_K)))[2] / 2
LINEAR, LOGARITHMIC = (0, 16), (0.05, 10)


def draw(sharpness, scores=SCORES, limits=LINEAR):
    look = {"query": "its", "sharpness": sharpness, "limits": limits}
    return plots.sharpening(scores, frozen.TOKENS, **look)


def test_it_says_every_weight_and_the_lead():
    picture = draw(1)
    assert "“its” attends to puppy 0.459, followed 0.144, its 0.126, mom 0.271" in picture.alt
    assert "puppy leads mom by 0.1881" in picture.alt
    assert picture.table[1] == ("score", "1.687", "0.525", "0.396", "1.160")
    assert picture.table[2][:2] == ("times sharpness", "1.687")
    assert picture.table[3] == ("weight", "0.459", "0.144", "0.126", "0.271")


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (LINEAR, "At 0 puppy has 0.250; at 16 puppy has 1.000."),
        (LOGARITHMIC, "At 0.05 puppy has 0.259; at 10 puppy has 0.995."),
    ],
)
def test_it_says_both_ends(limits, says):
    assert says in draw(limits[0], limits=limits).alt


def test_each_curve_has_a_name_of_its_own_at_its_end():
    """Names in the order of the curves' ends, and none of them on another."""
    picture = draw(1)
    written = {text.get_text(): text.get_position() for text in picture.content.axes[0].texts}
    heights = [written[token][1] for token in ("puppy", "mom", "followed", "its")]
    assert (np.diff(heights) > 20).all()
    assert [token for token, *_ in picture.choices] == list(frozen.TOKENS)


@pytest.mark.parametrize(
    ("sharpness", "scores", "says"),
    [
        (17, SCORES, "sharpness: 17; expected a number from 0 to 16"),
        (-1, SCORES, "sharpness: -1; expected"),
        (1, SCORES[:3], r"scores: shape \(3,\); expected \(4,\)"),
    ],
)
def test_it_refuses(sharpness, scores, says):
    with pytest.raises(ValueError, match=says):
        draw(sharpness, scores)
