"""One cell, run as in the page's worker; here by this Python."""

import sys

import pytest

from qkvlib.workbench import run as worker


@pytest.fixture
def run(monkeypatch):
    """A function that runs a cell, and gives what it showed and what went wrong."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr("builtins.input", input)
    names = worker.new_namespace()

    def start(code, cell="a"):
        shown = []
        failed = worker.run(code, cell, names, lambda kind, what: shown.append((kind, what)))
        return shown, failed

    return start


def test_names_stay_and_the_last_expression_is_shown(run):
    assert run("x = 20\ndef double(n):\n    return 2 * n") == ([], None)
    assert run("double(x)\ndouble(x) + 2") == ([("result", {"text": "42", "html": None})], None)
    assert run("x;") == run("None") == run("") == run("# nothing") == ([], None)


def test_printed_lines_come_as_they_are_printed(run):
    shown, failed = run(
        "print('a', 1)\nprint('b', end='')\nimport sys\nsys.stderr.write('c\\n')\n4"
    )
    assert shown[:2] == [("stdout", "a 1\n"), ("stderr", "c\n")]
    assert shown[2:] == [("stdout", "b"), ("result", {"text": "4", "html": None})]
    assert failed is None


def test_what_is_printed_is_capped(run):
    shown, _ = run("for i in range(10**5):\n    print('line', i)")
    text = "".join(text for _, text in shown)
    assert text.endswith(worker.CUT) and len(text) == worker.LIMIT + len(worker.CUT)


def test_value_brings_its_html_and_a_verdict_says_whether_it_is_passed(run):
    code = "class Shown:\n    def __init__(self):\n        self.passed = False\n"
    code += "    def __repr__(self):\n        return 'no'\n"
    code += "    def _repr_html_(self):\n        return '<b>no</b>'\nShown()"
    assert run(code)[0] == [("result", {"text": "no", "html": "<b>no</b>", "passed": False})]
    assert run("display(1, 2)")[0] == [("result", {"text": t, "html": None}) for t in "12"]


def test_open_figures_are_shown_once(run):
    code = "import matplotlib.pyplot as plt\nplt.switch_backend('agg')\n_ = plt.plot([1, 2])"
    (figure,), failed = run(code)
    assert failed is None and "<svg" in figure[1]["html"]
    assert run("1") == ([("result", {"text": "1", "html": None})], None)


@pytest.mark.parametrize(
    ("code", "line", "own", "says"),
    [
        ("x = 1\nx / 0", 2, "x / 0", "ZeroDivisionError: division by zero"),
        ("import json\njson.loads('{')", 2, "json.loads('{')", "json.decoder.JSONDecodeError: "),
        ("def f(:\n    pass", 1, "def f(:", "SyntaxError: "),
        ("if True:\nx = 1", 2, "x = 1", "IndentationError: "),
        ("raise SystemExit", 1, "raise SystemExit", "SystemExit"),
        ("input('name')", 1, "input('name')", "RuntimeError: input() is not available on a page"),
        ("def f():\n    return g()\n\nf()", 2, "return g()", "NameError: name 'g' is not defined"),
    ],
)
def test_an_error_names_the_readers_own_line(run, code, line, own, says):
    shown, failed = run(code)
    assert shown == []
    assert (failed["line"], failed["code"]) == (line, own)
    assert failed["says"].startswith(says)
    assert "run.py" not in failed["trace"]


def test_an_error_in_a_function_of_another_cell_names_the_line_that_called_it(run):
    run("def broken():\n    return 1 / 0", cell="first")
    _, failed = run("x = 1\nbroken()", cell="second")
    assert (failed["line"], failed["code"]) == (2, "broken()")
    assert "return 1 / 0" in failed["trace"]


def test_source_of_a_function_is_found(run):
    code = "import inspect\ndef f():\n    return 7\nprint(inspect.getsource(f))"
    assert run(code)[0][0] == ("stdout", "def f():\n    return 7\n")


CONTROL = """
class Shown:
    def _repr_page_(self):
        return {"html": "<p>first</p>", "data": {"names": ["n"]}}
    def _state_(self, positions):
        print("not seen")
        return {"html": f"<p>{1 / positions[0]}</p>", "texts": ["a"]}
"""


def test_controls_of_a_cell_are_asked_for_their_states_until_it_runs_again(run, capsys):
    shown, failed = run(f"{CONTROL}\ndisplay(Shown())\nShown()", "c")
    assert failed is None
    keys = [what["control"]["key"] for _, what in shown]
    assert keys == ["c/0", "c/1"]
    assert shown[0][1]["control"]["html"] == "<p>first</p>"
    assert worker.state("c/1", [2]) == {"html": "<p>0.5</p>", "texts": ["a"]}
    assert worker.state("c/0", [0]) == {"failed": "ZeroDivisionError: division by zero"}
    assert capsys.readouterr().out == ""
    run("1", "c")
    assert "KeyError" in worker.state("c/0", [2])["failed"]
