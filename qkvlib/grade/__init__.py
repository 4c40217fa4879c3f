"""Grade learners' notebooks: ``python -m qkvlib.grade *.ipynb --out results.csv``.

A notebook is code from someone else. Its cells run in a process of their own (``child``), shut in
(``confine``) and with a time limit (``run``). The checkers stay here: they call a learner's
function through a private line (``line``) that carries numbers and nothing else. So a notebook can
say what it likes about itself; whether an answer is right is decided where it has no hand.
"""

from .results import Graded, Result, TamperedError, grade

__all__ = ["Graded", "Result", "TamperedError", "grade"]
