"""What `tutorials new`, `add` and `init` write: a page, its answers, its line in the navigation; a whole course."""

import json
import posixpath
import re
import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path

import click
from jinja2 import Environment, FileSystemLoader

from publishing.read.diagnostic import relative
from publishing.read.percent import files
from publishing.site.house import rules_of
from publishing.site.links import Routes

TEMPLATE = (
    Path(__file__).parents[1] / "template"
)  # of a course; in the files below are words to replace
_NAMED = ("pyproject.toml", "mkdocs.yml", "README.md", "docs/index.md")
_DISTRIBUTION = "mkdocs-tutorials"
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), trim_blocks=True, keep_trailing_newline=True
)
_PART = re.compile(r"^=== (.+)\n", re.MULTILINE)
_NAME = re.compile(r"([A-Za-z0-9_-]+/)*[A-Za-z0-9_-]{1,50}")


def new_files(name: str, routes: Routes) -> dict[Path, str]:
    """The files of a new tutorial with an exercise of each kind: its page, and their answers."""
    settings, order = routes.settings, routes.site.order
    wanted = [
        text[2:]
        for text in rules_of(name, routes.site).get("sections", [])
        if text.startswith("](")
    ]
    here = f"{settings.source.name}/{posixpath.dirname(name)}"
    following = next((each for each in order if each.startswith(f"{settings.source.name}/")), "")
    text = _TEMPLATES.get_template("new.j2").render(
        source=settings.source,
        answers=settings.answers,
        name=name,
        id=posixpath.basename(name).lower().replace("_", "-"),
        title=posixpath.basename(name).replace("_", " ").capitalize(),
        package=settings.snippets.name if (settings.snippets / "checking.py").is_file() else "",
        others=", ".join(f"[TODO: its title]({target})" for target in wanted),
        next=f"[TODO: its title]({posixpath.relpath(following, here)}.py)" if following else "TODO",
    )
    _, *parts = _PART.split(text)
    return {
        Path(path): content.rstrip("\n") + "\n"
        for path, content in zip(parts[::2], parts[1::2], strict=True)
    }


def free_name(name: str, routes: Routes) -> Path:
    """Where a tutorial of a new name goes; a UsageError if there is one or a file cannot be called so."""
    path = routes.settings.source / f"{name}.py"
    if not _NAME.fullmatch(name):
        raise click.UsageError(
            f"{name}: write part/name, with letters, digits, hyphens and underscores."
        )
    if name in files(routes.settings.source) or path.exists():
        raise click.UsageError(f"there is {relative(path)} already.")
    return path


def add_to_nav(config_file: Path, name: str, routes: Routes) -> int:
    """Name a tutorial in the navigation, after the last of its part; gives the line of `mkdocs.yml`."""
    lines = config_file.read_text(encoding="utf-8").splitlines()
    part, page = posixpath.dirname(f"{routes.settings.source.name}/{name}"), routes.page(name)
    beginning = next(
        (number for number, line in enumerate(lines) if re.match(r"nav:\s*(#|$)", line)), None
    )
    if beginning is None:
        lines += ["nav:", "  - index.md"]
        beginning = len(lines) - 2
    rest = enumerate(lines[beginning + 1 :], beginning + 1)
    end = next(
        (number for number, line in rest if line.strip() and line[0] not in " #-"), len(lines)
    )
    beside = [
        n
        for n in range(beginning, end)
        if re.search(rf"\b{re.escape(part)}/[\w.-]+\s*(#.*)?$", lines[n])
    ]
    if beside:
        number = beside[-1] + 1
        added = [f"{_indent(lines[beside[-1]])}- {page}"]
    else:
        entries = [n for n in range(beginning + 1, end) if lines[n].strip().startswith("- ")]
        inner = _indent(lines[entries[0]]) if entries else "  "
        number = entries[-1] + 1 if entries else beginning + 1
        added = [f"{inner}- {posixpath.basename(part).capitalize()}:", f"{inner}    - {page}"]
    lines[number:number] = added
    config_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return number + len(added)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


class FolderError(Exception):
    """A folder in which no course can begin: one sentence, with the way out."""


def write_course(folder: Path) -> None:
    """Write a course that builds into a folder, which must not be there or be empty; else a FolderError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderError(f"{relative(folder)} holds something already; name a new folder.")
    words = re.findall(r"[a-z0-9]+", folder.resolve().name.lower())
    if not words:
        raise FolderError(f"{relative(folder)} gives no name for a course; use letters or digits.")
    shutil.copytree(
        TEMPLATE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
    )
    meant = {
        "COURSE_NAME": "-".join(words),
        "COURSE_TITLE": " ".join(words).capitalize(),
        "ENGINE": requirement(),
    }
    for path in (folder / name for name in _NAMED):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            re.sub("|".join(meant), lambda word: meant[word[0]], text), encoding="utf-8"
        )
    (folder / ".python-version").write_text(f"{sys.version_info.major}.{sys.version_info.minor}\n")


def requirement() -> str:
    """What a `pyproject.toml` says to have this package from where it was installed here, as PEP 610 records it."""
    installed = distribution(_DISTRIBUTION)
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    if not origin:
        return f"{_DISTRIBUTION}>={installed.version}"
    source = origin.get("vcs_info")  # of version control
    url = f"{source['vcs']}+{origin['url']}@{source['commit_id']}" if source else origin["url"]
    return f"{_DISTRIBUTION} @ {url}"
