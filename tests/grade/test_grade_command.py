"""The command: what it prints, what it writes, and when it refuses."""

import csv
import json
import re
import shlex
from pathlib import Path

import pytest

from qkvlib.grade import Result, __main__, table

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
def test_it_says_where_notebooks_are_not_shut_in(hand_in, right, capsys):
    __main__.main([str(hand_in("a.ipynb", *right)), str(hand_in("b.ipynb", *right))])
    printed = capsys.readouterr().out
    assert printed.count("not confined") == 1
    assert printed.startswith(
        "not confined: made up by a test. A notebook could read and change your files.\n"
    )


@pytest.mark.usefixtures("unconfined")
def test_it_stops_at_a_notebook_that_touched_another(hand_in, right, tmp_path, capsys):
    good, out = hand_in("good.ipynb", *right), tmp_path / "results.json"
    bad = hand_in("bad.ipynb", f"open({str(good)!r}, 'a').write(' ')", *right)
    assert __main__.main([str(bad), str(good), "--out", str(out)]) == 1
    assert "bad.ipynb changed" in capsys.readouterr().err
    assert {one["notebook"] for one in json.loads(out.read_text())} == {str(bad)}


def test_a_spreadsheet_takes_no_text_for_a_formula(tmp_path):
    table.write(RESULTS, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["notebook", "exercise", "passed", "message"],
            ["'=cmd()|A1.ipynb", "scores.1 check_score", "1", "score: right."],
            ["b.ipynb", "scores.2 check_attention_scores", "0", "'-1 is √2"],
        ]


def test_json_has_the_texts_as_they_are(tmp_path):
    table.write(RESULTS, tmp_path / "a.json")
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
        (["a.ipynb", "--memory", "lots"], "'lots'; expected a whole number from 512"),
        (["a.ipynb", "--chapter", "poetry"], "invalid choice: 'poetry'"),
    ],
)
def test_misuse_is_told_before_anything_runs(arguments, says, capsys):
    with pytest.raises(SystemExit) as refused:
        __main__.main(arguments)
    assert refused.value.code == 2
    assert says in capsys.readouterr().err


def test_the_page_for_teachers_names_the_command_as_it_is(capsys):
    page = (Path(__file__).parents[2] / "book/educators/grading.md").read_text()
    command = re.search(r"^python -m qkvlib\.grade (.+)$", page, re.M)[1]
    order = __main__._read(shlex.split(command))
    assert (order.chapter, str(order.out)) == ("scores", "results.csv")
    with pytest.raises(SystemExit):
        __main__.main(["--help"])
    options = set(re.findall(r"--[a-z]+(?:-[a-z]+)*", capsys.readouterr().out)) - {"--help"}
    assert options == set(re.findall(r"^\| `(--[a-z-]+)", page, re.M))
    assert f"| {order.time_limit} |" in page and f"| {order.memory} |" in page
