"""Pictures of *Scaling*: dot products and one row of them, curves over the number of features."""

import frozen
import numpy as np
import pytest

from qkvlib import plots, project


def widening(scaled, dots=(-4.0, 0.0, 4.0)):
    q, k = (project(frozen.X, w) for w in (frozen.W_Q, frozen.W_K))
    return plots.widening(dots, k @ q[2], d_k=4, scaled=scaled)


def test_widening_says_spread_scores_and_weights():
    picture = widening(True)
    assert picture.alt.startswith("3 dot products of 4 features, divided by 2: spread 1.63.")
    assert "key 0, score 1.69, 0.459; key 1" in picture.alt
    assert "spread 3.27. Weights of one query: key 0, score 3.37, 0.657" in widening(False).alt


def test_widening_draws_both_on_one_axis():
    far, near = (widening(scaled).content.axes[1] for scaled in (False, True))
    assert far.get_xlim() == near.get_xlim()
    assert [line.get_xdata()[0] for line in far.lines] == pytest.approx(
        [2 * line.get_xdata()[0] for line in near.lines]
    )


def test_widening_leads_from_each_dot_to_its_named_column():
    picture = widening(False)
    axes, plot = picture.content.axes
    names = {t.get_text(): t.get_position()[0] for t in axes.texts if "key" in t.get_text()}
    order = ["key 2", "key 1", "key 3", "key 0"]
    assert sorted(names, key=names.get) == order, "as the dots stand"
    dots = [plot.transData.transform((x, 0))[0] for x in sorted(plot.lines[0].get_xdata())]
    ways = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 4]
    assert [way[-1] for way in ways] == pytest.approx([names[name] for name in order])
    starts = [axes.transData.transform((way[0], 0))[0] for way in ways]
    assert starts == pytest.approx(dots, abs=0.5)


def test_widening_keeps_dots_that_are_far_off_in_the_picture():
    picture = plots.widening([-2.0, 2.0], [500.0, 0.0], d_k=4, scaled=False)
    plot = picture.content.axes[1]
    assert max(plot.lines[0].get_xdata()) <= plot.get_xlim()[1]


def test_widening_refuses_a_matrix():
    with pytest.raises(ValueError, match=r"dots: shape \(2, 2\); expected one row"):
        widening(True, np.ones((2, 2)))


def over(curves, theory=(1.0, 4.0)):
    return plots.over_features([1, 4], curves, y_label="y", limits=(0.01, 10), theory=theory)


def test_over_features_says_where_curves_begin_and_end_and_every_number():
    picture = over({"none": [0.5, 0.25], "scaled": [0.5, 0.5]})
    assert "none: from 0.500 to 0.250. scaled: from 0.500 to 0.500." in picture.alt
    assert picture.table == [
        ("dₖ", "none", "scaled", "theory"),
        ("1", "0.500", "0.500", "1.000"),
        ("4", "0.250", "0.500", "4.000"),
    ]


def test_names_of_curves_that_meet_stand_apart():
    picture = over({"a": [1.0, 2.0], "b": [1.0, 2.0], "c": [1.0, 0.0001]}, theory=[1.0, 2.0])
    heights = sorted(t.get_position()[1] for t in picture.content.axes[0].texts)
    assert np.diff(heights).min() * 170 > 12 and heights[0] > 0


def test_over_features_from_0_is_linear_and_needs_no_theory():
    options = {"y_label": "y", "limits": (0, 1)}
    picture = plots.over_features([1, 4], {"a": [0.0, 0.5], "b": [1.0, 1.0]}, **options)
    assert picture.content.axes[0].get_yscale() == "linear"
    assert picture.table[0] == ("dₖ", "a", "b")
    assert [t.get_position()[1] for t in picture.content.axes[0].texts] == pytest.approx([0.5, 1])


@pytest.mark.parametrize(
    ("curves", "theory", "says"),
    [
        ({"a": [1.0, 2.0, 3.0]}, [1.0, 4.0], r"curves\['a'\]: shape \(3,\); expected \(2,\)"),
        ({"a": [1.0, 2.0]}, [1.0], r"theory: shape \(1,\); expected \(2,\)"),
        ({name: [1.0, 2.0] for name in "abcd"}, [1.0, 4.0], "curves: 4; expected at most 3"),
    ],
)
def test_over_features_refuses(curves, theory, says):
    with pytest.raises(ValueError, match=says):
        over(curves, theory)
