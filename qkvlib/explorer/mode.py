"""Which life a picture leads here: a page that is being built, or a live kernel.

While a book builds, the Sphinx extension names the page in an environment variable, which the
notebook's kernel inherits. Without it, a kernel is taken to be live.
"""

import os

PAGE_VARIABLE = "EXPLORE_PAGE"


def page() -> str:
    """The name of the page that is being built, or an empty string in a live kernel."""
    return os.environ.get(PAGE_VARIABLE, "")
