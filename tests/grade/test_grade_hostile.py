"""Notebooks that crash, never end, eat memory or forge: nobody's grade changes but their own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import hostile
import pytest

from qkvlib.grade import Grader, judge

LIMIT = 3  # seconds
MEMORY = 100  # megabytes that a judge may take, beyond what it is born with


@pytest.mark.usefixtures("confined")
@pytest.mark.parametrize("kind", hostile.BY_KIND)
def test_none_passes_and_none_ends_the_batch(kind, hand_in, shared, right):
    none_passes(hostile.BY_KIND[kind], kind, hand_in, shared, right)


@pytest.mark.usefixtures("confined")
def test_without_bubblewrap_what_fills_memory_does_not_either(hand_in, right, monkeypatch):
    monkeypatch.setattr("qkvlib.grade.bubblewrap.works", lambda: False)
    with Grader(seconds=LIMIT, megabytes=1000, chapter="scores") as grader:
        none_passes(hostile.FULL, "full", hand_in, lambda **options: grader, right)


def none_passes(attacks, kind, hand_in, shared, right):
    bad = [
        hand_in(f"{place}.ipynb", *hostile.cell(kind, attack), right[1])
        for place, attack in enumerate(attacks.values())
    ]
    good = hand_in("good.ipynb", *right)
    grader = shared(seconds=LIMIT, chapter="scores")
    *all_bad, last = grader.grade([*bad, good])
    for name, graded in zip(attacks, all_bad, strict=True):
        assert not graded.results[0].passed, f"{name}: {graded.results[0].message}"
        assert len(graded.results) == 3, name
        assert graded.results[0].message.isprintable(), name
    assert all(one.passed for one in last.results)


def test_there_are_many_and_they_differ():
    cells = [cell for attacks in hostile.BY_KIND.values() for cell in attacks.values()]
    assert len(set(cells)) >= 120


def children_of(process):
    """List the processes below one, with their memory in megabytes."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,rss=,stat="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    family = {process}
    for _ in range(9):
        family |= {int(pid) for pid, parent, *_ in rows if int(parent) in family}
    return {
        int(pid): int(rss) // 1024
        for pid, _, rss, stat in rows
        if int(pid) in family - {process} and stat[0] != "Z"
    }


SLOW = {  # the worst of each kind, and what it may cost
    "an endless loop": "while True: pass",
    "an endless loop in C": hostile.ENDS["an endless loop in C"],
    "calls without end": hostile.LINE + hostile.SENT["calls without end"],
    "a check that hangs": "def score(q, k):\n    while True: pass\nqkv.check_score(score)",
    "many long messages": hostile.LINE + hostile.SENT["many long messages"],
    "never listening": hostile.LINE + hostile.SENT["never listening"],
}


@pytest.mark.usefixtures("confined")
@pytest.mark.parametrize("name", SLOW)
def test_it_costs_a_second_beyond_its_limit_at_most(name, hand_in, shared, right):
    grader, taken = shared(seconds=1, chapter="scores"), []
    for cells in (right, [SLOW[name], hostile.WRONG]):
        start = time.monotonic()
        (graded,) = grader.grade([hand_in("a.ipynb", *cells)])
        taken.append(time.monotonic() - start)
    assert not graded.results[0].passed
    assert taken[1] < taken[0] + 1 + 1


READING = {
    "deep": "[" * 10**6,
    "deep in a notebook": '{"cells": ' + "[" * 9 * 10**5 + "]" * 9 * 10**5 + "}",
    "many small parts": "[" + "[]," * 6 * 10**6 + "[]]",
    "one long text": '{"cells": [{"cell_type": "code", "metadata": {}, "source": "'
    + "check_" * 3 * 10**6
    + '"}]}',
    "many words": '{"cells": [{"cell_type": "code", "metadata": {}, "source": "'
    + "check_score " * 160_000
    + '"}]}',
    "many cells": '{"cells": ['
    + '{"cell_type": "code", "metadata": {}, "source": "check_score"},' * 250_000
    + '{"cell_type": "code", "metadata": {}, "source": ""}]}',
    "a deep program": '{"cells": [{"cell_type": "code", "metadata": {}, "source": "'
    + "check_score(" * 9000
    + '"}]}',
    "a huge number": '{"cells": ' + "9" * 10**7 + "}",
    "half a letter": '{"cells": [{"cell_type": "code", "metadata": {}, "source": "'
    + '\\ud800 check_score"}]}',
}


@pytest.mark.usefixtures("confined")
@pytest.mark.parametrize("name", READING)
def test_reading_a_notebook_has_limits_too(name, hand_in, shared, right):
    start = time.monotonic()
    bad, good = shared(seconds=LIMIT, chapter="scores").grade(
        [hand_in("a.ipynb", text=READING[name]), hand_in("good.ipynb", *right)]
    )
    assert time.monotonic() - start < judge.TO_READ + LIMIT + 4
    assert not any(one.passed for one in bad.results)
    assert all(one.passed for one in good.results)


def test_a_judge_that_takes_too_much_memory_is_no_matter(hand_in, shared):
    text = READING["many small parts"]
    (graded,) = shared().grade([hand_in("a.ipynb", text=text)])
    assert graded.results[0].message == "not a notebook: reading it takes too much memory"


ENDINGS = {
    "import os; os._exit(0)": "no verdict: it ended before its last cell (exit code 0)",
    "import ctypes; ctypes.string_at(0)": "its last cell (Segmentation fault)",
    "kept = []\nwhile True: kept.append(bytearray(10**7))": "not handed in: its cell raised Memory",
    "np.ones((10**6, 10**6))": "not handed in: its cell raised MemoryError: Unable to allocate",
}


@pytest.mark.usefixtures("confined")
def test_a_crash_costs_what_comes_after_it(hand_in, graded, right):
    paths = [
        hand_in(f"{place}.ipynb", right[0], f"{end}\nqkv.check_attention_scores(1)", right[2])
        for place, end in enumerate(ENDINGS)
    ]
    *crashed, good = graded(*paths, hand_in("good.ipynb", *right))
    for results, says in zip(crashed, ENDINGS.values(), strict=True):
        assert results[0].passed
        assert says in results[1].message
    assert all(one.passed for one in good)


def test_what_never_ends_is_stopped(hand_in, graded, right):
    loop = "while True:\n        pass"
    ask = "qkv.check_attention_scores(dots)"
    paths = (
        hand_in("cell.ipynb", right[0], f"if True:\n    {loop}", right[1]),
        hand_in("answer.ipynb", right[0], f"def dots(q, k):\n    {loop}\n{ask}"),
    )
    for results in graded(*paths, seconds=2):
        assert results[0].passed
        assert results[1].message == "no verdict: it was stopped after 2 seconds"


def test_an_error_that_cannot_say_what_it_is_costs_its_own_exercise(hand_in, graded, right):
    mean = hostile.ANSWERS["an error whose text raises"]
    (results,) = graded(hand_in("a.ipynb", f"{mean}\nqkv.check_score(score)", *right[1:]))
    assert [one.passed for one in results] == [False, True, True]
    assert "it raised Exception: an error that cannot say what it is" in results[0].message


@pytest.mark.usefixtures("unconfined")
def test_nothing_is_left_of_what_it_wrote(hand_in, fresh, right, tmp_path, monkeypatch):
    """Where it can write: no folder, however deep."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    dig = "import os\nfor _ in range(1100):\n    os.mkdir('deep')\n    os.chdir('deep')\n"
    (results,) = fresh(hand_in("a.ipynb", dig + "os.mkdir('shut', 0)", right[1]), unconfined=True)
    assert results[1].passed
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.usefixtures("unconfined")
def test_processes_that_it_could_start_end_with_it(hand_in, fresh, told):
    start = "import os, time\nstarted = [os.fork() or time.sleep(99) for _ in range(5)]\n"
    start += "def answer(q, k): raise ValueError(started)\nqkv.check_score(answer)"
    (results,) = fresh(hand_in("a.ipynb", start), unconfined=True)
    started = told(results)
    assert len(started) == 5
    until_gone(started)


def until_gone(processes):
    end = time.monotonic() + 10
    while any(map(is_running, processes)):
        assert time.monotonic() < end
        time.sleep(0.05)


def is_running(process):
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True).stdout
    return state.strip()[:1] not in (b"", b"Z")


DYING = """
import sys
from pathlib import Path
from qkvlib.grade import Grader

with Grader(seconds=99) as grader:
    print("ready", flush=True)
    for graded in grader.grade([Path(sys.argv[1])] * 2):
        pass
"""


@pytest.mark.usefixtures("confined")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_all_end_with_the_grader_however_it_ends(end, hand_in, right):
    path = hand_in("a.ipynb", right[0], hostile.ENDS["signals ignored"])
    # Not of this process: nothing that pytest holds keeps them alive.
    grader = subprocess.Popen(
        [sys.executable, "-c", DYING, path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert grader.stdout.readline() == b"ready\n"
    latest = time.monotonic() + 20
    while len(family := children_of(grader.pid)) < 6:  # two that bear, two judges, two learners
        assert time.monotonic() < latest
    os.kill(grader.pid, end)
    grader.wait()
    grader.stdout.close()
    until_gone(family)


@pytest.mark.usefixtures("confined")
def test_it_inherits_neither_files_nor_secrets(hand_in, fresh, told, monkeypatch):
    monkeypatch.setenv("TEACHERS_TOKEN", "secret")
    look = "import os\nfiles = [f'/proc/self/fd/{number}' for number in range(99)]\n"
    look += "files = [os.readlink(file) for file in files if os.path.lexists(file)]\n"
    look += "def answer(q, k): raise ValueError([sorted(os.environ), files])\n"
    (results,) = fresh(hand_in("a.ipynb", look + "qkv.check_score(answer)"))
    variables, files = told(results)
    assert "TEACHERS_TOKEN" not in variables
    assert files[:3] == ["/dev/null"] * 3
    assert len(files) == 4 and files[3].startswith("socket:")


@pytest.mark.usefixtures("confined")
def test_many_in_one_run_take_no_more_memory_than_few(hand_in, right):
    paths = [hand_in("a.ipynb", *right)] * 60
    with Grader(seconds=60, jobs=2) as grader:
        sizes = []
        for place, _ in enumerate(grader.grade(paths)):
            if place % 20 == 19:
                bearers = children_of(os.getpid())
                sizes.append((own_memory(), sum(bearers.values())))
    assert max(own for own, _ in sizes) - sizes[0][0] <= 5
    assert len({all_ // 400 for _, all_ in sizes}) <= 2


def own_memory():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") // 2**20
