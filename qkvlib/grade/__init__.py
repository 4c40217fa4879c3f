"""Grade learners' notebooks: ``python -m qkvlib.grade *.ipynb --out results.csv``.

A notebook is code from someone else. Its cells run in a process of their own (``learner``), shut in
(``confine``) and limited. The checkers are in another one (``judge``), which reads the notebook,
calls its functions through a private line (``line``) that carries numbers and short texts, and can
itself be ended. So a notebook can say what it likes about itself; whether an answer is right is
decided where it has no hand. Both are forked from processes that are ready (``nursery``).
"""

from .grader import Grader, TamperedError, UnconfinedError, grade
from .results import Graded, Result

__all__ = ["Graded", "Grader", "Result", "TamperedError", "UnconfinedError", "grade"]
