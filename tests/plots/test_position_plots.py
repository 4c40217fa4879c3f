"""Pictures of *Position*: two arrows that turn, and clocks."""

import numpy as np
import pytest

from qkvlib import plots, rotary_frequencies
from qkvlib.explorer.svg import figure_to_svg

NAMES = ["its", "puppy"]


def drawn(*places, q=(2, 0), k=(2, 0)):
    return plots.turning(q, k, NAMES, places, degrees=30, length=42)


def test_the_score_stands_still_while_both_move():
    scores = {drawn(place + 4, place).table[-1][-1] for place in range(38)}
    assert scores == {"−2.000"}
    assert len({drawn(4 + apart, 4).table[-1][-1] for apart in range(7)}) == 7


def test_the_ring_is_on_the_key_and_moves_with_it_alone():
    (_, x, y), (_, moved, _), (_, same, _) = (
        drawn(*places).handle for places in ((5, 3), (6, 4), (9, 3))
    )
    assert x == same < moved and y == 36


def test_pictures_of_a_series_have_the_same_elements():
    tags = [
        [element.tag for element in figure_to_svg(drawn(*places).content).iter()]
        for places in ((0, 0), (5, 3), (41, 12))
    ]
    assert tags[0] == tags[1] == tags[2]


@pytest.mark.parametrize(
    ("places", "vector", "says"),
    [
        ((42, 0), (2, 0), "places: .* expected numbers from 0 to 41"),
        ((-1, 0), (2, 0), "places: .* expected numbers from 0 to 41"),
        ((1, 0), (2, 0, 1), r"q: shape \(3,\); expected \(2,\)"),
    ],
)
def test_turning_refuses_what_it_cannot_draw(places, vector, says):
    with pytest.raises(ValueError, match=says):
        drawn(*places, q=vector)


def test_clocks_add_their_cosines():
    frequencies = rotary_frequencies(8)
    picture = plots.clocks(frequencies, pair=2, length=50)
    assert [float(row[2].replace("−", "-")) for row in picture.table[1:]] == pytest.approx(
        np.cos(frequencies), abs=5e-4
    )
    lines = picture.content.axes[0].lines
    assert np.allclose(lines[1].get_ydata(), np.cos(np.outer(np.arange(51), frequencies)).mean(1))
    assert "full turn in 628 places" in picture.alt


def test_clocks_refuse_a_pair_that_is_not_there():
    with pytest.raises(ValueError, match="pair: 4; expected one of 0, 1, 2, 3"):
        plots.clocks(rotary_frequencies(8), pair=4, length=50)
