"""All tutorials: read, assembled, and looked up among the records."""

import difflib
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from publishing.assemble.variants import Variant, solve, unsolve
from publishing.read.cells import Tutorial
from publishing.read.diagnostic import Diagnostic, SourceError, join
from publishing.read.percent import files, read_tutorial, read_tutorials
from publishing.run import packages
from publishing.run.cache import Cache
from publishing.run.devices import MachineError
from publishing.run.lesson import CHANGED, Kept
from publishing.run.record import Parts, Store, key_of, parts
from publishing.settings import Settings


def load(settings: Settings, names: Collection[str] = (), *, force: bool = False) -> list[Kept]:
    """The named tutorials, or all, with their records; raises a SourceError with every problem in their files."""
    packages.clear_cache()
    store, cache = Store(settings.records), Cache(settings.cache, settings.source.parent)
    folders = settings.snippets.walk(follow_symlinks=True)  # as imports do
    snippets = sorted(
        folder / name for folder, _, names in folders for name in names if name.endswith(".py")
    )
    lessons, diagnostics = [], []

    def whole(path: Path, name: str) -> Tutorial:
        return cache((path, name), partial(read_tutorial, path, name), [path])

    def outline(path: Path, name: str) -> Tutorial:
        return cache(("outline", path, name), lambda: whole(path, name).outline, [path])

    for tutorial in read_tutorials(settings.source, outline, named(names, settings.source)):
        read, sources = partial(whole, tutorial.path, tutorial.name), [tutorial.path, *snippets]
        given = ("variants", tutorial.name, settings.snippets)
        made_from = cache.name(given, sources)
        assembled = partial(
            cache.named, given, partial(_assembled, read, settings.snippets), sources
        )
        variants = partial(_unchanged, tutorial.path, made_from, assembled)
        try:
            its, imports, size = cache(("needs", made_from), lambda: _needs(*variants()))  # noqa: B023
            its_key = key_of(its, imports)
        except SourceError as error:
            diagnostics += error.diagnostics
            continue
        record = None if force else store.find(its_key, settings.device)
        records = filter(None, (record, record and store.beside(record)))
        when = record.executed_at if record else ""
        lessons.append(
            Kept(
                tutorial,
                its_key,
                size,
                made_from,
                variants,
                cache,
                tuple(map(store.path, records)),
                when,
            )
        )
    if diagnostics:
        raise SourceError(*dict.fromkeys(diagnostics))
    return lessons


def _assembled(read: Callable[[], Tutorial], snippets: Path) -> tuple[Variant, Variant]:
    tutorial = read()
    solved = solve(tutorial, snippets)
    return solved, unsolve(tutorial, snippets, solved)


def _unchanged[T](path: Path, name: str, assembled: Callable[[], tuple[str, T]]) -> T:
    """What was assembled; a SourceError if it is not of the files any more that had this name."""
    now, variants = assembled()
    if now != name:
        raise SourceError(Diagnostic(path, 1, CHANGED))
    return variants


def _needs(solved: Variant, _: Variant) -> tuple[Parts, tuple[str, ...], int]:
    """What the key is made of, and the characters of the code."""
    return (
        parts(solved),
        packages.imported(solved),
        sum(len(join(cell.lines)) for cell in solved.code),
    )


def named(given: Collection[str], source: Path) -> list[str]:
    """The names of tutorials that are given by name or path; raises a MachineError for what is neither."""
    known, names = files(source), []
    by_place = {path.resolve(): name for name, path in known.items()}
    for text in given:
        places = (folder / text for folder in (Path(), source, source.parent))
        paths = (
            place.with_name(place.name.removesuffix(".py") + ".py").resolve()
            for place in places
            if place.name
        )
        name = (
            text
            if text in known
            else next((by_place[path] for path in paths if path in by_place), None)
        )
        if name is None:
            wanted = text.removesuffix(".py").removeprefix("./").removeprefix(f"{source.name}/")
            close = difflib.get_close_matches(wanted, known, n=1)
            way = f"do you mean {close[0]}?" if close else "`tutorials list` shows all."
            raise MachineError(f"there is no tutorial {text}; {way}")
        names.append(name)
    return names
