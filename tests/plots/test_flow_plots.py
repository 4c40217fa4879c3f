"""The picture of the flow: what it says, what is lit, where its parts lead."""

import sys

import frozen
import numpy as np
import pytest
from matplotlib.patches import PathPatch

from qkvlib import attention_weights, plots, project

PARTS = list(sys.modules["qkvlib.plots.flow"].PARTS)
WEIGHTS = attention_weights(project(frozen.X, frozen.W_Q), project(frozen.X, frozen.W_K))


def flow(query="its", **options):
    matrices = frozen.X, frozen.W_Q, frozen.W_K, frozen.W_V
    return plots.flow(*matrices, frozen.TOKENS, query, **options)


def names(picture):
    """The words of the picture that are bold: what is lit, and the tokens."""
    texts = picture.content.axes[0].texts
    return {t.get_text() for t in texts if t.get_fontweight() == "bold"} - set(frozen.TOKENS)


def test_scores_and_weights_are_said_and_written():
    picture = flow()
    assert picture.alt == (
        "How “its” attends. Scores: puppy 3.37, followed 1.05, its 0.79, mom 2.32. "
        "Weights: puppy 0.46, followed 0.14, its 0.13, mom 0.27."
    )
    assert picture.table == [
        ("its", "puppy", "followed", "its", "mom"),
        ("scores", "3.37", "1.05", "0.79", "2.32"),
        ("weights", "0.46", "0.14", "0.13", "0.27"),
    ]
    written = {text.get_text() for text in picture.content.axes[0].texts}
    assert {"3.37", "1.05", "0.79", "2.32", ".46", ".14", ".13", ".27"} <= written


@pytest.mark.parametrize("query", frozen.TOKENS)
def test_the_lines_to_the_output_carry_the_weights(query):
    lines = [a for a in flow(query).content.axes[0].patches if type(a) is PathPatch]
    ribbons = [line for line in lines if line.get_path().codes is not None]
    widths = np.array([line.get_linewidth() for line in ribbons])
    np.testing.assert_allclose(widths / widths.sum(), WEIGHTS[frozen.TOKENS.index(query)])


def test_what_is_lit_is_bold_and_said_and_the_rest_is_dim():
    picture = flow(lit=["scores", "heads"])
    assert names(picture) == {"scores", "heads"}
    assert picture.alt.endswith("Lit: scores, heads.")
    ribbons = [
        line
        for line in picture.content.axes[0].patches
        if type(line) is PathPatch and line.get_path().codes is not None
    ]
    assert all(line.get_alpha() < 0.2 for line in ribbons)


def test_a_mask_cuts_lines_and_a_scale_is_applied():
    weights = attention_weights(
        project(frozen.X, frozen.W_Q), project(frozen.X, frozen.W_K), is_causal=True, scale=1
    )[2]
    picture = flow(is_causal=True, scale=1, lit="masking scaling")
    said = [f"{weight:.2f}" for weight in weights[:3]] + ["hidden"]
    assert picture.table[-1] == ("weights", *said)
    assert "mom hidden." in picture.alt
    shown = [
        line.get_alpha() for line in picture.content.axes[0].patches if type(line) is PathPatch
    ]
    assert shown.count(0) == 1, "nothing comes through the mask from one token"


def test_a_token_can_be_clicked_by_a_finger():
    """A phone shows a point as a pixel, or nearly so: 26 of them are what a fingertip needs."""
    assert [token for token, *_ in flow().choices] == list(frozen.TOKENS)
    assert all(min(width, height) >= 26 for *_, width, height in flow().choices)


def test_every_part_can_be_lit_and_leads_somewhere():
    assert [name for name, *_ in flow().links] == PARTS
    for part in PARTS:
        assert len(names(flow(lit=[part])) - {".46", ".14", ".13", ".27"}) == 1


def test_no_two_parts_share_a_place():
    areas = {name: area for name, _, *area in flow().links}
    for one, (x, y, width, height) in areas.items():
        for other, (left, top, wide, high) in areas.items():
            apart = x + width <= left or left + wide <= x or y + height <= top or top + high <= y
            assert one == other or apart, (one, other)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"query": "her"}, "query: 'her'; expected one of 'puppy', 'followed', 'its', 'mom'"),
        ({"lit": ["score"]}, "lit: 'score'; expected one of 'embeddings', "),
        ({"lit": "scores key"}, "lit: 'key'; expected one of 'embeddings', "),
    ],
)
def test_what_is_not_there_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        flow(**options)
