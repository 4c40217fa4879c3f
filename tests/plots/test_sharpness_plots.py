"""Weights over a sharpness, and over a temperature: their words and their numbers."""

import frozen
import pytest

from qkvlib import attention_scores, plots, project

SCORES = attention_scores(*(project(frozen.X, w) for w in (frozen.W_Q, frozen.W_K)))[2]


def draw(sharpness, scores=SCORES):
    return plots.sharpening(scores, frozen.TOKENS, query="its", sharpness=sharpness, limit=8)


def test_it_says_every_weight():
    picture = draw(0.5)
    assert "its takes puppy 0.459, followed 0.144, its 0.126, mom 0.271" in picture.alt
    assert picture.table[1] == ("score", "3.374", "1.049", "0.793", "2.320")
    assert picture.table[2][:2] == ("times sharpness", "1.687")
    assert picture.table[3] == ("weight", "0.459", "0.144", "0.126", "0.271")


def test_it_says_both_ends():
    assert "At 0 all weights are 0.250; at 8 puppy has 1.000." in draw(0).alt


@pytest.mark.parametrize(
    ("sharpness", "scores", "says"),
    [
        (9, SCORES, "sharpness: 9; expected a number from 0 to limit = 8"),
        (-1, SCORES, "sharpness: -1; expected"),
        (1, SCORES[:3], r"scores: shape \(3,\); expected \(4,\)"),
    ],
)
def test_it_refuses(sharpness, scores, says):
    with pytest.raises(ValueError, match=says):
        draw(sharpness, scores)


def test_temperature_says_weights_and_the_gap():
    picture = plots.temperature(SCORES / 2, frozen.TOKENS, query="its", temperature=13)
    assert "puppy 0.265, followed 0.242, its 0.240, mom 0.254" in picture.alt
    assert "puppy − mom = 0.011" in picture.alt
    assert picture.table[1] == ("puppy", "1.6870", "0.1298", "0.265")


def test_temperature_must_be_on_the_axis():
    with pytest.raises(ValueError, match=r"temperature: 0; expected a number from 0\.1 to 20"):
        plots.temperature(SCORES / 2, frozen.TOKENS, query="its", temperature=0)
