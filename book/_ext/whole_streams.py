"""Sphinx extension: what a cell prints is one output, wherever it was cut on its way here.

A kernel sends what is printed in pieces, cut by the clock. MyST-NB's `nb_merge_streams` joins them
with a line break at each cut, in the middle of a line too; nbclient joins them as they are.
"""

from functools import partialmethod

from nbclient import NotebookClient


def setup(app):
    """Register with Sphinx."""
    NotebookClient.__init__ = partialmethod(NotebookClient.__init__, coalesce_streams=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
