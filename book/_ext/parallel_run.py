"""Run the notebooks of a book side by side, before Sphinx reads their pages one by one.

MyST-NB runs a notebook when it reads its page, except where Jupyter's cache knows the same code. So
what is missing there is run first, on all cores, and put there. The cache lasts as long as the code
that draws: its folder has that code's fingerprint for a name.
"""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from qkvlib.explorer import mode
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx; the fingerprint must have been taken when the folder is named."""
    app.connect("config-inited", name_folder, priority=900)
    app.connect("env-before-read-docs", run_missing)
    return {"parallel_read_safe": True}


def name_folder(app: Sphinx, config) -> None:
    """Give the cache a folder for the code as it is, and drop what older code has drawn."""
    folders = Path(app.outdir).parent / ".jupyter_cache"
    for old in folders.glob("*"):
        if old.name != config.explore_fingerprint:
            shutil.rmtree(old)
    config.nb_execution_cache_path = str(folders / config.explore_fingerprint)


def run_missing(app: Sphinx, env, docnames: list[str]) -> None:
    """Run the notebooks among the pages to be read whose code the cache does not know."""
    cache = get_cache(app.config.nb_execution_cache_path)
    paths = {name: Path(env.doc2path(name)) for name in docnames}
    notebooks = {
        name: nbformat.read(path, as_version=4)
        for name, path in paths.items()
        if path.suffix == ".ipynb"
    }
    missing = [name for name in notebooks if not is_known(cache, notebooks[name])]
    missing.sort(reverse=True)  # the last chapters take longest: nobody waits for them at the end

    def run(name: str) -> float:
        begun = time.monotonic()
        NotebookClient(
            notebooks[name],
            resources={"metadata": {"path": paths[name].parent}},
            timeout=app.config.nb_execution_timeout,
            record_timing=False,  # it would stand in the cells, and the cache would not know them
            extra_arguments=["--log-level=ERROR"],
        ).execute(env={**os.environ, mode.PAGE_VARIABLE: name})
        return time.monotonic() - begun

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {name: pool.submit(run, name) for name in missing}
        for name, done in runs.items():
            try:
                data = {"execution_seconds": done.result()}
            except (CellExecutionError, CellTimeoutError) as error:
                pool.shutdown(cancel_futures=True)
                raise ExtensionError(f"{name} does not run:\n{error}") from error
            bundle = CacheBundleIn(notebooks[name], str(paths[name]), data=data)
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def is_known(cache, notebook: nbformat.NotebookNode) -> bool:
    """Whether the cache has the outputs of this code."""
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True
