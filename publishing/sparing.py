"""Work of other plugins that a build is spared, because one before it did the same: the search index, the reference."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler

from publishing.memo import Memo


def spare_search(index: Any, memo: Memo) -> None:
    """Let Material's search index take apart only pages that it has not met.

    Args:
      index: the index of this build.
      memo: keeps the entries of each page.
    """
    theirs = index.add_entry_from_context

    def add(page: Page) -> None:
        def made() -> list[dict]:
            before = len(index.entries)
            theirs(page)
            added = index.entries[before:]
            del index.entries[before:]
            return added

        index.entries += memo("search", (page.url, page.title, dict(page.meta), page.content), made)

    index.add_entry_from_context = add


def documents(config: MkDocsConfig) -> bool:
    """Whether mkdocstrings is a plugin of the site, and switched on."""
    return "mkdocstrings" in config.plugins and config.plugins["mkdocstrings"].plugin_enabled


def spare_reference(page: Page, config: MkDocsConfig, memo: Memo, snippets: Callable[[], Any]) -> None:
    """Let mkdocstrings render a page only where that, or the code it documents, has changed.

    What warns is not kept: it warns in the next build too. Nothing is, where a page may show files that are not looked
    at: templates and extensions of one's own, text that Markdown includes; nor where an inventory is made of what is
    rendered.

    Args:
      page: a page of MkDocs, before it is rendered.
      config: that of this build, with the plugins mkdocstrings and autorefs.
      memo: keeps what the page has become.
      snippets: gives all code that is documented.
    """
    theirs, autorefs = page.render, config.plugins["autorefs"]
    mkdocstrings = config.plugins["mkdocstrings"]
    options = dict(mkdocstrings.config)
    extensions = [name for name in config.markdown_extensions if isinstance(name, str)]
    own = [handler.get("options", {}).get("extensions") for handler in options["handlers"].values()]
    unseen = options["custom_templates"] or any(own) or "pymdownx.snippets" in extensions
    if unseen or mkdocstrings.inventory_enabled:
        return

    def render(config: MkDocsConfig, files: Files) -> None:
        urls = {file.src_uri: file.url for file in files}
        given = (page.url, page.markdown, options, extensions, config.mdx_configs, urls, snippets())
        made = partial(_rendered, page, theirs, autorefs, config, files)
        kept = memo("documented", given, made, keep=lambda kept: not kept.warned)
        for name, value in kept.attributes.items():
            setattr(page, name, value)
        page.links_to_anchors = {files.src_uris[uri]: anchors for uri, anchors in kept.links.items()}
        for arguments, named in kept.anchors:
            autorefs.register_anchor(page, *arguments, **named)

    page.render = render


@dataclass
class _Rendered:
    """What a page becomes, the headings that it links to, its own anchors, and whether it warned."""

    attributes: dict[str, Any]
    links: dict[str, dict[str, str]]
    anchors: list[tuple[tuple, dict[str, Any]]]
    warned: bool


def _rendered(page: Page, theirs: Callable, autorefs: Any, config: MkDocsConfig, files: Files) -> _Rendered:
    anchors, warnings = [], CountHandler()
    warnings.setLevel(logging.WARNING)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(warnings)
    autorefs.register_anchor = lambda page, *given, **named: anchors.append((given, named))
    try:
        theirs(config, files)
    finally:
        del autorefs.register_anchor  # the method of its class is back
        logger.removeHandler(warnings)
    attributes = {name: getattr(page, name) for name in ("content", "toc", "_title_from_render", "present_anchor_ids")}
    links = {file.src_uri: found for file, found in (page.links_to_anchors or {}).items()}
    return _Rendered(attributes, links, anchors, bool(warnings.get_counts()))
