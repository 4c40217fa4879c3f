"""Change the code of attention in small ways, one at a time, and see which no test notices.

Usage: ``python tools/mutants.py``. What survives must stand in ``mutants_accepted.txt``, with the
reason why no test need notice it; what stands there and does not survive is reported too. The tests
are collected once; then each mutant is a fork of the process, which runs those that reach it.
"""

import ast
import os
import re
import signal
import sys
import threading
import time
from collections import Counter, defaultdict
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest
from mutants_make import Mutant, mutants

ROOT = Path(__file__).parents[1]
ACCEPTED = Path(__file__).with_name("mutants_accepted.txt")
LEAST = 0.95  # of the mutants of each module, how many the tests must kill
NAMES = ("attention", "masks", "heads", "efficient", "_tiles", "gradients", "model", "training")
TESTED = [*(name for name in NAMES if name not in ("_tiles", "model")), "properties", "bad_input"]
SECONDS = 60  # a mutant may run for ever


class Trial:
    """A pytest plugin that runs the tests as they are, and then on each mutant."""

    def __init__(self, modules):
        self.modules = {import_module(module).__file__: module for module in modules}
        self.fates = {}  # of each mutant: did a test fail?
        self.failed = False

    def pytest_runtest_logreport(self, report):
        """Remember a failure."""
        self.failed |= report.failed

    def pytest_runtestloop(self, session):
        """Take the place of pytest's own loop."""
        reach, seconds = defaultdict(list), {}
        for item in session.items:
            start = time.perf_counter()
            for function in self._watch(item):
                reach[function].append(item)
            seconds[item] = time.perf_counter() - start
        if self.failed:
            return True
        for file, module in self.modules.items():
            for mutant, tree in mutants(Path(file).read_text(), module):
                items = sorted(reach[file, mutant.function], key=seconds.get)
                self.fates[mutant] = self._dies(mutant, tree, items)
        return True

    def _watch(self, item):
        """Run one test, and return the functions that it reached."""
        reached = set()

        def note(frame, event, _):
            code = frame.f_code
            if event == "call" and code.co_filename in self.modules:
                reached.add((code.co_filename, code.co_qualname.partition(".<locals>")[0]))

        threading.setprofile(note)
        sys.setprofile(note)
        try:
            _run(item)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
        return reached

    def _dies(self, mutant, tree, items):
        """Run the tests on a mutant in a process of its own, until one fails."""
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1] != 0
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        signal.alarm(SECONDS)
        _put(mutant, tree)
        for item in items:
            _run(item)
            if self.failed:
                os._exit(1)
        os._exit(0)


def _run(item):
    item.ihook.pytest_runtest_protocol(item=item, nextitem=None)


def _put(mutant, tree):
    """Give the function its new code; wherever it was imported to, it is the same object."""
    module = import_module(mutant.module)
    code = compile(ast.Module([tree], []), module.__file__, "exec")
    made = {}
    exec(code, vars(module), made)
    new, old = made[tree.name], attrgetter(mutant.function)(module)
    old.__code__, old.__defaults__ = new.__code__, new.__defaults__
    old.__kwdefaults__ = new.__kwdefaults__


def run(modules, tests):
    """Return of each mutant of these modules whether one of these tests failed."""
    trial = Trial(modules)
    pytest.main(["-p", "no:cacheprovider", "-p", "no:terminal", *tests], plugins=[trial])
    if not trial.fates:
        sys.exit("No mutant was tried: the tests fail as they are, or reach no code.")
    return trial.fates


def report(fates, reasons):
    """What to print, and whether all is well."""
    tried = Counter(mutant.module for mutant in fates)
    left = [mutant for mutant, dies in fates.items() if not dies]
    missed = Counter(mutant.module for mutant in left)
    lines = ["| Module | Mutants | Killed | Survived | Killed, of all |", "|---|---|---|---|---|"]
    for module, count in tried.items():
        killed = count - missed[module]
        lines.append(f"| {module} | {count} | {killed} | {missed[module]} | {killed / count:.1%} |")
    new, stale = [m for m in left if m not in reasons], [m for m in reasons if m not in left]
    for what, listed in (("No test notices", new), ("On the list, but killed or gone", stale)):
        for mutant in listed:
            lines += ["", f"{what}: {mutant.module} {mutant.function}"]
            lines += [f"- {mutant.old}", f"+ {mutant.new}"]
    enough = all(count - missed[module] >= LEAST * count for module, count in tried.items())
    return "\n".join(lines), enough and not new and not stale


def accepted(text):
    """Read the list: a module and function, a line that goes, one that comes, and the reason."""
    paragraphs = text.strip().split("\n\n") if text.strip() else []
    found = {}
    for paragraph in paragraphs:
        parts = re.fullmatch(r"(\S+) (\S+)\n- (.+)\n\+ (.+)\n(\w[\s\S]+)", paragraph)
        if not parts:
            raise ValueError(f"{paragraph!r}; expected a function, the change and a reason")
        *mutant, found_reason = parts.groups()
        found[Mutant(*mutant)] = found_reason
    return found


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
