"""All tutorials: read, assembled, and looked up among the records."""

import difflib
from collections.abc import Collection
from functools import partial
from pathlib import Path

from publishing.assemble.snippets import TEACHING
from publishing.assemble.variants import Variant, solve, unsolve
from publishing.read.cells import Tutorial
from publishing.read.data import files_beside
from publishing.read.diagnostic import SourceError
from publishing.read.percent import files, read_tutorial, read_tutorials
from publishing.run import packages
from publishing.run.cache import Cache
from publishing.run.devices import MachineError
from publishing.run.lesson import Lesson
from publishing.run.record import Parts, Store, key_of, parts
from publishing.settings import Settings


def load(settings: Settings, names: Collection[str] = (), *, force: bool = False) -> list[Lesson]:
    """The named tutorials, or all, with their records, or without if `force`.

    Raises a SourceError with every diagnostic of their files.
    """
    packages.clear_cache()
    store, kept = Store(settings.records), Cache(settings.cache)
    modules = [*_modules(settings.snippets), *_modules(TEACHING)]

    def read(path: Path, name: str) -> Tutorial:
        return kept(("read", path, name), lambda: read_tutorial(path, name), [path])

    lessons, diagnostics = [], []
    for tutorial in read_tutorials(settings.source, read, named(names, settings.source)):
        make = partial(_assemble, tutorial, settings.snippets)
        try:
            files = [*modules, *files_beside(tutorial.path).values()]
            solved, student, of_code, imports = kept(("assembled", tutorial), make, files)
            key = key_of(of_code, imports)
        except SourceError as error:
            diagnostics += error.diagnostics
            continue
        record = None if force else store.find(key, settings.device)
        beside = store.beside(record) if record else None
        lessons.append(Lesson(solved, student, key, record, beside, cache=kept))
    if diagnostics:
        raise SourceError(*dict.fromkeys(diagnostics))
    return lessons


def _assemble(
    tutorial: Tutorial, snippets: Path
) -> tuple[Variant, Variant, Parts, tuple[str, ...]]:
    """The variants, solved and the student's, and what the key is made of."""
    solved = solve(tutorial, snippets)
    student = unsolve(tutorial, snippets, solved)
    return solved, student, parts(solved), packages.imported(solved)


def _modules(snippets: Path) -> list[Path]:
    """The files of the package, links followed, as imports follow them."""
    folders = snippets.walk(follow_symlinks=True)
    return sorted(f / name for f, _, names in folders for name in names if name.endswith(".py"))


def named(texts: Collection[str], source: Path) -> list[str]:
    """The names of tutorials given by name, or by path from here or from the course.

    Raises a MachineError for what is neither.
    """
    known, names = files(source), []
    by_place = {path.resolve(): name for name, path in known.items()}
    for text in texts:
        stem = text.removesuffix(".py")
        paths = [(folder / f"{stem}.py").resolve() for folder in (source, Path(), source.parent)]
        if not (found := [by_place[path] for path in paths if path in by_place]):
            guess = stem.removeprefix("./").removeprefix(f"{source.name}/")
            close = difflib.get_close_matches(guess, known, n=1)
            way = f"do you mean {close[0]}?" if close else "`tutorials list` shows all."
            raise MachineError(f"there is no tutorial {text}; {way}")
        names += found[:1]
    return names
