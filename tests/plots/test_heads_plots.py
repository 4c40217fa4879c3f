"""Pictures of *Multi-head attention* and *Cross-attention*: heads, splits, who aligns."""

import re

import frozen
import numpy as np
import pytest

from qkvlib import attention_weights, multi_head_attention, plots, project, split_heads
from qkvlib.explorer.svg import figure_to_svg

WEIGHTS = (frozen.W_Q, frozen.W_K, frozen.W_V, np.eye(4))
Q = project(frozen.X, frozen.W_Q)
PLACES = np.arange(16).reshape(4, 4)
ITS = frozen.TOKENS.index("its")


def by_head(num_heads):
    output, weights = multi_head_attention(
        frozen.X, *WEIGHTS, num_heads=num_heads, return_weights=True
    )
    names = frozen.TOKENS, frozen.FEATURES
    return plots.by_head(weights[:, ITS], output[ITS], *names, query="its")


def test_by_head_gives_features_of_one_head_the_same_weights():
    picture = by_head(2)
    assert (
        "“its” with 2 heads. Head 0: puppy 0.36, followed 0.19, its 0.18, mom 0.27" in picture.alt
    )
    _, animal, young, motion, pronoun = picture.table
    assert animal[1:-1] == young[1:-1] == ("0", "0.356", "0.193", "0.182", "0.269")
    assert motion[1:-1] == pronoun[1:-1] == ("1", "0.435", "0.155", "0.137", "0.273")
    assert animal[-1] == "0.547"


def test_by_head_keeps_its_parts_for_any_number_of_heads():
    shapes = [[e.tag for e in figure_to_svg(by_head(n).content).iter()] for n in (1, 2, 4)]
    assert shapes[0] == shapes[1] == shapes[2]


@pytest.mark.parametrize(
    ("weights", "output", "says"),
    [
        (np.ones(4), np.ones(4), r"weights: shape \(4,\)"),
        (np.ones((2, 3)), np.ones(4), r"weights: shape \(2, 3\); expected \(heads, 4\)"),
        (np.ones((2, 4)), np.ones(3), r"output: shape \(3,\)"),
        (np.ones((3, 4)), np.ones(4), "features: 4; expected a multiple of 3 heads"),
    ],
)
def test_by_head_refuses(weights, output, says):
    with pytest.raises(ValueError, match=says):
        plots.by_head(weights, output, frozen.TOKENS, frozen.FEATURES, query="its")


def test_head_split_says_where_numbers_come_from():
    right = plots.head_split(Q, split_heads(PLACES, 2)[1].astype(int), frozen.TOKENS, head=1)
    assert "wrong" not in right.alt
    assert [row[:2] for row in right.table[1:]] == [(token, token) for token in frozen.TOKENS]
    assert right.table[3][2:] == ("1.70", "1.48")
    wrong = plots.head_split(Q, PLACES.reshape(2, 4, 2)[0], frozen.TOKENS, head=0)
    assert "Row of “its”: 1.35, 0.86 from followed, the wrong word." in wrong.alt
    assert [row[1] for row in wrong.table[1:]] == ["puppy", "puppy", "followed", "followed"]


def test_head_split_names_several_sources():
    mixed = plots.head_split(Q, PLACES.T[:, :2], frozen.TOKENS, head=0)
    assert mixed.table[1][1] == "puppy and followed"


@pytest.mark.parametrize(
    ("x", "places", "error", "says"),
    [
        (Q[:3], PLACES, ValueError, r"x: shape \(3, 4\); expected \(4, d_model\)"),
        (Q, PLACES[:2], ValueError, r"places: shape \(2, 4\); expected \(4, d_head\)"),
        (Q, PLACES + 1, ValueError, "places: 16; expected integers from 0 to 15"),
        (Q, PLACES * 1.0, TypeError, "places: dtype float64; expected integers"),
    ],
)
def test_head_split_refuses(x, places, error, says):
    with pytest.raises(error, match=says):
        plots.head_split(x, places, frozen.TOKENS, head=0)


def alignment(query, scale=1.0):
    q = project(frozen.TARGET, frozen.W_Q_CROSS) * scale
    k, v = (project(frozen.X, w) for w in (frozen.W_K_CROSS, frozen.W_V))
    names = frozen.TARGET_TOKENS, frozen.TOKENS, frozen.FEATURES
    return plots.alignment(attention_weights(q, k), v, *names, query=query)


def test_alignment_says_the_links_and_what_is_taken():
    picture = alignment("gefolgt")
    assert "“gefolgt” attends to puppy 0.043, followed 0.870" in picture.alt
    assert "motion 0.639" in picture.alt
    links = re.findall(r"(\w+) to (\w+) 0\.[78]", picture.alt.partition("links: ")[2])
    assert dict(links) == {
        "seiner": "its",
        "Mama": "mom",
        "ist": "followed",
        "Welpe": "puppy",
        "gefolgt": "followed",
    }


def test_alignment_table_adds_up():
    for name, *cells in alignment("Mama").table[1:]:
        *parts, total = map(float, cells)
        assert sum(parts) == pytest.approx(total, abs=3e-3), name


@pytest.mark.parametrize(
    ("weights", "values", "query", "says"),
    [
        (np.ones((4, 5)), np.ones((4, 4)), "ist", r"weights: shape \(4, 5\)"),
        (np.ones((5, 4)), np.ones((5, 4)), "ist", r"values: shape \(5, 4\)"),
        (np.ones((5, 4)), np.ones((4, 4)), "its", "query: 'its'; expected one of"),
    ],
)
def test_alignment_refuses(weights, values, query, says):
    names = frozen.TARGET_TOKENS, frozen.TOKENS, frozen.FEATURES
    with pytest.raises(ValueError, match=says):
        plots.alignment(weights, values, *names, query=query)
