"""Pictures of other examples than the book's: more words, other sizes, negative numbers."""

import itertools

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from qkvlib import attention_scores, attention_weights, known_models, plots, project, split_heads
from qkvlib.plots.walkthrough import STEPS

TOKENS = "puppy followed its mom happily across meadows".split()
FEATURES = "animal young motion pronoun size color".split()
EXAMPLES = {  # n, d_model, d_k, d_v, the smallest number of the matrices
    "the book's sizes": (4, 4, 4, 4, 0),
    "three features of five words": (5, 6, 3, 3, 0),
    "negative": (5, 6, 3, 3, -1),
    "seven words": (7, 8, 6, 6, 0),
}


def pictures(n, d_model, d_k, d_v, smallest):
    rng = np.random.default_rng(0)
    shapes = (n, d_model), (d_model, d_k), (d_model, d_k), (d_model, d_v)
    x, *w = (rng.uniform(smallest, 1, shape).round(1) for shape in shapes)
    q, k, v = (project(x, matrix) for matrix in w)
    scores, weights = attention_scores(q, k), attention_weights(q, k)
    names, features = TOKENS[:n], FEATURES[:d_v]
    first, scaled = names[0], scores[0] / np.sqrt(d_k)
    places = split_heads(np.arange(x.size).reshape(x.shape), 2)[0].astype(int)
    one = {"query": first}
    return [
        plots.alignment(weights, v, names, names, features, **one),
        plots.blend(weights[0], v[:, :2], names, features[:2], **one),
        plots.both_ways(scores, names, limit=scores.max()),
        plots.busy({"the weights": 500, "the cache": 128}, need=206, gpu="H200"),
        plots.by_head(weights[:1], v[0], names, features, **one),
        plots.cache_memory(known_models()["GPT-3 175B"], n=8192, texts=1, bits=16),
        plots.decoding(names[:5], step=min(n, 5), cached=True),
        plots.dot_product(q[0], k, names, **one, key=names[1]),
        plots.flow(x, *w, names, first),
        plots.head_map(weights, names, title="Weights"),
        plots.head_split(x, places, names, head=0),
        plots.heatmap(scores, names, title="Scores"),
        plots.heatmap(weights, names, title="Weights", sums=True),
        plots.layer_work(49152, d_model=512, causal=True),
        plots.mixture(weights[0], v, names, features, **one),
        plots.movement(v, v + 0.1, names, changed=first, limit=2),
        plots.online_softmax(scaled, v, names, features, **one, read=n),
        plots.plane(q[0, :2], k[:, :2], names, longest=3, limit=2.2),
        plots.projection(x[0], w[0], token=first, view="query"),
        plots.pulls(weights[0], v[:, 0], names, feature=features[0]),
        plots.sentence(weights[0], names, **one, hidden=weights[0] < 0.1),
        plots.sharpening(scaled, names, **one, sharpness=1, limits=(0, 8)),
        plots.exp_curve(scaled / abs(scaled).max(), names, **one, shift=0, limits=(-1, 2)),
        plots.turning(q[0, :2], k[1, :2], names[:2], (39, 36), degrees=30, length=42),
        plots.clocks(1e-5 ** (np.arange(4) / 4), pair=3, length=50),
        plots.reading(weights[-1], names, place=n - 1, words=names[:3], shares=weights[0, :3]),
        plots.next_words(weights[0], names, text_so_far="its"),
        plots.every_head(np.linspace(0, 1, 36 * 12).reshape(36, 12)[:, :n], title="On token 0"),
        plots.written([names[:4]] * n, names, title="L23H2"),
        plots.window_loss(
            np.linspace(7, 3, 10).reshape(2, 5), [4, 8, 16, 32, 64], whole=3, title="Rain", limit=8
        ),
        plots.block(
            {"parameters": {"W_Q": 1e6 * n, "W_K": 3e6}, "FLOPs": {"feed-forward": 2e9, "W_O": n}},
            heads=12,
            kv_heads=12,
        ),
        plots.two_rules({"one": weights, "other": weights}, at=1, place="word", limit=1),
        plots.widening(scores.ravel(), scores[0], d_k=d_k, scaled=False),
        plots.slopes(scaled, names, **one, nudged=first),
        plots.softmax_steps(scaled, names, **one, subtract_largest=True),
    ]


def written(figure):
    """All words of a figure with their places; the numbers along an axis are Matplotlib's care."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    if any(axes.axison for axes in figure.axes):
        figure.draw_without_rendering()  # puts the axes' names in their places
    ticks = {label for axes in figure.axes for label in axes.get_xticklabels()}
    ticks |= {label for axes in figure.axes for label in axes.get_yticklabels()}
    texts = figure.findobj(lambda artist: hasattr(artist, "get_fontsize") and artist not in ticks)
    return [(t.get_text(), t.get_window_extent(renderer)) for t in texts if t.get_text().strip()]


def flaws(figure, cells):
    """Words outside of the picture; where it is made of cells, words on top of each other too."""
    texts, (width, height) = written(figure), figure.get_size_inches() * figure.dpi
    for words, place in texts:
        if place.x0 < -2 or place.x1 > width + 2 or place.y0 < -2 or place.y1 > height + 2:
            yield f"{words} stands outside"
    for (one, a), (other, b) in itertools.combinations(texts, 2) if cells else ():
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 6:
            yield f"{one} lies on {other}"


@pytest.mark.parametrize("sizes", EXAMPLES.values(), ids=EXAMPLES)
def test_words_stay_in_the_picture_and_apart(sizes):
    for picture in pictures(*sizes):
        # Points of a plane may lie anywhere, and their names with them.
        plane = picture.content.axes[0].get_aspect() == 1 or "keys as arrows" in picture.alt
        assert list(flaws(picture.content, cells=not plane)) == [], picture.alt


def test_type_is_as_large_as_it_must_be_and_a_picture_as_low():
    """A phone shows a point as a pixel, and a laptop as nearly two: 255 of them fit on a screen."""
    for picture in pictures(*EXAMPLES["the book's sizes"]):
        (figure,) = picture.figures
        written = figure.findobj(lambda artist: hasattr(artist, "get_fontsize"))
        sizes = np.array([t.get_fontsize() for t in written if t.get_text().strip()])
        assert sizes.min() >= 10 and np.mean(sizes >= 11.5) >= 0.9, picture.alt
        assert figure.get_figheight() * 72 <= 255, picture.alt


def test_no_picture_writes_a_subscript_as_code_does():
    for picture in pictures(*EXAMPLES["the book's sizes"]):
        for text in picture.to_element().iter("text"):
            assert "_" not in "".join(text.itertext()), picture.alt


@pytest.mark.parametrize("words", ["a word too long for its cell", "far away"])
def test_what_is_outside_or_on_top_is_found(words):
    figure, axes = plots.marks.canvas(40)
    for x, said in ((20, words), (60, "on top")):
        plots.marks.text(axes, x, 20, said)
    assert list(flaws(figure, cells=True)) != []


@pytest.mark.parametrize("step", STEPS)
def test_the_walkthrough_takes_other_sizes(step):
    rng = np.random.default_rng(0)
    x, *w = (rng.uniform(-1, 1, shape).round(1) for shape in ((5, 6), (6, 3), (6, 3), (6, 2)))
    picture = plots.walkthrough(x, *w, TOKENS[:5], FEATURES[:2], token="its", step=step)
    q, k, v = (project(x, matrix) for matrix in w)
    scores, weights = attention_scores(q, k), attention_weights(q, k)
    results = dict(Q=q, K=k, V=v, scores=scores, scaled=scores / 3**0.5, weights=weights)
    result = results.get(step, weights @ v)
    said = [float(number.replace("−", "-")) for number in picture.table[-1][1:]]
    assert said == pytest.approx(result[2], abs=5e-5)
    assert "--s:-" not in picture.content
