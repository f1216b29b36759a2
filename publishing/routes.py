"""Where a link of an author leads: on the page, in a download; and which line of whose file wrote a broken one."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from publishing.cells import Tutorial
from publishing.links import Broken, is_local
from publishing.source import Problem, shown

MOUNT = "tutorials"
SNIPPETS, EXERCISES, GLOSSARY, REPORT = "reference/snippets.md", "exercises.md", "glossary.md", "report.md"


@dataclass(frozen=True)
class Routes:
    """The places that links lead between.

    Attributes:
      source: folder of the percent files.
      pages: folder of the notebooks that become pages.
      docs: folder of the pages written by hand.
      site_url: address of the hosted site, or nothing.
      repository: `owner/name` on GitHub, or nothing.
      branch: the branch of the repository that holds the site.
    """

    source: Path
    pages: Path
    docs: Path
    site_url: str = ""
    repository: str = ""
    branch: str = "gh-pages"

    def hosted(self, tutorial: Tutorial, suffix: str) -> str:
        """The address of a download of a tutorial; its bare name where the site has no address."""
        file = tutorial.path.stem + suffix
        return posixpath.join(self.site_url, MOUNT, tutorial.name, file) if self.site_url else file

    def colab(self, tutorial: Tutorial) -> str:
        """The address that opens the exercise notebook of a tutorial in Colab; nothing without a repository."""
        if not self.repository:
            return ""
        notebook = f"{MOUNT}/{tutorial.name}/{tutorial.path.stem}.ipynb"
        return f"https://colab.research.google.com/github/{self.repository}/blob/{self.branch}/{notebook}"

    def for_page(self, tutorial: Tutorial, target: str) -> str:
        """A link to a percent file or a page under docs, as the page of a tutorial needs it; one to none stays."""
        page, hash_, anchor = self._page(tutorial, target)
        if page is None or not _meant(tutorial.path, target).is_file():
            return target
        return f"{_relative(page, tutorial)}{hash_}{anchor}"

    def for_download(self, tutorial: Tutorial, target: str) -> str:
        """A link to the hosted site where its address is known, else to the notebook of the other tutorial."""
        page, hash_, anchor = self._page(tutorial, target)
        if page is None:
            return target
        if self.site_url:
            return posixpath.join(self.site_url, page, "") + hash_ + anchor
        written = target.partition("#")[0]
        return written.removesuffix(".py") + ".ipynb" + hash_ + anchor if written.endswith(".py") else target

    def _page(self, tutorial: Tutorial, target: str) -> tuple[str | None, str, str]:
        """The page that a link to a percent file or a file under docs means, and its anchor; None if it means none."""
        path, hash_, anchor = target.partition("#")
        there = _meant(tutorial.path, target)
        base = {".py": self.source, ".md": self.docs}.get(there.suffix)
        if not path or not is_local(target) or base is None or not there.is_relative_to(base.resolve()):
            return None, hash_, anchor
        page = there.relative_to(base.resolve()).with_suffix("").as_posix()
        return f"{MOUNT}/{page}" if there.suffix == ".py" else page.removesuffix("index").rstrip("/"), hash_, anchor

    def from_page(self, tutorial: Tutorial, written: str) -> str:
        """A page written by hand, seen from the page of a tutorial; nothing where the site has none of this name."""
        if not (self.docs / written).is_file():
            return ""
        return _relative(written.removesuffix(".md"), tutorial)

    def blame(self, link: Broken, tutorials: Iterable[Tutorial]) -> Problem:
        """A broken link of the built site at the author's line that wrote it."""
        name = link.page.removeprefix(f"{MOUNT}/").removesuffix("/index.html")
        path = next((tutorial.path for tutorial in tutorials if tutorial.name == name), None)
        if path is None:
            page = link.page.removesuffix("index.html").rstrip("/").removesuffix(".html") or "index"
            written = (self.docs / f"{page}.md", self.docs / page / "index.md")
            # A page that nobody wrote is a redirect.
            path = next((p for p in written if p.is_file()), self.docs.with_name("mkdocs.yml"))
        parts = urlsplit(link.target)
        last = parts.path.rstrip("/").rpartition("/")[2]
        candidates = [link.target, f"#{parts.fragment}" if parts.fragment else "", last]
        written = parts.path.endswith((".py", ".md")) and path.suffix == ".py"  # as its author wrote it
        missing = shown(_meant(path, link.target)) if written else link.missing
        return Problem(path, line_of(path, candidates), f"{link.target} leads nowhere: there is no {missing}.")


def _meant(path: Path, target: str) -> Path:
    """The file that a link means, seen from the file that it stands in."""
    return (path.parent / target.partition("#")[0]).resolve()


def _relative(page: str, tutorial: Tutorial) -> str:
    """The address of a page, seen from that of a tutorial."""
    return posixpath.relpath(page or ".", f"{MOUNT}/{tutorial.name}") + "/"


def line_of(path: Path, candidates: list[str]) -> int:
    """The first line of a file that holds the first of the candidates to be found; 1 if none is."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for candidate in filter(None, candidates):
        for number, line in enumerate(lines, 1):
            if candidate in line:
                return number
    return 1
