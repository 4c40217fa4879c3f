"""Measure what attention takes for growing n and write it down.

Usage: ``PYTHONPATH=tools python -m bench.record_cost``. The chapter on cost plots what it writes,
``qkvlib/data/cost.json``, so that its page shows the same numbers wherever it is built.
"""

import datetime
import json
import os
import sys

import numpy as np

from qkvlib import measure_growth

from . import ROOT
from .machine import processor

FILE = ROOT / "qkvlib" / "data" / "cost.json"
SIZES = (128, 256, 512, 1024, 2048, 4096)
REPEATS = 4


def record(sizes=SIZES, repeats=REPEATS) -> dict:
    """Measure, and say on what."""
    return {"machine": describe(), **measure_growth(sizes, repeats=repeats)}


def describe() -> str:
    """The machine and the software, in a line."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return (
        f"{processor()}, {os.cpu_count()} cores; Python {sys.version.split()[0]}, "
        f"NumPy {np.__version__} with {blas['name']} {blas['version']}; "
        f"{datetime.date.today():%B %Y}"
    )


if __name__ == "__main__":
    FILE.write_text(json.dumps(record(), indent=1) + "\n")
