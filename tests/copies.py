"""Copies of this book, to do in them what its owners do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cut
from the_book import ROOT

# What the tools leave behind is not copied; packages are borrowed.
LEFT = (".git", ".venv*", "_build", "__pycache__", ".*_cache", ".hypothesis")


class Copy:
    """A copy of this book to work in, or of some of its chapters."""

    def __init__(self, folder, kept=None):
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT))
        if kept:
            cut.take_out(folder, *(p.stem for p in self.chapters() if p.stem[3:] not in kept))
        (folder / ".venv").mkdir()
        for path in Path(sys.prefix).iterdir():
            if path.name != "ready":
                (folder / ".venv" / path.name).symlink_to(path)
        (folder / ".venv" / "ready").touch()  # nothing is older than this, so nothing is installed
        for path in ROOT.glob(".venv-*"):
            (folder / path.name).symlink_to(path)
        (folder / ".gitignore").write_text(".venv*\n_build\n")
        self.run("git init -q; git add .; git -c user.name=A -c user.email=a@b.c commit -qm start")

    def chapters(self):
        """The notebooks that the copy has."""
        return sorted(self.folder.glob("book/[0-9]*.ipynb"))

    def named(self, file):
        """A file of the copy; dots stand for the number of a chapter."""
        return next(self.folder.glob(file.replace("…", "*")), self.folder / file)

    def run(self, command, status=0):
        """Run a command as in a terminal, which has to end as expected; return what it said."""
        # As in a shell of one's own: not below the make that runs this test, nor with its wish for
        # copies, or a copy that is tested would make copies of itself.
        mine = ("MAKE", "FORKS", "ADAPT")
        plain = {k: v for k, v in os.environ.items() if not any(word in k for word in mine)}
        here = {**plain, "PYTHONPATH": str(self.folder)}
        done = subprocess.run(
            ["bash", "-euc", f"exec 2>&1\n{command}"],
            cwd=self.folder,
            env=here,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, f"{command}\n{done.stdout}"
        return done.stdout
