"""The encoder: equal to transformers, what removing a head does, bad input.

With random weights this runs everywhere, with the real ones where they are.
"""

from pathlib import Path

import numpy as np
import pytest
import skipped_examples
from model import reference

from qkvlib import encode, multi_head_attention, padding_mask, sentence_vector, tokenize
from qkvlib.models import encoder, minilm_weights
from qkvlib.models.encoder import embed, layer_weights

RECORDED = np.load(Path(__file__).parent / "data" / "minilm_reference.npz")
IDS = list(reference.RANDOM_IDS)


@pytest.fixture(scope="module")
def weights():
    return reference.random_weights()


def real_ids(vocabulary, text):
    return [vocabulary[piece] for piece in tokenize(text, vocabulary)]


def assert_recorded(got, name):
    for array, part in zip(got, ("hidden", "maps"), strict=True):
        array = array[..., :: reference.EVERY] if part == "hidden" else array
        assert array.dtype == np.float32
        np.testing.assert_allclose(array, RECORDED[f"{name}_{part}"], rtol=0, atol=1e-5)


def test_random_weights_give_what_transformers_gave(weights):
    assert_recorded(encode(weights, IDS), "random")


@pytest.mark.parametrize("i", range(len(reference.TEXTS)))
def test_the_real_model_gives_what_transformers_gave(real_model, i):
    weights, vocabulary = real_model
    ids = real_ids(vocabulary, reference.TEXTS[i])
    assert_recorded(encode(weights, ids), f"real_{i}")


def test_transformers_gives_it_still(weights):
    pytest.importorskip("transformers")
    for got, expected in zip(
        encode(weights, IDS), reference.by_transformers(weights, IDS), strict=True
    ):
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)


def test_the_real_model_equals_transformers(real_model):
    pytest.importorskip("transformers")
    weights, vocabulary = real_model
    text = "She sat on the bank of the river and read an unbelievable book; it rained."
    ids = real_ids(vocabulary, text)
    got, expected = encode(weights, ids), reference.by_transformers(weights, ids)
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-5)
    np.testing.assert_allclose(
        sentence_vector(got[0][-1]), sentence_vector(expected[0][-1]), rtol=0, atol=1e-6
    )


@pytest.mark.parametrize("module", [encoder, minilm_weights], ids=lambda module: module.__name__)
def test_the_examples_that_need_the_model(real_model, module):
    tries, failures = skipped_examples.run(module)
    assert tries and not failures


def test_shapes_and_batches(weights):
    others = IDS[::-1]
    hidden, maps = encode(weights, [IDS, others])
    assert hidden.shape == (7, 2, 9, 384) and maps.shape == (6, 2, 12, 9, 9)
    for place, ids in enumerate((IDS, others)):
        one = encode(weights, ids)
        np.testing.assert_allclose(hidden[:, place], one[0], rtol=0, atol=1e-5)
        np.testing.assert_allclose(maps[:, place], one[1], rtol=0, atol=1e-6)
    np.testing.assert_allclose(maps.sum(axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize("side", ["right", "left"])
def test_padding_is_not_looked_at(weights, side):
    mask = padding_mask([9, 6], 9, side=side)
    short = [*IDS[:6], 7, 8, 9] if side == "right" else [7, 8, 9, *IDS[:6]]
    other = [*IDS[:6], 1, 2, 3] if side == "right" else [1, 2, 3, *IDS[:6]]
    real = slice(0, 6) if side == "right" else slice(3, 9)
    hidden, maps = encode(weights, [IDS, short], mask=mask)
    again, _ = encode(weights, [IDS, other], mask=mask)
    np.testing.assert_allclose(hidden[:, 1, real], again[:, 1, real], rtol=0, atol=1e-5)
    assert (maps[:, 1][..., ~mask[1, 0]] == 0).all() and (maps[:, 0] > 0).all()
    alone = encode(weights, IDS)[0]
    np.testing.assert_allclose(hidden[:, 0], alone, rtol=0, atol=1e-5)
    vectors = sentence_vector(hidden[-1], mask=mask)
    np.testing.assert_allclose(vectors[0], sentence_vector(alone[-1]), rtol=0, atol=1e-5)
    np.testing.assert_allclose(vectors[1], sentence_vector(hidden[-1, 1, real]), rtol=0, atol=1e-6)
    if side == "right":
        expected = encode(weights, IDS[:6])[0]
        np.testing.assert_allclose(hidden[:, 1, :6], expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("mask", "error", "message"),
    [
        ([[1.0, 0.0]], TypeError, "mask: dtype float64; expected bool, True for a real token"),
        ([[True]] * 3, ValueError, r"mask: shape \(3, 1\); expected .* to \(1, 2\)"),
        ([[False, False]], ValueError, "mask: leaves no token; expected one or more"),
    ],
)
def test_a_mask_of_a_sentence_that_does_not_fit_is_refused(mask, error, message):
    with pytest.raises(error, match=f"^{message}"):
        sentence_vector([[1.0], [2.0]], mask=mask)


def test_the_maps_are_those_of_multi_head_attention(weights):
    hidden, maps = encode(weights, IDS)
    for layer in range(6):
        _, expected = multi_head_attention(
            hidden[layer], **layer_weights(weights, layer), num_heads=12, return_weights=True
        )
        np.testing.assert_array_equal(maps[layer], expected)


def test_a_removed_head_is_one_whose_values_are_zero(weights):
    changed = dict(weights)
    own = slice(5 * 32, 6 * 32)
    for name in ("weight", "bias"):
        key = f"encoder.layer.2.attention.self.value.{name}"
        changed[key] = weights[key].copy()
        changed[key][own] = 0
    without, whole = encode(weights, IDS, without=[(2, 5)]), encode(weights, IDS)
    for one, other in zip(without, encode(changed, IDS), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-5)
    np.testing.assert_array_equal(without[0][:3], whole[0][:3])  # what came before
    assert abs(without[0][3] - whole[0][3]).max() > 1e-3


def test_several_heads_can_be_removed(weights):
    all_heads = [(layer, head) for layer in range(6) for head in range(12)]
    hidden, _ = encode(weights, IDS, without=all_heads)
    other_word = [*IDS[:-1], 0]
    changed, _ = encode(weights, other_word, without=all_heads)
    np.testing.assert_array_equal(hidden[:, :-1], changed[:, :-1])  # no word hears of another


def test_nothing_given_is_changed(weights):
    before = {name: array.copy() for name, array in weights.items()}
    encode(weights, IDS, without=[(0, 0), (0, 1)])
    for name, array in weights.items():
        np.testing.assert_array_equal(array, before[name])


def test_the_sentence_vector_is_the_mean_of_length_1():
    hidden = np.random.default_rng(0).normal(size=(2, 5, 4))
    vectors = sentence_vector(hidden)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=-1), 1)
    mean = hidden[1].mean(axis=0)
    np.testing.assert_allclose(vectors[1], mean / np.sqrt((mean**2).sum()))


ERRORS = [
    (lambda w: encode(w, [0.5]), TypeError, r"ids: dtype float64; expected integers"),
    (lambda w: encode(w, [3, 40]), ValueError, r"ids: 40; expected integers from 0 to 39"),
    (lambda w: encode(w, [-1]), ValueError, r"ids: -1; expected integers from 0 to 39"),
    (lambda w: encode(w, 3), ValueError, r"ids: shape \(\); expected \(..., n\), n from 1 to 512"),
    (lambda w: encode(w, np.zeros((2, 0), int)), ValueError, r"ids: shape \(2, 0\); expected"),
    (lambda w: embed(w, [3] * 513), ValueError, r"ids: shape \(513,\); .* n from 1 to 512"),
    (
        lambda w: encode(w, IDS, without=[(6, 0)]),
        ValueError,
        r"without, layer: 6; expected an integer from 0 to 5",
    ),
    (lambda w: encode(w, IDS, without=[(0, 12)]), ValueError, r"without, head: 12; expected"),
    (lambda w: layer_weights(w, 6), ValueError, r"layer: 6; expected an integer from 0 to 5"),
    (lambda w: sentence_vector([1.0]), ValueError, r"hidden: shape \(1,\); expected"),
    (lambda w: sentence_vector(np.ones((0, 4))), ValueError, r"hidden: shape \(0, 4\); .* n > 0"),
    (lambda w: sentence_vector([[1.0], [-1.0]]), ValueError, r"hidden: its mean is 0; expected"),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_the_argument(call, error, message, weights):
    with pytest.raises(error, match="^" + message):
        call(weights)
