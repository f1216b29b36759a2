"""`tutorials new` and `init`: a page, its answers, its line in the navigation; a course."""

import json
import posixpath
import re
import shutil
import sys
import unicodedata
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

import click
from jinja2 import Template

from publishing.options import read_options
from publishing.read.diagnostic import relative
from publishing.site.links import Routes
from publishing.tools.nav import with_page

TEMPLATE = Path(__file__).parents[1] / "template"  # of a course
_WITH_WORDS_TO_REPLACE = ("pyproject.toml", "mkdocs.yml", "README.md", "docs/index.md")
_DISTRIBUTION = "mkdocs-tutorials"
_FILE = re.compile(r"^=== (.+)\n", re.MULTILINE)


def _new_name(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    """The name of a tutorial, its letters written as file systems and browsers do."""
    if not re.fullmatch(r"([\w-]+/)*[\w-]{1,50}", name := unicodedata.normalize("NFC", name)):
        form = "write part/name, with letters, digits, hyphens and underscores."
        raise click.UsageError(f"{name}: {form}")
    return name


@click.command()
@click.argument("name", metavar="PART/NAME", callback=_new_name)
@click.pass_obj
def new(config_file: Path, name: str) -> None:
    """Write a tutorial to fill in.

    It has all sections, an exercise of each kind, their answers, and its line in the nav.
    """
    routes = read_options(config_file)
    written = _files_of_a_tutorial(name, routes)
    _write(written, config_file, name, routes)
    click.echo(f"Write what says TODO; `tutorials check {name}` then says what is left to do.")


def _write(written: Mapping[Path, str], config_file: Path, name: str, routes: Routes) -> None:
    """Write the files of a new tutorial and its line in the nav, and say where they are."""
    if existing := next((path for path in written if path.exists()), None):
        raise click.UsageError(f"there is {relative(existing)} already.")
    text, line = with_page(config_file, config_file.read_text(encoding="utf-8"), routes.page(name))
    for path, content in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
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
