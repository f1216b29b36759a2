"""`tutorials new`, `add` and `init`: a page, its answers, its line in the navigation; a course."""

import json
import posixpath
import re
import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path

import click
from jinja2 import Environment, FileSystemLoader

from publishing.options import read_options
from publishing.read.diagnostic import relative
from publishing.read.percent import files
from publishing.site.house import rules_of
from publishing.site.links import Routes
from publishing.tools.check import check
from publishing.tools.notebook import converted

TEMPLATE = Path(__file__).parents[1] / "template"  # of a course
_WITH_WORDS_TO_REPLACE = ("pyproject.toml", "mkdocs.yml", "README.md", "docs/index.md")
_DISTRIBUTION = "mkdocs-tutorials"
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), trim_blocks=True, keep_trailing_newline=True
)
_FILE = re.compile(r"^=== (.+)\n", re.MULTILINE)
_NAME = re.compile(r"([A-Za-z0-9_-]+/)*[A-Za-z0-9_-]{1,50}")


@click.command()
@click.argument("name", metavar="PART/NAME")
@click.pass_obj
def new(config_file: Path, name: str) -> None:
    """Write a tutorial to fill in.

    It has all sections, an exercise of each kind, their answers, and its line in the nav.
    """
    routes = read_options(config_file)
    _free_path(name, routes)
    written = _files_of_a_tutorial(name, routes)
    if existing := next((path for path in written if path.exists()), None):
        raise click.UsageError(f"there is {relative(existing)} already.")
    for path, text in written.items():
        _write(path, text)
        click.echo(relative(path))
    line = _add_to_nav(config_file, name, routes)
    click.echo(f"{relative(config_file.absolute())}:{line}")
    click.echo(f"Write what says TODO; `tutorials check {name}` then says what is left to do.")


@click.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("name", metavar="PART/NAME")
@click.pass_context
def add(context: click.Context, notebook: Path, name: str) -> None:
    """Make a tutorial of a notebook, name it in the nav, and say what is left to do."""
    config_file: Path = context.obj
    routes = read_options(config_file)
    path = _free_path(name, routes)
    _write(path, converted(notebook))
    line = _add_to_nav(config_file, name, routes)
    written = f"{relative(path)} and {relative(config_file.absolute())}:{line}"
    click.echo(f"{written} are written. It runs now, to see what is left to do.")
    context.invoke(check, name=name)


def _free_path(name: str, routes: Routes) -> Path:
    """Where a new tutorial goes; a UsageError if its name is taken, or none for a file."""
    path = routes.settings.source / f"{name}.py"
    if not _NAME.fullmatch(name):
        form = "write part/name, with letters, digits, hyphens and underscores."
        raise click.UsageError(f"{name}: {form}")
    if name in files(routes.settings.source) or path.exists():
        raise click.UsageError(f"there is {relative(path)} already.")
    return path


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _files_of_a_tutorial(name: str, routes: Routes) -> dict[Path, str]:
    """The page of a new tutorial with an exercise of each kind, and their answers."""
    settings, order, base = routes.settings, routes.site.order, posixpath.basename(name)
    sections = rules_of(name, routes.site).get("sections", [])
    wanted = [text[2:] for text in sections if text.startswith("](")]
    folder = f"{settings.source.name}/{posixpath.dirname(name)}"
    first = next((each for each in order if each.startswith(f"{settings.source.name}/")), "")
    text = _TEMPLATES.get_template("new.j2").render(
        source=settings.source,
        answers=settings.answers,
        name=name,
        id=base.lower().replace("_", "-"),
        title=base.replace("_", " ").capitalize(),
        package=settings.snippets.name if (settings.snippets / "checking.py").is_file() else "",
        others=", ".join(f"[TODO: its title]({target})" for target in wanted),
        next=f"[TODO: its title]({posixpath.relpath(first, folder)}.py)" if first else "TODO",
    )
    _, *parts = _FILE.split(text)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {Path(path): content.rstrip("\n") + "\n" for path, content in pairs}


def _add_to_nav(config_file: Path, name: str, routes: Routes) -> int:
    """Name a tutorial in the nav, after the last of its part; gives the line of `mkdocs.yml`.

    The file is changed as text, because comments and MkDocs' own tags would not survive a parser.
    """
    lines = config_file.read_text(encoding="utf-8").splitlines()
    part, page = posixpath.dirname(f"{routes.settings.source.name}/{name}"), routes.page(name)
    begin = next((n for n, line in enumerate(lines) if re.match(r"nav:\s*(#|$)", line)), None)
    if begin is None:
        begin = len(lines)
        lines += ["nav:", "  - index.md"]
    end = begin + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " #-"):
        end += 1
    entries = [n for n in range(begin + 1, end) if lines[n].strip().startswith("- ")]
    same_part = re.compile(rf"\b{re.escape(part)}/[\w.-]+\s*(#.*)?$")
    if siblings := [n for n in range(begin, end) if same_part.search(lines[n])]:
        number = siblings[-1] + 1
        added = [f"{_indent(lines[siblings[-1]])}- {page}"]
    else:
        number = entries[-1] + 1 if entries else begin + 1
        outer = _indent(lines[entries[0]]) if entries else "  "
        added = [f"{outer}- {posixpath.basename(part).capitalize()}:", f"{outer}    - {page}"]
    lines[number:number] = added
    config_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return number + len(added)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def write_course(folder: Path) -> str:
    """Write a course into a new or empty folder; gives from where it will have this package."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{relative(folder)} holds something already; name a new folder."
        raise click.ClickException(message)
    words = re.findall(r"[a-z0-9]+", folder.resolve().name.lower())
    if not words:
        message = f"{relative(folder)} gives no name for a course; use letters or digits."
        raise click.ClickException(message)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True, ignore=ignored)
    values = {
        "COURSE_NAME": "-".join(words),
        "COURSE_TITLE": " ".join(words).capitalize(),
        "ENGINE": requirement(),
    }
    for path in (folder / name for name in _WITH_WORDS_TO_REPLACE):
        text = path.read_text(encoding="utf-8")
        text = re.sub("|".join(values), lambda word: values[word[0]], text)
        path.write_text(text, encoding="utf-8")
    (folder / ".python-version").write_text(f"{sys.version_info.major}.{sys.version_info.minor}\n")
    return values["ENGINE"].rpartition(" @ ")[2]


def requirement() -> str:
    """What a `pyproject.toml` says to have this package from where it was installed here.

    PEP 610 records that; what comes from a registry has no such record, and its version is there.
    """
    installed = distribution(_DISTRIBUTION)
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    if not origin:
        return f"{_DISTRIBUTION}>={installed.version}"
    url = origin["url"]
    if vcs := origin.get("vcs_info"):
        url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    if "subdirectory" in origin:
        url += f"#subdirectory={origin['subdirectory']}"
    return f"{_DISTRIBUTION} @ {url}"
