"""Run the notebooks of a book side by side, while Sphinx reads its pages one by one.

MyST-NB runs a notebook when it reads its page, except where Jupyter's cache knows the same code. So
what is missing there is begun first, on all cores, and put there when its page is to be read. The
cache lasts as long as the code that draws, and what it runs on: its folder has the fingerprint of
both for a name.
"""

import os
import shutil
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from qkvlib.explorer import mode
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx; the fingerprint must have been taken when the folder is named."""
    runs = {}
    app.connect("config-inited", name_folder, priority=900)
    app.connect("env-before-read-docs", lambda app, env, docnames: begin(env, docnames, runs))
    app.connect("source-read", lambda app, docname, source: keep(app.env, docname, runs))
    return {"parallel_read_safe": False}


def name_folder(app: Sphinx, config) -> None:
    """Give the cache a folder for the code as it is, and drop what older code has drawn."""
    folders = Path(app.outdir).parent / ".jupyter_cache"
    for old in folders.glob("*"):
        if old.name != config.explore_fingerprint:
            shutil.rmtree(old)
    config.nb_execution_cache_path = str(folders / config.explore_fingerprint)


def begin(env, docnames: list[str], runs: dict[str, Future]) -> None:
    """Begin to run the notebooks among the pages to be read whose code the cache does not know.

    Their pages are read last, in the order in which they begin.
    """
    cache = get_cache(env.config.nb_execution_cache_path)
    missing = []
    for name in docnames:
        path = Path(env.doc2path(name))
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, as_version=4)
            if not is_known(cache, notebook):
                missing.append((name, path, notebook))
    missing.reverse()  # the last chapters take longest: nobody waits for them at the end
    pool = ThreadPoolExecutor(os.cpu_count())
    timeout = env.config.nb_execution_timeout
    runs |= {run[0]: pool.submit(execute, *run, timeout) for run in missing}
    order = {name: place for place, name in enumerate(runs)}
    docnames.sort(key=lambda name: order.get(name, -1))
    pool.shutdown(wait=False)


def execute(name: str, path: Path, notebook: nbformat.NotebookNode, timeout: int) -> CacheBundleIn:
    """Run a notebook for the page `name`; return what the cache shall keep."""
    begun = time.monotonic()
    NotebookClient(
        notebook,
        resources={"metadata": {"path": path.parent}},
        timeout=timeout,
        record_timing=False,  # it would stand in the cells, and the cache would not know them
        extra_arguments=["--log-level=ERROR"],
    ).execute(env={**os.environ, mode.PAGE_VARIABLE: name})
    data = {"execution_seconds": time.monotonic() - begun}
    return CacheBundleIn(notebook, str(path), data=data)


def keep(env, name: str, runs: dict[str, Future]) -> None:
    """Wait for the page's notebook if it runs, and put into the cache what it has shown."""
    if name not in runs:
        return
    try:
        bundle = runs.pop(name).result()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        for run in runs.values():
            run.cancel()
        raise ExtensionError(f"{name} does not run:\n{error}") from error
    cache = get_cache(env.config.nb_execution_cache_path)
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def is_known(cache, notebook: nbformat.NotebookNode) -> bool:
    """Whether the cache has the outputs of this code."""
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True
