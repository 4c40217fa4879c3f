"""Pictures: the colors of a theme, the words, the numbers, the errors."""

import re
from pathlib import Path

import frozen
import numpy as np
import pytest

from qkvlib import attention_scores, attention_weights, plots, project
from qkvlib.explorer.picture import to_html
from qkvlib.plots import marks

Q, K, V = (project(frozen.X, w) for w in (frozen.W_Q, frozen.W_K, frozen.W_V))
STYLE = Path(__file__).parents[2] / "book" / "_static" / "colors.css"
EXPLORE_STYLE = STYLE.parents[2] / "qkvlib" / "explorer" / "static" / "explore.css"


def dark_twins() -> dict[str, str]:
    styles = EXPLORE_STYLE.read_text() + STYLE.read_text()
    return {f"#{light}": dark for light, dark in re.findall(r"--c-(\w{6}):\s*(#\w{6})", styles)}


def channels(color: str) -> np.ndarray:
    return np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def contrast(a: np.ndarray, b: np.ndarray) -> float:
    """WCAG 2's contrast ratio."""
    light = [
        (np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722])
        for c in (a, b)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


THEMES = {"light": {}, "dark": dark_twins()}


@pytest.mark.parametrize("fill", [marks.WEIGHT_COLOR, marks.PLAIN_COLOR])
@pytest.mark.parametrize("theme", THEMES)
def test_numbers_read_well_on_cells_of_every_strength(theme, fill):
    color = {
        c: channels(THEMES[theme].get(c, c)) for c in (marks.INK, "#ffffff", fill, marks.ON_STRONG)
    }
    for strength in np.linspace(0, 1, 101):
        cell = strength * color[fill] + (1 - strength) * color["#ffffff"]
        text = color[marks.ON_STRONG if strength >= marks.STRONG else marks.INK]
        assert contrast(cell, text) >= 4.5, strength


@pytest.mark.parametrize("theme", THEMES)
def test_colors_stand_out_from_the_page(theme):
    page = channels(THEMES[theme].get("#ffffff", "#ffffff"))
    for color in (
        marks.Q_COLOR,
        marks.K_COLOR,
        marks.V_COLOR,
        marks.WEIGHT_COLOR,
        marks.PLAIN_COLOR,
    ):
        assert contrast(channels(THEMES[theme].get(color, color)), page) >= 3
    for color in (marks.INK, marks.MUTED):
        assert contrast(channels(THEMES[theme].get(color, color)), page) >= 4.5


def test_every_color_but_one_has_a_dark_twin():
    colors = {v for v in vars(marks).values() if isinstance(v, str) and re.fullmatch("#......", v)}
    assert colors - dark_twins().keys() == {marks.ON_STRONG}


def test_heatmap_says_every_number():
    scores = attention_scores(Q, K)
    picture = plots.heatmap(scores, frozen.TOKENS, frozen.TOKENS, title="Scores")
    for value in scores.ravel():
        assert f"{value:.3f}" in picture.alt
        assert any(f"{value:.3f}" in row for row in picture.table)


@pytest.mark.parametrize(
    ("matrix", "says"), [(np.ones((2, 3)), r"shape \(2, 3\)"), ([[1, np.nan]], "finite")]
)
def test_heatmap_refuses(matrix, says):
    with pytest.raises(ValueError, match=says):
        plots.heatmap(matrix, ["a"], ["b", "c"], title="T")


def test_dot_product_says_each_term_and_the_ranking():
    picture = plots.dot_product(Q[2], K, frozen.TOKENS, query="its", key="puppy")
    assert "1.55 × 0.60 + 0.86 × 0.40 + 1.70 × 0.80 + 1.48 × 0.50 = 3.374" in picture.alt
    assert "puppy 3.374, mom 2.320, followed 1.049, its 0.793" in picture.alt
    assert picture.table[-1] == ("product", "0.930", "0.344", "1.360", "0.740", "3.374")


def test_plane_names_the_winner_and_tells_length_from_angle():
    q = np.array([-1.0, 1.0])
    picture = plots.plane(q, K[:, :2], frozen.TOKENS, longest=3, limit=2)
    assert "length 1.41 at 135°" in picture.alt and "Highest: followed." in picture.alt
    for row in picture.table[1:]:
        length_q, length_k, cosine, score = (
            float(c.replace("\N{MINUS SIGN}", "-")) for c in row[1:]
        )
        assert length_q * length_k * cosine == pytest.approx(score, abs=3e-3)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"key": "cat"}, "key: 'cat'; expected one of 'puppy', 'followed'"),
        ({"keys": K[:3]}, r"keys: shape \(3, 4\); expected \(4, 4\)"),
        ({"q": Q}, r"q: shape \(4, 4\); expected \(4,\)"),
    ],
)
def test_dot_product_refuses(options, says):
    given = {"q": Q[2], "keys": K, "tokens": frozen.TOKENS, "query": "its", "key": "puppy"}
    with pytest.raises(ValueError, match=says):
        plots.dot_product(**given | options)


def test_dot_product_draws_a_query_that_finds_nothing():
    picture = plots.dot_product(0 * Q[2], K, frozen.TOKENS, query="its", key="puppy")
    assert picture.alt.endswith("best first: puppy 0.000, followed 0.000, its 0.000, mom 0.000.")


@pytest.mark.parametrize(
    ("q", "says"),
    [([0.0, 0.0], r"q: \[0\. 0\.\]; expected a vector that points"), (Q[2], r"q: shape \(4,\)")],
)
def test_plane_refuses(q, says):
    with pytest.raises(ValueError, match=says):
        plots.plane(q, K[:, :2], frozen.TOKENS, longest=3, limit=2)


@pytest.mark.parametrize(
    ("weights", "query", "says"),
    [
        ([0.5, 0.5], "its", r"weights: shape \(2,\); expected \(4,\)"),
        ([0.25] * 4, "cat", "query: 'cat'; expected one of 'puppy', 'followed', 'its', 'mom'"),
    ],
)
def test_mixture_refuses(weights, query, says):
    with pytest.raises(ValueError, match=says):
        plots.mixture(weights, V, frozen.TOKENS, frozen.FEATURES, query=query)


def test_mixture_says_what_changes():
    weights = attention_weights(Q, K)[2]
    picture = plots.mixture(weights, V, frozen.TOKENS, frozen.FEATURES, query="its")
    assert "“its” attends to puppy 0.46" in picture.alt
    assert "animal 0.00 to 0.63" in picture.alt and "pronoun 0.70 to 0.21" in picture.alt


def test_heatmaps_can_be_compared():
    """A cell's strength is its share of the limit, or of 1, not of what its own matrix holds."""

    def strength(weight, limit):
        figure = plots.heatmap([[weight]], ["its"], title="Weight", limit=limit).content
        return max(patch.get_alpha() or 0 for patch in figure.axes[0].patches)

    assert strength(0.3, None) == 0.3 and strength(1, None) == 1
    assert strength(8, None) == strength(9, None) == 1, "no weights, but scores"
    assert strength(0.3, 0.6) == pytest.approx(0.5) and strength(0.6, 0.6) == 1


def test_heatmap_refuses_a_limit_below_the_largest():
    with pytest.raises(ValueError, match=r"limit: 0\.5; expected a number of at least 0\.6"):
        plots.heatmap([[0.6]], ["its"], title="Weight", limit=0.5)


def test_number_has_a_true_minus_and_no_negative_zero():
    assert plots.number(-1.25, 1) == "\N{MINUS SIGN}1.2"
    assert plots.number(-0.0001) == "0.000"


def test_a_number_of_a_mixture_stands_beside_its_name():
    """An outline may end far from the bar: a number at its end would be far from both."""
    picture = plots.mixture([0.25, 0.75], [[0.0], [1.0]], ["its", "mom"], ["animal"], query="its")
    places = {t.get_text(): t.get_position()[0] for t in picture.content.axes[0].texts}
    zero = min(line.get_xdata()[0] for line in picture.content.axes[0].lines)
    assert places["0.25"] == places["0.75"]
    assert places["animal"] < places["0.75"] < zero


NO_WEIGHTS = {
    "dot_product": lambda: plots.dot_product(Q[0], K, frozen.TOKENS, query="puppy", key="its"),
    "heatmap": lambda: plots.heatmap(Q @ K.T, frozen.TOKENS, title="Scores", of_weights=False),
    "plane": lambda: plots.plane(Q[0, :2], K[:, :2], frozen.TOKENS, longest=3, limit=2),
    "both_ways": lambda: plots.both_ways(Q @ K.T, frozen.TOKENS, limit=4),
    "clocks": lambda: plots.clocks([1.0, 0.1], pair=0, length=9),
    "over_features": lambda: plots.over_features(
        [1, 4], {"a": [1.0, 2.0]}, y_label="variance", limits=(1, 4)
    ),
}


@pytest.mark.parametrize("name", NO_WEIGHTS)
def test_the_color_of_weights_is_theirs_alone(name):
    drawn = to_html(NO_WEIGHTS[name]().to_element())
    assert marks.WEIGHT_COLOR not in drawn
    weights = plots.heatmap(np.eye(4), frozen.TOKENS, title="Weights")
    assert marks.WEIGHT_COLOR in to_html(weights.to_element())


def test_a_cell_of_a_heatmap_chooses_its_row_and_its_column():
    scores = attention_scores(Q, K)
    picture = plots.heatmap(scores, frozen.TOKENS, title="Scores", chosen=("its", "mom"))
    assert picture.alt.endswith(" Outlined: query “its”, key “mom”.")
    values = [value for value, *_ in picture.choices]
    assert values == [{"query": i, "key": j} for i in frozen.TOKENS for j in frozen.TOKENS]
    assert all(min(width, height) >= 24 for *_, width, height in picture.choices)
    assert plots.heatmap(scores, frozen.TOKENS, title="Scores").choices == ()
    with pytest.raises(ValueError, match="column: 'her'; expected one of 'puppy'"):
        plots.heatmap(scores, frozen.TOKENS, title="Scores", chosen=("its", "her"))
