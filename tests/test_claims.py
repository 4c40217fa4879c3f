"""What chapters say of the running example in words, with no number that a cell would hold.

Each claim stands in its chapter as it is written here, and holds for the numbers of the example.
With another sentence a claim goes, or is another one: a fork changes this list with the text.
"""

import nbformat
import numpy as np
import pytest
from the_book import CHAPTERS

import qkvlib as qkv
from qkvlib import examples as ex

PUPPY, FOLLOWED, ITS, MOM = range(4)
Q, K, V = (qkv.project(ex.X, w) for w in (ex.W_Q, ex.W_K, ex.W_V))
SCORES = Q @ K.T
WEIGHTS = qkv.attention_weights(Q, K)
OUTPUT = WEIGHTS @ V
LENGTHS = {name: np.linalg.norm(rows, axis=1) for name, rows in (("q", Q), ("k", K), ("x", ex.X))}
COSINES = SCORES / np.outer(LENGTHS["q"], LENGTHS["k"])


def order(row):
    return list(np.argsort(-np.asarray(row)))


def causal(x=ex.X, is_causal=True):
    q, k, v = (qkv.project(x, w) for w in (ex.W_Q, ex.W_K, ex.W_V))
    return qkv.scaled_dot_product_attention(q, k, v, is_causal=is_causal)


def moved(changed, is_causal):
    """Which outputs move when the embedding of one word doubles."""
    x = ex.X.copy()
    x[changed] *= 2
    return [bool(m) for m in ~np.isclose(causal(x, is_causal), causal(is_causal=is_causal)).all(1)]


def most_for(q, k):
    return (q @ k.T).argmax(axis=1).tolist()


def gap(key):
    """By how much other queries score higher than that of mom with one key, on average."""
    return (SCORES[:MOM, key] - SCORES[MOM, key]).mean()


def softened():
    """The order of the keys of its by the kernel of linear attention."""
    phi = [np.where(x > 0, x + 1, np.exp(np.minimum(x, 0))) for x in (Q, K)]
    return phi[0][ITS] @ phi[1].T


TURNED = qkv.attention_weights(*(qkv.rotary_embedding(x, range(4)) for x in (Q, K)))[ITS]
BEST = {"q": most_for(Q, Q), "k": most_for(K, K), "x": most_for(ex.X, ex.X)}
CHANGE = abs(causal(is_causal=False) - causal()).max(axis=1)
CROSS = qkv.attention_weights(ex.TARGET @ ex.W_Q_CROSS, ex.X @ ex.W_K_CROSS)

CLAIMS = {
    "lookup": {
        "By direction alone, the key of <em>followed</em> fits worse": order(COSINES[ITS])[-1]
        == FOLLOWED,
        "every word gives it the smallest weight": (WEIGHTS.argmin(axis=1) == ITS).all(),
        "*puppy* is first, *mom* second": order(SCORES[ITS])[:2] == [PUPPY, MOM],
    },
    "projections": {
        "*its* has the longest vector, and all four words attend most to *its*": BEST["q"]
        == [ITS] * 4
        and LENGTHS["q"].argmax() == ITS,
        "With $W_K$ for both it is *puppy*, the longest": BEST["k"] == [PUPPY] * 4
        and LENGTHS["k"].argmax() == PUPPY,
        "The embedding of *mom* is the shortest, and *mom* attends most to *followed*": (
            LENGTHS["x"].argmin() == MOM and BEST["x"][MOM] == FOLLOWED
        ),
        "All numbers in the embedding of *its* are positive": (ex.X[ITS] > 0).all(),
        "The third product takes away what the other three give": np.sign(
            ex.X[ITS] * ex.W_V[:, 0]
        ).tolist()
        == [1, 1, -1, 1],
    },
    "scores": {
        "*puppy* comes first for all four words": (SCORES.argmax(axis=1) == PUPPY).all(),
        "By direction alone *mom* would win": COSINES[ITS].argmax() == MOM,
        "the key of *puppy* is the longest by far": LENGTHS["k"][PUPPY]
        > 1.4 * np.delete(LENGTHS["k"], PUPPY).max(),
    },
    "softmax": {
        "nearly a half for *puppy*, over a quarter for *mom*": 0.44 < WEIGHTS[ITS, PUPPY] < 0.5
        and 0.25 < WEIGHTS[ITS, MOM] < 0.3,
        "*its*, the key with her lowest score": SCORES[MOM].argmin() == ITS,
        "far higher than that of *mom*, on average": gap(PUPPY) > 4 * gap(ITS),
        "*puppy* loses most, because its weight is the largest": WEIGHTS[ITS].argmax() == PUPPY,
    },
    "output": {
        "The output of *mom* has most *pronoun*": OUTPUT[:, 3].argmax() == MOM,
        "Its query is the shortest": LENGTHS["q"].argmin() == MOM,
        "so its scores lie closest together": np.ptp(SCORES, axis=1).argmin() == MOM,
        "more than the others do": WEIGHTS[:, ITS].argmax() == MOM,
        "*animal* 0.9 with *pronoun* 0.7 would be": V[:, 0].argmax() == PUPPY
        and V[PUPPY, 3] < 0.7 <= V[:, 3].max(),
        "leaves mostly animal, and young": order(OUTPUT[ITS])[:2] == [0, 1],
    },
    "masking": {
        "*puppy* changes most: it had only itself": CHANGE.argmax() == PUPPY,
        "*mom*, the last word, does not change": CHANGE[MOM] == 0,
        "only the output of *mom* moves": moved(MOM, True) == [False, False, False, True],
        "Without it all four outputs move": moved(MOM, False) == [True] * 4,
        "The first output is always its own value": np.allclose(causal()[PUPPY], V[PUPPY]),
    },
    "position": {
        "*puppy*, two places away, loses, and the neighbors gain": (
            TURNED[PUPPY] < WEIGHTS[ITS, PUPPY]
            and (TURNED[[FOLLOWED, MOM]] > WEIGHTS[ITS, [FOLLOWED, MOM]]).all()
        )
    },
    "multi_head": {
        "Both put *puppy* first": all(
            most_for(Q[:, part], K[:, part])[ITS] == PUPPY for part in (slice(2), slice(2, 4))
        ),
        "This head cannot tell *followed* from *mom*": np.isclose(K[FOLLOWED, 1], K[MOM, 1]),
    },
    "cross_attention": {
        "*ist* and *gefolgt* share *followed*": CROSS.argmax(axis=1).tolist()
        == [ITS, MOM, FOLLOWED, PUPPY, FOLLOWED]
    },
    "cost": {
        "*puppy* comes first and stays the highest": SCORES[ITS].argmax() == PUPPY,
        "with the keys in the same order, but the weights are flatter": order(softened())
        == order(SCORES[ITS])
        and np.ptp(softened() / softened().sum()) < np.ptp(WEIGHTS[ITS]),
    },
    "learning": {
        "Only its own: no other value beats the average": (
            (V[:, 3] > OUTPUT[ITS, 3]).tolist() == [False, False, True, False]
        ),
        "*mom* has more than twice its weight": WEIGHTS[ITS, MOM] > 2 * WEIGHTS[ITS, ITS],
        "more than twice as far from the rule as that of *mom*": V[ITS, 3] - OUTPUT[ITS, 3]
        > 2 * (OUTPUT[ITS, 3] - V[MOM, 3]),
    },
}
ALL = [
    pytest.param(word, said, holds, id=f"{word}: {said[:40]}")
    for word, claims in CLAIMS.items()
    for said, holds in claims.items()
]


def text(word):
    """What a chapter says, in one line; nothing if it was cut."""
    for path in CHAPTERS:
        if path.stem[3:] == word:
            cells = nbformat.read(path, as_version=4).cells
            said = (cell.source for cell in cells if cell.cell_type == "markdown")
            return " ".join(" ".join(said).split())
    return ""


@pytest.mark.parametrize(("word", "said", "holds"), ALL)
def test_what_is_said_of_the_example_holds(word, said, holds):
    if not (there := text(word)):
        pytest.skip(f"make cut took {word} out of this book")
    assert said in there
    assert holds


@pytest.mark.parametrize(("said", "holds"), [("puppy", False), ("no chapter says this", True)])
def test_a_claim_that_does_not_hold_or_is_not_said_is_found(said, holds):
    with pytest.raises(AssertionError):
        test_what_is_said_of_the_example_holds(CHAPTERS[0].stem[3:], said, holds)


def test_another_example_would_be_told_apart():
    """Its words rank by one query as they do not by another measure."""
    assert order(COSINES[ITS])[0] != order(SCORES[ITS])[0]
    assert moved(PUPPY, True) == [True] * 4 and moved(PUPPY, True) != moved(MOM, True)
    assert gap(ITS) > 0
