"""The MkDocs plugin `tutorials`: the only file of the core that knows MkDocs.

What can fail because of an author's file fails in `on_config`, before MkDocs renders a page; mathematics and links,
which only the rendered pages show, fail the build later. A build that fails leaves the old site.
"""

import fcntl
import json
import logging
import os
import posixpath
import shlex
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from jinja2 import Environment
from markdown import Markdown
from markupsafe import escape
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config import base, load_config
from mkdocs.config import config_options as c
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, BuildError, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from publishing.assemble.variants import node, notebook
from publishing.build import Built, build
from publishing.notices import OurNotebooks
from publishing.read.diagnostic import (
    Diagnostic,
    PageError,
    SourceError,
    find_line,
    line_of,
    relative,
)
from publishing.run.devices import MachineError
from publishing.run.record import atomic_write, explain_write_error
from publishing.run.schedule import Failures, end_in_order_on_signals
from publishing.serve import QUIET, Background, Preview, Superseded, need_address
from publishing.settings import DEVICES, Settings, Site
from publishing.site.house import rules_diagnostic
from publishing.site.indexes import fill
from publishing.site.links import Routes
from publishing.site.policy import mark_scripts, with_policy

# mkdocs-jupyter renders the pages of tutorials and never executes.
_JUPYTER = {
    "include": ["*.page.ipynb"],  # or it would take the notebooks to download for pages
    "ignore": ["*.md"],  # or it would read each page to see whether it is a notebook
    "custom_template": str(Path(__file__).parent / "site/notebook.j2"),
    "execute": False,
    "cache": False,
    "markdown_cell_processor": "mkdocs",
    "mathjax_version": 2,  # the one that adds no script
}
_LOG = logging.getLogger("mkdocs.plugins.tutorials")
GLOSSARY = "publishing.site.markdown:Glossary"
EXTENSIONS = [
    "publishing.site.markdown:Mathematics",
    "publishing.site.structure:Structure",
    "publishing.site.structure:Finished",
]
QUOTES = {"smart_dashes": False, "smart_ellipses": False}  # of Python-Markdown's smarty


class Options(base.Config):
    """The options in `mkdocs.yml`; settings.py says what each means."""

    source = c.Type(str, default=str(Settings.source))
    snippets = c.Type(str, default=str(Settings.snippets))
    records = c.Type(str, default=str(Settings.records))
    workers = c.Type(int, default=Settings.workers)
    timeout = c.Type(int, default=Settings.timeout)
    device = c.Choice(DEVICES, default=Settings.device)
    memory = c.Type(int, default=Settings.memory)
    tolerated = c.ListOfItems(c.Type(str), default=[])
    repository = c.Type(str, default=Site.repository)
    labels = c.Type(dict, default={})
    documentation = c.Type(dict, default={})
    reference = c.Type(str, default=Site.reference)
    glossary = c.Type(str, default=Site.glossary)
    report = c.Type(str, default=Site.report)
    look_up = c.ListOfItems(c.Type(str), default=[])
    files = c.ListOfItems(c.Type(str), default=[])
    answers = c.Type(str, default=str(Settings.answers))
    rules = c.Type(dict, default={})
    curl_quotes = c.Type(bool, default=False)

    def routes(self, config: MkDocsConfig) -> Routes:
        """The settings of a build, folders seen from that of `mkdocs.yml`.

        Raises a PluginError for a value that cannot be.
        """
        root = Path(config.config_file_path).parent
        folders = {name: root / self[name] for name in ("source", "snippets", "records", "answers")}
        if reason := self._defect(root, folders["source"]):
            raise PluginError(f"tutorials: {reason}")
        own = ("workers", "timeout", "device", "memory")
        settings = Settings(
            **folders, **{name: self[name] for name in own}, tolerated=tuple(self.tolerated)
        )
        shown = (
            "repository",
            "labels",
            "documentation",
            "reference",
            "glossary",
            "report",
            "rules",
        )
        site = Site(
            Path(config.docs_dir),
            config.site_url or "",
            **{name: self[name] for name in shown},
            order=tuple(posixpath.splitext(uri)[0] for uri in _uris(config.nav or [])),
            look_up=tuple(self.look_up),
            files=tuple(self.files),
        )
        return Routes(settings, site)

    def _defect(self, root: Path, source: Path) -> str | None:
        """What is wrong with the options, in words."""
        if self.timeout < 1 or self.memory < 1 or self.workers < 0:
            return "timeout and memory must be at least 1, workers at least 0."
        for name in self.look_up:
            if not (source / name).is_dir() and not (source / f"{name}.py").is_file():
                missing = f"there is no such tutorial or folder of tutorials in {self.source}"
                return f"look_up names `{name}`, but {missing}."
        for name in self.files:
            if not (root / name).is_file():
                return f"files names `{name}`, but there is no such file."
        offered = [Path(name).name for name in self.files]
        if twice := [name for name in self.files if offered.count(Path(name).name) > 1]:
            names = " and ".join(f"`{name}`" for name in twice[:2])
            return f"files names {names}, which would have one address; rename one."
        return rules_diagnostic(self.rules, source)


@dataclass(frozen=True)
class Rendered:
    """What a build of the whole site leaves for pages that are rendered again after it."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Environment
    built: Built
    ages: dict[Path, int]  # when its sources were last changed, in nanoseconds


class TutorialsPlugin(BasePlugin[Options]):
    """Runs the tutorials, and gives MkDocs their pages, figures and downloads."""

    folder: TemporaryDirectory | None = None
    rendered: Rendered | None = None
    background: Background | None = None  # while serving

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Begin a build, or several of `mkdocs serve`, between which MkDocs keeps this object."""
        self.command, self.dirty = command, dirty
        self.rendering = threading.Lock()
        self.saved = threading.Event()  # something was saved, and waits to be rendered

    def on_shutdown(self) -> None:
        """Put a site that became whole in the place of the old one; remove what else was made."""
        if self.background:
            self.background.stop()
        temporary, self.folder, self.rendered, self.background = self.folder, None, None, None
        if temporary:
            with temporary as folder:
                if (new := Path(folder, "site")).exists() and sys.exception() is None:
                    self._replace(new, Path(folder, "old"))
                    place = relative(self.site)
                    way = f"python3 -m http.server -d {shlex.quote(str(place))}"
                    _LOG.info(f"The site is in {place}; `{way}` shows it on http://localhost:8000")

    def _replace(self, new: Path, old: Path) -> None:
        try:
            if self.site.exists():
                self.site.rename(old)
            new.rename(self.site)
        except OSError as error:
            if old.exists() and not self.site.exists():
                old.rename(self.site)
            also = f"did another build replace {self.site} just now? Build again."
            raise PluginError(f"{error}: {also}") from None
        finally:
            for hidden in old.glob(".*"):  # as MkDocs, which leaves them alone
                hidden.replace(self.site / hidden.name)

    @event_priority(100)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read and run all tutorials, and make their pages.

        The site is written beside the old one, so that a build which fails leaves that.
        """
        if "mkdocs-jupyter" not in config.plugins:
            way = "add mkdocs-jupyter to the plugins in mkdocs.yml; it renders the pages."
            raise PluginError(f"tutorials: {way}")
        if not config.use_directory_urls:
            way = "remove `use_directory_urls` from mkdocs.yml; each tutorial is a folder."
            raise PluginError(f"tutorials: {way}")
        config.plugins["mkdocs-jupyter"].config.update(_JUPYTER)
        self.routes = self.config.routes(config)
        settings, glossary = self.routes.settings, self.routes.site.glossary
        self.site = site = Path(config.site_dir).resolve()
        in_place = self.command != "build" or self.dirty or site.is_mount()
        beside = not in_place and os.access(site.parent, os.W_OK)
        if not self.folder:
            if self.command == "serve":
                self._need_address(config)
            self.folder = temporary_folder(site.parent if beside else None, f".{site.name}-")
            logging.getLogger("mkdocs.mkdocs-jupyter").addFilter(OurNotebooks(self.folder.name))
        config.watch += [str(settings.source), str(settings.snippets)]
        self.ages = _ages(config)
        self.built = self._build()
        if glossary:
            config.markdown_extensions.append(GLOSSARY)
            config.mdx_configs[GLOSSARY] = {"file": str(self.routes.site.docs / glossary)}
        if self.config.curl_quotes:
            config.markdown_extensions.append("smarty")
            config.mdx_configs["smarty"] = QUOTES
        config.markdown_extensions += EXTENSIONS
        if beside:
            config.site_dir = str(Path(self.folder.name, "site"))
        elif self.background and not self.dirty:
            config.site_dir = str(self.preview.new_site())
        return config

    def _need_address(self, config: MkDocsConfig) -> None:
        try:
            need_address(*config.dev_addr)
        except MachineError as error:
            raise PluginError(str(error)) from None

    def _build(self) -> Built:
        """The tutorials as they are now; what has not run has a blank record while serving."""
        serving = self.command == "serve"
        try:
            built = build(self.routes, Path(self.folder.name, "made"), wait=not serving)
        except (SourceError, Failures, MachineError) as error:
            raise PluginError(f"\n{error}") from None
        say = _LOG.info if serving else _LOG.warning  # a page that is being written breaks rules
        known = self.rendered.built if self.rendered else Built([])
        for warning in built.warnings:
            if warning not in known.warnings:
                say(str(warning))
        for note in built.notes:
            if note not in known.notes:
                _LOG.info(str(note))
        return built

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable
    ) -> LiveReloadServer:
        """Run in the background what has not run, and render at once what is saved."""
        end_in_order_on_signals()
        self.preview = Preview(server, Path(self.folder.name))
        self.background = Background(
            self.routes.settings,
            lambda: self.built.lessons,
            refresh=self._after_run,
            rebuild=partial(self._whole, builder),
        )
        server.builder = partial(self._after_save, builder)
        names = {self.routes.folder(lesson.tutorial): lesson.name for lesson in self.built.lessons}
        server.set_app(self.preview.app(server.get_app(), names, self.background))
        return server

    def _after_save(self, builder: Callable) -> None:
        """Render the pages whose sources were saved, or the whole site if that is not enough."""
        self.saved.set()  # which ends a build of the whole site
        with self.rendering, self.preview.watched():
            self.saved.clear()
            if self._refresh():
                self.background.due = time.monotonic() + QUIET
            else:
                builder()

    def _after_run(self) -> None:
        """Render the pages of tutorials that have run."""
        with self.rendering, self.preview.watched():
            if not self._refresh():
                self.background.due = time.monotonic()

    def _whole(self, builder: Callable) -> None:
        with self.rendering, self.preview.watched():
            builder()

    def _refresh(self) -> bool:
        """Render what has changed since the last build into the served site, if that is enough.

        It is not if files came or went, or if what every page hangs on has changed.
        """
        old, ages = self.rendered, _ages(self.rendered.config)
        if ages.keys() != old.ages.keys():
            return False
        changed = [path for path, age in ages.items() if age != old.ages[path]]
        shared = [Path(old.config.config_file_path), *map(Path, old.config.theme.dirs)]
        if any(path.is_relative_to(each) for path in changed for each in shared):
            return False
        try:
            built = self._build()
            if built.pages.keys() != old.built.pages.keys():
                return False
            self.built = built
            self._write_notebooks()
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
            self.on_build_error(error=error)
            raise

    def _write_notebooks(self) -> None:
        """Write the notebooks that mkdocs-jupyter renders."""
        for uri, markdown in self.built.pages.items():
            cell = node(markdown, code=False, id="page", metadata={})
            content = nbformat.writes(notebook([cell])).encode()
            path = self._notebook(uri)
            if not path.exists() or path.read_bytes() != content:
                atomic_write(path, content)

    def _notebook(self, uri: str) -> Path:
        return Path(self.folder.name, "pages", uri).with_suffix(".page.ipynb")

    @event_priority(100)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the notebooks that mkdocs-jupyter renders, and the figures and downloads."""
        self._write_notebooks()
        docs = Path(config.docs_dir).as_posix()
        for lesson in self.built.lessons:
            uri = self.routes.page(lesson.name)
            file = File.generated(config, uri, abs_src_path=str(self._notebook(uri)))
            file.edit_uri = posixpath.relpath(lesson.tutorial.path.as_posix(), docs)
            files.append(file)
        for uri, path in self.built.files.items():
            files.append(File.generated(config, uri, abs_src_path=str(path)))
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """See that the navigation names all tutorials, and no page that is not there."""
        order, path = list(_uris(config.nav or [])), Path(config.config_file_path)
        diagnostics = []
        for uri in order:
            if uri.endswith((".md", ".ipynb")) and files.get_file_from_path(uri) is None:
                message = f"the nav names {uri}, but there is no such page."
                diagnostics.append(Diagnostic(path, line_of(path, [uri]), message))
        for lesson in self.built.lessons:
            if (uri := self.routes.page(lesson.name)) not in order:
                message = f"is not in the nav of mkdocs.yml; add `{uri}`."
                diagnostics.append(Diagnostic(lesson.tutorial.path, 1, message))
        if diagnostics:
            raise PluginError("\n" + "\n".join(map(str, diagnostics)))
        self.nav = nav

    @event_priority(-100)
    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Read what the template wrote; put what the build computes into a page written by hand."""
        if self.saved.is_set():
            raise Superseded
        uri = page.file.src_uri
        self.page = uri
        # Themes put these into HTML as they are.
        page.meta |= {key: escape(text) for key, text in page.meta.items() if isinstance(text, str)}
        if uri in self.built.pages:
            # After our text, which holds no tag, mkdocs-jupyter adds a style sheet for its own
            # template.
            return json.loads(markdown.partition("<")[0])
        try:
            filled = fill(markdown, uri, self.built.lessons, self.built.pages, self.routes)
            needs_reference = "\n::: " in filled and "\n::: " not in markdown
            if needs_reference and "mkdocstrings" not in config.plugins:
                path, place = self.routes.site.docs / uri, "<!-- build: reference"
                way = "the plugin mkdocstrings renders the reference; add it to the plugins in"
                raise SourceError(Diagnostic(path, line_of(path, [place]), f"{way} mkdocs.yml."))
            return filled
        except SourceError as error:
            raise PluginError(f"\n{error}") from None

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Know the scripts of the theme from what else a page may have."""
        self.mark, self.env, self.files = mark_scripts(env), env, files

    def on_page_context(self, context: Any, *, page: Page, config: MkDocsConfig, nav: Any) -> None:
        """End a build of the whole site that a newer save made needless."""
        if self.saved.is_set():
            raise Superseded

    @event_priority(-1000)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Finish a page, when other plugins have ended with it."""
        return self._finished(output)

    @event_priority(-1000)
    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """Likewise of what is no page, as 404.html; a text has no entities."""
        if template_name.endswith(".txt"):
            return unescape(output_content)
        return self._finished(output_content) if template_name.endswith(".html") else output_content

    def _finished(self, output: str) -> str:
        """A page with its policy."""
        return with_policy(output, self.mark, reloads=self.command == "serve")

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Follow every link of the site; a broken one is told at its author's line."""
        lessons = self.built.lessons
        if not any(lesson.record.pending for lesson in lessons):  # which lacks its figures
            tutorials = [lesson.tutorial for lesson in lessons]
            if diagnostics := self.routes.dead_links(Path(config.site_dir), tutorials):
                raise PluginError("\n" + "\n".join(map(str, diagnostics)))
        self.rendered = Rendered(config, self.files, self.nav, self.env, self.built, self.ages)
        if self.background:
            self.preview.show(Path(config.site_dir))

    def on_build_error(self, *, error: Exception) -> None:
        """Tell what a page cannot show at its author's line, and a failed write in a sentence."""
        if isinstance(error, PageError):
            paths = self._sources_of(self.page)
            found = ((path, line) for path in paths if (line := find_line(path, error.texts)))
            place = next(found, (paths[0], 1))
            raise PluginError(f"\n{Diagnostic(*place, str(error))}") from None
        if reason := explain_write_error(error):
            raise PluginError(f"The site could not be written: {reason}") from None

    def _sources_of(self, page: str) -> list[Path]:
        """The files whose text a page has."""
        site, snippets = self.routes.site, self.routes.settings.snippets
        by_page = {self.routes.page(each.name): each.tutorial.path for each in self.built.lessons}
        documented = {site.reference, *self.routes.references().values()}
        docstrings = sorted(snippets.rglob("*.py")) if page in documented else []
        return [by_page.get(page, site.docs / page), *docstrings]


def _ages(config: MkDocsConfig) -> dict[Path, int]:
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


def temporary_folder(parent: Path | None, prefix: str) -> TemporaryDirectory:
    """A folder to build in; those that killed builds left beside it are removed.

    A build holds a lock on its folder, which the system takes back when its process ends; one that
    began just now may not hold it yet.
    """
    just_now = time.time() - 5
    for folder in parent.glob(f"{prefix}*") if parent else []:
        if folder.stat().st_mtime > just_now:
            continue
        lock = os.open(folder, os.O_RDONLY)
        with suppress(BlockingIOError):  # its build goes on
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
    made = TemporaryDirectory(prefix=prefix, dir=parent)
    made.lock = os.open(made.name, os.O_RDONLY)
    fcntl.flock(made.lock, fcntl.LOCK_SH)
    return made


def read_options(config_file: Path) -> Routes:
    """The settings of a course, from its `mkdocs.yml`."""
    return read_course(config_file)[0]


def read_course(config_file: Path) -> tuple[Routes, Callable[[str], str]]:
    """The settings of a course, and what makes HTML of Markdown, which may raise a PageError."""
    config = load_config(str(config_file))
    if "tutorials" not in config.plugins:
        raise PluginError(f"{config_file} does not list the plugin `tutorials`.")

    def convert(text: str) -> str:
        extensions = [*config.markdown_extensions, *EXTENSIONS]
        return Markdown(extensions=extensions, extension_configs=config.mdx_configs).convert(text)

    return config.plugins["tutorials"].config.routes(config), convert


def _uris(nav: Any) -> Iterator[str]:
    """The pages that a navigation names, in order."""
    if isinstance(nav, str):
        yield nav
    else:
        for item in nav.values() if isinstance(nav, dict) else nav:
            yield from _uris(item)
