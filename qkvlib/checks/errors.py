"""What NumPy's and Python's errors mean, in a beginner's words."""

from __future__ import annotations

import re

_MEANINGS = {
    r"matmul.*size (\d+) is different from (\d+)": (
        "in a product @, the rows on the left have {1} numbers and the columns on the right {0}. "
        "Does one of them need a transpose?"
    ),
    r"shapes .* not aligned: (\d+) .* != (\d+)": (
        "in a product, the rows on the left have {0} numbers and the columns on the right {1}. "
        "Does one of them need a transpose?"
    ),
    r"could not be broadcast together with shapes (\(.*?\)) (\(.*?\))": (
        "shapes {0} and {1} do not fit. From the last axis on, sizes must be equal or 1: [:, None] "
        "adds such an axis, keepdims=True keeps one."
    ),
    r"einstein sum": (
        "np.einsum has other letters than axes. Each axis needs its own; batch axes are "
        "written ... "
        "on both sides."
    ),
    r"could not be broadcast together with remapped shapes": (
        "two shapes do not fit, batch axes included. k.T turns all axes around: "
        "np.swapaxes(k, -1, -2) turns the last two."
    ),
    r"index (\d+) is out of bounds for axis \d+ with size (\d+)": (
        "there is no place {0}: {1} places count from 0, and range(n) ends before n."
    ),
    r"variable '(\w+)' (?:referenced before|where it is not)": (
        "`{0}` is used before it has a value. Give it one above the loop."
    ),
    r"only .*(?:arrays|sequence).* can be converted to Python scalars": (
        "functions of math take one number. Those of NumPy take arrays: np.exp, np.sqrt."
    ),
    r"truth value of an array": (
        "an array is neither true nor false. For arrays there are np.where, & and |, np.maximum."
    ),
    r"setting an array element with a sequence": "an array stands where one number belongs.",
}


def explained(error: Exception) -> str:
    """Say what an error means, or give its own words.

    Examples
    --------
    >>> explained(IndexError("index 3 is out of bounds for axis 0 with size 3"))
    'there is no place 3: 3 places count from 0, and range(n) ends before n.'
    >>> explained(KeyError("q"))
    "'q'"
    """
    for pattern, meaning in _MEANINGS.items():
        if found := re.search(pattern, str(error)):
            return meaning.format(*found.groups())
    return str(error)
