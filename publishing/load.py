"""All tutorials: read, assembled, and looked up among the records."""

import difflib
from collections.abc import Callable, Collection
from functools import cache
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

Variants = Callable[[], tuple[Variant, Variant]]


def load(settings: Settings, names: Collection[str] = (), *, force: bool = False) -> list[Lesson]:
    """The named tutorials, or all, with their records, or without if `force`.

    Raises a SourceError with every diagnostic of their files.
    """
    packages.clear_cache()
    store, kept = Store(settings.records), Cache(settings.cache)
    snippets = _modules(settings.snippets)
    read = cache(read_tutorial)  # its outline is wanted first, and its cells if nothing is kept

    def outline(path: Path, name: str) -> Tutorial:
        return kept(("outline", path, name), lambda: read(path, name).outline, [path])

    lessons, diagnostics = [], []
    for tutorial in read_tutorials(settings.source, outline, named(names, settings.source)):
        sources = [tutorial.path, *snippets]
        digest = kept.name(("variants", tutorial.name, settings.snippets), sources)
        variants = _variants(tutorial, digest, settings.snippets, sources, kept, read)
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


def _variants(
    tutorial: Tutorial,
    digest: str,
    snippets: Path,
    sources: list[Path],
    kept: Cache,
    read: Callable[[Path, str], Tutorial],
) -> Variants:
    """What assembles a tutorial when it is first asked to, from the sources of this digest."""
    given = ("variants", tutorial.name, snippets)

    def assemble() -> tuple[Variant, Variant]:
        whole = read(tutorial.path, tutorial.name)
        solved = solve(whole, snippets)
        return solved, unsolve(whole, snippets, solved)

    @cache
    def variants() -> tuple[Variant, Variant]:
        both = kept(given, assemble, sources)
        if kept.name(given, sources) != digest:
            changed = (
                "it or what it takes from the snippets changed while it was read; build again."
            )
            raise SourceError(Diagnostic(tutorial.path, 1, changed))
        return both

    return variants


def _needs(solved: Variant, _: Variant) -> tuple[Parts, tuple[str, ...], int]:
    """What the key is made of, and the characters of the code."""
    return (
        parts(solved),
        packages.imported(solved),
        sum(len(join(cell.lines)) for cell in solved.code),
    )


def named(texts: Collection[str], source: Path) -> list[str]:
    """The names of tutorials given by name or path; raises a MachineError for what is neither."""
    known = files(source)
    by_place = {path.resolve(): name for name, path in known.items()}
    return [text if text in known else _by_path(text, known, by_place, source) for text in texts]


def _by_path(text: str, known: Collection[str], by_place: dict[Path, str], source: Path) -> str:
    """The name of a tutorial given by its path from here, from the course or from its folder."""
    stem = text.removesuffix(".py")
    for folder in (Path(), source, source.parent):
        if name := by_place.get((folder / f"{stem}.py").resolve()):
            return name
    close = difflib.get_close_matches(
        stem.removeprefix("./").removeprefix(f"{source.name}/"), known, n=1
    )
    way = f"do you mean {close[0]}?" if close else "`tutorials list` shows all."
    raise MachineError(f"there is no tutorial {text}; {way}")
