"""A served site follows what is saved and what has run: the pages concerned at once, others later.

MkDocs builds a whole site each time; pages alone are rendered by the two functions that it calls
for each of them.
"""

import logging
import shutil
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment
from markdown import Extension, Markdown
from markdown.blockprocessors import BlockProcessor
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, BuildError, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

from publishing.build import Built
from publishing.serve import QUIET, Background, Preview, Superseded

if TYPE_CHECKING:
    from publishing.plugin import TutorialsPlugin

_LOG = logging.getLogger("mkdocs.plugins.tutorials")


@dataclass(frozen=True)
class Rendered:
    """What a build of the whole site leaves for pages that are rendered again after it."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Environment
    built: Built
    ages: dict[Path, int]  # when its sources were last changed, in nanoseconds


class Live:
    """Renders into a site that is served."""

    def __init__(
        self,
        plugin: "TutorialsPlugin",
        server: LiveReloadServer,
        rendered: Rendered,
        names: dict[str, str],
    ) -> None:
        """Begin to run what has not run; `names` are those of tutorials by their addresses."""
        self.plugin, self.rendered, self.builder = plugin, rendered, server.builder
        self.rendering = threading.Lock()
        self.saved = threading.Event()  # something was saved, and waits to be rendered
        self.preview = Preview(server, Path(plugin.folder.name))
        self.background = Background(
            plugin.routes.settings, lambda: plugin.built.lessons, self._after_run, self._rebuild
        )
        server.builder = self._after_save
        server.set_app(self.preview.app(server.get_app(), names, self.background))

    def _after_save(self) -> None:
        """Render the pages that were saved, or the whole site if that is not enough."""
        self.saved.set()  # which ends a build of the whole site
        with self.rendering, self.preview.watched():
            self.saved.clear()
            if self._refresh():
                self.background.due = time.monotonic() + QUIET
            else:
                self.builder()

    def _after_run(self) -> None:
        """Render the pages of tutorials that have run."""
        with self.rendering, self.preview.watched():
            if not self._refresh():
                self.background.due = time.monotonic()

    def _rebuild(self) -> None:
        with self.rendering, self.preview.watched():
            self.builder()

    def _refresh(self) -> bool:
        """Render what has changed since the last build into the served site, if that is enough.

        It is not if files came or went, or if what every page hangs on has changed.
        """
        old, ages = self.rendered, ages_of(self.rendered.config)
        if ages.keys() != old.ages.keys():
            return False
        changed = [path for path, age in ages.items() if age != old.ages[path]]
        shared = [Path(old.config.config_file_path), *map(Path, old.config.theme.dirs)]
        if any(path.is_relative_to(each) for path in changed for each in shared):
            return False
        try:
            self.plugin.build_tutorials()
            built = self.plugin.built
            if built.pages.keys() != old.built.pages.keys():
                return False
            for uri, path in built.files.items():
                _copy_newer(path, Path(old.config.site_dir, uri))
            docs = Path(old.config.docs_dir)
            for path in changed:
                if path.is_relative_to(docs):
                    self._render(path.relative_to(docs).as_posix())
            for uri, text in built.pages.items():
                if text != old.built.pages[uri]:
                    self._render(uri)
        except BuildError as error:
            _LOG.error(str(error))
            raise Abort("Aborted with a BuildError!") from None
        self.rendered = replace(old, built=built, ages=ages)
        return True

    def _render(self, uri: str) -> None:
        """Render a page, or copy another file, as a build of the whole site does."""
        old = self.rendered
        file = old.files.get_file_from_path(uri)
        if file is None:  # one that `exclude_docs` names
            return
        if not file.is_documentation_page():
            file.copy_file()
            return
        try:
            _populate_page(file.page, old.config, old.files)
            _build_page(file.page, old.config, old.files.documentation_pages(), old.nav, old.env)
        except Exception as error:
            self.plugin.on_build_error(error=error)
            raise


class Interruptible(Extension):
    """Ends what renders Markdown, between any two blocks, when something newer was saved."""

    def __init__(self, saved: threading.Event) -> None:
        super().__init__()
        self.saved = saved

    def extendMarkdown(self, md: Markdown) -> None:
        """Look before each block, as no processor of blocks is asked earlier."""
        look = _Look(md.parser)
        look.saved = self.saved
        md.parser.blockprocessors.register(look, "superseded", 1000)


class _Look(BlockProcessor):
    saved: threading.Event

    def test(self, parent: object, block: str) -> bool:
        if self.saved.is_set():
            raise Superseded
        return False


def ages_of(config: MkDocsConfig) -> dict[Path, int]:
    """When the sources of a site last changed; not of what editors write beside them."""
    folders = [config.docs_dir, config.config_file_path, *config.watch]
    places = (path for folder in map(Path, folders) for path in (folder, *folder.rglob("*")))
    ages = {}
    for path in places:
        hidden = path.name.startswith(".") or path.suffix in ("", ".pyc", ".swp", ".tmp")
        if not hidden and not path.name.endswith("~") and path.is_file():
            with suppress(OSError):  # it went just now
                ages[path] = path.stat().st_mtime_ns
    return ages


def _copy_newer(path: Path, copy: Path) -> None:
    """Copy a file unless its copy is as new."""
    if not copy.exists() or copy.stat().st_mtime_ns < path.stat().st_mtime_ns:
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def need_address(host: str, port: int) -> None:
    """Raise a PluginError if something else serves there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            probe.bind((host, port))
        except OSError as error:
            way = f"end the program that serves there, or take another port: `-a {host}:{port + 1}`"
            raise PluginError(f"{host}:{port} cannot be used ({error.strerror}); {way}.") from None
