"""Pictures of *A real model*: one head's map, one row of weights, all heads."""

import numpy as np
import pytest

from qkvlib import plots

MAP = [[0.9, 0.06, 0.04], [0.25, 0.25, 0.5], [0.0, 1.0, 0.0]]
TOKENS = ["[CLS]", "its", "mom"]


def test_head_map_says_what_each_token_attends_to():
    picture = plots.head_map(MAP, TOKENS, title="L3H1")
    assert picture.alt == (
        "L3H1. Each token attends most to: [CLS] to [CLS] 0.90; its to mom 0.50; mom to its 1.00."
    )
    assert picture.table[1:] == [
        ("[CLS]", "[CLS]", "0.90", "its", "0.06"),
        ("its", "mom", "0.50", "[CLS]", "0.25"),
        ("mom", "its", "1.00", "[CLS]", "0.00"),
    ]


def test_head_map_has_the_same_elements_for_sentences_of_all_lengths():
    short = plots.head_map(MAP, TOKENS, title="T", room=5)
    long = plots.head_map(np.full((5, 5), 0.2), list("abcde"), title="T", room=5)
    for count in (
        lambda p: len(p.table),
        lambda p: len(p.content.axes[0].texts),
        lambda p: len(p.content.axes[0].collections[0].get_offsets()),
        lambda p: p.content.get_figheight(),
    ):
        assert count(short) == count(long)


def test_head_map_is_as_strong_as_the_weights():
    picture = plots.head_map(MAP, TOKENS, title="T", room=4)
    strengths = picture.content.axes[0].collections[0].get_facecolors()[:, 3].reshape(4, 4)
    np.testing.assert_allclose(strengths[:3, :3], MAP, atol=0.051)  # in ten steps
    assert not strengths[3].any() and not strengths[:, 3].any()


def test_head_map_writes_each_rows_largest_weight():
    texts = [t.get_text() for t in plots.head_map(MAP, TOKENS, title="T").content.axes[0].texts]
    assert texts[-3:] == ["0.90", "0.50", "1.00"]


@pytest.mark.parametrize(
    ("weights", "tokens", "room", "says"),
    [
        (np.ones((3, 2)), TOKENS, None, r"weights: shape \(3, 2\); expected \(3, 3\)"),
        (np.ones((1, 1)), ["its"], None, "tokens: 1 with room for 1; expected from 2 to 28"),
        (np.ones((3, 3)), TOKENS, 2, "tokens: 3 with room for 2"),
        (np.ones((29, 29)), ["a"] * 29, None, "tokens: 29 with room for 29"),
    ],
)
def test_head_map_refuses(weights, tokens, room, says):
    with pytest.raises(ValueError, match=says):
        plots.head_map(weights, tokens, title="T", room=room)


def test_token_weights_says_each():
    picture = plots.token_weights([0.2, 0.8], ["its", "mom"], title="its")
    assert picture.alt == "its: its 0.200, mom 0.800."
    assert picture.table == [("key", "weight"), ("its", "0.200"), ("mom", "0.800")]
    with pytest.raises(ValueError, match=r"weights: shape \(3,\); expected \(2,\)"):
        plots.token_weights(np.ones(3), ["its", "mom"], title="T")


def test_all_heads_names_the_largest_and_counts():
    picture = plots.all_heads([[0.1, 0.62], [0.9, 0.55]], title="On [CLS]")
    assert picture.alt == (
        "On [CLS], in percent. Largest: L1H0 90, L0H1 62, L1H1 55. 3 of 4 heads above 50 percent."
    )
    assert picture.table == [("layer", "H0", "H1"), ("L0", "10", "62"), ("L1", "90", "55")]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.ones(3), r"values: shape \(3,\); expected \(layers, up to 12\)"),
        (np.ones((2, 13)), r"values: shape \(2, 13\)"),
        ([[0.5, 1.1]], r"values: from 0\.5 to 1\.1; expected from 0 to 1"),
        ([[np.nan]], "values: from nan to nan; expected from 0 to 1"),
    ],
)
def test_all_heads_refuses(values, says):
    with pytest.raises(ValueError, match=says):
        plots.all_heads(values, title="T")


MAPS = np.random.default_rng(0).dirichlet(np.ones(3), (2, 3, 3))


def grid(head="L1H2", **options):
    return plots.head_grid(MAPS, ["its", "mom", "puppy"], head=head, **options)


def test_head_grid_says_the_chosen_head_and_offers_all():
    picture = grid()
    assert picture.alt.startswith("L1H2, one of 6 heads. Each token attends most to: its to ")
    assert [name for name, *_ in picture.choices] == [
        f"L{layer}H{head}" for layer in range(2) for head in range(3)
    ]
    assert picture.table == plots.head_map(MAPS[1, 2], ["its", "mom", "puppy"], title="").table


def test_head_grid_draws_every_weight_of_every_head():
    (image,) = grid().figures[0].axes[1].images
    strengths = image.get_array()[..., 3] / (255 if image.get_array().dtype == np.uint8 else 1)
    for layer, head in np.ndindex(2, 3):
        part = strengths[layer * 4 : layer * 4 + 3, head * 4 : head * 4 + 3]
        np.testing.assert_allclose(part, MAPS[layer, head], atol=0.04)
    assert not strengths[3::4].any() and not strengths[:, 3::4].any(), "nothing between them"


@pytest.mark.parametrize(
    ("maps", "head", "says"),
    [
        (MAPS[0], "L0H0", r"maps: shape \(3, 3, 3\); expected \(layers, up to 12 heads, n, n\)"),
        (MAPS, "L2H0", "head: 'L2H0'; expected one of 'L0H0', 'L0H1'"),
        (MAPS[..., :2], "L0H0", r"maps: shape \(2, 3, 3, 2\); expected"),
    ],
)
def test_head_grid_refuses(maps, head, says):
    with pytest.raises(ValueError, match=says):
        plots.head_grid(maps, ["its", "mom", "puppy"], head=head)
