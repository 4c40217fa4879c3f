"""A JupyterLab of its own for tests and bench: on this machine only, blind to the user's settings.

Nothing is fetched from outside: no news, no check for updates, no list of extensions.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Page

OPTIONS = (
    "--no-browser",
    "--allow-root",  # containers
    "--ServerApp.ip=127.0.0.1",
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LanguageServerManager.autodetect=False",
)
# Else it asks, on top of the notebook, whether to fetch news.
SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}


@contextlib.contextmanager
def jupyterlab(folder: Path, startup: str = "") -> Iterator[Callable[..., str]]:
    """Serve ``folder``, give notebooks' addresses; this Python's kernels run ``startup`` first.

    A notebook opens in JupyterLab, or in the classic Notebook below ``"notebooks"``.
    """
    with tempfile.TemporaryDirectory() as own, tempfile.TemporaryFile("w+") as log:
        home = Path(own)
        settings = home / "CONFIG/labconfig/default_setting_overrides.json"
        script = home / "ipython/profile_default/startup/first.py"
        for file, content in ((settings, json.dumps(SETTINGS)), (script, startup)):
            file.parent.mkdir(parents=True)
            file.write_text(content)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "EXPLORE"))}
        places = {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
        command = [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.root_dir={folder}"]
        environment = kept | places | {"IPYTHONDIR": str(home / "ipython")}
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            card = home / "RUNTIME" / f"jpserver-{server.pid}.json"  # there once it listens
            deadline = time.monotonic() + 90
            while not (card.exists() and card.read_text().endswith("}")):
                if server.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    raise RuntimeError(f"JupyterLab did not start:\n{log.read()}")
                time.sleep(0.1)
            found = json.loads(card.read_text())
            yield lambda name, app="lab/tree": f"{found['url']}{app}/{name}?token={found['token']}"
        finally:
            server.terminate()
            server.wait(30)


def run_all(page: Page, address: str) -> None:
    """Open a notebook and run its cells; what they show comes when it comes."""
    page.goto(address)
    page.get_by_text("| Idle").wait_for()  # cells sent to no kernel would be lost
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
