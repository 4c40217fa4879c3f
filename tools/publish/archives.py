"""Leave out of an archive what readers' browsers need not fetch."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from qkvlib.workbench.hosting import DATE


def drop_compiled_sources(library: Path) -> None:
    """Leave the standard library without sources whose bytecode it has: nobody here reads them."""
    _repack(library, lambda name, names: f"{name}c" not in names)


def drop_samples(wheel: Path) -> None:
    """Leave Matplotlib's wheel without its sample data, which no drawing needs."""
    _repack(wheel, lambda name, _: "/sample_data/" not in name)


def _repack(file: Path, kept: Callable[[str, set[str]], bool]) -> None:
    """Write an archive again with the files that are kept, as small as can be."""
    with zipfile.ZipFile(file) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            if kept(name, {*files}):
                archive.writestr(zipfile.ZipInfo(name, DATE), data, zipfile.ZIP_DEFLATED, 9)
