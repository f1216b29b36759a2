"""Links: what an author's link becomes on a page and in a download; links that lead nowhere."""

import html
import posixpath
import re
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from mimetypes import guess_type
from os.path import normpath
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from markdown.extensions.toc import slugify_unicode

from publishing.read.cells import Tutorial
from publishing.read.diagnostic import Diagnostic, SourceError, line_of
from publishing.run.outputs import picture
from publishing.settings import Settings, Site

# A start tag, with what is in the element if that is not HTML; a comment.
_START = re.compile(
    r"""<!--.*?-->|<(?P<tag>(?P<raw>script|style)(?=[\s/>])|[a-z][^\s/>]*)"""
    r"""(?P<attributes>(?:[^>"']++|"[^"]*"|'[^']*')*+)>(?(raw).*?</(?P=raw)\s*>)""",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


class BrokenLink(NamedTuple):
    """A link that leads nowhere: the page that has it, the link, and what is missing."""

    page: str
    target: str
    missing: str


@dataclass(frozen=True)
class Routes:
    """The places that links lead between; `suffix` is what the generator calls pages by."""

    settings: Settings
    site: Site
    suffix: str = ".ipynb"

    def page(self, tutorial: str) -> str:
        """The page of the tutorial of this name, as the site's generator names it."""
        return f"{self.settings.source.name}/{tutorial}{self.suffix}"

    def folder(self, tutorial: Tutorial) -> str:
        """The address of the page of a tutorial, and of the files beside it."""
        return f"{self.settings.source.name}/{tutorial.name}"

    def hosted(self, tutorial: Tutorial, suffix: str) -> str:
        """The address of a download of a tutorial; its bare name where the site has no address."""
        file = tutorial.path.stem + suffix
        return posixpath.join(self.site.url, self.folder(tutorial), file) if self.site.url else file

    def data(self, tutorial: Tutorial) -> str:
        """The address of the folder with the data of a tutorial; empty if the site has none."""
        folder = posixpath.dirname(self.folder(tutorial))
        return self.site.url and posixpath.join(self.site.url, folder, "")

    def colab(self, tutorial: Tutorial) -> str:
        """The address that opens the student's notebook in Colab; empty without a repository."""
        if not self.site.repository:
            return ""
        notebook = f"{self.folder(tutorial)}/{tutorial.path.stem}.ipynb"
        branch = f"github/{self.site.repository}/blob/gh-pages"
        return f"https://colab.research.google.com/{branch}/{notebook}"

    def for_page(self, tutorial: Tutorial, target: str) -> str:
        """An author's link to a percent file or a page under docs, as MkDocs knows them."""
        if target.startswith("#"):
            return f"#{_page_anchor(tutorial.path, target[1:])}"
        page, anchor = self._page(tutorial, target)
        here = posixpath.dirname(self.page(tutorial.name))
        return posixpath.relpath(page, here) + anchor if page else target

    def for_download(self, tutorial: Tutorial, target: str) -> str:
        """An author's link to the hosted site if its address is known, else to a notebook."""
        if not is_local(target):
            return target
        path = target.partition("#")[0]
        file = tutorial.path.parent / unquote(path)
        if is_image(file):  # a notebook is alone
            return f"data:{guess_type(file)[0]};base64,{b64encode(read_image(file)).decode()}"
        page, anchor = self._page(tutorial, target)
        if self.site.url:
            here = posixpath.dirname(self.page(tutorial.name))
            offered = posixpath.normpath(posixpath.join(here, path))
            if offered in map(posixpath.basename, self.site.files):
                return posixpath.join(self.site.url, offered)
            if page:
                return posixpath.join(self.site.url, _address(page), "") + anchor
        notebook = f"{path.removesuffix('.py')}.ipynb{anchor}"
        return notebook if page and path.endswith(".py") else target

    def from_page(self, tutorial: Tutorial, page: str) -> str:
        """The address of a page under docs, seen from a tutorial; empty if there is none."""
        if not (page and (self.site.docs / page).is_file()):
            return ""
        # MkDocs leaves links in HTML as they are; others see them from the source of the page.
        folder = self.folder(tutorial)
        seen_from = folder if self.suffix == ".ipynb" else posixpath.dirname(folder)
        return posixpath.relpath(posixpath.splitext(page)[0], seen_from) + "/"

    def references(self) -> dict[str, str]:
        """The pages beside the reference that document the modules of a folder of the snippets."""
        if not self.site.reference:
            return {}
        pages = sorted((self.site.docs / self.site.reference).parent.glob("*.md"))
        documented = [path for path in pages if (self.settings.snippets / path.stem).is_dir()]
        return {path.stem: path.relative_to(self.site.docs).as_posix() for path in documented}

    def dead_links(self, site: Path, tutorials: Sequence[Tutorial]) -> list[Diagnostic]:
        """The links of a built site that lead nowhere, each at its author's line."""
        prefix = urlsplit(self.site.url or "/").path or "/"
        return [self.author_line(link, tutorials) for link in broken_links(site, prefix)]

    def author_line(self, link: BrokenLink, tutorials: Iterable[Tutorial]) -> Diagnostic:
        """A broken link of the built site at the author's line."""
        page = _address(link.page)
        sources = [tutorial.path for tutorial in tutorials if self.folder(tutorial) == page]
        sources += [self.site.docs / f"{page or 'index'}.md", self.site.docs / page / "index.md"]
        no_page = self.settings.project.with_name("mkdocs.yml")  # of the theme
        path = next((path for path in sources if path.is_file()), no_page)
        parts, target = urlsplit(link.target), link.target
        percent_file = target.replace(".ipynb", ".py")  # what the author of a tutorial links to
        missing = f": there is no {link.missing}"
        if path.is_file() and percent_file in path.read_text(encoding="utf-8"):
            missing = missing if target == percent_file else ""
            target = percent_file
        anchor = f"#{parts.fragment}" if parts.fragment else ""
        stem = posixpath.basename(_address(parts.path))
        number = line_of(path, [target, anchor, stem])
        return Diagnostic(path, number, f"{target} leads nowhere{missing}.")

    def _page(self, tutorial: Tutorial, target: str) -> tuple[str, str]:
        """The page, as MkDocs names it, and the anchor that a link to a source of pages means."""
        path, hash_, anchor = target.partition("#")
        folder = {".py": self.settings.source, ".md": self.site.docs}.get(Path(path).suffix)
        file = Path(normpath(tutorial.path.parent / path))
        if not (folder and is_local(target) and file.is_relative_to(folder)):
            return "", ""
        page = file.relative_to(folder).as_posix()
        if file.suffix == ".py":
            return self.page(page.removesuffix(".py")), hash_ + _page_anchor(file, anchor)
        return page, hash_ + anchor


def _address(page: str) -> str:
    """The address of a page below the site, by the file that it is or is made from."""
    return posixpath.splitext(page)[0].removesuffix("index").rstrip("/")


def _page_anchor(path: Path, anchor: str) -> str:
    """The anchor of a heading, which Jupyter calls `#My-Heading`; one of the author stays."""
    own = rf"\bid=[\"']{re.escape(anchor)}[\"']|\{{[^}}\n]*#{re.escape(anchor)}\b"
    if not anchor or (path.is_file() and re.search(own, path.read_text(encoding="utf-8"))):
        return anchor
    return slugify_unicode(unquote(anchor), "-")


def is_image(path: Path) -> bool:
    """Whether there is a picture at a path, judging by its name."""
    return (guess_type(path)[0] or "").startswith("image/") and path.is_file()


def read_image(path: Path) -> bytes:
    """A picture of an author as it is published; a SourceError if it is damaged."""
    content = path.read_bytes()
    if guess_type(path)[0] not in ("image/png", "image/jpeg"):
        return content
    try:
        return picture(content)[0]
    except ValueError as error:
        raise SourceError(Diagnostic(path, 1, str(error))) from error


def is_local(target: str) -> bool:
    """Whether a link stays within the site."""
    return not (urlsplit(target).scheme or urlsplit(target).netloc)


def broken_links(site: Path, prefix: str = "/") -> list[BrokenLink]:
    """The internal links, images and anchors of a built site that lead nowhere.

    MkDocs sees those in Markdown; this reads finished pages, and so sees those in HTML, in the
    theme and in what other plugins make. The site is served under a prefix.
    """
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    names = sorted(name for name in files if name.endswith(".html"))
    pages = {name: _anchors_and_targets((site / name).read_text("utf-8")) for name in names}
    anchors = {name: ids for name, (ids, _) in pages.items()}
    root = f"{prefix.rstrip('/')}/"
    return [
        BrokenLink(name, target, missing)
        for name, (_, targets) in pages.items()
        for target in targets
        if (missing := _missing(target, name, root, files, anchors))
    ]


def _missing(
    target: str, page: str, root: str, files: Collection[str], anchors: dict[str, set[str]]
) -> str:
    """What a link of a page needs and does not find; empty if it leads somewhere."""
    parts = urlsplit(urljoin(root + quote(page), target))
    address = unquote(parts.path)
    if not f"{address}/".startswith(root):
        return f"{address}, outside the site"
    path = f"{address}/".removeprefix(root).rstrip("/")
    places = (path, posixpath.join(path, "index.html"))
    file = next((file for file in places if file in files), None)
    if file is None:
        return path
    anchor, known = unquote(parts.fragment), anchors.get(file)
    if not anchor or known is None or anchor in known:
        return ""
    return f"#{parts.fragment} on {file}"


def _anchors_and_targets(page: str) -> tuple[set[str], list[str]]:
    """The anchors in HTML, and where it links within the site, each target once."""
    ids, targets = {"__top", "top"}, {}
    for tag, name, value in _attributes(page):
        if name == "id" or (name == "name" and tag == "a"):
            ids.add(value)
        elif name in ("href", "src") and tag != "base" and is_local(value):
            targets[value] = None
    return ids, list(targets)


def _attributes(page: str) -> Iterator[tuple[str, str, str]]:
    """The attributes with a value in the start tags of a page: tag, name, value."""
    for start in _START.finditer(page):
        for name, *values in _ATTRIBUTE.findall(start["attributes"] or ""):
            if value := html.unescape("".join(values)):
                yield start["tag"].lower(), name.lower(), value
