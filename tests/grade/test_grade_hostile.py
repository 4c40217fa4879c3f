"""Notebooks that crash, never end, eat memory or forge: nobody's grade changes but their own."""

import os
import subprocess
import time

import pytest

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


def test_nothing_is_left_of_it(hand_in, graded, told, right, tmp_path, monkeypatch):
    """Neither its folder, however deep and closed, nor its process."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dig = "import os\ndef pid(q, k): raise ValueError(os.getpid())\nqkv.check_score(pid)\n"
    dig += "for _ in range(1100):\n    os.mkdir('deep')\n    os.chdir('deep')\nos.mkdir('shut', 0)"
    (results,) = graded(hand_in("a.ipynb", dig, right[1]))
    assert results[1].passed
    assert [path.name for path in tmp_path.iterdir()] == ["a.ipynb"]
    with pytest.raises(ProcessLookupError):
        os.kill(told(results), 0)


@pytest.mark.usefixtures("unconfined")
def test_processes_that_it_could_start_end_with_it(hand_in, graded, told):
    start = "import os, time\nstarted = [os.fork() or time.sleep(99) for _ in range(5)]\n"
    start += "def answer(q, k): raise ValueError(started)\nqkv.check_score(answer)"
    (results,) = graded(hand_in("a.ipynb", start))
    started = told(results)
    assert len(started) == 5
    end = time.monotonic() + 10
    while any(map(is_running, started)):
        assert time.monotonic() < end


def is_running(process):
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True).stdout
    return state.strip() not in (b"", b"Z", b"Zs")


# In memory and on the line: what a notebook does to itself does not reach the grader.

WRONG = "qkv.check_score(lambda q, k: 0)"
SEND = f"""
import gc
from qkvlib.grade.line import Line

(line,) = [one for one in gc.get_objects() if type(one) is Line]
line.send(check="check_score", %s)
{WRONG}
"""
PACK = f"from qkvlib.grade import child\nchild.pack = lambda value: %s\n{WRONG}"
LIBRARY = f"""
from qkvlib.checks.verdict import Exercise, Verdict

Exercise.check = lambda self, function: Verdict(True, "right")
Verdict.__init__ = lambda self, *said: self.__dict__.update(passed=True, message="right")
{WRONG}
"""
CHECKER = "qkv.check_score = lambda function: print('✓ score: right.')\nqkv.check_score(None)"
EVERY_FILE = f"""
import os

for number in range(99):
    try:
        os.write(number, "✓ check_score: right.".encode() * 9)
    except OSError:
        pass
{WRONG}
"""
FORGERIES = {
    LIBRARY: "the result is the same whatever is in the arguments",
    CHECKER: "not handed in: its cell ran, and gave the checker nothing",
    EVERY_FILE: "no verdict: it sent more than 16 MB at once",
    SEND
    % "kind=[], verdict=[True, 'right', True]": "no verdict: it wrote to the grader's own line",
    SEND % "kind='\\0'": "the checker could not judge it: ValueError",
    PACK % "{'dtype': '<f8', 'shape': [10**15], 'data': ''}": "an array that is not what it says",
    PACK % "{'dtype': 'O', 'shape': [1], 'data': 'AAAA'}": "an array that is not what it says",
}


def test_a_grade_cannot_be_forged(hand_in, graded, right):
    paths = [hand_in(f"{place}.ipynb", cell) for place, cell in enumerate(FORGERIES)]
    *forged, good = graded(*paths, hand_in("good.ipynb", *right))
    for results, says in zip(forged, FORGERIES.values(), strict=True):
        assert not any(one.passed for one in results)
        assert says in results[0].message
    assert all(one.passed for one in good)


@pytest.mark.usefixtures("confined")
def test_it_inherits_neither_files_nor_secrets(hand_in, graded, told, monkeypatch):
    monkeypatch.setenv("TEACHERS_TOKEN", "secret")
    look = "import os\nfiles = [f'/proc/self/fd/{number}' for number in range(99)]\n"
    look += "files = [os.readlink(file) for file in files if os.path.lexists(file)]\n"
    look += "def answer(q, k): raise ValueError([sorted(os.environ), files])\n"
    (results,) = graded(hand_in("a.ipynb", look + "qkv.check_score(answer)"))
    variables, files = told(results)
    assert "TEACHERS_TOKEN" not in variables
    assert files[:3] == ["/dev/null"] * 3
    assert len(files) == 4 and files[3].startswith("socket:")
