"""`tutorials new`, `add` and `init`: a page, its answers, its line in the navigation; a course."""

import json
import posixpath
import re
import shutil
import sys
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import distribution
from pathlib import Path

import click
from jinja2 import Template

from publishing.load import load
from publishing.options import read_options
from publishing.read.diagnostic import SourceError, relative
from publishing.site.links import Routes
from publishing.tools.check import check, ran
from publishing.tools.nav import with_page
from publishing.tools.notebook import converted, percent

TEMPLATE = Path(__file__).parents[1] / "template"  # of a course
_WITH_WORDS_TO_REPLACE = ("pyproject.toml", "mkdocs.yml", "README.md", "docs/index.md")
_DISTRIBUTION = "mkdocs-tutorials"
_FILE = re.compile(r"^=== (.+)\n", re.MULTILINE)


def new_name(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    """The name of a tutorial, its letters written as file systems and browsers do."""
    if not re.fullmatch(r"([\w-]+/)*[\w-]{1,50}", name := unicodedata.normalize("NFC", name)):
        form = "write part/name, with letters, digits, hyphens and underscores."
        raise click.UsageError(f"{name}: {form}")
    return name


@click.command()
@click.argument("name", metavar="PART/NAME", callback=new_name)
@click.pass_obj
def new(config_file: Path, name: str) -> None:
    """Write a tutorial to fill in.

    It has all sections, an exercise of each kind, their answers, and its line in the nav.
    """
    routes = read_options(config_file)
    written = _files_of_a_tutorial(name, routes)
    _write(written, config_file, name, routes)
    click.echo(f"Write what says TODO; `tutorials check {name}` then says what is left to do.")


@click.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("name", metavar="PART/NAME", callback=new_name)
@click.pass_context
def add(context: click.Context, notebook: Path, name: str) -> None:
    """Make a tutorial of a notebook, name it in the nav, and say what is left to do."""
    routes = read_options(context.obj)
    node, pictures, left_out = converted(notebook, posixpath.basename(name))
    page = routes.settings.source / f"{name}.py"
    beside = {page.with_name(file): content for file, content in pictures.items()}
    _write({page: percent(node), **beside}, context.obj, name, routes)
    if left_out:
        click.echo(f"Left out: {left_out}.")
    code = [cell for cell in node.cells if cell.cell_type == "code"]
    if not any(cell.outputs for cell in code):  # saved without: which cells draw, a run says
        with suppress(SourceError, ValueError):  # which `check` tells; a cell that became two
            lesson, _ = ran(*load(routes.settings, [name]), routes.settings)
            outputs = lesson.record.run.outputs if lesson.record else [[]] * len(code)
            for cell, of_cell in zip(code, outputs, strict=True):
                cell.outputs = of_cell
            page.write_text(percent(node), encoding="utf-8")
    context.invoke(check, name=name)


def _write(
    written: Mapping[Path, str | bytes], config_file: Path, name: str, routes: Routes
) -> None:
    """Write the files of a new tutorial and its line in the nav, and say where they are."""
    if existing := next((path for path in written if path.exists()), None):
        raise click.UsageError(f"there is {relative(existing)} already.")
    text, line = with_page(config_file, config_file.read_text(encoding="utf-8"), routes.page(name))
    for path, content in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        click.echo(relative(path))
    config_file.write_text(text, encoding="utf-8")
    click.echo(f"{relative(config_file.absolute())}:{line}")


def _files_of_a_tutorial(name: str, routes: Routes) -> dict[Path, str]:
    """The page of a new tutorial with an exercise of each kind, and their answers."""
    settings, base = routes.settings, posixpath.basename(name)
    template = Path(__file__).with_name("new.j2").read_text(encoding="utf-8")
    text = Template(template, trim_blocks=True).render(
        source=settings.source,
        answers=settings.answers,
        name=name,
        id=base.lower().replace("_", "-"),
        title=base.replace("_", " ").capitalize(),
    )
    _, *parts = _FILE.split(text)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {Path(path): content.rstrip("\n") + "\n" for path, content in pairs}


def write_course(folder: Path, title: str = "") -> None:
    """Write a course into a new or empty folder, whose name is its title if it gets no other."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{relative(folder)} holds something already; name a new folder."
        raise click.ClickException(message)
    title = title or re.sub(r"[-_\s]+", " ", folder.resolve().name).strip()
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True, ignore=ignored)
    values = {
        "COURSE_TITLE": re.sub(r'["\\]', "'", title[:1].upper() + title[1:]),
        "ENGINE": requirement(),
    }
    for path in (folder / name for name in _WITH_WORDS_TO_REPLACE):
        text = path.read_text(encoding="utf-8")
        text = re.sub("|".join(values), lambda word: values[word[0]], text)
        path.write_text(text, encoding="utf-8")
    (folder / ".python-version").write_text(f"{sys.version_info.major}.{sys.version_info.minor}\n")


def requirement() -> str:
    """What a `pyproject.toml` says to have this package from where it was installed here.

    PEP 610 records that; what comes from a registry has no such record, and its version is there.
    """
    installed = distribution(_DISTRIBUTION)
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    if not origin:
        return f"{_DISTRIBUTION}>={installed.version}"
    vcs, url = origin.get("vcs_info"), origin["url"]
    return f"{_DISTRIBUTION} @ " + (f"{vcs['vcs']}+{url}@{vcs['commit_id']}" if vcs else url)
