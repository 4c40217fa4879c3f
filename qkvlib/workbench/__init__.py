"""Work where you read: the code cells of a built page run in the reader's own browser.

A cell can be edited and run on its page, an exercise answers there, and nothing that a reader wrote
is lost. Python is Pyodide in a worker; this room holds what is between it and the page: ``run.py``
runs one cell, ``static/`` is the page's side, ``sphinx_ext`` puts it into a book.

Nothing here knows what a book is about. To use it in another one, add
``qkvlib.workbench.sphinx_ext`` to the extensions in that book's ``_config.yml``.
"""
