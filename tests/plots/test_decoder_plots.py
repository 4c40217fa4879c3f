"""Pictures of *A language model that writes*."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from qkvlib import plots
from qkvlib.explorer.svg import figure_to_svg

TEXT = ["The", " puppy", " followed", " its", " tail", "."]
NEXT = {"words": [" tail", " nose"], "shares": [0.27, 0.18]}


def read(place, **more):
    weights = np.zeros(6)
    weights[: place + 1] = np.arange(1, place + 2) / np.arange(1, place + 2).sum()
    return plots.reading(weights, TEXT, place=place, **more)


def tags(picture):
    """Of all elements but the subscripts of a word: a word may be there or not."""
    parts = figure_to_svg(picture.content).iter()
    return [element.tag for element in parts if element.tag != "tspan"]


def bold(picture):
    texts = picture.content.axes[0].texts
    return [text.get_text() for text in texts if text.get_fontweight() == "bold"]


def test_reading_says_whom_a_token_attends_to_and_what_comes():
    picture = read(3, **NEXT)
    assert picture.alt == (
        "“its”, token 3, attends to The 0.10, puppy 0.20, followed 0.30, its 0.40. "
        "Next may come: tail 0.27, nose 0.18."
    )
    assert picture.table[4] == ("3 its", "0.40") and picture.table[5] == ("4 tail", "0.00")
    assert "tail" in bold(picture) and "nose" not in bold(picture)  # that is what does come


def test_a_token_is_there_to_be_clicked_and_later_ones_are_faint():
    picture = read(1)
    assert [choice[0] for choice in picture.choices] == [0, 1, 2, 3, 4, 5]
    assert bold(picture) == ["The", "puppy", ".67"]


def test_what_the_model_wrote_is_underlined():
    def underlined(picture):
        return [line.get_linewidth() > 0 for line in picture.content.axes[0].lines]

    assert underlined(read(5, given=4)) == [False] * 4 + [True] * 2
    assert not any(underlined(read(5)))


def test_pictures_of_a_series_have_the_same_elements():
    assert tags(read(0, **NEXT)) == tags(read(4, **NEXT))
    shares = [[0.6, 0.3, 0.1], [0.7, 0.3, 0], [1, 0, 0]]
    words = ["tail", "nose", "mom"]
    one, *others = (plots.next_words(row, words, text_so_far="its") for row in shares)
    assert tags(one) == tags(others[0]) == tags(others[1])
    blocks = [{"W_Q": 1, "feed-forward": n} for n in (1, 1000)]
    one, other = (plots.block({"numbers": b}, heads=2, kv_heads=1) for b in blocks)
    assert tags(one) == tags(other)


def test_next_words_say_what_may_not_come():
    picture = plots.next_words([0.75, 0], [" tail", " nose"], text_so_far="its", others=0.25)
    assert "nose 0 (may not come), all others 0.25" in picture.alt
    assert picture.table[1:] == [("tail", "0.75"), ("nose", "0"), ("all others", "0.25")]


def test_every_head_names_the_largest_and_frames_what_is_marked():
    values = np.zeros((30, 9))
    values[18, 6], values[17, 3] = 0.87, 0.78
    picture = plots.every_head(values, title="Weight", marked=[(18, 6)])
    assert picture.alt.startswith("Weight, 270 heads. Largest: L18H6 .87, L17H3 .78,")
    assert picture.table[19][7] == "0.87" and len(picture.table) == 31
    framed = [patch for patch in picture.content.axes[0].patches if patch.get_linewidth() == 1.5]
    assert len(framed) == 1


def test_block_says_how_much_of_it_is_attention():
    counts = {"parameters": {"W_Q": 1, "W_O": 1, "feed-forward": 6}}
    counts |= {"FLOPs": {"W_Q": 3e6, "feed-forward": 1e6}}
    picture = plots.block(counts, heads=9, kv_heads=3)
    assert "parameters: 8, attention 25%. FLOPs: 4.00 million, attention 75%." in picture.alt
    bars = [p.get_width() for p in picture.content.axes[0].patches if isinstance(p, Rectangle)]
    assert {name for name, *_ in picture.links} == {"heads", "query", "keys", "values", "weights"}
    assert max(bars) <= 360


def test_written_shows_four_words_for_each_token():
    picture = plots.written([["pu", " puppy", " Pu", " P", " x"]], [" puppy"], title="L23H2")
    assert picture.table[1] == ("puppy", "pu", "puppy", "Pu", "P")


def test_window_loss_draws_what_it_was_given():
    losses = np.array([[7, 5, 4], [4, 3.5, 3.2]])
    picture = plots.window_loss(losses, [4, 8, 16], whole=3, title="Rain", limit=8)
    lines = [line.get_ydata() for line in picture.content.axes[0].lines]
    np.testing.assert_array_equal(lines[1:], losses)
    assert picture.table[-1] == ("all", "3.00", "3.00")


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda: plots.reading([1, 0], ["a", "b"], place=2), "place: 2; expected one of 0, 1"),
        (lambda: plots.reading([0.5, 0.5], ["a", "b"], place=0), "expected 0 after place 0"),
        (lambda: plots.reading([1], ["a", "b"], place=0), r"weights: shape \(1,\)"),
        (lambda: plots.next_words([0.9, 0.3], ["a", "b"], text_so_far="x"), "shares of 1"),
        (lambda: plots.every_head([[1.2]], title="T"), "expected from 0 to 1"),
        (lambda: plots.every_head([0.2], title="T"), r"values: shape \(1,\)"),
        (lambda: plots.block({"n": {"W_X": 1}}, heads=1, kv_heads=1), "expected one or two of W_Q"),
        (lambda: plots.written([["a"]], ["b"], title="T"), "expected 1 of at least 4"),
        (
            lambda: plots.window_loss([[1]], [4], whole=1, title="T", limit=2),
            r"losses: shape \(1, 1\); expected \(2, 1\)",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, says):
    with pytest.raises(ValueError, match=says):
        draw()
