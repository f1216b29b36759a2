"""The notebooks of all pages, written where mkdocs-jupyter reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import nbformat

from publishing.apidocs import Addresses
from publishing.building import Job
from publishing.codelinks import CodeLinks
from publishing.figures import Figure
from publishing.glossary import Glossary
from publishing.memo import Memo, afresh
from publishing.pages import page
from publishing.routes import EXERCISES, GLOSSARY, SNIPPETS, Routes
from publishing.snippet import written
from publishing.source import SourceError
from publishing.variants import Variant
from publishing.writing import remove_unfinished, write


class Pages:
    """The pages of tutorials, as the notebooks that mkdocs-jupyter renders.

    Args:
      snippets: the folder of snippets.
      routes: where links lead.
      addresses: where the documentation of a library's name stands.
      memo: keeps what a page has become.

    Raises:
      SourceError: for a glossary that cannot be read.
    """

    def __init__(self, snippets: Path, routes: Routes, addresses: Addresses, memo: Memo | Callable = afresh) -> None:
        self.snippets, self.routes, self.addresses, self._memo = snippets, routes, addresses, memo
        self._glossary = Glossary(routes.docs / GLOSSARY)
        linked = [(routes.docs / name).is_file() for name in (EXERCISES, SNIPPETS)]
        self._shared = (snippets, written(snippets), routes, linked, self._glossary.terms)

    def of(self, job: Job) -> tuple[str, dict[str, Figure]]:
        """The notebook of a page as text, and its figures by file name.

        Raises:
          SourceError: with what keeps the tutorial from being shown.
        """
        return self._memo("page", (job.digest, *self._shared), partial(self._made, job))

    def look_up(self, variant: Variant) -> None:
        """Look up the names in a tutorial's code, which may import libraries, before its page is made."""
        links = CodeLinks(variant, self.addresses, self.snippets)
        for cell in variant.code:
            links.find(cell.lines)

    def _made(self, job: Job) -> tuple[str, dict[str, Figure]]:
        notebook, figures = page(job, self.snippets, self.routes, self._glossary, self.addresses)
        return nbformat.v4.writes(notebook), figures


def mount(jobs: Iterable[Job], pages: Pages) -> dict[str, dict[str, Figure]]:
    """Write the notebooks of pages where they changed, and remove those of tutorials that are gone.

    Args:
      jobs: tutorials with their records.
      pages: what they become.

    Returns:
      The figures of each tutorial by file name.

    Raises:
      SourceError: with everything that keeps the tutorials from being shown.
    """
    folder = pages.routes.pages
    folder.mkdir(parents=True, exist_ok=True)
    remove_unfinished(folder)
    wanted: dict[Path, str] = {}
    figures: dict[str, dict[str, Figure]] = {}
    problems = []
    for job in jobs:
        try:
            wanted[folder / f"{job.name}.ipynb"], figures[job.name] = pages.of(job)
        except SourceError as error:
            problems += error.problems
    pages.addresses.keep()
    if problems:
        raise SourceError(*problems)
    for path in folder.rglob("*.ipynb"):
        if path not in wanted:
            path.unlink()
    for path, content in wanted.items():
        if not path.exists() or path.read_bytes() != content.encode():
            write(path, content)
    return figures
