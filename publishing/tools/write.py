"""`tutorials write`: the sources of the site as Markdown, for Zensical or another generator."""

import json
import posixpath
import shutil
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import click
import yaml
from markdown import Markdown
from mkdocs.config import load_config
from mkdocs.structure.files import get_files
from mkdocs.structure.nav import get_navigation
from mkdocs.utils.yaml import yaml_load

from publishing.build import Built, build
from publishing.options import EXTENSIONS, GLOSSARY, read_options
from publishing.read.prose import rewrite_links
from publishing.site import indexes
from publishing.site.links import Routes, is_local
from publishing.site.look import LOOK, SCRIPT, SHEET, with_look

_OURS = ("tutorials", "mkdocs-jupyter")  # plugins whose work is done


def write_sources(config_file: Path, folder: Path) -> int:
    """Run what has no record; write `docs` and a `mkdocs.yml`; gives the number of tutorials."""
    routes = replace(read_options(config_file), suffix=".md")
    course, place = config_file.resolve().parent, folder.resolve()
    if place == course or place.is_relative_to(routes.site.docs.resolve()):
        raise click.UsageError(f"{folder} holds the sources of the course; name another folder.")
    options: dict[str, Any] = yaml_load(config_file.read_text(encoding="utf-8"))
    docs = options.get("docs_dir", "docs")
    with TemporaryDirectory() as made:
        built = build(routes, Path(made))
        _write_pages(built, routes, folder / docs)
    _convert_options(options, routes.site.glossary and f"{docs}/{routes.site.glossary}")
    templates = _dress(options, course, folder, routes.site.accent)
    text = yaml.safe_dump(options, sort_keys=False, allow_unicode=True)
    (folder / "mkdocs.yml").write_text(text, encoding="utf-8")
    if templates:
        _render_templates(folder / "mkdocs.yml", templates)
    return len(built.lessons)


def _convert_options(options: dict[str, Any], glossary: str) -> None:
    """Make what `mkdocs.yml` holds fit the pages written."""
    plugins = {
        each if isinstance(each, str) else next(iter(each)): each for each in options["plugins"]
    }
    extensions = [*options.get("markdown_extensions", []), *EXTENSIONS]
    if glossary:
        extensions.append({GLOSSARY: {"file": glossary}})
    theme = options.get("theme") or {}
    theme = {"variant": "classic"} | ({"name": theme} if isinstance(theme, str) else theme)
    options |= {
        "plugins": [each for name, each in plugins.items() if name not in _OURS],
        "markdown_extensions": extensions,
        "nav": json.loads(json.dumps(options.get("nav")).replace('.ipynb"', '.md"')),
        "theme": theme,
    }
    options.pop("edit_uri", None)  # pages are not where their authors wrote them


def _dress(
    options: dict[str, Any], course: Path, folder: Path, accent: tuple[str, str]
) -> list[str]:
    """Write the look of a site of Material; gives the templates that are no pages."""
    theme = options["theme"]
    if theme["name"] == "material":
        for path in (LOOK, *map(course.joinpath, filter(None, [theme.get("custom_dir")]))):
            shutil.copytree(path, folder / "look", dirs_exist_ok=True)
        (folder / "look/mkdocs_theme.yml").unlink()
        options["theme"] = theme = with_look(theme) | {"custom_dir": "look"}
        for key, name in (("extra_css", SHEET), ("extra_javascript", SCRIPT)):
            options[key] = [name, *options.get(key, [])]
        options["extra"] = {**options.get("extra", {}), "accent": [*accent]}
    return theme.pop("static_templates", [])


def _write_pages(built: Built, routes: Routes, folder: Path) -> None:
    """Write all pages as Markdown, figures and downloads into a folder.

    An unknown placeholder is a SourceError.
    """
    docs = routes.site.docs
    shutil.copytree(docs, folder, dirs_exist_ok=True)
    pages = dict(built.pages)
    for path in sorted(docs.rglob("*.md")):
        uri = path.relative_to(docs).as_posix()
        text = path.read_text(encoding="utf-8")
        text = indexes.fill(text, uri, built.lessons, built.pages, routes)
        link = partial(_to_markdown, posixpath.dirname(uri), built.pages)
        pages[uri] = rewrite_links(text, link, partial(_from_source, uri))
    for uri, text in pages.items():
        (folder / uri).parent.mkdir(parents=True, exist_ok=True)
        (folder / uri).write_bytes(text.encode())
    for uri, path in built.files.items():
        (folder / uri).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / uri)


def _to_markdown(folder: str, pages: Collection[str], target: str) -> str:
    """A link of a page in a folder; one to a tutorial's notebook leads to its page as Markdown."""
    path, hash_, anchor = target.partition("#")
    page = posixpath.splitext(path)[0] + ".md"
    is_page = posixpath.normpath(posixpath.join(folder, page)) in pages
    return page + hash_ + anchor if is_page else target


def _from_source(uri: str, target: str) -> str:
    """A link in the HTML of a page, which MkDocs leaves as it is, seen from the page's source."""
    stem = PurePosixPath(uri).stem
    if not is_local(target) or target.startswith(("#", "/")) or stem == "index":
        return target
    return posixpath.normpath(posixpath.join(stem, target)) + "/" * target.endswith("/")


def _render_templates(config_file: Path, names: Iterable[str]) -> None:
    """Render templates of a theme that are not pages; other generators would copy them."""
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
        (docs / name).parent.mkdir(exist_ok=True)
        (docs / name).write_text(text, encoding="utf-8")
