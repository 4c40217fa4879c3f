"""Measure what many rows save that share one matrix, and write it down.

Usage: ``PYTHONPATH=tools python -m bench.record_rows``. The chapter on the cache prints what it
writes, ``qkvlib/data/rows.json``, so that its page shows the same numbers wherever it is built.
With ``OPENBLAS_NUM_THREADS=1``: of two threads, the second one waits for memory too.
"""

import json

from qkvlib import measure_rows

from . import ROOT
from .record_cost import describe

FILE = ROOT / "qkvlib" / "data" / "rows.json"
ROWS = (1, 8, 32, 128)
REPEATS = 25


def record(rows=ROWS, repeats=REPEATS, **sizes) -> dict:
    """Measure, and say on what."""
    return {"machine": describe(), **measure_rows(rows, repeats=repeats, **sizes)}


if __name__ == "__main__":
    FILE.write_text(json.dumps(record(), indent=1) + "\n")
