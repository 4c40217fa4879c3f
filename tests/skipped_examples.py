"""Examples in docstrings that are skipped where a model may be missing, for tests that have it."""

import doctest


def run(module):
    """Run those of a module; return how many lines ran and how many failed."""
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for example in doctest.DocTestFinder().find(module):
        lines = [line for line in example.examples if doctest.SKIP in line.options]
        for line in lines:
            line.options.pop(doctest.SKIP)
        if lines:
            runner.run(example)
    return runner.tries, runner.failures
