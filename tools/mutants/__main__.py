"""Change the code of attention in small ways, one at a time, and see which no test notices.

What survives must stand in ``accepted.txt``, with the reason why no test need notice it; what
stands there and does not survive is reported too: ``make mutants``.
"""

import os
import sys
from pathlib import Path

from .survivors import ACCEPTED, accepted, report
from .trial import run

ROOT = Path(__file__).parents[2]
NAMES = "_formula attention masks batches positions heads cache sharing bits linear lookup".split()
NAMES += "efficient _tiles gradients model training".split()
UNTESTED = {"_formula", "_tiles", "model"}  # by a file of their own
TESTED = [*(name for name in NAMES if name not in UNTESTED), "properties", "bad_input"]


def main():
    """Try all mutants; exit with 1 if one survives that is not accepted."""
    os.nice(10)
    os.chdir(ROOT)
    tests = [f"tests/test_{name}.py" for name in TESTED]
    fates = run([f"qkvlib.{name}" for name in NAMES], tests)
    text, good = report(fates, accepted(ACCEPTED.read_text()))
    print(text)
    sys.exit(not good)


if __name__ == "__main__":
    main()
