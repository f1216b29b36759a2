"""`tutorials remove` and `rename`: a page with all that is of it alone, and what names it."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import click

from publishing.load import load, named
from publishing.options import read_options
from publishing.read.data import files_beside
from publishing.read.diagnostic import Diagnostic, SourceError, join, relative
from publishing.read.percent import examine, files
from publishing.read.prose import rewrite_links
from publishing.run.record import Store
from publishing.site.links import Routes, is_local
from publishing.tools.dead_links import EXERCISE
from publishing.tools.nav import renamed_in_nav, without_page
from publishing.tools.new import new_name

_PLACEHOLDER = re.compile(r"<!-- build: .*? -->")
_AS_IT_IS = {"encoding": "utf-8", "errors": "surrogateescape"}


@click.command()
@click.argument("name")
@click.pass_obj
def remove(config_file: Path, name: str) -> None:
    """Delete a tutorial, its answers, the files beside it that only it names, and its records.

    Nothing is deleted while something else names it.
    """
    routes = read_options(config_file)
    settings, texts = routes.settings, _texts(routes)
    (name,) = named([name], settings.source)
    page, move = settings.source / f"{name}.py", _Move(routes, name, "")
    others = {path: text for path, text in texts.items() if path != page}
    config = config_file.read_text(encoding="utf-8")
    new_config, entry = without_page(config_file, config, routes.page(name))
    changes = {path: (text, move.changed(path, text)) for path, text in others.items()}
    changes[config_file.absolute()] = (config, move.changed_options(config))
    if diagnostics := [
        Diagnostic(path, number, f"names {name}; take that out first.")
        for path, texts_of_path in changes.items()
        for number, rows in enumerate(zip(*map(str.splitlines, texts_of_path), strict=True), 1)
        if len({*rows}) > 1
    ]:
        raise SourceError(*diagnostics)
    taken = {exercise for text in others.values() for exercise in EXERCISE.findall(text)}
    own = sorted({*EXERCISE.findall(texts[page])} - taken)
    answers = (settings.answers / f"{exercise}.py" for exercise in own)
    store = Store(settings.records)
    gone = [page, *filter(Path.is_file, answers), *_own_files(page, texts).values()]
    config_file.write_text(new_config, encoding="utf-8")
    for path in (*gone, *map(store.path, store.of(name))):
        path.unlink()
        click.echo(relative(path))
    if entry:
        click.echo(f"{relative(config_file.absolute())}: {entry}")


@click.command()
@click.argument("old")
@click.argument("new", metavar="PART/NAME", callback=new_name)
@click.pass_obj
def rename(config_file: Path, old: str, new: str) -> None:
    """Give a tutorial another name, in the nav and in links to it, too.

    The files beside it that only it names move along, and its records stay.
    """
    routes = read_options(config_file)
    settings, texts = routes.settings, _texts(routes)
    (lesson,) = load(settings, [old])
    old, page, place = lesson.name, lesson.tutorial.path, settings.source / f"{new}.py"
    goes = page.parent != place.parent
    own = _own_files(page, texts) if goes else {}
    if goes and (shared := lesson.solved.data.keys() - own.keys()):
        what = f"reads {min(shared)}, which another page names, too"
        raise SourceError(Diagnostic(page, 1, f"{what}; keep it in its folder."))
    moved = {page: place} | {path: place.parent / name for name, path in own.items()}
    same = {name.lower(): path for name, path in files(settings.source).items() if name != old}
    if there := same.get(new.lower()) or next(filter(Path.exists, moved.values()), None):
        raise click.UsageError(f"there is {relative(there)} already.")
    config = config_file.read_text(encoding="utf-8")
    config = renamed_in_nav(config_file, config, routes.page(old), routes.page(new))
    move = _Move(routes, old, new, moved)
    changes = {path: move.changed(path, text) for path, text in texts.items()}
    for path, text in {**changes, config_file: move.changed_options(config)}.items():
        if text != path.read_text(**_AS_IT_IS):
            path.write_text(text, **_AS_IT_IS)
            click.echo(relative(path.absolute()))
    for path, to in moved.items():
        to.parent.mkdir(parents=True, exist_ok=True)
        path.rename(to)
        click.echo(f"{relative(path)} is now {relative(to)}")
    for record in filter(None, (lesson.record, lesson.beside)):
        Store(settings.records).keep(replace(record, tutorial=new))
    click.echo(f"{new} {'keeps its record' if lesson.record else 'has no record, and will run'}.")


@dataclass(frozen=True)
class _Move:
    """A tutorial that gets another name, and the files that get another place with it."""

    routes: Routes
    old: str
    new: str
    files: Mapping[Path, Path] = field(default_factory=dict)

    def changed_options(self, config: str) -> str:
        """`mkdocs.yml` with the new name where it looks the tutorial up or has rules for it."""
        if self.old not in (*self.routes.site.look_up, *self.routes.site.rules):
            return config
        return re.sub(r"(?m)^[^#\n]+", self._renamed, config)

    def _renamed(self, found: re.Match) -> str:
        return re.sub(rf"(?<![\w./-]){re.escape(self.old)}(?![\w./-])", self.new, found[0])

    def changed(self, path: Path, text: str) -> str:
        """The text of a tutorial or of a page written by hand, with the new name and places."""
        if posixpath.basename(self.old) not in text and path not in self.files:
            return text
        if path.suffix == ".md":
            text = _PLACEHOLDER.sub(self._renamed, text)
            here = path.relative_to(self.routes.site.docs).with_suffix("").as_posix()
            return rewrite_links(text, lambda target: self._target(here, target))
        here = self._place(path.with_suffix(""))
        rows = text.split("\n")
        for cell in (cell for cell in examine(path, here)[0].cells if not cell.code):
            prose = rewrite_links(join(cell.lines), lambda target: self._target(here, target))
            for line, new in zip(cell.lines, prose.split("\n"), strict=True):
                if new != line.text:
                    rows[line.number - 1] = rows[line.number - 1].replace(line.text, new)
        return "\n".join(rows)

    def _place(self, path: Path) -> str:
        return path.relative_to(self.routes.settings.source.parent).as_posix()

    def _target(self, here: str, target: str) -> str:
        """A link of the page at a place, now that pages and files have others.

        A file is seen from the folder of the page, an address from the page itself.
        """
        path, hash_, anchor = target.partition("#")
        if not (path and is_local(target)):
            return target
        source = self.routes.settings.source.name
        forms = ("", ".py", ".ipynb")
        moved = {f"{source}/{self.old}{end}": f"{source}/{self.new}{end}" for end in forms}
        moved |= {quote(self._place(old)): self._place(new) for old, new in self.files.items()}
        pages = here, moved.get(here, here)
        start, end = map(posixpath.dirname, pages) if posixpath.splitext(path)[1] else pages
        place = posixpath.normpath(posixpath.join(start, path))
        new = moved.get(place, place)
        if (new, end) == (place, start):
            return target
        return quote(posixpath.relpath(new, end)) + "/" * path.endswith("/") + hash_ + anchor


def _texts(routes: Routes) -> dict[Path, str]:
    """What all tutorials and all pages written by hand hold."""
    paths = [*files(routes.settings.source).values(), *sorted(routes.site.docs.rglob("*.md"))]
    return {path: path.read_text(**_AS_IT_IS) for path in paths}


def _own_files(page: Path, texts: Mapping[Path, str]) -> dict[str, Path]:
    """The files beside a page that it names, and no other page."""

    def has(text: str, name: str) -> bool:
        forms = "|".join(map(re.escape, (name, quote(name))))
        return bool(re.search(rf"(?<![\w-])({forms})(?![\w-])", text))

    others = [text for path, text in texts.items() if path != page]
    return {
        name: path
        for name, path in files_beside(page).items()
        if has(texts[page], name) and not any(has(text, path.name) for text in others)
    }
