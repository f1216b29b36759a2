"""All tutorials: read, assembled, and looked up among the records."""

import difflib
from collections.abc import Collection
from functools import partial
from pathlib import Path

from publishing.assemble.variants import solve, unsolve
from publishing.read.percent import files, read_tutorial, read_tutorials
from publishing.read.problem import SourceError
from publishing.run import packages
from publishing.run.cache import Cache
from publishing.run.jax import MachineError
from publishing.run.record import Store, key
from publishing.run.schedule import Lesson
from publishing.settings import Settings


def load(settings: Settings, names: Collection[str] = (), *, force: bool = False) -> list[Lesson]:
    """The named tutorials, or all, with their records; raises a SourceError with every problem in their files."""
    packages.clear_cache()
    store, cache = Store(settings.records), Cache(settings.cache, settings.source.parent)
    folders = settings.snippets.walk(follow_symlinks=True)  # as imports do
    snippets = sorted(folder / name for folder, _, names in folders for name in names if name.endswith(".py"))
    lessons, problems = [], []
    names = named(names, settings.source)
    for tutorial in read_tutorials(settings.source, lambda *it: cache(it, partial(read_tutorial, *it), it[:1]), names):
        try:
            given = (tutorial, settings.snippets)
            solved, student = cache(given, lambda given=given: (solve(*given), unsolve(*given)), snippets)
            its_key = key(solved)
        except SourceError as error:
            problems += error.problems
            continue
        record = None if force else store.find(its_key, settings.device)
        lessons.append(Lesson(solved, student, its_key, record, beside=record and store.beside(record)))
    if problems:
        raise SourceError(*dict.fromkeys(problems))
    return lessons


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
