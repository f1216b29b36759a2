"""What `haiku-port read` knows of the course: sections, names and keywords, a sentence for each.

    uv run python tests/tutorials/course_index.py

writes it from the pages; a test says when it is to be written again.
"""

import csv
import io
import math
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from answers import ROOT, lessons
from markdown.extensions.toc import slugify

from publishing.read.diagnostic import join
from publishing.read.prose import headings, without_fences
from publishing.run.lesson import Lesson
from publishing.site.summary import reading
from snippets.porting.read.uses import Use, uses_of

FILE = ROOT / "snippets/porting/read/course.csv"
NAMES = "look_up/names"  # which has a sentence for each name of Haiku
LATER = ("look_up", "about")  # pages that explain only what no other page does
_PER_MINUTE = 200 // 8  # lines of code; eight words are a line
_LONGEST = 220
_COUNTED = re.compile(r"^\d+ files?, \d+ repositor")
_SENTENCE = re.compile(r"(?<=[.?!:])\s+(?=[A-Z`\[*(])")
_TAUGHT = re.compile(r"Taught in \[[^\]]*\]\(\.\./(?P<page>[\w/]+)\.py")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)", re.DOTALL)
_ALIASES = {"haiku": "hk", "jax.numpy": "jnp", "jax": "jax", "optax": "optax", "chex": "chex"}


class Part(NamedTuple):
    """A section of a page: its prose, its visible code, and how long it takes to read."""

    page: str
    anchor: str
    heading: str
    prose: str
    code: str
    minutes: int


def rows() -> list[tuple[str, ...]]:
    """The rows of the file: kind, name, page, anchor, minutes, text."""
    parts = list(all_parts())
    found = [
        ("section", part.heading, part.page, part.anchor, str(part.minutes), opening(part.prose))
        for part in parts
    ]
    entries = {name: part for part in parts if part.page == NAMES for name in _named(part)}
    for name, part in sorted(first_parts(parts).items()):
        entry = entries.get(name.partition("(")[0].partition(",")[0])
        text = _sentence(name, entry or part, parts)
        found.append(("name", name, part.page, part.anchor, "", text))
    return found


def first_parts(parts: list[Part]) -> dict[str, Part]:
    """The section that explains each name and keyword: on the page that teaches it, if any."""
    places: dict[str, list[Part]] = {}
    for page in dict.fromkeys(part.page for part in parts):
        own = [part for part in parts if part.page == page]
        for use, part in _uses(own):
            name = f"{use.name}, as a base" if use.kind == "base" else use.name
            places.setdefault(name, []).append(part)
    for part in parts:
        for name in _mentioned(part) if part.page == NAMES else ():
            places.setdefault(name, []).append(part)
    taught = {
        name: match["page"]
        for part in parts
        if part.page == NAMES and (match := _TAUGHT.search(" ".join(part.prose.split())))
        for name in _named(part)
    }
    return {name: _best(name, found, taught.get(name, "")) for name, found in places.items()}


def _best(name: str, found: list[Part], taught: str) -> Part:
    """The place that teaches a name: with it in the heading, else the first lesson."""
    sections = [part for part in found if part.anchor] or found
    course = [part for part in sections if part.page.split("/")[0] not in LATER]
    here = [part for part in course if part.page == taught]
    lessons_first = sorted(here or course or sections, key=_is_exercise)
    return next((part for part in lessons_first if _is_about(name, part)), lessons_first[0])


def _is_exercise(part: Part) -> bool:
    return part.heading.startswith(("Exercise", "What can go wrong", "What you learned"))


def _is_about(name: str, part: Part) -> bool:
    """Whether the heading of a section names what it is asked for."""
    bare = name.partition("(")[0].partition(",")[0]
    return any(_is_in(spelling, part.heading) for spelling in _spellings(bare))


def _uses(parts: list[Part]) -> Iterator[tuple[Use, Part]]:
    """What the code of a page uses, with the section that each use is in."""
    lines = [part for part in parts for _ in range(part.code.count("\n"))]
    for use in uses_of("".join(part.code for part in parts)):
        yield use, lines[use.line - 1]


def _named(part: Part) -> list[str]:
    """The names that the heading of an entry of the page of names has."""
    return [f"haiku.{name}" for name in re.findall(r"`hk\.([\w.]+)`", part.heading)]


def _mentioned(part: Part) -> list[str]:
    return [f"haiku.{name}" for name in re.findall(r"`hk\.([\w.]+)`", part.prose)]


@cache
def _spellings(name: str) -> tuple[str, ...]:
    """How prose writes a name, between the marks of code."""
    for package, alias in _ALIASES.items():
        if name.startswith(f"{package}."):
            return f"`{alias}{name[len(package) :]}", f"`{name}"
    return (f"`{name}",)


def _sentence(name: str, part: Part, parts: list[Part]) -> str:
    """The sentence about a name: of its entry, or the first that mentions it."""
    bare, _, keyword = name.partition("(")
    bare = bare.partition(",")[0]
    if bare in _named(part):
        if keyword:
            marked = f"`{keyword.rstrip(')')}"
            return next((one for one in sentences(part.prose) if marked in one), "")
        return opening(part.prose)
    if keyword:
        return ""
    others = [one for one in parts if one.page == part.page and one is not part]
    for one in (part, *others, *parts):
        for sentence in sentences(one.prose):
            if any(_is_in(spelling, sentence) for spelling in _spellings(bare)):
                return sentence
    return ""


def _is_in(spelling: str, sentence: str) -> bool:
    exact = spelling in sentence and re.search(re.escape(spelling) + r"(?![\w.])", sentence)
    return bool(exact)


def opening(prose: str) -> str:
    """The first sentence of prose that is not about how often a name is used."""
    return next(iter(sentences(prose)), "")


@cache
def sentences(prose: str) -> list[str]:
    """The sentences of prose, links as their text, short enough for a line or two."""
    found = []
    for block in re.split(r"\n\s*\n", without_fences(prose)):
        text = " ".join(_LINK.sub(r"\1", block).split())
        if not text or text[0] in "<|#-$!" or _COUNTED.match(text) or "{{" in text:
            continue
        found += [one for one in _SENTENCE.split(text) if 20 < len(one) <= _LONGEST]
    return [one.rstrip(":") + "." * one.endswith(":") for one in found]


def all_parts() -> Iterator[Part]:
    """The sections of all pages, in the order of the site's navigation."""
    for name in order():
        yield from parts_of(lessons()[name])


def order() -> list[str]:
    """The names of the pages, as the navigation has them."""
    text = re.sub(r"!\S+", "", (ROOT / "mkdocs.yml").read_text().partition("\nnav:")[2])
    named = re.findall(r"tutorials/([\w/]+)\.ipynb", text)
    assert sorted(named) == sorted(lessons()), "the navigation has other pages"
    return named


def parts_of(lesson: Lesson) -> Iterator[Part]:
    """The sections of a page; the first is the page itself, before its first section."""
    anchors: dict[str, int] = {}
    cells: list = []
    heading, anchor, prose, code = lesson.tutorial.title, "", "", ""
    total = _minutes(lesson.solved.cells)
    made = []
    for cell in lesson.solved.cells:
        if cell.code:
            if not (cell.check or cell.raises or "hidden" in cell.tags):
                code += join(cell.lines) + "\n"
            cells.append(cell)
            continue
        for text, title in _divided(join(cell.lines)):
            if title:
                made.append((heading, anchor, prose, code, _minutes(cells)))
                slug = slugify(_plain(title), "-")
                count = anchors[slug] = anchors.get(slug, -1) + 1
                heading, anchor = title, f"{slug}_{count}" if count else slug
                prose, code, cells = "", "", []
            prose += f"{text}\n\n"
        cells.append(cell)
    made.append((heading, anchor, prose, code, _minutes(cells)))
    for heading, anchor, prose, code, minutes in made:
        yield Part(lesson.name, anchor, heading, prose, code, minutes if anchor else total)


def _divided(markdown: str) -> Iterator[tuple[str, str]]:
    """The text of a cell by its headings below the first level."""
    titles = set(headings(markdown))
    text, title = "", ""
    for line in markdown.splitlines():
        name = re.sub(r"^#+ ", "", line).strip()
        if re.match(r"^##+ ", line) and name in titles:
            yield text, title
            text, title = "", name
        elif not re.match(r"^# ", line):
            text += f"{line}\n"
    yield text, title


def _plain(title: str) -> str:
    return _LINK.sub(r"\1", title).replace("`", "").replace("$", "")


def _minutes(cells: list) -> int:
    words, lines = reading(cells)
    return max(1, math.ceil((words / 8 + lines) / _PER_MINUTE))


def written() -> str:
    """The text of the file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("kind", "name", "page", "anchor", "minutes", "text"))
    writer.writerows(rows())
    return out.getvalue()


if __name__ == "__main__":
    Path(FILE).write_text(written(), encoding="utf-8")
