"""The options of the plugin in `mkdocs.yml`, and what it adds to those of MkDocs."""

import os
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from markdown import Markdown
from mkdocs.config import base, load_config
from mkdocs.config import config_options as c
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.theme import Theme

from publishing.run import devices
from publishing.run.cache import digest
from publishing.settings import DEVICES, Settings, Site
from publishing.site.house import rules_diagnostic
from publishing.site.links import Routes
from publishing.site.look import LOOK, SCRIPT, SHEET, shades, with_look

GLOSSARY = "publishing.site.markdown:Glossary"
EXTENSIONS = [
    "publishing.site.markdown:Mathematics",
    "publishing.site.structure:Structure",
    "publishing.site.structure:Finished",
]


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
    accent = c.Type(str, default="")

    def routes(self, config: MkDocsConfig) -> Routes:
        """The settings of a build, folders seen from that of `mkdocs.yml`.

        Raises a PluginError for a value that cannot be.
        """
        root = Path(config.config_file_path).parent
        folders = {name: root / self[name] for name in ("source", "snippets", "records", "answers")}
        if reason := self._defect(root, folders["source"]):
            raise PluginError(f"tutorials: {reason}")
        values = dict(self) | folders
        values |= {name: tuple(self[name]) for name in ("tolerated", "look_up", "files")}
        values["accent"] = shades(self.accent)
        settings = {each.name: values[each.name] for each in fields(Settings) if each.name in self}
        shown = {each.name: values[each.name] for each in fields(Site) if each.name in self}
        if elsewhere := devices.elsewhere(os.environ):
            settings["elsewhere"] = elsewhere
            settings["records"] = folders["records"].parent.joinpath(
                "elsewhere", digest(elsewhere)[:12], folders["records"].name
            )
        order = tuple(posixpath.splitext(uri)[0] for uri in uris_of(config.nav or []))
        site = Site(Path(config.docs_dir), config.site_url or "", **shown, order=order)
        return Routes(Settings(**settings), site)

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
        try:
            shades(self.accent)
        except ValueError:
            return f'accent is `{self.accent}`; write a colour as HTML does, such as "#a03050".'
        return rules_diagnostic(self.rules, source)


def read_options(config_file: Path) -> Routes:
    """The settings of a course, from its `mkdocs.yml`."""
    return read_course(config_file)[0]


def read_course(config_file: Path) -> tuple[Routes, Callable[[str], str]]:
    """The settings of a course, and what makes HTML of Markdown, which may raise a PageError."""
    config = load_config(str(config_file))
    if "tutorials" not in config.plugins:
        raise PluginError(f"{config_file} does not list the plugin `tutorials`.")
    routes = config.plugins["tutorials"].config.routes(config)

    def convert(text: str) -> str:
        extensions = [*config.markdown_extensions, *EXTENSIONS]
        return Markdown(extensions=extensions, extension_configs=config.mdx_configs).convert(text)

    return routes, convert


def dress(config: MkDocsConfig, accent: tuple[str, str]) -> None:
    """Give the look to a site of Material."""
    theme = config.theme
    if theme.name != "material":
        return
    plain = Theme(theme.name)
    own = {name: value for name, value in theme.items() if value != plain.get(name)}
    options = with_look(own)
    theme.static_templates.update(options.pop("static_templates"))
    theme.update(options)
    theme.dirs.insert(bool(theme.custom_dir), str(LOOK))
    config.watch += theme.dirs[: 1 + bool(theme.custom_dir)]
    for files, name in ((config.extra_css, SHEET), (config.extra_javascript, SCRIPT)):
        if name not in map(str, files):
            files.insert(0, name)
    config.extra["accent"] = accent


def uris_of(nav: Any) -> Iterator[str]:
    """The pages that a navigation names, in order."""
    if isinstance(nav, str):
        yield nav
    else:
        for item in nav.values() if isinstance(nav, dict) else nav:
            yield from uris_of(item)
