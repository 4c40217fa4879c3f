"""What it costs to read a matrix, measured: many rows at once share it, one row pays alone."""

import numpy as np

from ._records import record_of
from ._values import as_int, as_iterable
from .measuring import measure


def measure_rows(rows, *, d_in=2048, d_out=8192, repeats=3):
    """Measure a product with a matrix in float32 for several numbers of rows, here and now.

    A prompt has many rows, one for each token; a text that is written has one at a time.

    Parameters
    ----------
    rows : sequence of int
        How many rows are multiplied at once, the smallest number first.
    d_in, d_out : int
        The shape of the matrix.
    repeats : int, default 3
        Runs of each, of which the fastest counts.

    Returns
    -------
    dict
        ``rows``, ``d_in`` and ``d_out`` as given, and ``seconds``, one number for each.

    Raises
    ------
    TypeError, ValueError
        If a number is not a positive integer.

    Examples
    --------
    >>> from qkvlib import measure_rows
    >>> here = measure_rows([1, 4], d_in=32, d_out=64)
    >>> here["rows"], len(here["seconds"])
    ([1, 4], 2)
    """
    rows = [as_int("rows", count, 1) for count in as_iterable("rows", rows, "integers")]
    d_in, d_out = as_int("d_in", d_in, 1), as_int("d_out", d_out, 1)
    rng = np.random.default_rng(0)
    w = rng.standard_normal((d_in, d_out), np.float32)
    x = rng.standard_normal((max(rows, default=1), d_in), np.float32)
    seconds = [measure(np.matmul, x[:count], w, repeats=repeats).seconds for count in rows]
    return {"rows": rows, "d_in": d_in, "d_out": d_out, "seconds": [round(s, 7) for s in seconds]}


def recorded_rows():
    """Return what `measure_rows` gave once, on a machine that is named.

    Written by ``tools/bench/record_rows.py``.

    Returns
    -------
    dict
        As from `measure_rows`, and ``machine``: a description.

    Examples
    --------
    >>> from qkvlib import recorded_rows
    >>> recorded_rows()["rows"]
    [1, 8, 32, 128]
    """
    return record_of("rows")
