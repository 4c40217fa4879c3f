"""Serve a built book on this machine only. Usage: ``python tools/serve.py FOLDER PORT PAGE``.

Tests and bench serve a folder meanwhile, with ``serve``.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each; notes in ``failed`` what was asked for in vain."""

    def __init__(self, *arguments, failed: list[str], policies: dict[str, str], **options):
        self.failed, self.policies = failed, policies
        super().__init__(*arguments, **options)

    def log_message(self, *arguments) -> None:
        """Say nothing."""

    def end_headers(self) -> None:
        """Add the policy of what is asked for, if it has one."""
        if policy := self.policies.get(self.path.partition("?")[0]):
            self.send_header("Content-Security-Policy", policy)
        super().end_headers()

    def send_error(self, code, *arguments, **options) -> None:
        """Note it."""
        asker = self.headers.get("Referer", "nobody").partition(self.headers["Host"])[2]
        self.failed.append(f"{int(code)}: {self.path}, asked by {asker or 'nobody'}")
        super().send_error(code, *arguments, **options)


class _Server(ThreadingHTTPServer):
    """Lets a browser hang up in the middle of a file, as one does that is closed."""

    def handle_error(self, request, client_address) -> None:
        """Report what is not that."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve(
    folder: Path, failed: list[str] | None = None, policies: dict[str, str] | None = None
) -> Iterator[str]:
    """Serve a folder on a free port of loopback; gives its address. What fails goes to `failed`.

    `policies` are content security policies, by the path of what they come with.
    """
    failed = [] if failed is None else failed
    handler = partial(_Quiet, directory=folder, failed=failed, policies=policies or {})
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def main(folder: str, port: int, page: str) -> None:
    """Serve until interrupted."""
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    try:
        server = _Server(("127.0.0.1", port), handler)
    except OSError as error:
        sys.exit(f"PORT: {port}: {error.strerror}; try another: make serve PORT={port + 1}")
    with server:
        print(f"http://127.0.0.1:{server.server_port}/{page}  (Ctrl+C stops)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
