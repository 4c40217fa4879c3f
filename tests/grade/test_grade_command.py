"""The command: what it prints, what it writes, and when it refuses."""

import csv
import json
import os
import re
import resource
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qkvlib.grade import Graded, Result, __main__, desk, table

RESULTS = [
    Result("=cmd()|A1.ipynb", "scores.1 check_score", True, "score: right."),
    Result("b.ipynb", "scores.2 check_attention_scores", False, "-1 is √2"),
]


def test_it_prints_and_writes_what_each_notebook_did(hand_in, right, tmp_path, capsys):
    paths = [str(hand_in("ada.ipynb", *right)), str(hand_in("\x1b[2J.ipynb", text="{"))]
    out = tmp_path / "results.csv"
    assert __main__.main([*paths, "--out", str(out), "--time-limit", "60"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].endswith("ada.ipynb: 3 of 3")
    assert printed[1:3] == ["  ✓ scores.1 check_score", "  ✓ scores.2 check_attention_scores"]
    assert printed[-3:-1] == ["  ✗ no exercise", "      not a notebook: the file is not JSON"]
    assert printed[-1] == "All notebooks: 3 of 4"
    assert "\x1b" not in "".join(printed)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["passed"] for row in rows] == ["1", "1", "1", "0"]
    assert rows[0]["message"] == "score: right. One query, one key, one number."


@pytest.mark.usefixtures("unconfined")
def test_without_confinement_it_refuses_and_says_why_and_how_else(hand_in, right, tmp_path, capsys):
    out = tmp_path / "a.csv"
    out.write_text("from last week")
    assert __main__.main([str(hand_in("a.ipynb", *right)), "--out", str(out)]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("not confined: made up by a test.\nA notebook could read and change")
    assert "docker run" in said.err and "--unconfined" in said.err
    assert out.read_text() == "from last week"


@pytest.mark.usefixtures("unconfined")
def test_unconfined_is_told_before_the_first_and_in_the_files(hand_in, right, tmp_path, capsys):
    outs = [tmp_path / "a.csv", tmp_path / "a.json"]
    for out in outs:
        paths = [str(hand_in(f"{name}.ipynb", *right)) for name in "ab"]
        assert __main__.main([*paths, "--unconfined", "--out", str(out)]) == 0
        printed = capsys.readouterr().out
        assert printed.startswith("not confined: made up by a test.\n")
        assert printed.count("not confined") == 1
    assert {row["confined"] for row in read(outs[0])} == {"0"}
    assert {row["confined"] for row in json.loads(outs[1].read_text())} == {False}


@pytest.mark.usefixtures("unconfined")
def test_it_stops_at_a_notebook_that_touched_another(hand_in, right, tmp_path, capsys):
    good, out = hand_in("good.ipynb", *right), tmp_path / "results.json"
    bad = hand_in("bad.ipynb", f"open({str(good)!r}, 'a').write(' ')", *right)
    assert __main__.main(["--unconfined", str(bad), str(good), "--out", str(out)]) == 1
    assert "bad.ipynb changed" in capsys.readouterr().err
    assert {one["notebook"] for one in json.loads(out.read_text())} == {str(bad)}


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Stops:
    """A grader that grades some, and is then interrupted or goes on."""

    why_unconfined = ""

    def __init__(self, *steps):
        self.steps = steps

    def grade(self, notebooks):
        """Do the steps."""
        for step in self.steps:
            if isinstance(step, BaseException):
                raise step
            if callable(step):
                step()
            else:
                yield step


def graded(name, message="right", work=""):
    return Graded(
        [Result(f"{name}.ipynb", "scores.1 check_score", message == "right", message)], "", work
    )


def run(arguments, *steps):
    order = __main__._read(["a.ipynb", "b.ipynb", "c.ipynb", *arguments])
    return desk.Desk(order).grade(Stops(*steps))


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_what_was_graded_is_written_at_once_and_ctrl_c_loses_nothing(suffix, tmp_path, capsys):
    out, seen = tmp_path / f"a{suffix}", []

    def rows():
        return read(out) if suffix == ".csv" else json.loads(out.read_text())

    code = run(
        ["--out", str(out)],
        graded("a"),
        lambda: seen.append(rows()),
        graded("b"),
        KeyboardInterrupt(),
    )
    assert code == 130
    assert [row["notebook"] for row in seen[0]] == ["a.ipynb"]
    assert [row["notebook"] for row in rows()] == ["a.ipynb", "b.ipynb"]
    assert "All notebooks: 2 of 2" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_full_disk_loses_nothing(suffix, tmp_path, capsys):
    """Here a file may not grow, for a while; what is there stays whole."""
    out = tmp_path / f"a{suffix}"
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)

    def full():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (out.stat().st_size + 20, most))

    def look():
        assert len(read(out) if suffix == ".csv" else json.loads(out.read_text())) == 1

    def empty():
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, most))

    try:
        steps = [graded("a"), full, graded("b"), look, empty, graded("c")]
        assert run(["--out", str(out)], *steps) == 0
        names = [
            row["notebook"]
            for row in (read(out) if suffix == ".csv" else json.loads(out.read_text()))
        ]
        assert names == ["a.ipynb", "b.ipynb", "c.ipynb"]
        assert run(["--out", str(out)], graded("a"), full, graded("b"), graded("c")) == 4
        empty()
        said = capsys.readouterr()
        assert f"not written: {out}: File too large" in said.err
        assert "c.ipynb: 1 of 1" in said.out
    finally:
        empty()


def test_a_terminal_that_knows_ascii_alone_gets_ascii(tmp_path):
    script = "from qkvlib.grade import __main__, desk, table, Result\n"
    script += "at = desk.Desk(__main__._read(['a.ipynb']))\n"
    script += "at._say(table.block([Result('é', 'a.1', True, '√')], at._marks()))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
    )
    assert (done.stdout, done.returncode) == (b"\\xe9: 1 of 1\n  + a.1\n", 0)


def test_where_nothing_can_be_printed_the_file_is_written(tmp_path, hand_in, right):
    out = tmp_path / "a.csv"
    command = [
        sys.executable,
        "-m",
        "qkvlib.grade",
        hand_in("a.ipynb", *right),
        "--chapter",
        "scores",
    ]
    with open("/dev/full", "w") as full:
        done = subprocess.run([*command, "--out", out], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 4
    assert b"not written: the printed table: No space left" in done.stderr
    assert [row["passed"] for row in read(out)][:3] == ["1"] * 3


def test_exit_codes_are_those_of_the_page():
    page = (Path(__file__).parents[2] / "book/educators/grading.md").read_text()
    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.M)]
    assert codes == [code.value for code in desk.Exit]


FORMULAS = [
    "=1+1",
    "a;=1+1",
    "a\t=1",
    "a|@b",
    'a;"=1"',
    "a; +1",
    "a,-1",
    "a:=b",
    "＝1",
    "a;＝1",
    " =1",
]


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|", ":"])
def test_no_separator_makes_a_formula_of_a_text(text, separator, tmp_path):
    table.write_rows(tmp_path / "a.csv", [["b", text]])
    written = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    for row in csv.reader(written.splitlines(), delimiter=separator):
        for one in row:
            assert one.strip(' "')[:1] not in tuple("=+-@|＝"), written


def test_plain_texts_stay_as_they_are(tmp_path):
    texts = ["q @ k.T: use x-1", "expected -1.5.", "a = b", "e^-2", "ada-b.ipynb"]
    table.write_rows(tmp_path / "a.csv", [texts])
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig") == ",".join(texts) + "\n"


def test_json_has_the_texts_as_they_are(tmp_path):
    file = table.ResultsFile(tmp_path / "a.json")
    assert file.add(RESULTS[:1]) and file.add(RESULTS[1:])
    file.close()
    first, second = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert (first["notebook"], first["passed"]) == ("=cmd()|A1.ipynb", True)
    assert (second["message"], second["passed"]) == ("-1 is √2", False)


@pytest.mark.parametrize(
    "arguments, says",
    [
        ([], "NOTEBOOK"),
        (["a.ipynb", "--out", "results.xlsx"], "'results.xlsx' ends in neither .csv nor .json"),
        (["a.ipynb", "--out", "nowhere/a.csv"], "there is no folder 'nowhere'"),
        (["a.ipynb", "--time-limit", "0"], "'0'; expected a whole number from 1"),
        (["a.ipynb", "--time-limit", "9" * 400], "expected a whole number from 1 to 86400"),
        (["a.ipynb", "--memory", "lots"], "'lots'; expected a whole number from 512"),
        (["a.ipynb", "--chapter", "poetry"], "invalid choice: 'poetry'"),
        (["a.ipynb", "--out", "/proc/a.csv"], "'/proc/a.csv' cannot be written"),
        (["a.ipynb", "--gradebook", "/dev/null"], "argument --gradebook: "),
        ([f"{Path(csv.__file__).parent}/a.ipynb"], "where every notebook may read: move it"),
        (["a.ipynb", "--weights", "nowhere.csv"], "'nowhere.csv': [Errno 2]"),
    ],
)
def test_misuse_is_told_before_anything_runs(arguments, says, capsys):
    with pytest.raises(SystemExit) as refused:
        __main__.main(arguments)
    assert refused.value.code == 2
    assert says in capsys.readouterr().err


def test_the_page_for_teachers_names_the_command_as_it_is(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the results' file is tried at once
    page = (Path(__file__).parents[2] / "book/educators/grading.md").read_text()
    command = re.search(r"^python -m qkvlib\.grade (.+)$", page, re.M)[1]
    order = __main__._read(shlex.split(command))
    assert (order.chapter, str(order.out)) == ("scores", "results.csv")
    with pytest.raises(SystemExit):
        __main__.main(["--help"])
    options = set(re.findall(r"--[a-z]+(?:-[a-z]+)*", capsys.readouterr().out)) - {"--help"}
    assert options == set(re.findall(r"^\| `(--[a-z-]+)", page, re.M))
    assert f"| {order.time_limit} |" in page and f"| {order.memory} |" in page
