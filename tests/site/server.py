"""A folder on localhost, at the path at which the site would be published."""

import functools
import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from pages import SITE_URL

PREFIX = urlsplit(SITE_URL).path


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the front page of a built site."""
    handler = functools.partial(_Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder below the path of the published site, which is not the root of its host.

    A page asked for with `?slowly` arrives in pieces, so that the browser draws what it has.
    """

    def translate_path(self, path: str) -> str:
        return super().translate_path(
            f"/{path.removeprefix(PREFIX)}" if path.startswith(PREFIX) else "/not-here"
        )

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:
        if not self.path.endswith("?slowly"):
            return super().copyfile(source, outputfile)
        for piece in iter(functools.partial(source.read, 6000), b""):
            outputfile.write(piece)
            time.sleep(0.03)
        return None

    def log_message(self, *_: object) -> None:
        """Say nothing."""
