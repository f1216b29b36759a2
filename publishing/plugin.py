"""The MkDocs plugin `tutorials`: the only file that knows MkDocs.

What can fail because of an author's file fails in `on_config`, before MkDocs renders a page; mathematics and links,
which only the rendered pages show, fail the build later. A build that fails leaves the old site.
"""

import json
import logging
import os
import posixpath
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import yaml
from jinja2 import Environment
from markdown import Markdown
from markupsafe import escape
from mkdocs.config import base, load_config
from mkdocs.config import config_options as c
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, get_files
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import meta
from mkdocs.utils.yaml import yaml_load

from publishing.assemble.variants import node, notebook
from publishing.build import build, write
from publishing.notices import OurNotebooks
from publishing.read.diagnostic import (
    Diagnostic,
    PageError,
    SourceError,
    find_line,
    line_of,
    relative,
)
from publishing.read.prose import headings
from publishing.run.devices import MachineError
from publishing.run.record import atomic_write, explain_write_error
from publishing.run.schedule import Failures
from publishing.serve import Preview
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
_GLOSSARY, _MATHEMATICS = (
    "publishing.site.markdown:Glossary",
    "publishing.site.markdown:Mathematics",
)
_EXTENSIONS = [
    _MATHEMATICS,
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
        """The settings of a build, folders seen from that of `mkdocs.yml`; a number too small is a PluginError."""
        if self.timeout < 1 or self.memory < 1 or self.workers < 0:
            raise PluginError(
                "tutorials: timeout and memory must be at least 1, workers at least 0."
            )
        root = Path(config.config_file_path).parent
        folders = {name: root / self[name] for name in ("source", "snippets", "records", "answers")}
        for name in self.look_up:
            if not (
                (place := folders["source"] / name).is_dir()
                or place.with_name(f"{place.name}.py").is_file()
            ):
                missing = f"there is no such tutorial or folder of tutorials in {self.source}"
                raise PluginError(f"tutorials: look_up names `{name}`, but {missing}.")
        if diagnostic := rules_diagnostic(self.rules, folders["source"]):
            raise PluginError(f"tutorials: {diagnostic}")
        for name in self.files:
            if not (root / name).is_file():
                raise PluginError(f"tutorials: files names `{name}`, but there is no such file.")
        offered = [Path(name).name for name in self.files]
        if twice := [name for name in self.files if offered.count(Path(name).name) > 1]:
            names = " and ".join(f"`{name}`" for name in twice[:2])
            raise PluginError(
                f"tutorials: files names {names}, which would have one address; rename one."
            )
        numbers = {name: self[name] for name in ("workers", "timeout", "device", "memory")}
        shown = (
            "repository",
            "labels",
            "documentation",
            "reference",
            "glossary",
            "report",
            "rules",
        )
        order = tuple(posixpath.splitext(uri)[0] for uri in _uris(config.nav or []))
        more = {"order": order, "look_up": tuple(self.look_up), "files": tuple(self.files)}
        more |= {name: self[name] for name in shown}
        site = Site(Path(config.docs_dir), config.site_url or "", **more)
        return Routes(Settings(**folders, **numbers, tolerated=tuple(self.tolerated)), site)


class TutorialsPlugin(BasePlugin[Options]):
    """Runs the tutorials, and gives MkDocs their pages, figures and downloads."""

    folder: TemporaryDirectory | None = None
    preview: Preview | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Begin a build, or several of `mkdocs serve`, between which MkDocs keeps this object."""
        self.command, self.dirty = command, dirty

    def on_shutdown(self) -> None:
        """Put a site that became whole in the place of the old one; remove what else was made."""
        if self.folder:
            with self.folder as folder:
                if (new := Path(folder, "site")).exists() and sys.exception() is None:
                    self._replace(new, Path(folder, "old"))
                    way = f"python3 -m http.server -d {shlex.quote(str(relative(self.site)))}"
                    _LOG.info(
                        f"The site is in {relative(self.site)}; `{way}` shows it on http://localhost:8000"
                    )

    def _replace(self, new: Path, old: Path) -> None:
        try:
            if self.site.exists():
                self.site.rename(old)
            new.rename(self.site)
        except OSError as error:
            if old.exists() and not self.site.exists():
                old.rename(self.site)
            raise PluginError(
                f"{error}: did another build replace {self.site} just now? Build again."
            ) from None
        finally:
            for hidden in old.glob(".*"):  # as MkDocs, which leaves them alone
                hidden.replace(self.site / hidden.name)

    @event_priority(100)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read and run all tutorials, and make their pages; let the site be written beside the old one."""
        if "mkdocs-jupyter" not in config.plugins:
            raise PluginError(
                "tutorials: add mkdocs-jupyter to the plugins in mkdocs.yml; it renders the pages."
            )
        if not config.use_directory_urls:
            raise PluginError(
                "tutorials: remove `use_directory_urls` from mkdocs.yml; each tutorial is a folder."
            )
        config.plugins["mkdocs-jupyter"].config.update(_JUPYTER)
        self.routes = self.config.routes(config)
        settings, glossary = self.routes.settings, self.routes.site.glossary
        self.site = site = Path(config.site_dir).resolve()
        beside = (
            self.command == "build"
            and not self.dirty
            and not site.is_mount()
            and os.access(site.parent, os.W_OK)
        )
        if not self.folder:
            self.folder = TemporaryDirectory(
                prefix=f".{site.name}-", dir=site.parent if beside else None
            )
            logging.getLogger("mkdocs.mkdocs-jupyter").addFilter(OurNotebooks(self.folder.name))
        try:
            self.built = build(self.routes, Path(self.folder.name, "made"))
        except (SourceError, Failures, MachineError) as error:
            raise PluginError(f"\n{error}") from None
        say = (
            _LOG.info if self.command == "serve" else _LOG.warning
        )  # a page that is being written breaks rules
        for remark in self.built.remarks:
            say(str(remark))
        for note in self.built.notes:
            _LOG.info(str(note))
        if glossary:
            config.markdown_extensions.append(_GLOSSARY)
            config.mdx_configs[_GLOSSARY] = {"file": str(self.routes.site.docs / glossary)}
        if self.config.curl_quotes:
            config.markdown_extensions.append("smarty")
            config.mdx_configs["smarty"] = QUOTES
        config.markdown_extensions += _EXTENSIONS
        config.watch += [str(settings.source), str(settings.snippets)]
        config.site_dir = str(Path(self.folder.name, "site")) if beside else config.site_dir
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """While serving, keep the pages that MkDocs is about to remove until the new ones are there."""
        if self.preview and not self.dirty:
            self.preview.put_aside()

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable
    ) -> LiveReloadServer:
        """Let the server answer while a file is broken."""
        self.preview = Preview(Path(server.root), Path(self.folder.name, "aside"))
        server.builder = partial(self.preview.rebuild, builder)
        server.set_app(self.preview.app(server.get_app()))
        return server

    @event_priority(100)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the notebooks that mkdocs-jupyter renders, and the figures and downloads."""
        for lesson, (uri, markdown) in zip(
            self.built.lessons, self.built.pages.items(), strict=True
        ):
            path = Path(self.folder.name, "pages", uri).with_suffix(".page.ipynb")
            content = nbformat.writes(
                notebook([node(markdown, code=False, id="page", metadata={})])
            ).encode()
            if (
                not path.exists() or path.read_bytes() != content
            ):  # else `--dirty` leaves its page alone
                atomic_write(path, content)
            file = File.generated(config, uri, abs_src_path=str(path))
            file.edit_uri = posixpath.relpath(
                lesson.tutorial.path.as_posix(), Path(config.docs_dir).as_posix()
            )
            files.append(file)
        for uri, path in self.built.files.items():
            files.append(File.generated(config, uri, abs_src_path=str(path)))
        return files

    def on_nav(self, nav: Any, *, config: MkDocsConfig, files: Files) -> None:
        """See that the navigation names all tutorials, and no page that is not there."""
        order, path = list(_uris(config.nav or [])), Path(config.config_file_path)
        diagnostics = [
            Diagnostic(
                path, line_of(path, [uri]), f"the nav names {uri}, but there is no such page."
            )
            for uri in order
            if uri.endswith((".md", ".ipynb")) and files.get_file_from_path(uri) is None
        ]
        for lesson in self.built.lessons:
            if (uri := self.routes.page(lesson.name)) not in order:
                message = f"is not in the nav of mkdocs.yml; add `{uri}`."
                diagnostics.append(Diagnostic(lesson.tutorial.path, 1, message))
        if diagnostics:
            raise PluginError("\n" + "\n".join(map(str, diagnostics)))
        for page in (
            nav.pages if self.dirty else []
        ):  # what is not rendered again has its title in the navigation
            text = self.built.pages.get(page.file.src_uri) or page.file.content_string
            page.markdown, page.meta = meta.get_data(text)
            page.meta.setdefault("title", next(iter(headings(page.markdown)), None))

    @event_priority(-100)
    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Read what the template wrote; put what the build computes into a page written by hand."""
        uri = page.file.src_uri
        self.page = uri
        # Themes put these into HTML as they are.
        page.meta |= {key: escape(text) for key, text in page.meta.items() if isinstance(text, str)}
        if uri in self.built.pages:
            # After our text, which holds no tag, mkdocs-jupyter adds a style sheet for its own template.
            return json.loads(markdown.partition("<")[0])
        try:
            filled = fill(markdown, uri, self.built.lessons, self.built.pages, self.routes)
            if (
                "\n::: " in filled
                and "\n::: " not in markdown
                and "mkdocstrings" not in config.plugins
            ):
                path, place = self.routes.site.docs / uri, "<!-- build: reference"
                message = "the plugin mkdocstrings renders the reference; add it to the plugins in mkdocs.yml."
                raise SourceError(Diagnostic(path, line_of(path, [place]), message))
            return filled
        except SourceError as error:
            raise PluginError(f"\n{error}") from None

    @event_priority(-1000)
    def on_page_content(
        self, html: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Let a file hold the HTML of a tutorial until it is written: MkDocs renders all pages before it writes one."""
        page.markdown = ""
        if (
            page.file.src_uri not in self.built.pages or "<autoref" in html
        ):  # to which its plugin comes before that
            return None
        atomic_write(self._rendered(page), html.encode("utf-8", "surrogatepass"))
        return ""

    @event_priority(1000)
    def on_page_context(self, context: Any, *, page: Page, config: MkDocsConfig, nav: Any) -> None:
        """Take the HTML of a page back, before other plugins and the theme look at it."""
        if page.file.src_uri in self.built.pages and not page.content:
            page.content = self._rendered(page).read_bytes().decode("utf-8", "surrogatepass")

    def _rendered(self, page: Page) -> Path:
        return Path(self.folder.name, "rendered", page.file.src_uri).with_suffix(".html")

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Know the scripts of the theme from what else a page may have."""
        self.mark = mark_scripts(env)

    @event_priority(-1000)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Finish a page, when other plugins have ended with it; then its text is of no more use."""
        page.content = ""
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
        return with_policy(output, self.mark, reloads=self.command == "serve")

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Follow every link of the site; a broken one is told at its author's line."""
        tutorials = [lesson.tutorial for lesson in self.built.lessons]
        if diagnostics := self.routes.dead_links(Path(config.site_dir), tutorials):
            raise PluginError("\n" + "\n".join(map(str, diagnostics)))

    def on_build_error(self, *, error: Exception) -> None:
        """Tell what a page cannot show or hold at its author's line, and a write that failed in a sentence."""
        if isinstance(error, PageError):
            by_page = {
                self.routes.page(lesson.name): lesson.tutorial.path for lesson in self.built.lessons
            }
            paths = [by_page.get(self.page, self.routes.site.docs / self.page)]
            documented = {self.routes.site.reference, *self.routes.references().values()}
            if self.page in documented:  # it shows the docstrings of the package
                paths += sorted(self.routes.settings.snippets.rglob("*.py"))
            found = ((path, line) for path in paths if (line := find_line(path, error.texts)))
            raise PluginError(f"\n{Diagnostic(*next(found, (paths[0], 1)), str(error))}") from None
        if reason := explain_write_error(error):
            raise PluginError(f"The site could not be written: {reason}") from None


def read_options(config_file: Path) -> Routes:
    """The settings of a course, from its `mkdocs.yml`."""
    return read_course(config_file)[0]


def read_course(config_file: Path) -> tuple[Routes, Callable[[str], str]]:
    """The settings of a course, and what makes HTML of the Markdown of its pages; it may raise a PageError."""
    config = load_config(str(config_file))
    if "tutorials" not in config.plugins:
        raise PluginError(f"{config_file} does not list the plugin `tutorials`.")

    def convert(text: str) -> str:
        extensions = [*config.markdown_extensions, *_EXTENSIONS]
        return Markdown(extensions=extensions, extension_configs=config.mdx_configs).convert(text)

    return config.plugins["tutorials"].config.routes(config), convert


def write_sources(config_file: Path, folder: Path) -> int:
    """Run what has no record; write `docs`, all of it Markdown, and `mkdocs.yml` into a folder for other generators.

    Gives the number of tutorials.
    """
    routes = replace(read_options(config_file), suffix=".md")
    written: dict[str, Any] = yaml_load(config_file.read_text(encoding="utf-8"))
    docs = written.get("docs_dir", "docs")
    with TemporaryDirectory() as made:
        built = build(routes, Path(made))
        write(built, routes, folder / docs)
    ours = ("tutorials", "mkdocs-jupyter")
    plugins = [
        one
        for one in written["plugins"]
        if (one if isinstance(one, str) else next(iter(one))) not in ours
    ]
    extensions = [*written.get("markdown_extensions", []), *_EXTENSIONS]
    options = (one for one in written["plugins"] if isinstance(one, dict))
    if any((one.get("tutorials") or {}).get("curl_quotes") for one in options):
        extensions.append({"smarty": QUOTES})
    if glossary := routes.site.glossary:
        extensions.append({_GLOSSARY: {"file": f"{docs}/{glossary}"}})
    nav = json.loads(json.dumps(written.get("nav")).replace('.ipynb"', '.md"'))
    theme = written.get("theme") or {}
    theme = {"variant": "classic"} | (
        {"name": theme} if isinstance(theme, str) else theme
    )  # Material's look
    templates = theme.pop("static_templates", [])
    written |= {"plugins": plugins, "markdown_extensions": extensions, "nav": nav, "theme": theme}
    written.pop("edit_uri", None)  # pages are not where their authors wrote them
    (folder / "mkdocs.yml").write_text(
        yaml.safe_dump(written, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    if templates:
        _render_templates(folder / "mkdocs.yml", templates)
    return len(built.lessons)


def _render_templates(config_file: Path, names: Iterable[str]) -> None:
    """Make files of the templates of a theme that are no pages, which other generators would copy as they are."""
    config = load_config(str(config_file))
    files = get_files(config)
    nav = get_navigation(files, config)
    for page in nav.pages:
        page.read_source(config)
        page.title = Markdown().convert(page.title or "")
    environment, docs = config.theme.get_env(), Path(config.docs_dir)
    for name in names:
        text = environment.get_template(name).render(nav=nav, config=config)
        (config_file.parent / (config.theme.custom_dir or "") / name).unlink(missing_ok=True)
        (docs / name).write_text(text, encoding="utf-8")


def _uris(nav: Any) -> Iterator[str]:
    """The pages that a navigation names, in order."""
    if isinstance(nav, str):
        yield nav
    else:
        for item in nav.values() if isinstance(nav, dict) else nav:
            yield from _uris(item)
