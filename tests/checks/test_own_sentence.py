"""The project after *Output*: properties that a right sentence has, and each of them is needed."""

import numpy as np
import pytest

from qkvlib import check_own_sentence

# "the old dog saw a small cat": article, adjective, noun, verb
X = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0]], dtype=float)
# An article finds the adjective, an adjective the noun, a noun the verb, a verb the noun.
ASK = np.array([[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, 0]], dtype=float)
ASK[0] = [-1, 1, -1, 0]
WANTED = [1, 2, 3, 2, 1]
W_V = np.arange(8.0).reshape(4, 2)


def sentence(**other):
    made = {"x": X, "w_q": 12 * ASK, "w_k": np.eye(4), "w_v": W_V, "wanted": WANTED} | other
    return lambda: tuple(made.values())


def test_a_right_one_passes():
    assert check_own_sentence(sentence()), check_own_sentence(sentence())
    lists = {"x": X.tolist(), "wanted": np.array(WANTED)}
    assert check_own_sentence(sentence(**lists))
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
    assert check_own_sentence(sentence(w_q=12 * ASK @ turn, w_k=turn))


WRONG = {
    "token 0 attends most to token 3 (0.55), wanted 1": {"w_q": 0 * ASK + [0, 0, 0, 3.2]},
    "token 3 gives token 2 0.29; wanted more than 0.5": {"w_q": ASK},
    "x has 4 rows; expected at least 5": {"x": X[:4], "wanted": WANTED[:4]},
    "5 features for 5 tokens": {
        "x": np.eye(5),
        "w_q": np.eye(5),
        "w_k": np.eye(5),
        "w_v": np.ones((5, 1)),
    },
    "want 2 different ones; expected at least 3": {"wanted": [1, 2, 2, 2, 1]},
    "2 tokens want themselves": {"wanted": [0, 1, 3, 2, 1]},
    "keys and values are the same": {"w_v": np.eye(4)},
    "w_v has 3 rows; expected 4": {"w_v": np.ones((3, 2))},
    "w_q has shape (4, 4), w_k (4, 3)": {"w_k": np.eye(4)[:, :3]},
    "wanted has shape (4,); expected (5,)": {"wanted": WANTED[:4]},
    "wanted holds [1, 2, 3, 2, 7]": {"wanted": [1, 2, 3, 2, 7]},
    "wanted holds [1.5": {"wanted": [1.5, 2, 3, 2, 1]},
    "x has shape (5,); expected rows and columns": {"x": np.ones(5)},
    "w_q holds nan": {"w_q": np.nan * ASK},
}


@pytest.mark.parametrize("says", WRONG)
def test_what_fails_is_said(says):
    verdict = check_own_sentence(sentence(**WRONG[says]))
    assert not verdict and says in f"{verdict.message}\n{verdict.shown}", verdict


def test_fewer_results_are_counted():
    verdict = check_own_sentence(lambda: (X, ASK))
    assert "returned 2 of 5 results: x, w_q, w_k, w_v, wanted." in verdict.message
