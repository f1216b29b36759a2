"""The notebooks of all pages, written where mkdocs-jupyter mounts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import nbformat

from publishing.apidocs import Addresses
from publishing.building import Job
from publishing.figures import Figure
from publishing.glossary import Glossary
from publishing.memo import Memo, afresh
from publishing.pages import page
from publishing.routes import EXERCISES, GLOSSARY, SNIPPETS, Routes
from publishing.snippet import written
from publishing.source import SourceError
from publishing.writing import remove_unfinished, write


def mount(
    jobs: Iterable[Job], snippets: Path, routes: Routes, addresses: Addresses, memo: Memo | Callable = afresh
) -> dict[str, dict[str, Figure]]:
    """Write the notebooks of pages where they changed, and remove those of tutorials that are gone.

    Args:
      jobs: tutorials with their records.
      snippets: the folder of snippets.
      routes: where links lead.
      addresses: where the documentation of a library's name stands.
      memo: keeps what a page has become.

    Returns:
      The figures of each tutorial by file name.

    Raises:
      SourceError: with everything that keeps the tutorials from being shown.
    """
    routes.pages.mkdir(parents=True, exist_ok=True)
    remove_unfinished(routes.pages)
    glossary = Glossary(routes.docs / GLOSSARY)
    linked = [(routes.docs / name).is_file() for name in (EXERCISES, SNIPPETS)]
    shared = (snippets, written(snippets), routes, linked, glossary.terms)
    wanted: dict[Path, str] = {}
    figures: dict[str, dict[str, Figure]] = {}
    problems = []
    for job in jobs:
        try:
            make = partial(_page, job, snippets, routes, glossary, addresses)
            content, figures[job.name] = memo("page", (job.digest, *shared), make)
        except SourceError as error:
            problems += error.problems
            continue
        wanted[routes.pages / f"{job.name}.ipynb"] = content
    addresses.keep()
    if problems:
        raise SourceError(*problems)
    for path in routes.pages.rglob("*.ipynb"):
        if path not in wanted:
            path.unlink()
    for path, content in wanted.items():
        if not path.exists() or path.read_bytes() != content.encode():
            write(path, content)
    return figures


def _page(job: Job, *more: Any) -> tuple[str, dict[str, Figure]]:
    """The notebook of a page as text, and its figures."""
    notebook, figures = page(job, *more)
    return nbformat.v4.writes(notebook), figures
