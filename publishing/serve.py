"""What `mkdocs serve` shows while a file is broken: the old pages with a note of the error, or a page of the error."""

import html
import logging
import re
import shutil
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_NOTE = (
    '<pre role="alert" style="position:fixed;inset:auto 0 0 0;z-index:99;max-height:50vh;margin:0;padding:1em;'
    'overflow:auto;white-space:pre-wrap;background:#7f1d1d;color:#fff;font:14px/1.4 monospace">{}</pre>'
)
_PAGE = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Not built</title>{}'
_BODY = re.compile(r"<body\b[^>]*>")


class Preview:
    """A served site that outlives a rebuild which fails; MkDocs alone would let browsers wait for one that works."""

    def __init__(self, site: Path, aside: Path) -> None:
        self.site, self.aside, self.error = site, aside, ""

    def put_aside(self) -> None:
        """Keep the present site while a new one is built in its place."""
        if self.site.exists():
            shutil.move(self.site, self.aside)
            self.site.mkdir()

    def rebuild(self, build: Callable[[], None]) -> None:
        """Build; what is logged of an error is kept for the pages, which are then the old ones."""
        log, heard = logging.getLogger("mkdocs"), _Heard(logging.WARNING)
        log.addHandler(heard)
        try:
            build()
            self.error = ""
        except Exception as error:  # whatever it is, the author has to see it
            if not isinstance(error, SystemExit):  # before which MkDocs has logged what is wrong
                log.error(
                    str(error) if hasattr(error, "format_message") else traceback.format_exc()
                )
            self.error = "\n".join(heard.messages).strip() or str(error)
            log.error(
                "The pages stay as they were and show this error; mend it, and they are built again."
            )
            if self.aside.exists():
                shutil.rmtree(self.site)
                shutil.move(self.aside, self.site)
        finally:
            log.removeHandler(heard)
            shutil.rmtree(self.aside, ignore_errors=True)

    def app(self, serve: Callable) -> Callable:
        """A WSGI application that answers as `serve` does; while there is an error, every page shows it."""

        def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
            started: list[Any] = []
            body = serve(environ, lambda *arguments: started.extend(arguments))
            status, headers = started
            if self.error and dict(headers).get("Content-Type", "").startswith("text/html"):
                body = [
                    self._with_error(
                        b"".join(body).decode(errors="replace"), status.startswith("200")
                    ).encode()
                ]
                headers = [
                    ("Content-Type", "text/html; charset=utf-8"),
                    ("Content-Length", str(len(body[0]))),
                ]
            start_response(status, headers)
            return body

        return application

    def _with_error(self, page: str, exists: bool) -> str:
        note = _NOTE.format(html.escape(self.error))
        if exists and (start := _BODY.search(page)):
            return page[: start.end()] + note + page[start.end() :]
        return _PAGE.format(note)


class _Heard(logging.Handler):
    """Keeps the messages of warnings and errors."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
