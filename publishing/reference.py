"""The reference of `snippets`: an entry for mkdocstrings per definition, and which tutorials show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from publishing.building import Job
from publishing.snippet import Module

NOWHERE = "Not shown in a tutorial."

_MODULE = """\
::: {name}
    options:
      members: []
      heading_level: 2
      show_root_full_path: true
"""


@dataclass(frozen=True)
class Definition:
    """A public function or class of `snippets` and the tutorials whose notebooks show it, in their order."""

    name: str
    jobs: tuple[Job, ...]


def modules(snippets: Path) -> dict[str, Path]:
    """The modules of a folder of snippets by dotted name."""
    found = {}
    for path in sorted(snippets.rglob("*.py")):
        parts = path.relative_to(snippets.parent).with_suffix("").parts
        if not any(part.startswith("_") for part in parts):
            found[".".join(parts)] = path
    return found


def definitions(module: str, path: Path, jobs: Sequence[Job]) -> Iterator[Definition]:
    """The public functions and classes of a module.

    Args:
      module: its dotted name.
      path: its file.
      jobs: the tutorials. One shows a definition if lines of it stand in a cell of its notebook that is not hidden.

    Raises:
      SourceError: if the module cannot be read.
    """
    places = {job.name: _places(job) for job in jobs}
    for name, piece in Module(path).pieces.items():
        if piece.block and not name.startswith("_"):
            lines = {(line.path, line.number) for line in piece.lines}
            yield Definition(f"{module}.{name}", tuple(job for job in jobs if lines & places[job.name]))


def entries(jobs: Sequence[Job], snippets: Path, link: Callable[[str], str]) -> str:
    """The Markdown of the reference: what mkdocstrings renders, each entry with the tutorials that show it.

    Args:
      jobs: the tutorials, in the order of the course.
      snippets: the folder of snippets.
      link: where the page of a tutorial of this name is.

    Raises:
      SourceError: if a module cannot be read.
    """
    parts = []
    for module, path in modules(snippets).items():
        parts.append(_MODULE.format(name=module))
        for found in definitions(module, path, jobs):
            shown = ", ".join(f"[{job.variant.tutorial.title}]({link(job.name)})" for job in found.jobs)
            parts += [f"::: {found.name}\n", f"Shown in: {shown}.\n" if shown else f"{NOWHERE}\n"]
    return "\n".join(parts)


def _places(job: Job) -> set[tuple[Path, int]]:
    """Where the lines come from that a notebook shows as code."""
    cells = [cell for cell in job.variant.code if "hidden" not in cell.cell.tags]
    return {(line.path, line.number) for cell in cells for line in cell.lines}
