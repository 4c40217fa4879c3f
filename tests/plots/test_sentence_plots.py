"""The picture of a sentence: whom a word asks, said, drawn and to be chosen."""

import itertools

import frozen
import numpy as np
import pytest
from matplotlib.patches import FancyBboxPatch, PathPatch

from qkvlib import attention_weights, plots, project
from qkvlib.explorer.svg import figure_to_svg

Q, K = (project(frozen.X, w) for w in (frozen.W_Q, frozen.W_K))
WEIGHTS = attention_weights(Q, K)
CAUSAL = attention_weights(Q, K, is_causal=True)


def sentence(query, weights=WEIGHTS, **options):
    row = weights[frozen.TOKENS.index(query)]
    return plots.sentence(row, frozen.TOKENS, query=query, **options)


def drawn(picture, kind):
    return [artist for artist in picture.content.axes[0].patches if type(artist) is kind]


def written(picture):
    return [text.get_text() for text in picture.content.axes[0].texts]


def test_it_says_whom_the_word_asks():
    picture = sentence("its")
    assert picture.alt == ("Query “its” attends to puppy 0.46, followed 0.14, its 0.13, mom 0.27.")
    assert picture.table == [
        ("its", "puppy", "followed", "its", "mom", "sum"),
        ("weight", "0.46", "0.14", "0.13", "0.27", "1.00"),
    ]


def test_lines_are_as_wide_as_weights():
    widths = np.array([line.get_linewidth() for line in drawn(sentence("its"), PathPatch)])
    np.testing.assert_allclose(widths / widths.sum(), WEIGHTS[2])


def test_each_line_goes_from_the_word_that_asks_to_the_one_it_finds():
    picture = sentence("followed")
    middles = {word: x + width / 2 for word, _, x, _, width, _ in picture.choices}
    paths = [line.get_path().vertices for line in drawn(picture, PathPatch)]
    for token, path in zip(frozen.TOKENS, paths, strict=True):
        assert path[-1, 0] == pytest.approx(middles[token], abs=4)
        assert path[0, 0] == pytest.approx(middles["followed"], abs=8)


def test_weights_and_the_word_that_asks_are_seen_without_color():
    picture = sentence("its")
    words = written(picture)
    assert {"0.46", "0.14", "0.13", "0.27"} <= set(words) and words.count("asks") == 1
    outlines = [box.get_linewidth() for box in drawn(picture, FancyBboxPatch)[2::3]]
    assert max(outlines) == outlines[2] >= 2 * sorted(outlines)[-2]


def test_what_is_hidden_is_hatched_and_said():
    picture = sentence("followed", CAUSAL, hidden=[False, False, True, True])
    assert picture.alt.endswith("its 0.00 (hidden), mom 0.00 (hidden).")
    assert picture.table[1][3] == "0.00 (hidden)"
    assert [bool(box.get_hatch()) for box in drawn(picture, FancyBboxPatch)[1::3]] == [
        False,
        False,
        True,
        True,
    ]
    assert written(picture).count("hidden") == 2


def test_it_keeps_its_parts_in_every_state():
    states = [sentence(token) for token in frozen.TOKENS]
    states.append(sentence("puppy", CAUSAL))  # three lines of no width
    shapes = [[part.tag for part in figure_to_svg(state.content).iter()] for state in states]
    assert all(shape == shapes[0] for shape in shapes)


def test_each_word_stands_for_itself_and_no_two_share_a_place():
    choices = sentence("its").choices
    assert [value for value, *_ in choices] == list(frozen.TOKENS)
    edges = [(x, x + width) for _, _, x, _, width, _ in choices]
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(edges))
    assert all(x >= 0 and end <= plots.marks.WIDTH for x, end in edges)
    # Enough for a finger: on a phone a point is about a pixel.
    assert min(min(width, height) for *_, width, height in choices) >= 24


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"weights": [0.5, 0.5]}, r"weights: shape \(2,\); expected \(4,\)"),
        ({"weights": WEIGHTS}, r"weights: shape \(4, 4\); expected \(4,\)"),
        (
            {"weights": [2, -1, 0, 0]},
            r"weights: \[ 2\. -1\.  0\.  0\.\]; expected numbers from 0 to 1",
        ),
        ({"weights": [np.nan] * 4}, "weights: .*nan.*; expected numbers from 0 to 1"),
        ({"hidden": [True]}, r"hidden: shape \(1,\); expected \(4,\)"),
        ({"query": "cat"}, "query: 'cat'; expected one of 'puppy', 'followed', 'its', 'mom'"),
    ],
)
def test_it_refuses(changed, says):
    given = {"weights": WEIGHTS[2], "tokens": frozen.TOKENS, "query": "its"}
    with pytest.raises(ValueError, match=says):
        plots.sentence(**given | changed)


V = project(frozen.X, frozen.W_V)
NAMES = frozen.TOKENS, frozen.FEATURES
OTHERS = {
    "mixture": lambda: plots.mixture(WEIGHTS[2], V, *NAMES, query="its"),
    "sharpening": lambda: plots.sharpening(
        Q[2] @ K.T, frozen.TOKENS, query="its", sharpness=1, limits=(0, 8)
    ),
    "slopes": lambda: plots.slopes(Q[2], frozen.TOKENS, query="its", nudged="mom"),
    "token_weights": lambda: plots.token_weights(WEIGHTS[2], frozen.TOKENS, title="its"),
    "by_head": lambda: plots.by_head(WEIGHTS[2:3], V[2], *NAMES, query="its"),
    "movement": lambda: plots.movement(V, V, frozen.TOKENS, changed="its", limit=1),
    "pulls": lambda: plots.pulls(WEIGHTS[2], V[:, 0], frozen.TOKENS, feature="animal"),
    "alignment": lambda: plots.alignment(WEIGHTS, V, frozen.TOKENS, *NAMES, query="its"),
}


@pytest.mark.parametrize("draw", OTHERS.values(), ids=OTHERS)
def test_in_other_pictures_too_a_word_chooses_itself_where_it_is_written(draw):
    picture = draw()
    assert [value for value, *_ in picture.choices] == list(frozen.TOKENS)
    for word, axes, x, y, width, height in picture.choices:
        places = [text.get_position() for text in axes.texts if text.get_text() == word]
        assert any(x <= at <= x + width and y <= up <= y + height for at, up in places), word
        assert min(width, height) >= 26
