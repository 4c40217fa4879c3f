"""A chapter of the built site in a browser that Playwright drives: open its notebook, run it."""

from playwright.sync_api import Page

PANEL = "window.jupyterapp?.shell?.currentWidget"
CELLS = f"{PANEL}?.content?.model?.cells"
OPENED = f"{CELLS}?.length > 3"
RUN = f"""() => {{
  {PANEL}.sessionContext.ready
    .then(() => window.jupyterapp.commands.execute("notebook:run-all-cells"))
    .then(() => {{ window.finished = true; }});
}}"""


def open_notebook(page: Page) -> None:
    """By the button on the chapter's page."""
    page.click(".run-button")
    page.wait_for_function(OPENED)


def run_all(page: Page) -> None:
    """Start to run the cells of the notebook; `window.finished` says when all have run."""
    page.evaluate(RUN)
