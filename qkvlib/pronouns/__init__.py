"""The task of *Learning*, and its model: a pronoun that has to find the noun it stands for.

``task`` makes the sentences and the words' vectors, ``trial`` trains a model on them and asks it.
"""

from .task import (
    LENGTH,
    MOODS,
    PRONOUN,
    SEEN,
    UNSEEN,
    WORDS,
    Sentences,
    embed,
    encode,
    random_vectors,
    read,
    real_vectors,
    sentences,
)
from .trial import KEPT, Trial, ask, score, trial

__all__ = [
    "KEPT",
    "LENGTH",
    "MOODS",
    "PRONOUN",
    "SEEN",
    "UNSEEN",
    "WORDS",
    "Sentences",
    "Trial",
    "ask",
    "embed",
    "encode",
    "random_vectors",
    "read",
    "real_vectors",
    "score",
    "sentences",
    "trial",
]
