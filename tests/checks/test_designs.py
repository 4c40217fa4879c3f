"""Designs are judged by what they do: any right one passes, a wrong one hears what fails."""

import numpy as np
import pytest
from exercises import ALL

from qkvlib.checks.design import Design
from qkvlib.checks.verdict import Verdict
from qkvlib.checks.who_finds_whom import FEATURES, FINDERS, TOKENS, WANTED, X, misses

DESIGNS = {name: one for name, one in ALL.items() if isinstance(one, Design)}
# A noun asks for a verb, verb and pronoun for a noun that is no parent, a parent for a pronoun.
ASK = np.array([[0, 1, 0, 0], [1, 0, 0, -1], [1, 0, 0, -1], [0, -1, 1, 0]], dtype=float)


def turned(seed):
    """The same design seen from elsewhere: scores stay if both matrices are turned."""
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(4, 4)))[0]
    return 6 * ASK @ turn, turn


RIGHT = {
    "keys offer what they are": lambda: (6 * ASK, np.eye(4)),
    "queries are what they are": lambda: (np.eye(4), 6 * ASK.T),
    "as lists": lambda: (np.round(6 * ASK).astype(int).tolist(), np.eye(4).tolist()),
    "in float32": lambda: (np.float32(6 * ASK), np.eye(4, dtype=np.float32)),
    "a list of both": lambda: [6 * ASK, np.eye(4)],
    "very sharp": lambda: (4000 * ASK, np.eye(4)),
    "eight columns": lambda: (np.hstack([9 * ASK, 0 * ASK]), np.hstack([np.eye(4)] * 2)),
    "three columns": lambda: _in_columns(3),
    **{f"turned {seed}": lambda seed=seed: turned(seed) for seed in range(5)},
}


def _in_columns(count):
    """Fewer columns: the scores between what is there and what is asked, cut to that rank."""
    u, sizes, v = np.linalg.svd(ASK)
    return 8 * u[:, :count] * sizes[:count], v[:count].T


@pytest.mark.parametrize("name", RIGHT)
def test_every_right_design_passes(name):
    assert FINDERS.check(RIGHT[name]), FINDERS.check(RIGHT[name])


WRONG = {
    "'puppy' attends most to 'puppy' (0.31), wanted 'followed'.": lambda: (np.eye(4), np.eye(4)),
    "'puppy' gives 'followed' a weight of 0.35; wanted more than 0.5. Larger numbers": lambda: (
        ASK,
        np.eye(4),
    ),
    "w_q has shape (3, 4); expected 4 rows, one for each feature.": lambda: (ASK[:3], np.eye(4)),
    "w_k has shape (4,); expected 4 rows": lambda: (ASK, np.ones(4)),
    "w_q has 4 columns, w_k 2: queries meet keys": lambda: (ASK, np.eye(4)[:, :2]),
    "the two are swapped": lambda: (np.eye(4), 6 * ASK),
    "it returned 1 of 2 results: w_q, w_k.": lambda: 6 * ASK,
    "w_k holds nan; expected finite": lambda: (ASK, np.full((4, 4), np.nan)),
    "w_q holds inf; expected finite": lambda: (np.inf * np.ones((4, 4)), np.eye(4)),
    "expected numbers": lambda: (np.array([["a"] * 4] * 4), np.eye(4)),
    "it raised ZeroDivisionError": lambda: 1 / 0,
    "'its' attends most to 'mom'": lambda: (
        6 * np.where(np.arange(4)[:, None] == 2, [1, 0, 0, 1], ASK),
        np.eye(4),
    ),
}


@pytest.mark.parametrize("says", WRONG)
def test_a_wrong_design_hears_what_fails(says):
    verdict = FINDERS.check(WRONG[says])
    assert not verdict and says in f"{verdict.message}\n{verdict.shown}", verdict


def test_each_word_is_looked_at():
    """A design that serves all words but one is refused for that one."""
    scores = X @ (6 * ASK) @ X.T
    for place, token in enumerate(TOKENS):
        spoiled = np.array(scores)
        spoiled[place] = 0
        weights = np.exp(spoiled - spoiled.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        (said,) = misses(weights, TOKENS, WANTED, 0.5)
        assert said.startswith(f"'{token}' gives '{WANTED[token]}' a weight of 0.25")
    assert X.shape == (len(TOKENS), len(FEATURES))


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize(
    "given",
    [None, 3, "softmax", lambda: "right", lambda x: x, lambda: np.array([object()])],
    ids=["none", "number", "text", "a text back", "needs input", "objects"],
)
def test_whatever_comes_there_is_a_verdict(name, given):
    verdict = DESIGNS[name].check(given)
    assert isinstance(verdict, Verdict) and not verdict and verdict.message


@pytest.mark.parametrize("name", DESIGNS)
def test_an_empty_answer_is_not_begun(name):
    def empty():
        return None

    assert not DESIGNS[name].check(empty).begun
