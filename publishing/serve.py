"""What `mkdocs serve` adds to a build: pages before they ran, and pages while a file is broken."""

import asyncio
import html
import json
import logging
import re
import shutil
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Any

from publishing.run.data import execute
from publishing.run.failure import Failure
from publishing.run.lesson import Lesson
from publishing.run.record import Record, Store
from publishing.settings import Settings

QUIET = 5  # seconds without a save, after which all that other pages say follows
_MANY = 10_000  # messages of one build
_LOG = logging.getLogger("mkdocs.plugins.tutorials")
_NOTE = (
    '<pre role="alert" style="position:fixed;inset:auto 0 0 0;z-index:99;max-height:50vh;margin:0;'
    "padding:1em;overflow:auto;white-space:pre-wrap;background:#7f1d1d;color:#fff;"
    'font:14px/1.4 monospace">{}</pre>'
)
_PAGE = (
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="2">'
    "<title>Not built</title>{}"
)
_BODY = re.compile(r"<body\b[^>]*>")
_STATES = "pending.json"  # what each page that has not run waits for
# A page that has not run says what it waits for, and is loaded again when its run has ended.
_FOLLOW = """<script>
const boxes = document.querySelectorAll("[data-pending]")
const follow = async () => {
  const states = await (await fetch("%s")).json()
  const state = states[boxes[0].dataset.pending]
  if (state === undefined) return location.reload()
  for (const box of boxes) box.lastElementChild.textContent = state
  setTimeout(follow, 500)
}
if (boxes.length) follow()
</script>"""


class Superseded(BaseException):
    """A build that a newer save made needless; no error, of which MkDocs would log a line."""


class Background:
    """Runs what has no record, the page that a browser opened last first; renders what has run.

    `lessons()` are all, those that wait with a blank record. `refresh` renders the pages that have
    changed, and `rebuild` the whole site; another thread calls them, one at a time.
    """

    def __init__(
        self,
        settings: Settings,
        lessons: Callable[[], list[Lesson]],
        refresh: Callable[[], None],
        rebuild: Callable[[], None],
    ) -> None:
        self.settings, self.lessons = settings, lessons
        self.refresh, self.rebuild = refresh, rebuild
        self.opened: list[str] = []  # names of tutorials, the page that was opened last behind
        self.cells: dict[str, tuple[int, int]] = {}  # done and all, of each tutorial that runs
        self.failed: dict[str, str] = {}  # what went wrong, by the key's digest
        self.due: float | None = None  # when to build the whole site
        self.tasks: dict[str, asyncio.Task] = {}  # by the key's digest
        self.stopping = False
        self.thread = threading.Thread(target=lambda: asyncio.run(self._work()))
        self.thread.start()

    def open(self, name: str) -> None:
        """Note that a browser shows the page of a tutorial."""
        self.opened = [other for other in self.opened if other != name] + [name]

    def stop(self) -> None:
        """End all kernels in order."""
        self.stopping = True
        self.thread.join()

    def states(self) -> dict[str, str]:
        """What each page that has not run waits for, by name: a sentence."""
        places = {lesson.name: place for place, lesson in enumerate(self._queue(), 1)}
        return {lesson.name: self._state(lesson, places) for lesson in self._pending()}

    def _state(self, lesson: Lesson, places: Mapping[str, int]) -> str:
        if failure := self.failed.get(lesson.key.digest):
            return f"It failed, and runs again when its code has changed: {failure}"
        if place := places.get(lesson.name):
            return f"It has not run yet; it is number {place} in the queue."
        if lesson.name in self.cells:
            done, cells = self.cells[lesson.name]
            return f"It runs now: {done} of {cells} cells are done."
        return "It runs now: its kernel starts."

    def _pending(self) -> list[Lesson]:
        return [lesson for lesson in self.lessons() if lesson.record.pending]

    def _queue(self) -> list[Lesson]:
        """What waits for a kernel, in order: what was opened last, then as the course has it."""
        waiting = [
            lesson
            for lesson in self._pending()
            if lesson.key.digest not in self.tasks.keys() | self.failed.keys()
        ]
        last = {name: number for number, name in enumerate(self.opened)}
        return sorted(waiting, key=lambda lesson: last.get(lesson.name, -1), reverse=True)

    async def _work(self) -> None:
        """Start and end runs, and build the whole site when it is due, until all is to stop."""
        while not self.stopping:
            wanted = {lesson.key.digest for lesson in self._pending()}
            for digest in self.tasks.keys() - wanted:
                self.tasks[digest].cancel()  # it was saved again, or another process ran it
            for lesson in self._queue()[: self.settings.kernels - len(self.tasks)]:
                self.tasks[lesson.key.digest] = asyncio.create_task(self._run(lesson))
            if self.due is not None and time.monotonic() > self.due:
                self.due = None
                await asyncio.to_thread(self.rebuild)
            await asyncio.sleep(0.1)
        for task in self.tasks.values():
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)

    async def _run(self, lesson: Lesson) -> None:
        """Run a tutorial and keep its record; what fails is told on its page and in the log."""
        name, digest = lesson.name, lesson.key.digest

        def count(done: int, cells: int) -> None:
            self.cells[name] = (done, cells)

        try:
            run = await execute(lesson.solved, self.settings, on_cell=count)
            record = Record(name, lesson.key, run)
            Store(self.settings.records).keep(record)
            _LOG.info(f"Ran {name} in {record.seconds:.1f} s")
            await asyncio.to_thread(self.refresh)
            if not self._pending():  # now lists and counts can say all
                self.due = time.monotonic()
        except Exception as error:  # whatever it is: it would run again and again, in silence
            self.failed[digest] = str(error)
            _LOG.error(str(error), exc_info=not isinstance(error, Failure | OSError))
        finally:
            self.cells.pop(name, None)
            del self.tasks[digest]


class Preview:
    """The site as browsers get it: always a whole one, with a note while the last build failed."""

    def __init__(self, server: Any, folder: Path) -> None:
        self.server, self.folder, self.error = server, folder, ""

    def new_site(self) -> Path:
        """A folder for another site."""
        return Path(tempfile.mkdtemp(prefix="site-", dir=self.folder))

    def show(self, site: Path) -> None:
        """Let browsers get another site."""
        self.server.root = str(site)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Log what an author has to know of a build that fails, and keep it for the pages."""
        log, heard = logging.getLogger("mkdocs"), BufferingHandler(_MANY)
        heard.setLevel(logging.WARNING)
        log.addHandler(heard)
        try:
            yield
            self.error = ""
        except Superseded:
            _LOG.info("A newer save is shown first")
        except Exception as error:  # whatever it is, the author has to see it
            if not isinstance(error, SystemExit):  # before which MkDocs has logged what is wrong
                told = hasattr(error, "format_message")
                log.error(str(error) if told else traceback.format_exc())
            messages = [record.getMessage() for record in heard.buffer]
            self.error = "\n".join(messages).strip() or str(error)
            log.error("The pages stay as they were, with this error; mend it, and they follow.")
        finally:
            log.removeHandler(heard)
            for site in self.folder.glob("site-*"):
                if site != Path(self.server.root):
                    shutil.rmtree(site, ignore_errors=True)

    def app(self, serve: Callable, names: Mapping[str, str], background: Background) -> Callable:
        """A WSGI application that answers as `serve` does, and says what pages wait for.

        `names` are those of tutorials, by the addresses of their pages.
        """
        states = f"{self.server.mount_path}{_STATES}"

        def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
            if environ["PATH_INFO"] == states:
                start_response("200 OK", [("Content-Type", "application/json")])
                return [json.dumps(background.states()).encode()]
            started: list[Any] = []
            body = serve(environ, lambda *arguments: started.extend(arguments))
            status, headers = started
            if dict(headers).get("Content-Type", "").startswith("text/html"):
                page = b"".join(body).decode(errors="replace")
                place = environ["PATH_INFO"].removeprefix(self.server.mount_path).strip("/")
                if place in names:
                    background.open(names[place])
                if "data-pending=" in page:
                    page = page.replace("</body>", _FOLLOW % states + "</body>")
                if self.error:
                    page = self._with_error(page, status.startswith("200"))
                body = [page.encode()]
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
