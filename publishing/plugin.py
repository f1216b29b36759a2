"""The MkDocs plugin `tutorials`: the only file that knows MkDocs.

Everything that can fail because of an author's file fails in `on_config`, before MkDocs touches anything. A build goes
to a folder of its own, which takes the place of `site_dir` once it is whole and its links are checked.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from filelock import BaseFileLock
from jinja2 import FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url

from publishing import building, downloads, finishing, mathfont, report, versions
from publishing.apidocs import Addresses
from publishing.links import broken
from publishing.lock import locked
from publishing.markers import filled
from publishing.memo import Memo
from publishing.mounting import Pages, mount
from publishing.navigation import in_course_order
from publishing.options import Options
from publishing.outline import outline
from publishing.reading import description
from publishing.redirects import redirect
from publishing.routes import MOUNT, SNIPPETS, Routes
from publishing.snippet import written
from publishing.source import SourceError
from publishing.sparing import documents, spare_reference, spare_search
from publishing.staging import Staging
from publishing.writing import is_failed_write, told

if TYPE_CHECKING:
    from publishing.progress import Progress

PAGES = ".cache/pages"
ADDRESSES = ".cache/addresses.json"
STAGING = ".cache/site"


class TutorialsPlugin(BasePlugin[Options]):
    """Runs the tutorials, and gives MkDocs their pages, figures and downloads."""

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Note what MkDocs was called for; `serve` has a folder of its own already."""
        self.staged = command != "serve"
        self.root = Path()
        self.staging: Staging | None = None
        self.lock: BaseFileLock | None = None
        self.whole = False

    @event_priority(100)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read and run all tutorials, and write their pages for mkdocs-jupyter."""
        self.root = Path(config.config_file_path).parent
        self.mathematics: set[str] = set()
        self.settings = self.config.settings(self.root)
        self.memo, self.compiled = Memo(self.settings.kept), FileSystemBytecodeCache(self.settings.kept)
        folders = (self.settings.source, self.root / PAGES, Path(config.docs_dir))
        self.routes = Routes(*folders, config.site_url or "", self.config.repository)
        try:
            if not (self.lock and self.lock.is_locked):
                self.lock = locked(self.settings.records)
            if getattr(self, "staged", False):
                self.staging, self.whole = Staging(self.root / STAGING, Path(config.site_dir)), False
                self.staging.clear()
                self.mkdocs = config
                config.site_dir = str(self.staging.folder)
            self.outcomes = versions.outcomes(self.root / versions.FOLDER)
            pages = Pages(self.settings.snippets, self.routes, Addresses(self.root / ADDRESSES), self.memo)
            self.jobs = self._run(building.jobs(self.settings), pages)
            self.figures = mount(self.jobs, pages)
        except (SourceError, building.Failures) as error:
            raise PluginError(f"\n{error}") from None
        config.watch += [str(self.settings.source), str(self.settings.snippets)]
        return config

    def _run(self, jobs: list[building.Job], pages: Pages) -> list[building.Job]:
        """Run what has no record; beside it, make what can be made of what has run."""

        def make(job: building.Job) -> None:
            with suppress(SourceError):  # which is told when all have run
                pages.of(job)
                downloads.kept(job, self.settings, self.routes, self.memo)

        beside = ThreadPoolExecutor(1)
        try:
            for job in jobs:
                if job.record is None:
                    beside.submit(pages.look_up, job.variant)
            return building.run(jobs, self.settings, _progress, ran=lambda job: beside.submit(make, job))
        finally:
            beside.shutdown(cancel_futures=True)

    @event_priority(100)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the notebooks that mkdocs-jupyter renders, and the downloads and figures of every page."""
        for job in self.jobs:
            notebook = self.routes.pages / f"{job.name}.ipynb"
            files.append(File.generated(config, f"{MOUNT}/{job.name}.ipynb", abs_src_path=str(notebook)))
        if documents(config):
            config.plugins["mkdocstrings"].get_handler("python").env.bytecode_cache = self.compiled
        contents = dict(downloads.published(self.jobs, self.settings, self.routes, self.memo))
        for job in self.jobs:
            contents |= {f"{MOUNT}/{job.name}/{name}": drawn.content for name, drawn in self.figures[job.name].items()}
        for uri, content in contents.items():
            files.append(File.generated(config, uri, content=content))
        return files

    @event_priority(-100)
    def on_nav(self, nav: Any, *, config: MkDocsConfig, files: Files) -> Any:
        """Let the edit link of a page lead to its percent file, and see that each tutorial is in the navigation."""
        try:
            self.jobs = in_course_order(self.jobs, nav, files, config)
        except SourceError as error:
            raise PluginError(f"\n{error}") from None
        self.nav = nav
        return nav

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put what the build computes where a page written by hand has a marker for it."""
        uri = page.file.src_uri
        if not uri.endswith(".md"):
            return markdown
        try:
            return filled(markdown, Path(config.docs_dir) / uri, uri, self.jobs, self.settings.snippets, self.memo)
        except SourceError as error:
            raise PluginError(f"\n{error}") from None

    @event_priority(-100)
    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        """Let mkdocs-jupyter render a notebook only where that, or what renders it, has changed."""
        job = next((job for job in self.jobs if page.file.src_uri == f"{MOUNT}/{job.name}.ipynb"), None)
        if page.file.src_uri == SNIPPETS and documents(config):
            spare_reference(page, config, self.memo, lambda: written(self.settings.snippets))
        if job is None:
            return page
        options = config.plugins["mkdocs-jupyter"].config
        template = Path(options["custom_template"]).read_bytes() if options["custom_template"] else b""
        given = (page.file.src_uri, Path(page.file.abs_src_path).read_bytes(), dict(options), template)
        theirs = page.render

        def read_source(config: MkDocsConfig) -> None:
            page.markdown, page.meta = "", {}  # it would be the notebook's JSON

        def made() -> str:
            theirs(config, files)
            return finishing.finish(page.content)

        def render(config: MkDocsConfig, files: Files) -> None:
            page.content = self.memo("rendered", given, made)
            page.toc = get_toc(finishing.headings(page.content))
            page.title = page.toc.items[0].title
            page.meta["description"] = description(job.variant)
            page.meta["cover"] = "cover.png" if "cover.png" in self.figures[job.name] else ""

        page.read_source, page.render = read_source, render
        return page

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Finish a page, and note which characters the font of mathematics needs."""
        self.mathematics |= mathfont.characters(output)
        return self._finished(mathfont.preloading(output, get_relative_url(mathfont.FONT, page.url)))

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Finish what is no page of the navigation: 404.html."""
        return self._finished(output_content) if template_name.endswith(".html") else output_content

    def _finished(self, output: str) -> str:
        squeezed = finishing.squeezed(finishing.copyable(output))
        # `mkdocs serve` writes a script of its own into each page.
        return finishing.with_policy(squeezed) if getattr(self, "staged", False) else squeezed

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        """Leave out what no reader asks for: source maps, and the search's languages other than English."""
        env.bytecode_cache = self.compiled
        if "material/search" in config.plugins:
            spare_search(config.plugins["material/search"].search_index, self.memo)
        for file in list(files):
            if file.src_uri.endswith(".map") or "/lunr/" in file.src_uri:
                files.remove(file)
        return env

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Add what only a whole site can tell, and check every link of it."""
        mathfont.write(Path(config.site_dir), self.mathematics, self.memo)
        try:
            redirect(Path(config.site_dir), self.config.redirects)
        except ValueError as error:
            raise PluginError(str(error)) from None
        (Path(config.site_dir) / "llms.txt").write_text(outline(self.nav, config), encoding="utf-8")
        report.complete(Path(config.site_dir), self.jobs, self.outcomes)
        prefix = urlsplit(config.site_url or "/").path or "/"
        tutorials = [job.variant.tutorial for job in self.jobs]
        found = [self.routes.blame(link, tutorials) for link in broken(Path(config.site_dir), prefix, self.memo)]
        if found:
            raise PluginError("\n" + "\n".join(map(str, found)))
        self.memo.forget_old()
        self.whole = True
        if self.staging is None:
            self.lock.release()

    def on_build_error(self, *, error: Exception) -> None:
        """What failed is not published; a write that failed is told in a sentence."""
        self.whole = False
        if self.lock and self.staging is None:
            self.lock.release()
        if is_failed_write(error):
            raise PluginError(f"The site could not be written: {told(error)}") from None

    def on_shutdown(self) -> None:
        """Let the new site take the place of the old one, and leave nothing half built, of killed builds neither."""
        try:
            if self.staging and self.whole:
                self.staging.publish()
                self.mkdocs.site_dir = str(self.staging.site)  # `mkdocs gh-deploy` goes on with it
        except OSError as error:
            raise PluginError(f"The site could not take its place: {told(error)}") from None
        finally:
            if self.staging:
                self.staging.clear()
            if self.lock:
                self.lock.release()


def _progress() -> Progress:
    from publishing.progress import Progress  # only what runs needs Rich, which takes its time to load

    return Progress.on_stderr()
