"""Learners' notebooks run where their archive was unpacked, and say that nothing is done yet."""

import nbformat
import notebooks
import test_editions
from test_editions import EACH, checkers, code

unpacked = test_editions.unpacked


@EACH
def test_learners_notebook_runs_from_top_to_bottom(name, unpacked):
    student = nbformat.read(unpacked / f"{name}.ipynb", as_version=4)
    notebooks.run(student, unpacked)
    said = [c.outputs[-1].data["text/plain"] for c in code(student.cells) if checkers([c])]
    assert len(said) >= 3 and all("not done yet" in line for line in said)
