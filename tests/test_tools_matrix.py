"""Which Pythons are found, and what a run of them is said to have come to."""

import sys

import matrix
import pytest
import pythons


@pytest.fixture
def pyenv(tmp_path, monkeypatch):
    """A pyenv with a Python of a version that no machine has, and nothing on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    def add(version, text):
        minor = version.rpartition(".")[0]
        python = tmp_path / "versions" / version / "bin" / f"python{minor}"
        python.parent.mkdir(parents=True)
        python.write_text(text)
        python.chmod(0o755)
        return str(python)

    return add


def test_python_that_works_is_found_and_one_that_does_not_is_passed_over(pyenv, tmp_path):
    pyenv("9.8.1", "#!/bin/sh\nexit 1\n")
    working = pyenv("9.8.2", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    assert pythons.find("9.8", tmp_path) == working
    assert pythons.find("9.7", tmp_path) is None


def test_environment_without_its_python_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(matrix, "find", lambda version: None)
    assert matrix.run(tmp_path, "newest", "9.8") == ["no such Python here"]


@pytest.mark.parametrize(("code", "said"), [("print(1)", "passed"), ("1 / 0", "failed")])
def test_outcome_is_that_of_the_command_and_its_words_are_kept(tmp_path, code, said):
    log = tmp_path / "run.log"
    assert matrix.outcome([sys.executable, "-c", code], log) == said
    assert ("1" if said == "passed" else "ZeroDivisionError") in log.read_text()


def test_every_named_set_of_packages_has_its_file():
    named = set(matrix.PYTHONS) - {"newest"}
    assert all((matrix.ROOT / f"tests/{name}.txt").exists() for name in named)
