"""Links that lead nowhere, before a build: those of a page, and those of others to it."""

import itertools
import posixpath
import re
from collections.abc import Callable, Iterator
from functools import partial
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

from publishing.read.cells import Tutorial
from publishing.read.diagnostic import (
    Diagnostic,
    PageError,
    SourceError,
    join,
    line_of,
    read_source,
    relative,
)
from publishing.read.percent import examine, files
from publishing.read.prose import rewrite_links
from publishing.run.cache import Cache
from publishing.site.links import Routes, anchors_and_targets, is_local, page_anchor
from publishing.site.page import prose_of

Convert = Callable[[str], str]  # makes HTML of a page's Markdown
EXERCISE = re.compile(r'^# *%%.*\bexercise="([^"]*)"', re.MULTILINE)


def dead_links(tutorial: Tutorial, routes: Routes, convert: Convert) -> Iterator[Diagnostic]:
    """Links and pictures of the prose to what is not there, and links of others to its anchors."""
    lacks = partial(_lacks, routes, convert)
    here = routes.site.docs / posixpath.dirname(routes.page(tutorial.name))
    offered = {posixpath.basename(name) for name in routes.site.files}
    lines = [line for cell in tutorial.cells if not cell.code for line in cell.lines]
    for target in filter(is_local, _targets(join(lines))):
        path, anchor = unquote(urlsplit(target).path), urlsplit(target).fragment
        file = (tutorial.path.parent / path).resolve() if path else tutorial.path
        places = (file, Path(f"{file}".removesuffix(".ipynb") + ".py"), (here / path).resolve())
        place, missing = next(filter(Path.is_file, places), None), ""
        if place is None and file.name not in offered:
            missing = relative(file)
        elif place and anchor and lacks(place, anchor):
            missing = f"#{anchor} in {relative(place)}"
        if missing:
            line = next((line for line in lines if target in line.text), lines[0])
            yield line.diagnostic(f"{target} leads nowhere: there is no {missing}.")
    for path, number, target, anchor in _links_to(tutorial, routes):
        if lacks(tutorial.path, anchor):
            missing = f"there is no #{anchor} in {relative(tutorial.path)}"
            yield Diagnostic(path, number, f"{target} leads nowhere: {missing}.")


def _lacks(routes: Routes, convert: Convert, path: Path, anchor: str) -> bool:
    """Whether a page has no such anchor by its source; False, if only the build knows them."""
    name = {path: name for name, path in files(routes.settings.source).items()}.get(path)
    text = read_source(path) if path.suffix in (".py", ".md") else ""
    if not text or "<!-- build:" in text or (path.suffix == ".py" and not name):
        return False

    def make() -> set[str]:
        prose, known = text, set[str]()
        if name:
            link = partial(routes.for_page, (tutorial := examine(path, name)[0]))
            cells = (cell for cell in tutorial.cells if not cell.code)
            prose = "\n\n".join(prose_of(cell, itertools.repeat("1"), link) for cell in cells)
            known = {"find", "slowest"}  # of the template
            known |= {f"{of}-{id}" for id in EXERCISE.findall(text) for of in ("exercise", "check")}
        return known | anchors_and_targets(convert(prose))[0]

    try:
        known = Cache(routes.settings.cache)(("anchors", path), make, [path])
    except (PageError, SourceError):  # which is told
        return False
    return page_anchor(path, anchor) not in known


def _links_to(tutorial: Tutorial, routes: Routes) -> Iterator[tuple[Path, int, str, str]]:
    """Links of other pages to anchors of this one: file, line, target and anchor."""
    place = routes.site.docs / routes.page(tutorial.name)
    others = {*files(routes.settings.source).values(), *routes.site.docs.rglob("*.md")}
    for path in sorted(others - {tutorial.path}):
        text = path.read_text(encoding="utf-8")
        if not re.search(rf"\b{tutorial.path.stem}\.(py|ipynb)#", text):
            continue
        prose = re.sub(r"(?m)^# ?", "", text) if path.suffix == ".py" else text
        for target in _targets(prose):
            linked, _, anchor = target.partition("#")
            if anchor and Path(normpath(path.parent / linked)) in (tutorial.path, place):
                yield path, line_of(path, [target]), target, anchor


def _targets(markdown: str) -> list[str]:
    """Where the links and images of a text lead, each once; those within code are text."""
    targets: dict[str, None] = {}
    rewrite_links(markdown, lambda target: targets.setdefault(target) or target)
    return list(targets)
