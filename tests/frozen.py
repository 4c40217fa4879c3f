"""A sentence of four words and its matrices, for tests of arrays and pictures.

It is the book's example as it was when the tests were written, and stays so: whoever changes
`qkvlib.examples` changes chapters and pages, not what these tests compare with.
"""

import numpy as np

TOKENS = ("puppy", "followed", "its", "mom")
FEATURES = ("animal", "young", "motion", "pronoun")
TARGET_TOKENS = ("seiner", "Mama", "ist", "Welpe", "gefolgt")


def _matrix(*rows):
    matrix = np.array(rows, dtype=float)
    matrix.setflags(write=False)
    return matrix


X = _matrix([0.5, 0.4, 0.1, 0.3], [0.2, 0.3, 0.7, 0.6], [0.2, 0.1, 0.9, 0.7], [0.3, 0.4, 0.1, 0.3])
W_Q = _matrix(
    [1.5, 0.3, 0.8, 0.5], [0.2, 0.7, 0.4, 0.3], [0.9, 0.5, 1.2, 0.8], [0.6, 0.4, 0.6, 0.9]
)
W_K = _matrix(
    [1.0, 0.5, 1.5, 0.5], [-0.4, 0.7, 0.3, -0.3], [-1.0, 0.5, -0.1, -1.1], [1.2, -0.6, -0.2, 1.6]
)
W_V = _matrix(
    [1.0, 2.0, -1.0, 1.0], [0.4, -0.8, 3.0, -2.4], [-1.2, -0.4, 2.4, -1.2], [1.2, 0.2, -2.8, 2.6]
)

# Another sentence asks: each row of TARGET is a word, its query a row of W_Q_CROSS.
TARGET = _matrix(*np.eye(5))
W_Q_CROSS = _matrix([1, 0, 6, 0], [1, 0, 0, 6], [0, 4, 0, 0], [6, 0, 0, 1], [0, 6, 0, 0])
W_K_CROSS = _matrix([5, 0, 0, -5], [1, 8, -6, -3], [5, 10, -6, -11], [-8, -14, 10, 16])
