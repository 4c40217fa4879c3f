"""The book's example: the article's numbers, and that the rest agrees with them exactly."""

import numpy as np
import pytest

from qkvlib import attention_scores, attention_weights, examples, project
from qkvlib import scaled_dot_product_attention as attend

MATRICES = ("X", "W_Q", "W_K", "W_V")
ITS = examples.TOKENS.index("its")

# Rows are puppy, followed, its, mom.
Q = [
    [1.10, 0.60, 0.86, 0.72],
    [1.35, 0.86, 1.48, 1.29],
    [1.55, 0.86, 1.70, 1.48],
    [0.80, 0.54, 0.70, 0.62],
]
K = [[0.6, 0.4, 0.8, 0.5], [0.1, 0.3, 0.2, 0.2], [0.1, 0.2, 0.1, 0.2], [0.4, 0.3, 0.5, 0.4]]
V = [[0.9, 0.7, 0.1, 0.2], [0.2, 0.0, 0.7, 0.2], [0.0, 0.1, 0.3, 0.7], [0.7, 0.3, 0.3, 0.0]]


def of_its(row):
    """Return a row as a dict, so that no test depends on the order of the tokens."""
    return dict(zip(examples.TOKENS, row, strict=True))


def test_names():
    assert examples.TOKENS == ("puppy", "followed", "its", "mom")
    assert examples.FEATURES == ("animal", "young", "motion", "pronoun")


@pytest.mark.parametrize(("w", "table"), [("W_Q", Q), ("W_K", K), ("W_V", V)])
def test_projections_are_the_tables(w, table):
    got = project(examples.X, getattr(examples, w))
    np.testing.assert_allclose(got, table, rtol=0, atol=1e-12)


def test_scores_of_its_are_the_articles():
    scores = of_its(attention_scores(Q, K)[ITS])
    expected = {"puppy": 3.374, "mom": 2.320, "followed": 1.049, "its": 0.793}
    assert scores == pytest.approx(expected, abs=1e-12)
    assert sorted(scores, key=scores.get, reverse=True) == list(expected)


def test_weights_of_its():
    weights = {
        token: round(float(w), 4) for token, w in of_its(attention_weights(Q, K)[ITS]).items()
    }
    assert weights == {"puppy": 0.4591, "mom": 0.2710, "followed": 0.1436, "its": 0.1263}


def test_its_enters_as_a_pronoun_and_leaves_mostly_animal():
    before = dict(zip(examples.FEATURES, V[ITS], strict=True))
    after = dict(zip(examples.FEATURES, attend(Q, K, V)[ITS], strict=True))
    assert max(before, key=before.get) == "pronoun"
    assert before["animal"] == 0
    assert max(after, key=after.get) == "animal"


def test_inverse_of_x_holds_integers():
    inverse = np.linalg.inv(examples.X)
    np.testing.assert_allclose(inverse, inverse.round(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(examples.X @ inverse.round(), np.eye(4), rtol=0, atol=1e-12)


def test_puppy_and_mom_are_close():
    puppy, _, _, mom = examples.X
    cosine = puppy @ mom / np.linalg.norm(puppy) / np.linalg.norm(mom)
    assert round(float(cosine), 2) == 0.97


@pytest.mark.parametrize("name", MATRICES)
def test_matrices_are_read_only_float64_of_one_decimal(name):
    matrix = getattr(examples, name)
    assert matrix.dtype == np.float64
    assert matrix.shape == (4, 4)
    np.testing.assert_array_equal(matrix, matrix.round(1))
    with pytest.raises(ValueError, match="read-only"):
        matrix[0, 0] = 1


def test_each_german_word_finds_its_translation():
    q, k = project(examples.TARGET, examples.W_Q_CROSS), project(examples.X, examples.W_K_CROSS)
    np.testing.assert_allclose(k, np.eye(4), rtol=0, atol=1e-12)
    weights = attention_weights(q, k)
    assert weights.shape == (len(examples.TARGET_TOKENS), len(examples.TOKENS)) == (5, 4)
    found = [examples.TOKENS[j] for j in weights.argmax(axis=-1)]
    assert found == ["its", "mom", "followed", "puppy", "followed"]
    assert (weights.max(axis=-1) > 0.7).all()
    with pytest.raises(ValueError, match="read-only"):
        examples.TARGET[0, 0] = 2
