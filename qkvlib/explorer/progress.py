"""A bar for a cell that takes a while: seen in a live kernel, and nothing is left of it.

Where a page is built, or where Python runs without a notebook, the loop just runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence

from . import mode

_REDRAW = 0.1  # seconds; a message for every step would cost more than a short step


def progress(steps: Sequence, *, label: str = "") -> Iterator:
    """Go through ``steps`` and show in a live kernel how far the loop has come.

    When the loop ends, whatever the cell has shown by then is cleared, the bar with it.

    Parameters
    ----------
    steps : sequence
        Such as ``range(300)``; it must have a length.
    label : str, optional
        Written before the bar.

    Yields
    ------
    object
        The items of ``steps``.

    Examples
    --------
    >>> from qkvlib import progress
    >>> [step for step in progress(range(3))]
    [0, 1, 2]
    """
    if not _in_a_live_kernel():
        yield from steps
        return
    import ipywidgets
    from IPython.display import clear_output, display

    from .live import widget_view

    bar = ipywidgets.IntProgress(max=len(steps), description=label)
    # The view alone: with words beside it, a tool that compares outputs would find them.
    display(widget_view(bar), raw=True)
    shown = time.monotonic()
    try:
        for count, step in enumerate(steps, 1):
            yield step
            if time.monotonic() - shown > _REDRAW:
                bar.value, shown = count, time.monotonic()
    finally:
        clear_output()
        bar.close()


def _in_a_live_kernel() -> bool:
    ipython = sys.modules.get("IPython")  # a kernel has imported it
    if mode.page() or ipython is None:
        return False
    # A terminal has a shell without one, a script has none.
    return hasattr(ipython.get_ipython(), "kernel")
