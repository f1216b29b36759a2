"""All tutorials: read, assembled, and looked up among the records."""

import difflib
from collections.abc import Collection
from functools import partial
from pathlib import Path

from publishing.assemble.variants import Variant, solve, unsolve
from publishing.read.cells import Tutorial
from publishing.read.percent import files, read_tutorial, read_tutorials
from publishing.read.problem import SourceError
from publishing.run import packages
from publishing.run.cache import Cache
from publishing.run.devices import MachineError
from publishing.run.record import Store, key
from publishing.run.schedule import Lesson
from publishing.settings import Settings


def load(settings: Settings, names: Collection[str] = (), *, force: bool = False) -> list[Lesson]:
    """The named tutorials, or all, with their records; raises a SourceError with every problem in their files."""
    packages.clear_cache()
    store, cache = Store(settings.records), Cache(settings.cache, settings.source.parent)
    folders = settings.snippets.walk(follow_symlinks=True)  # as imports do
    snippets = sorted(folder / name for folder, _, names in folders for name in names if name.endswith(".py"))
    lessons, problems, texts = [], [], {}
    names = named(names, settings.source)

    def read_kept(path: Path, name: str) -> Tutorial:
        texts[name], tutorial = cache.named((path, name), partial(read_tutorial, path, name), [path])
        return tutorial

    for tutorial in read_tutorials(settings.source, read_kept, names):
        assemble = partial(_assembled, tutorial, settings.snippets)
        try:
            made_from, (solved, student, imports) = cache.named(
                (texts[tutorial.name], settings.snippets), assemble, snippets
            )
            its_key = key(solved, imports)
        except SourceError as error:
            problems += error.problems
            continue
        record = None if force else store.find(its_key, settings.device)
        beside = record and store.beside(record)
        lessons.append(Lesson(solved, student, its_key, record, beside=beside, made_from=made_from))
    if problems:
        raise SourceError(*dict.fromkeys(problems))
    return lessons


def _assembled(tutorial: Tutorial, snippets: Path) -> tuple[Variant, Variant, tuple[str, ...]]:
    """The two variants, and what they import."""
    solved = solve(tutorial, snippets)
    return solved, unsolve(tutorial, snippets), packages.imported(solved)


def named(given: Collection[str], source: Path) -> list[str]:
    """The names of tutorials that are given by name or path; raises a MachineError for what is neither."""
    known, names = files(source), []
    by_place = {path.resolve(): name for name, path in known.items()}
    for text in given:
        places = (folder / text for folder in (Path(), source, source.parent))
        paths = (place.with_name(place.name.removesuffix(".py") + ".py").resolve() for place in places if place.name)
        name = text if text in known else next((by_place[path] for path in paths if path in by_place), None)
        if name is None:
            wanted = text.removesuffix(".py").removeprefix("./").removeprefix(f"{source.name}/")
            close = difflib.get_close_matches(wanted, known, n=1)
            way = f"do you mean {close[0]}?" if close else "`tutorials list` shows all."
            raise MachineError(f"there is no tutorial {text}; {way}")
        names.append(name)
    return names
