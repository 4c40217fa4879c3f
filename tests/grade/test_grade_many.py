"""Many notebooks: a quarter of a second each on two cores, and memory that does not grow."""

import json
import os
import subprocess
import sys
import time

import pytest

from qkvlib.grade import Grader

pytestmark = pytest.mark.skipif(not os.environ.get("GRADING"), reason="minutes: make grading")

SECONDS = 0.25  # for a notebook, on two quiet cores
FLOOR = """
import json, sys, time
import qkvlib.plots
from IPython.core.interactiveshell import InteractiveShell

shell, out = InteractiveShell.instance(), sys.stdout
sys.stdout = sys.stderr
start = time.perf_counter()
for cells in json.load(open(sys.argv[1])):
    for cell in cells:
        shell.run_cell(cell, silent=True)
    shell.reset()
print(time.perf_counter() - start, file=out)
"""


@pytest.fixture
def many(hand_in, right):
    """Notebooks half of which are wrong."""
    wrong = [right[0], right[1].replace("np.swapaxes(k, -1, -2)", "k"), "x = 1"]
    return lambda count: [hand_in(f"{n}.ipynb", *(right, wrong)[n % 2]) for n in range(count)]


def floor(paths, tmp_path):
    """Run the same cells in one process, one after the other, with nothing in between."""
    notebooks = [json.loads(path.read_text())["cells"] for path in paths]
    (tmp_path / "all.json").write_text(json.dumps([[c["source"] for c in n] for n in notebooks]))
    command = [sys.executable, "-c", FLOOR, tmp_path / "all.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout) / len(paths)


def test_three_hundred_take_a_quarter_of_a_second_each(many, tmp_path):
    paths = many(300)
    with Grader(chapter="scores", jobs=2) as grader:
        start = time.monotonic()
        graded = list(grader.grade(paths))
        each = (time.monotonic() - start) / len(paths)
    least = floor(paths, tmp_path)
    print(f"\n{each:.3f} s each; {each / least:.2f} times the floor of {least:.3f} s")
    assert sum(one.passed for all_ in graded for one in all_.results) == 150 * 3 + 150
    assert each <= max(SECONDS, 2 * least)


def test_a_thousand_in_one_run_take_no_more_memory_than_a_hundred(many):
    sizes = []
    with Grader(chapter="scores") as grader:
        for place, graded in enumerate(grader.grade(many(1000))):
            assert graded.results[0].passed
            if place % 100 == 99:
                sizes.append([memory(pid) for pid in (os.getpid(), *grader.processes)])
    print("\nmegabytes, after each hundred:", sizes)
    for first, *later in zip(*sizes, strict=True):
        assert max(later) - first <= 5


def memory(process):
    """Megabytes of a process."""
    with open(f"/proc/{process}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20
