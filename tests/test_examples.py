"""The book's example: its parts fit together, and its numbers are those that the course publishes.

The first part holds for any sentence and any sizes. The tests that are named ``published`` hold
the article's numbers: who changes the example writes their own into them.
"""

import numpy as np
import pytest

from qkvlib import attention_scores, attention_weights, examples, project
from qkvlib import scaled_dot_product_attention as attend

MATRICES = [name for name, value in vars(examples).items() if isinstance(value, np.ndarray)]
Q, K, V = (project(examples.X, w) for w in (examples.W_Q, examples.W_K, examples.W_V))


def test_names_fit_the_matrices():
    assert len(set(examples.TOKENS)) == len(examples.TOKENS) == len(examples.X)
    assert examples.ASKER in examples.TOKENS
    assert len(set(examples.FEATURES)) == len(examples.FEATURES) == examples.W_V.shape[1]
    assert len(set(examples.TARGET_TOKENS)) == len(examples.TARGET_TOKENS) == len(examples.TARGET)


def test_attention_takes_the_matrices():
    assert Q.shape == K.shape
    assert examples.NOUN_VERB_Q.shape == examples.NOUN_VERB_K.shape == (len(examples.TOKENS), 2)
    assert attend(Q, K, V).shape == (len(examples.TOKENS), len(examples.FEATURES))


@pytest.mark.parametrize("name", MATRICES)
def test_matrices_are_read_only_float64(name):
    matrix = getattr(examples, name)
    assert matrix.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        matrix[0, 0] = 1


def test_each_key_of_the_translation_is_a_direction_of_its_own():
    keys = project(examples.X, examples.W_K_CROSS)
    np.testing.assert_allclose(keys, np.eye(len(examples.TOKENS)), rtol=0, atol=1e-8)
    queries = project(examples.TARGET, examples.W_Q_CROSS)
    assert attention_weights(queries, keys).shape == (len(examples.TARGET), len(examples.X))


def of_its(row):
    """Return a row as a dict, so that no test depends on the order of the tokens."""
    return dict(zip(examples.TOKENS, row, strict=True))


def published_scores():
    return of_its(attention_scores(Q, K)[examples.TOKENS.index("its")])


def test_published_names():
    assert examples.TOKENS == ("puppy", "followed", "its", "mom")
    assert examples.ASKER == "its"
    assert examples.FEATURES == ("animal", "young", "motion", "pronoun")


# Rows are puppy, followed, its, mom.
PUBLISHED = {
    "W_Q": [
        [1.10, 0.60, 0.86, 0.72],
        [1.35, 0.86, 1.48, 1.29],
        [1.55, 0.86, 1.70, 1.48],
        [0.80, 0.54, 0.70, 0.62],
    ],
    "W_K": [[0.6, 0.4, 0.8, 0.5], [0.1, 0.3, 0.2, 0.2], [0.1, 0.2, 0.1, 0.2], [0.4, 0.3, 0.5, 0.4]],
    "W_V": [[0.9, 0.7, 0.1, 0.2], [0.2, 0.0, 0.7, 0.2], [0.0, 0.1, 0.3, 0.7], [0.7, 0.3, 0.3, 0.0]],
}


@pytest.mark.parametrize("w", PUBLISHED)
def test_published_projections(w):
    got = project(examples.X, getattr(examples, w))
    np.testing.assert_allclose(got, PUBLISHED[w], rtol=0, atol=1e-12)


def test_published_scores_of_its():
    scores = published_scores()
    expected = {"puppy": 3.374, "mom": 2.320, "followed": 1.049, "its": 0.793}
    assert scores == pytest.approx(expected, abs=1e-12)
    assert sorted(scores, key=scores.get, reverse=True) == list(expected)


def test_published_weights_of_its():
    row = attention_weights(Q, K)[examples.TOKENS.index("its")]
    weights = {token: round(float(w), 4) for token, w in of_its(row).items()}
    assert weights == {"puppy": 0.4591, "mom": 0.2710, "followed": 0.1436, "its": 0.1263}


def test_published_claim_its_enters_as_a_pronoun_and_leaves_mostly_animal():
    its = examples.TOKENS.index("its")
    before = dict(zip(examples.FEATURES, V[its].round(9), strict=True))
    after = dict(zip(examples.FEATURES, attend(Q, K, V)[its], strict=True))
    assert max(before, key=before.get) == "pronoun"
    assert before["animal"] == 0
    assert max(after, key=after.get) == "animal"


def test_published_inverse_of_x_holds_integers():
    inverse = np.linalg.inv(examples.X)
    np.testing.assert_allclose(inverse, inverse.round(), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(inverse.round(), examples.W_K_CROSS)


def test_published_claim_puppy_and_mom_are_close():
    puppy, _, _, mom = examples.X
    cosine = puppy @ mom / np.linalg.norm(puppy) / np.linalg.norm(mom)
    assert round(float(cosine), 2) == 0.97


@pytest.mark.parametrize("name", ["X", "W_Q", "W_K", "W_V"])
def test_published_matrices_have_one_decimal(name):
    matrix = getattr(examples, name)
    assert matrix.shape == (4, 4)
    np.testing.assert_array_equal(matrix, matrix.round(1))


def cosines(queries):
    """Of any two of them, the smallest and the largest."""
    unit = queries / np.linalg.norm(queries, axis=1, keepdims=True)
    between = (unit @ unit.T)[np.triu_indices(len(unit), k=1)]
    return [round(float(c), 3) for c in (between.min(), between.max())]


def test_published_claim_all_four_words_ask_alike():
    assert cosines(Q) == [0.985, 0.999]
    ranks = np.argsort(attention_scores(Q, K), axis=-1)
    assert (ranks == ranks[0]).all()


def test_published_claim_words_of_the_made_up_features_ask_differently():
    assert cosines(examples.NOUN_VERB_Q) == [0, 1]
    weights = attention_weights(examples.NOUN_VERB_Q, examples.NOUN_VERB_K).round(2).tolist()
    verb, noun = [0.05, 0.85, 0.05, 0.05], [0.62, 0.04, 0.04, 0.31]
    assert weights == [verb, noun, noun, verb]


def test_published_translation():
    q = project(examples.TARGET, examples.W_Q_CROSS)
    weights = attention_weights(q, project(examples.X, examples.W_K_CROSS))
    found = [examples.TOKENS[j] for j in weights.argmax(axis=-1)]
    assert found == ["its", "mom", "followed", "puppy", "followed"]
    assert (weights.max(axis=-1) > 0.7).all()
