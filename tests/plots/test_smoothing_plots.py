"""A series, smoothed: its words and its numbers."""

import numpy as np
import pytest

from qkvlib import plots, smoothing_weights

VALUES, TRUTH = np.array([2.0, 6.0, 4.0]), np.array([3.0, 4.0, 5.0])


def draw(at=1, width=1.0, **options):
    given = {"values": VALUES, "weights": smoothing_weights(3, width), "truth": TRUTH, **options}
    return plots.smoothing(**given, at=at, name="visits", unit="visits", place="day", limit=1)


def test_it_says_what_one_place_is_made_of():
    picture = draw()
    row = smoothing_weights(3, 1.0)[1]
    assert f"day 1: measured 6.0, smoothed {row @ VALUES:.1f}" in picture.alt
    assert f"from day 0 (weight {row[0]:.2f}), 1 ({row[1]:.2f}), 2 ({row[2]:.2f})" in picture.alt
    assert picture.table[0] == ("day", "measured", "weight", "smoothed")
    assert picture.table[2] == ("1", "6.0", f"{row[1]:.3f}", f"{row @ VALUES:.1f}")


def test_it_says_how_far_it_is_from_the_truth():
    off = np.sqrt(np.mean((smoothing_weights(3, 1.0) @ VALUES - TRUTH) ** 2))
    assert f"Off the true ones: smoothed {off:.2f} visits, measured 1.41." in draw().alt


def test_it_calls_the_series_what_the_text_calls_them():
    picture = draw(called=("counted", "expected"))
    assert "counted 6.0" in picture.alt and "Off the expected ones" in picture.alt
    assert picture.table[0][1] == "counted"


def test_keys_have_a_panel_and_a_column():
    picture = draw(keys=np.array([0.0, 2.5, 1.0]), key_name="rain")
    assert picture.table[0][2] == "rain" and picture.table[2][2] == "2.5"
    assert len(picture.content.axes) == len(draw().content.axes) + 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"weights": np.ones((2, 3))}, r"weights: shape \(2, 3\); expected \(3, 3\)"),
        ({"truth": TRUTH[:2]}, r"truth: shape \(2,\)"),
        ({"keys": TRUTH[:2]}, r"keys: shape \(2,\)"),
        ({"at": 3}, "at: 3; expected one of 0, 1, 2"),
    ],
)
def test_it_refuses(options, says):
    with pytest.raises(ValueError, match=says):
        draw(**options)


def test_two_rules_say_one_row_of_both_and_draw_all():
    near, alike = np.eye(3), np.full((3, 3), 1 / 3)
    picture = plots.two_rules({"near": near, "alike": alike}, at=1, place="hour", limit=1)
    assert "Hour 1, near: 1 (1.00). Hour 1, alike: 0 (0.33), 1 (0.33), 2 (0.33)." in picture.alt
    assert picture.table[1:] == [(str(j), f"{near[1, j]:.3f}", "0.333") for j in range(3)]


@pytest.mark.parametrize(
    ("rules", "at", "says"),
    [
        ({"one": np.eye(2)}, 0, "rules: 1; expected 2"),
        ({"a": np.eye(2), "b": np.eye(3)}, 0, r"rules\['b'\]: shape \(3, 3\); expected \(2, 2\)"),
        ({"a": np.eye(2), "b": np.eye(2)}, 2, "at: 2; expected one of 0, 1"),
    ],
)
def test_two_rules_refuse(rules, at, says):
    with pytest.raises(ValueError, match=says):
        plots.two_rules(rules, at=at, place="hour", limit=1)
