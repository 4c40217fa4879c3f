"""The tool that changes code: what it calls killed or a survivor, and its list of those."""

import subprocess
import sys
from pathlib import Path

import pytest
from mutants import survivors
from mutants.make import Mutant, mutants

ROOT = Path(__file__).parents[1]
CODE = '''
def larger(a, b, *, twice=False):
    """Return the larger of two numbers."""
    if twice:
        return 2 * max(a, b)
    return a if a > b else b


class Count:
    def add(self, n: int = 1) -> int:
        if n < 0:
            raise ValueError(f"n: {n + 0}; expected at least 0")
        return -n

    @property
    def one(self):
        return 1
'''
TEST = """
import pytest
from tiny_code import Count, larger

def test_larger():
    assert larger(1, 2) == 2 and larger(3, 1, twice=True) == 6

def test_add():
    assert Count().add() == -1 and Count().add(0) == 0 and Count().one == 1
    with pytest.raises(ValueError):
        Count().add(-1)
"""
TIE = Mutant("tiny_code", "larger", "return a if a > b else b", "return a if a >= b else b")
MINUS = Mutant("tiny_code", "Count.add", "return -n", "return +n")
LIST = "tiny_code larger\n- return a if a > b else b\n+ return a if a >= b else b\nEither\nwill do."
TRY = """
from mutants.survivors import report
from mutants.trial import run
fates = run(["tiny_code"], ["test_tiny.py"])
text, good = report(fates, {})
print(text, good, len(fates))
"""


def try_tiny(folder, test):
    (folder / "tiny_code.py").write_text(CODE)
    (folder / "test_tiny.py").write_text(test)
    places = [str(folder), str(ROOT / "tools")]
    code = f"import sys; sys.path[:0] = {places!r}\n{TRY}"
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_a_change_that_a_test_notices_is_killed_and_another_survives(tmp_path):
    count = len(set(mutant for mutant, _ in mutants(CODE, "tiny_code")))
    found = try_tiny(tmp_path, TEST).stdout
    assert found.count("No test notices") == 1 and found.rstrip().endswith(f"False {count}")
    assert f"No test notices: tiny_code larger\n- {TIE.old}\n+ {TIE.new}" in found
    assert f"| tiny_code | {count} | {count - 1} | 1 |" in found


def test_with_fewer_tests_more_survives(tmp_path):
    found = try_tiny(tmp_path, TEST.partition("def test_add")[0]).stdout
    assert f"No test notices: tiny_code Count.add\n- {MINUS.old}\n+ {MINUS.new}" in found


def test_tests_that_fail_as_they_are_kill_nothing(tmp_path):
    done = try_tiny(tmp_path, TEST + "    assert False\n")
    assert done.returncode == 1 and "the tests fail as they are" in done.stderr


def test_what_is_changed():
    made = {(mutant.old, mutant.new) for mutant, _ in mutants(CODE, "tiny_code")}
    header = "def larger(a, b, *, twice=False):"
    assert made >= {
        (header, header.replace("False", "True")),
        ("if twice:", "if not twice:"),
        ("return 2 * max(a, b)", "return 3 * max(a, b)"),
        ("return 2 * max(a, b)", "return 2 / max(a, b)"),
        ("return 2 * max(a, b)", "return None"),
        ("def add(self, n=1):", "def add(self, n=2):"),
        (MINUS.old, MINUS.new),
    }
    assert not any("expected" in old for old, _ in made), "words of messages are left alone"
    calls = "def f(x):\n    check('x', x, least=0)\n    return max(x, 1), zip(x, x, strict=True)"
    lines = {mutant.new for mutant, _ in mutants(calls, "m")}
    assert lines >= {"None", "check('x_', x, least=0)", "check('x', x)", "check(x, 'x', least=0)"}
    assert not any("max(1, x)" in line or "strict" not in line for line in lines if "zip" in line)


FATES = {TIE._replace(new=f"return {i}"): True for i in range(99)}


@pytest.mark.parametrize(
    ("left", "listed", "good", "says"),
    [
        ([], [], True, "| tiny_code | 99 | 99 | 0 | 100.0% |"),
        ([TIE], [TIE], True, "| tiny_code | 100 | 99 | 1 | 99.0% |"),
        ([TIE], [], False, f"No test notices: tiny_code larger\n- {TIE.old}\n+ {TIE.new}"),
        ([], [TIE], False, f"On the list, but killed or gone: tiny_code larger\n- {TIE.old}"),
        ([MINUS], [TIE], False, "No test notices: tiny_code Count.add"),
        (
            [TIE._replace(new=f"{i}") for i in range(3)],
            [TIE._replace(new=f"{i}") for i in range(3)],
            False,
            "| tiny_code | 102 | 99 | 3 | 97.1% |",
        ),
    ],
)
def test_a_survivor_needs_a_reason_and_a_reason_a_survivor(left, listed, good, says):
    fates = FATES | dict.fromkeys(left, False)
    text, well = survivors.report(fates, dict.fromkeys(listed, "why"))
    assert says in text and well == good


def test_the_list_says_what_and_why():
    assert survivors.accepted("") == {}
    assert survivors.accepted(f"{LIST}\n\n{LIST}\n") == {TIE: "Either\nwill do."}
    with pytest.raises(ValueError, match=r"tiny_code larger.*expected a function, the change and"):
        survivors.accepted("\n".join(LIST.splitlines()[:3]))


def test_every_change_on_the_list_can_be_made():
    listed = survivors.accepted(survivors.ACCEPTED.read_text())
    for module in {mutant.module for mutant in listed}:
        source = (ROOT / f"{module.replace('.', '/')}.py").read_text()
        made = {mutant for mutant, _ in mutants(source, module)}
        assert {mutant for mutant in listed if mutant.module == module} <= made
