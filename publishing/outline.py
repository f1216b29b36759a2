"""The site in one text file, `llms.txt`: each page with its address and what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page


def outline(nav: Navigation, config: MkDocsConfig) -> str:
    """The pages in the order and sections of the navigation, as https://llmstxt.org describes it."""
    lines = [f"# {config.site_name}", "", f"> {config.site_description}", ""]
    return "\n".join([*lines, *_items(nav.items, 2)]) + "\n"


def _items(items: Iterable[object], level: int) -> list[str]:
    lines = []
    for item in items:
        if isinstance(item, Page):
            about = item.meta.get("description")
            lines.append(f"- [{item.title}]({item.canonical_url or item.url or '.'})" + (f": {about}" if about else ""))
        elif isinstance(item, Section):
            lines += ["", f"{'#' * level} {item.title}", "", *_items(item.children, level + 1), ""]
    return lines
