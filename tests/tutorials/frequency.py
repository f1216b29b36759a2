"""What the page of names says of the corpus: its two tables, and the first paragraph of each entry.

    uv run python tests/tutorials/frequency.py

writes them into the page, after a change of the corpus or of a page that teaches a name. A test
says when it is time.
"""

import re
import textwrap
from collections import Counter
from functools import cache
from typing import NamedTuple

from answers import ROOT, lessons
from taught import shown
from uses import Uses, commits, corpus

from publishing.read.diagnostic import join

PAGE = ROOT / "tutorials/look_up/names.py"
_NOT_TEACHING = ("look_up/names", "look_up/errors", "look_up/cheat_sheet", "about/original")
_ENTRY = re.compile(
    r"^# ### `hk\.([\w.]+)`\n#\n(# \d+ files?, \d+ repositor.*?\n)(?=#\n)", re.MULTILINE | re.DOTALL
)


@cache
def files_of(kind: str) -> Counter[str]:
    """The number of files that use each of the `names`, `keywords` or `bases`."""
    every = (used for repository in corpus().values() for used in repository.values())
    return Counter(name for used in every for name in getattr(used, kind))


@cache
def counts() -> dict[str, tuple[int, int]]:
    """By name as `hk.Linear`, how many files and repositories use it; the most used first."""
    users = {
        name: sum(
            any(name in used.names for used in repository.values())
            for repository in corpus().values()
        )
        for name in files_of("names")
    }
    order = sorted(users, key=lambda name: (-files_of("names")[name], -users[name], name))
    return {f"hk.{name}": (files_of("names")[name], users[name]) for name in order}


class _Page(NamedTuple):
    """A page that teaches: what it runs, and its prose."""

    run: Uses
    title: str
    headings: str
    prose: str


@cache
def _pages() -> dict[str, _Page]:
    """The pages that teach, by name, in the order of the navigation."""
    found = {}
    for name in re.findall(
        r"tutorials/([\w/]+)\.ipynb$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE
    ):
        if name not in _NOT_TEACHING:
            prose = "\n".join(
                join(cell.lines) for cell in lessons()[name].solved.cells if not cell.code
            )
            title, *headings = re.findall(r"^#+ (.*)", prose, re.MULTILINE)
            found[name] = _Page(shown()[name], title, "\n".join([title, *headings]), prose)
    return found


def page_of(name: str) -> str | None:
    """The page that runs a name and has it in a heading; else the first that runs or writes it."""
    name = name.removeprefix("experimental.") if name.count(".") == 1 else name
    word = re.compile(rf"\b{name.rpartition('.')[2]}\b")
    pages = _pages()
    running = [page for page in pages if {name, f"experimental.{name}"} & pages[page].run.names]
    headed = [page for page in running if word.search(pages[page].headings)]
    writing = [page for page in pages if f"`hk.{name}`" in pages[page].prose]
    return next(iter([*headed, *running, *writing]), None)


def _several(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def said(name: str) -> str:
    """The first paragraph of the entry of a name such as `nets.MLP`, as lines of a percent file."""
    files, repositories = counts()[f"hk.{name}"]
    of_repositories = _several(repositories, "repository", "repositories")
    text = f"{_several(files, 'file', 'files')}, {of_repositories}"
    if subclasses := files_of("bases")[name]:
        text += f"; a base class in {subclasses}"
    keywords = {
        key: count for key, count in files_of("keywords").items() if key.startswith(f"{name}(")
    }
    order = sorted(keywords, key=lambda key: (-keywords[key], key))
    if keywords := ", ".join(f"`{key.partition('(')[2][:-2]}` {keywords[key]}" for key in order):
        text += f". Keywords: {keywords}"
    if page := page_of(name):
        text += f". Taught in [{_pages()[page].title}](../{page}.py)"
    whole = re.sub(
        r"` (?=\d)", "`\0", f"{text}."
    )  # a line that begins with a number and a dot would be a list
    return (
        textwrap.indent(textwrap.fill(whole, 117, break_on_hyphens=False), "# ").replace("\0", " ")
        + "\n"
    )


def updated(page: str) -> str:
    """The text of the page, with what the corpus says today."""
    repositories = {name: (len(files), commits()[name][:12]) for name, files in corpus().items()}
    for table, content in {"REPOSITORIES": repositories, "COUNTS": counts()}.items():
        rows = "".join(
            f'    "{name}": {str(row).replace(chr(39), chr(34))},\n'
            for name, row in content.items()
        )
        page = re.sub(
            rf"^{table} = {{\n.*?^}}",
            f"{table} = {{\n{rows}}}",
            page,
            flags=re.MULTILINE | re.DOTALL,
        )
    return _ENTRY.sub(lambda entry: entry[0].replace(entry[2], said(entry[1])), page)


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text()))
