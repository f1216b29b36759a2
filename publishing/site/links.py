"""Links: what an author's link becomes on a page and in a download; links of the built site that lead nowhere."""

import html
import posixpath
import re
from base64 import b64encode
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from markdown.extensions.toc import slugify

from publishing.read.cells import Tutorial
from publishing.read.diagnostic import Diagnostic, line_of, relative
from publishing.read.prose import rewrite_links
from publishing.settings import Settings, Site

# A start tag of which an attribute may be an anchor or a link, with what is in it if that is no HTML; a comment.
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
    """The places that links lead between; `suffix` is that of the file which a tutorial's page is made from."""

    settings: Settings
    site: Site
    suffix: str = ".ipynb"

    def page(self, tutorial: str) -> str:
        """The page of the tutorial of this name, as the site's generator names it."""
        return f"{self.settings.source.name}/{tutorial}{self.suffix}"

    def folder(self, tutorial: Tutorial) -> str:
        """The address of the page of a tutorial, and of the files beside it, below the name of its folder."""
        return f"{self.settings.source.name}/{tutorial.name}"

    def hosted(self, tutorial: Tutorial, suffix: str) -> str:
        """The address of a download of a tutorial; its bare name where the site has no address."""
        file = tutorial.path.stem + suffix
        return posixpath.join(self.site.url, self.folder(tutorial), file) if self.site.url else file

    def colab(self, tutorial: Tutorial) -> str:
        """The address that opens the student's notebook of a tutorial in Colab; nothing without a repository."""
        if not self.site.repository:
            return ""
        notebook = f"{self.folder(tutorial)}/{tutorial.path.stem}.ipynb"
        return f"https://colab.research.google.com/github/{self.site.repository}/blob/gh-pages/{notebook}"

    def for_page(self, tutorial: Tutorial, target: str) -> str:
        """An author's link to a percent file or a page under docs, as MkDocs knows them from the tutorial's page."""
        if target.startswith("#"):
            return f"#{page_anchor(tutorial.path, target[1:])}"
        page, anchor = self._page(tutorial, target)
        return (
            posixpath.relpath(page, posixpath.dirname(self.page(tutorial.name))) + anchor
            if page
            else target
        )

    def for_download(self, tutorial: Tutorial, target: str) -> str:
        """An author's link to the hosted site where its address is known, else to the notebook of the tutorial."""
        page, anchor = self._page(tutorial, target)
        path = target.partition("#")[0]
        if is_local(target) and is_image(
            file := tutorial.path.parent / unquote(path)
        ):  # a notebook is alone
            return f"data:{guess_type(file)[0]};base64,{b64encode(file.read_bytes()).decode()}"
        offered = posixpath.normpath(
            posixpath.join(posixpath.dirname(self.page(tutorial.name)), path)
        )
        if self.site.url and offered in map(posixpath.basename, self.site.files):
            return posixpath.join(self.site.url, offered)
        if page and self.site.url:
            address = posixpath.splitext(page)[0].removesuffix("index").rstrip("/")
            return posixpath.join(self.site.url, address, "") + anchor
        return (
            f"{path.removesuffix('.py')}.ipynb{anchor}" if page and path.endswith(".py") else target
        )

    def from_page(self, tutorial: Tutorial, page: str) -> str:
        """The address of a page under docs, seen from that of a tutorial; nothing where the site has none of it."""
        if not (page and (self.site.docs / page).is_file()):
            return ""
        # MkDocs leaves links in HTML as they are; other generators see them from the source of the page.
        seen_from = (
            self.folder(tutorial)
            if self.suffix == ".ipynb"
            else posixpath.dirname(self.folder(tutorial))
        )
        return posixpath.relpath(posixpath.splitext(page)[0], seen_from) + "/"

    def references(self) -> dict[str, str]:
        """The pages beside the reference that document the modules of a folder of the snippets, by its name."""
        pages = (
            (self.site.docs / self.site.reference).parent.glob("*.md")
            if self.site.reference
            else ()
        )
        found = {path.stem: path.relative_to(self.site.docs).as_posix() for path in sorted(pages)}
        return {
            name: page for name, page in found.items() if (self.settings.snippets / name).is_dir()
        }

    def dead_links(self, site: Path, tutorials: Sequence[Tutorial]) -> list[Diagnostic]:
        """The links of a built site that lead nowhere, each at its author's line."""
        prefix = urlsplit(self.site.url or "/").path or "/"
        return [self.author_line(link, tutorials) for link in broken_links(site, prefix)]

    def author_line(self, link: BrokenLink, tutorials: Iterable[Tutorial]) -> Diagnostic:
        """A broken link of the built site at the author's line."""
        page = posixpath.splitext(link.page)[0].removesuffix("index").rstrip("/")
        candidates = [tutorial.path for tutorial in tutorials if self.folder(tutorial) == page]
        candidates += [self.site.docs / f"{page or 'index'}.md", self.site.docs / page / "index.md"]
        path = next(
            (path for path in candidates if path.is_file()),
            self.settings.project.with_name("mkdocs.yml"),
        )
        parts, target, missing = urlsplit(link.target), link.target, link.missing
        if written := self._as_written(path, link):
            target, missing = (
                written[0],
                missing if missing.startswith("#") else relative(written[1]),
            )
        elif parts.path.endswith(".ipynb") and path.suffix == ".py":
            source = f"{parts.path.removesuffix('.ipynb')}.py"
            if (
                line_of(path, [f"({parts.path}"]) == 1
            ):  # as it came from its author, who wrote `.py`
                target, missing = source, relative((path.parent / source).resolve())
            elif (path.parent / unquote(source)).is_file():
                missing += f"; you mean {source}"
        number = line_of(
            path,
            [
                target,
                f"#{parts.fragment}" if parts.fragment else "",
                PurePosixPath(parts.path).stem,
            ],
        )
        return Diagnostic(path, number, f"{target} leads nowhere: there is no {missing}.")

    def _as_written(self, path: Path, link: BrokenLink) -> tuple[str, Path] | None:
        """A broken link as its author wrote it, and the file that it means, where a generator rewrote all links."""
        text, meant = (
            path.read_text(encoding="utf-8"),
            urlsplit(urljoin(f"/{quote(link.page)}", link.target)),
        )
        targets: dict[str, None] = {}
        rewrite_links(text, lambda target: targets.setdefault(target) or target)
        for target in () if link.target in text else filter(is_local, targets):
            parts = urlsplit(target)
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            bases = [base.resolve() for base in (self.site.docs, self.settings.source.parent)]
            base = next(filter(file.is_relative_to, bases), None)
            same = base and _address(file.relative_to(base)) == _address(
                Path(unquote(meant.path[1:]))
            )
            if same and meant.fragment in (parts.fragment, page_anchor(file, parts.fragment)):
                return target, file
        return None

    def _page(self, tutorial: Tutorial, target: str) -> tuple[str, str]:
        """The page that a link to a percent file or a file under docs means, as MkDocs names it, and the anchor."""
        path, hash_, anchor = target.partition("#")
        file = (tutorial.path.parent / path).resolve()
        base = {".py": self.settings.source, ".md": self.site.docs}.get(file.suffix)
        if (
            not path
            or not is_local(target)
            or base is None
            or not file.is_relative_to(base.resolve())
        ):
            return "", ""
        page = file.relative_to(base.resolve()).as_posix()
        if file.suffix == ".py":
            return self.page(page.removesuffix(".py")), hash_ + page_anchor(file, anchor)
        return page, hash_ + anchor


def _address(path: Path) -> str:
    """The address of a page or of its source, else of a file, below the site."""
    page = path.with_suffix("") if path.suffix in (".html", ".ipynb", ".md", ".py") else path
    return page.as_posix().removesuffix("index").strip("/.")


def page_anchor(path: Path, anchor: str) -> str:
    """The anchor of a heading on a page, which Jupyter calls `#My-Heading`; one that its author wrote stays."""
    own = rf"\bid=[\"']{re.escape(anchor)}[\"']|\{{[^}}\n]*#{re.escape(anchor)}\b"
    if not anchor or (path.is_file() and re.search(own, path.read_text(encoding="utf-8"))):
        return anchor
    return slugify(unquote(anchor), "-")


def is_image(path: Path) -> bool:
    """Whether there is a picture at a path, judging by its name."""
    return path.is_file() and (guess_type(path)[0] or "").startswith("image/")


def is_local(target: str) -> bool:
    """Whether a link stays within the site."""
    return not (urlsplit(target).scheme or urlsplit(target).netloc)


def broken_links(site: Path, prefix: str = "/") -> list[BrokenLink]:
    """The internal links, images and anchors of a built site that lead nowhere, served under a prefix.

    Pages are read one by one, and once more those to whose anchors others lead: a course may have thousands.
    """
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    root, wanted, broken = f"{prefix.rstrip('/')}/", {}, {}
    pages = [name for name in sorted(files) if name.endswith(".html")]
    for name in pages:
        ids, targets = _read(site / name)
        for number, target in enumerate(targets):
            address, file, anchor = _led_to(target, name, root, files)
            if not f"{address}/".startswith(root):
                broken[name, number] = BrokenLink(name, target, f"{address}, outside the site")
            elif file is None:
                broken[name, number] = BrokenLink(
                    name, target, f"{address}/".removeprefix(root).rstrip("/")
                )
            elif anchor and file == name:
                if unquote(anchor) not in ids:
                    broken[name, number] = BrokenLink(
                        name, target, f"#{anchor} on {file}{_meant(anchor, ids)}"
                    )
            elif anchor and file.endswith(".html"):
                wanted.setdefault(file, {}).setdefault(anchor, []).append((name, number))
    for file, anchors in wanted.items():
        ids, _ = _read(site / file)
        for anchor in (anchor for anchor in anchors if unquote(anchor) not in ids):
            for name, number in anchors[anchor]:
                target = _read(site / name)[1][number]
                broken[name, number] = BrokenLink(
                    name, target, f"#{anchor} on {file}{_meant(anchor, ids)}"
                )
    return [broken[place] for place in sorted(broken)]


def _led_to(
    target: str, page: str, root: str, files: Collection[str]
) -> tuple[str, str | None, str]:
    """The address that a link of a page means, the file there, if any, and the anchor."""
    parts = urlsplit(urljoin(root + quote(page), target))
    address = unquote(parts.path)
    path = f"{address}/".removeprefix(root).rstrip("/")
    file = next(
        (file for file in (path, posixpath.join(path, "index.html")) if file in files), None
    )
    return address, file, parts.fragment


def _meant(fragment: str, ids: Iterable[str]) -> str:
    """The anchor that a fragment means which has other capitals or signs, as Jupyter's anchors have."""

    def bare(anchor: str) -> str:
        return re.sub(r"[\W_]+", "", anchor.lower())

    wanted = bare(unquote(fragment))
    meant = next((anchor for anchor in sorted(ids) if wanted and bare(anchor) == wanted), None)
    return f"; you mean #{meant}" if meant else ""


def _read(path: Path) -> tuple[set[str], list[str]]:
    """The anchors of a page, and where it links within the site, each target once."""
    ids, targets = {"__top", "top"}, {}
    for start in _START.finditer(path.read_text(encoding="utf-8")):
        for name, *values in _ATTRIBUTE.findall(start["attributes"] or ""):
            name, tag, value = name.lower(), start["tag"].lower(), html.unescape("".join(values))
            if value and (name == "id" or (name == "name" and tag == "a")):
                ids.add(value)
            elif name in ("href", "src") and value and tag != "base":
                targets[value] = None
    return ids, [target for target in targets if is_local(target)]
