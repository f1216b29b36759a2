"""The MkDocs plugin `tutorials`; of the core, options.py and live.py also know MkDocs.

What can fail because of an author's file fails in `on_config`, before MkDocs renders a page;
mathematics and links, which only the rendered pages show, fail the build later. A build that fails
leaves the old site.
"""

import fcntl
import json
import logging
import os
import posixpath
import re
import shlex
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from jinja2 import Environment
from markupsafe import escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from publishing.assemble.variants import node, notebook
from publishing.build import Built, build, write_if_new
from publishing.live import Interruptible, Live, Rendered, ages_of, need_address
from publishing.options import EXTENSIONS, GLOSSARY, Options, dress, read_course, uris_of
from publishing.read.diagnostic import Diagnostic, PageError, SourceError, find_line, relative
from publishing.run.devices import MachineError
from publishing.run.schedule import Failures, end_in_order_on_signals
from publishing.serve import Superseded
from publishing.site.indexes import fill
from publishing.site.look import has_other_letters
from publishing.site.page import prose_defects
from publishing.site.policy import mark_scripts, with_policy, without_comments
from publishing.site.words import write_words

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
_SHEET_OF_REFERENCE = re.compile(r'<link rel="?stylesheet"? href="?[^">]*_mkdocstrings\.css"?>')
_LOG = logging.getLogger("mkdocs.plugins.tutorials")


class TutorialsPlugin(BasePlugin[Options]):
    """Runs the tutorials, and gives MkDocs their pages, figures and downloads."""

    folder: TemporaryDirectory | None = None
    rendered: Rendered | None = None
    live: Live | None = None  # while serving

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Begin a build, or several of `mkdocs serve`, between which MkDocs keeps this object."""
        self.command, self.dirty = command, dirty

    def on_shutdown(self) -> None:
        """Put a site that became whole in the place of the old one; remove what else was made."""
        if self.live:
            self.live.background.stop()
        temporary, self.folder, self.rendered, self.live = self.folder, None, None, None
        if temporary:
            with temporary as folder:
                if (new := Path(folder, "site")).exists() and sys.exception() is None:
                    self._replace(new, Path(folder, "old"))
                    place = relative(self.site)
                    way = f"python3 -m http.server -d {shlex.quote(str(place))}"
                    _LOG.info(f"The site is in {place}; `{way}` shows it on http://localhost:8000")

    def _replace(self, new: Path, old: Path) -> None:
        for path in (new, *new.rglob("*")):  # a web server reads them as another user
            path.chmod(0o755 if path.is_dir() else 0o644)
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
        self.file, self.routes = Path(config.config_file_path), self.config.routes(config)
        settings, glossary = self.routes.settings, self.routes.site.glossary
        dress(config, self.routes.site.accent)
        self.site = site = Path(config.site_dir).resolve()
        # `--dirty` builds on the old site, and neither a mount nor what lies in a folder of others
        # can be replaced.
        in_place = self.command != "build" or self.dirty or site.is_mount()
        if not in_place:
            site.parent.mkdir(parents=True, exist_ok=True)
        beside = not in_place and os.access(site.parent, os.W_OK)
        if not self.folder:
            if self.command == "serve":
                need_address(*config.dev_addr)
            self.folder = temporary_folder(site.parent if beside else None, f".{site.name}-")
            logging.getLogger("mkdocs.mkdocs-jupyter").setLevel(logging.WARNING)
        config.watch += [str(settings.source), str(settings.snippets)]
        self.ages = ages_of(config)
        self.build_tutorials()
        if glossary:
            config.markdown_extensions.append(GLOSSARY)
            config.mdx_configs[GLOSSARY] = {"file": str(self.routes.site.docs / glossary)}
        config.markdown_extensions += EXTENSIONS
        if self.live:
            config.markdown_extensions.append(Interruptible(self.live.saved))
        if beside:
            config.site_dir = str(Path(self.folder.name, "site"))
        elif self.live and not self.dirty:
            config.site_dir = str(self.live.preview.new_site())
        return config

    def build_tutorials(self) -> None:
        """Build the tutorials as they are now; what has not run, later while serving."""
        serving = self.command == "serve"
        try:
            built = build(self.routes, Path(self.folder.name, "made"), wait=not serving)
        except (SourceError, Failures, MachineError) as error:
            raise PluginError(f"\n{error}") from None
        say = _LOG.info if serving else _LOG.warning  # a page that is being written breaks rules
        known = self.live.rendered.built if self.live else Built([])
        for warning in built.warnings:
            if warning not in known.warnings:
                say(str(warning))
        for note in built.notes:
            if note not in known.notes:
                _LOG.info(str(note))
        self.built = built
        for uri, markdown in built.pages.items():
            cell = node(markdown, code=False, id="page", metadata={})
            content = nbformat.writes(notebook([cell])).encode()
            write_if_new(self._notebook(uri), content)

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable
    ) -> LiveReloadServer:
        """Run in the background what has not run, and render at once what is saved."""
        end_in_order_on_signals()
        names = {self.routes.folder(lesson.tutorial): lesson.name for lesson in self.built.lessons}
        self.live = Live(self, server, self.rendered, names)
        return server

    def _notebook(self, uri: str) -> Path:
        return Path(self.folder.name, "pages", uri).with_suffix(".page.ipynb")

    @event_priority(100)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the notebooks that mkdocs-jupyter renders, and the figures and downloads."""
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
        """See that the navigation names all tutorials."""
        order = set(uris_of(config.nav or []))
        if diagnostics := [
            Diagnostic(lesson.tutorial.path, 1, f"is not in the nav of mkdocs.yml; add `{uri}`.")
            for lesson in self.built.lessons
            if (uri := self.routes.page(lesson.name)) not in order
        ]:
            raise PluginError("\n" + "\n".join(map(str, diagnostics)))
        self.nav = nav

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
            # After our text, which holds no tag, mkdocs-jupyter adds a style sheet for its own
            # template.
            return json.loads(markdown.partition("<")[0])
        try:
            return fill(markdown, uri, self.built.lessons, self.built.pages, self.routes)
        except SourceError as error:
            raise PluginError(f"\n{error}") from None

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Tell the templates which font the headings need."""
        page.meta["letters"] = has_other_letters(page.title or "", html)

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Know the scripts of the theme from what else a page may have."""
        self.mark, self.env, self.files = mark_scripts(env), env, files

    @event_priority(-1000)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Finish a page, unless a newer save made that needless."""
        if self.live and self.live.saved.is_set():
            raise Superseded
        return self._finished(output, webassembly=page.meta.get("webassembly") is True)

    @event_priority(-1000)
    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """Likewise of what is no page, as 404.html; a text has no entities."""
        if template_name.endswith(".txt"):
            return unescape(output_content)
        return self._finished(output_content) if template_name.endswith(".html") else output_content

    def _finished(self, output: str, **options: bool) -> str:
        if "doc-heading" not in output:  # only pages that mkdocstrings made need its style sheet
            output = _SHEET_OF_REFERENCE.sub("", output)
        return with_policy(output, self.mark, reloads=self.command == "serve", **options)

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Follow every link of the site; a broken one is told at its author's line."""
        for name in map(str, (*config.extra_css, *config.extra_javascript)):
            file = Path(config.site_dir, name.partition("?")[0])
            if file.is_file():  # readers need no comments: a fourth of what they load of it
                file.write_text(without_comments(file), encoding="utf-8")
        if Path(config.site_dir, "assets/search.js").is_file():  # else the theme's worker answers
            try:
                asked = Path(config.docs_dir, "assets/asked.json")
                write_words(Path(config.site_dir, "search"), asked)
            except SourceError as error:
                raise PluginError(f"\n{error}") from None
        lessons = self.built.lessons
        if not any(lesson.record.pending for lesson in lessons):  # which lacks its figures
            tutorials = [lesson.tutorial for lesson in lessons]
            if diagnostics := self.routes.dead_links(Path(config.site_dir), tutorials):
                raise PluginError("\n" + "\n".join(map(str, diagnostics)))
        self.rendered = Rendered(config, self.files, self.nav, self.env, self.built, self.ages)
        if self.live:
            self.live.rendered = self.rendered
            self.live.preview.show(Path(config.site_dir))

    def on_build_error(self, *, error: Exception) -> None:
        """Tell what pages cannot show at their authors' lines, and a failed write in a sentence."""
        if isinstance(error, PageError):
            paths = self._sources_of(self.page)
            found = ((path, line) for path in paths if (line := find_line(path, error.texts)))
            defects = [Diagnostic(*next(found, (paths[0], 1)), str(error))]
            convert = read_course(self.file)[1]
            for lesson in self.built.lessons:  # or each build would tell of one page
                defects += prose_defects(lesson.tutorial, self.routes, convert)
            raise PluginError("\n" + "\n".join(map(str, dict.fromkeys(defects)))) from None
        if isinstance(error, OSError):
            raise PluginError(f"The site could not be written: {error}") from None

    def _sources_of(self, page: str) -> list[Path]:
        """The files whose text a page has."""
        site, snippets = self.routes.site, self.routes.settings.snippets
        by_page = {self.routes.page(each.name): each.tutorial.path for each in self.built.lessons}
        documented = {site.reference, *self.routes.references().values()}
        docstrings = sorted(snippets.rglob("*.py")) if page in documented else []
        return [by_page.get(page, site.docs / page), *docstrings]


def temporary_folder(parent: Path | None, prefix: str) -> TemporaryDirectory:
    """A folder to build in; those that killed builds left beside it are removed.

    A build holds a lock on its folder, which the system takes back when its process ends; one that
    began just now may not hold it yet.
    """
    just_now = time.time() - 5
    for folder in parent.glob(f"{prefix}*") if parent else []:
        with suppress(OSError):  # its build goes on, or is another user's
            if folder.stat().st_mtime < just_now:
                lock = os.open(folder, os.O_RDONLY)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(lock)
    made = TemporaryDirectory(prefix=prefix, dir=parent)
    fcntl.flock(os.open(made.name, os.O_RDONLY), fcntl.LOCK_SH)  # until this process ends
    return made
