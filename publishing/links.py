"""Links: what an author writes becomes what a page or a download needs; links of the built site that lead nowhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from publishing.memo import Memo, afresh

# Code in Markdown: a fenced block, or a span within a paragraph.
CODE = (
    r"^ *(?P<fence>```+|~~~+)[^`\n]*\n.*?^ *(?P=fence)"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)(?P=ticks)(?!`)"
)
_CODE_OR_TARGET = re.compile(
    rf"(?P<code>{CODE})"
    r"|(?P<before>\]\(|\b(?:href|src)=[\"']|^ *\[[^\]\n]+\]: +)(?P<target>[^)\s\"']+)",
    re.MULTILINE | re.DOTALL,
)


def rewritten(markdown: str, link: Callable[[str], str]) -> str:
    """Markdown with the target of each link and image passed through a function; code stays as it is."""
    return _CODE_OR_TARGET.sub(lambda m: m["code"] or m["before"] + link(m["target"]), markdown)


def is_local(target: str) -> bool:
    """Whether a link stays within the site."""
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


@dataclass(frozen=True)
class Broken:
    """A link that leads nowhere: the page that has it, the link, and what is missing."""

    page: str
    target: str
    missing: str


def broken(site: Path, prefix: str = "/", memo: Memo | Callable = afresh) -> Iterator[Broken]:
    """The internal links, images and anchors of a built site that lead nowhere.

    Args:
      site: folder of the built site.
      prefix: the path under which the site is served, for links that begin with a slash.
      memo: keeps what was found on a page.
    """
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    pages = {}
    for name in sorted(name for name in files if name.endswith(".html")):
        html = (site / name).read_text(encoding="utf-8")
        pages[name] = memo("links", (html,), partial(_ids_and_targets, html))
    for name, (_, targets) in pages.items():
        for target in targets:
            if not is_local(target):
                continue
            parts = urlsplit(target)
            path = unquote(parts.path)
            root = prefix.rstrip("/")
            if path.startswith("/") and not f"{path}/".startswith(f"{root}/"):
                path = f"../{path.lstrip('/')}"  # above the site
            elif path.startswith("/"):
                path = path.removeprefix(root).lstrip("/")
            else:
                path = posixpath.join(posixpath.dirname(name), path) if path else name
            path = posixpath.normpath(path)
            if path.startswith("../"):
                yield Broken(name, target, f"{path}, outside the site")
                continue
            found = next((p for p in (path, posixpath.normpath(f"{path}/index.html")) if p in files), None)
            if found is None:
                yield Broken(name, target, path)
            elif parts.fragment and found in pages and unquote(parts.fragment) not in pages[found][0]:
                yield Broken(name, target, f"#{parts.fragment} on {found}")


def _ids_and_targets(html: str) -> tuple[set[str], list[str]]:
    """The anchors of a page, and where it links, each target once."""
    page = _Page()
    page.feed(html)
    return page.ids, list(dict.fromkeys(page.targets))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = {"__top", "top"}
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (name == "id" or (name == "name" and tag == "a")):
                self.ids.add(value)
            elif name in ("href", "src") and value and tag != "base":
                self.targets.append(value)
