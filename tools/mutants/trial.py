"""Run the tests on each mutant.

The tests are collected once; then each mutant is a fork of the process, which runs those that reach
it, the fastest first.
"""

import ast
import os
import signal
import sys
import threading
import time
from collections import defaultdict
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest

from .make import mutants

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
    both = made[tree.name], attrgetter(mutant.function)(module)
    new, old = (getattr(one, "fget", one) for one in both)  # of a property, the function
    old.__code__, old.__defaults__ = new.__code__, new.__defaults__
    old.__kwdefaults__ = new.__kwdefaults__


def run(modules, tests):
    """Return of each mutant of these modules whether one of these tests failed."""
    trial = Trial(modules)
    pytest.main(["-p", "no:cacheprovider", "-p", "no:terminal", *tests], plugins=[trial])
    if not trial.fates:
        sys.exit("No mutant was tried: the tests fail as they are, or reach no code.")
    return trial.fates
