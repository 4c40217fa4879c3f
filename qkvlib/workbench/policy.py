"""A content security policy for the pages of a built book, for hosts that send one.

Usage: ``python -m qkvlib.workbench.policy FOLDER > FOLDER/_headers``. The form of that file is what
several static hosts read: a path, below it the headers of its answer. For others it is the list to
write into their settings. Scripts of the page itself are named by their hashes, styles may stand in
the page, and nothing is evaluated but WebAssembly, in the worker.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

from .hosting import CDN

_SCRIPT = re.compile(r"<script(?P<with>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
_HANDLER = re.compile(r"""<[^>]*?\son\w+=(?:"([^"]*)"|'([^']*)')""")
_DATA = re.compile(r"""\btype=["']?(?:application|text)/(?!javascript|ecmascript)""")
_MARK = '<meta name="workbench"'  # a page of the book, not a deck of slides or another application
_WORKERS = "workbench_worker.js", "workbench_offline.js"


def page_policy(page: str) -> str:
    """The policy of one page, by its own text.

    Examples
    --------
    >>> page_policy("<p>Text</p>").partition("; ")[0]
    "default-src 'none'"
    """
    scripts = [
        found["code"]
        for found in _SCRIPT.finditer(page)
        if " src=" not in found["with"] and not _DATA.search(found["with"])
    ]
    handlers = [unescape(one or other) for one, other in _HANDLER.findall(page)]
    allowed = sorted(set(map(_hash, [*scripts, *handlers])))
    unsafe = ["'unsafe-hashes'"] if handlers else []  # of what is named: the theme's own buttons
    return _join(
        {
            "default-src": ["'none'"],
            "script-src": ["'self'", *unsafe, *allowed],
            "style-src": ["'self'", "'unsafe-inline'"],
            "img-src": ["'self'", "data:"],
            "font-src": ["'self'", "data:"],
            "connect-src": ["'self'"],
            "worker-src": ["'self'"],
            "form-action": ["'self'"],
            "base-uri": ["'none'"],
        }
    )


def worker_policy(asks: str = "") -> str:
    """The policy of the workers; `asks`: the one other server that they may ask for Python."""
    # What comes from another server is compared with its hash before it is a script.
    other, blob = ([asks], ["blob:"]) if asks else ([], [])
    return _join(
        {
            "default-src": ["'none'"],
            "script-src": ["'self'", "'wasm-unsafe-eval'", *blob],
            "connect-src": ["'self'", *other],
        }
    )


def policies(folder: Path) -> dict[str, str]:
    """The policy of each page and of the workers of a built book, by path."""
    found, asks = {}, ""
    address = urlsplit(CDN)
    for page in sorted(folder.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        if _MARK not in text:
            continue
        found[f"/{page.relative_to(folder).as_posix()}"] = page_policy(text)
        if CDN.partition("{")[0] in unescape(text):
            asks = f"{address.scheme}://{address.netloc}"
    for worker in (file for name in _WORKERS for file in folder.rglob(name)):
        found[f"/{worker.relative_to(folder).as_posix()}"] = worker_policy(asks)
    return found


def _hash(code: str) -> str:
    digest = hashlib.sha256(code.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _join(policy: dict[str, list[str]]) -> str:
    return "; ".join(" ".join([name, *values]) for name, values in policy.items())


if __name__ == "__main__":
    for path, policy in policies(Path(sys.argv[1])).items():
        print(f"{path}\n  Content-Security-Policy: {policy}")
