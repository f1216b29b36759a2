"""All tutorials: read, assembled, and looked up among the records."""

import difflib
from collections.abc import Collection
from functools import cache, partial
from pathlib import Path

from publishing.assemble.variants import Variant, solve, unsolve
from publishing.read.cells import Tutorial
from publishing.read.diagnostic import Diagnostic, SourceError, join
from publishing.read.percent import files, read_tutorial, read_tutorials
from publishing.run import packages
from publishing.run.cache import Cache
from publishing.run.devices import MachineError
from publishing.run.lesson import Lesson
from publishing.run.record import Parts, Store, key_of, parts
from publishing.settings import Settings

Both = tuple[Variant, Variant]  # the solved variant and the student's


def load(settings: Settings, names: Collection[str] = (), *, force: bool = False) -> list[Lesson]:
    """The named tutorials, or all, with their records, or without if `force`.

    Raises a SourceError with every diagnostic of their files.
    """
    packages.clear_cache()
    store, kept = Store(settings.records), Cache(settings.cache)
    modules = _modules(settings.snippets)
    read = cache(read_tutorial)  # its outline is wanted first, and its cells if nothing is kept

    def outline(path: Path, name: str) -> Tutorial:
        return kept(("outline", path, name), lambda: read(path, name).outline, [path])

    def assemble(tutorial: Tutorial) -> Both:
        whole = read(tutorial.path, tutorial.name)
        solved = solve(whole, settings.snippets)
        return solved, unsolve(whole, settings.snippets, solved)

    def variants_of(tutorial: Tutorial, given: tuple, sources: list[Path], digest: str) -> Both:
        both = kept(given, lambda: assemble(tutorial), sources)
        if kept.name(given, sources) != digest:
            changed = "it or what it takes from the snippets changed while it was read"
            raise SourceError(Diagnostic(tutorial.path, 1, f"{changed}; build again."))
        return both

    lessons, diagnostics = [], []
    for tutorial in read_tutorials(settings.source, outline, named(names, settings.source)):
        given, sources = ("variants", tutorial.name, settings.snippets), [tutorial.path, *modules]
        digest = kept.name(given, sources)
        variants = cache(partial(variants_of, tutorial, given, sources, digest))
        try:
            needs, imports, size = kept(("needs", digest), lambda: _needs(*variants()))  # noqa: B023
            key = key_of(needs, imports)
        except SourceError as error:
            diagnostics += error.diagnostics
            continue
        record = None if force else store.find(key, settings.device)
        beside = store.beside(record) if record else None
        lessons.append(Lesson(tutorial, key, variants, record, beside, False, size, digest, kept))
    if diagnostics:
        raise SourceError(*dict.fromkeys(diagnostics))
    return lessons


def _modules(snippets: Path) -> list[Path]:
    """The files of the package, links followed, as imports follow them."""
    folders = snippets.walk(follow_symlinks=True)
    return sorted(f / name for f, _, names in folders for name in names if name.endswith(".py"))


def _needs(solved: Variant, _: Variant) -> tuple[Parts, tuple[str, ...], int]:
    """What the key is made of, and the characters of the code."""
    size = sum(len(join(cell.lines)) for cell in solved.code)
    return parts(solved), packages.imported(solved), size


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
