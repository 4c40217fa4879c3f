"""The one example that runs through the book: "The puppy followed its mom", four tokens, d_model 4.

Read-only, so that no chapter changes another's numbers. Q, K and V are not stored: they are
``X @ W_Q``, ``X @ W_K`` and ``X @ W_V``. The article that the example comes from gives the
embedding of *its*, W_Q, all of K, and the scores of *its*. The rest completes it: the inverse of X
holds only integers, so W_K and W_V have one decimal and nothing had to be rounded.
"""

import numpy as np

TOKENS = ("puppy", "followed", "its", "mom")
ASKER = TOKENS[2]  # the word whose query the book follows
FEATURES = ("animal", "young", "motion", "pronoun")  # one way to read the columns of V


def _matrix(*rows):
    matrix = np.array(rows, dtype=float)
    matrix.setflags(write=False)
    return matrix


# The row of "its" is the article's; the others complete it.
X = _matrix(
    [0.5, 0.4, 0.1, 0.3],  # puppy
    [0.2, 0.3, 0.7, 0.6],  # followed
    [0.2, 0.1, 0.9, 0.7],  # its
    [0.3, 0.4, 0.1, 0.3],  # mom
)

# The article's.
W_Q = _matrix(
    [1.5, 0.3, 0.8, 0.5], [0.2, 0.7, 0.4, 0.3], [0.9, 0.5, 1.2, 0.8], [0.6, 0.4, 0.6, 0.9]
)

# Completes it: the one matrix for which X @ W_K is the article's K.
W_K = _matrix(
    [1.0, 0.5, 1.5, 0.5], [-0.4, 0.7, 0.3, -0.3], [-1.0, 0.5, -0.1, -1.1], [1.2, -0.6, -0.2, 1.6]
)

# Completes it: the article has no numbers for V; these give X @ W_V the columns in FEATURES.
W_V = _matrix(
    [1.0, 2.0, -1.0, 1.0], [0.4, -0.8, 3.0, -2.4], [-1.2, -0.4, 2.4, -1.2], [1.2, 0.2, -2.8, 2.6]
)

GIVEN = X, W_Q, W_K, W_V, TOKENS  # what the flow of attention starts from

# Ours, made up: the same words asking differently, as with the matrices above they do not. Column 0
# is noun, column 1 verb: a key says what a word is, a query what it looks for.
NOUN_VERB_K = _matrix(
    [2.0, 0.0],  # puppy
    [0.0, 2.0],  # followed
    [0.0, 0.0],  # its
    [1.5, 0.0],  # mom
)
NOUN_VERB_Q = _matrix(
    [0.0, 2.0],  # puppy: what it does
    [2.0, 0.0],  # followed: who
    [2.0, 0.0],  # its: whose
    [0.0, 2.0],  # mom: what happens to her
)

# For *Cross-attention*: a German translation reads the four tokens. Written by hand, not trained.
# "Seiner Mama ist der Welpe gefolgt": word by word, "its mom is the puppy followed".
TARGET_TOKENS = ("seiner", "Mama", "ist", "Welpe", "gefolgt")
TARGET = _matrix(*np.eye(5))  # each German word is a direction of its own

# A dictionary: row i is the query of German word i, column j its part that asks for token j.
W_Q_CROSS = _matrix(
    [1.0, 0.0, 6.0, 0.0],  # seiner: its, and a little puppy, whose mom it is
    [1.0, 0.0, 0.0, 6.0],  # Mama: mom, and a little puppy, an animal too
    [0.0, 4.0, 0.0, 0.0],  # ist: followed, less sure of it than gefolgt
    [6.0, 0.0, 0.0, 1.0],  # Welpe: puppy, and a little mom
    [0.0, 6.0, 0.0, 0.0],  # gefolgt: followed
)

# The inverse of X: it makes the key of token j a 1 in column j and 0 elsewhere.
W_K_CROSS = _matrix(*np.linalg.pinv(X).round(9) + 0)  # + 0: no negative zero
