"""The tutorials in the navigation: each is there, in the order of the course, its edit link at its percent file."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Link, Navigation

from publishing.building import Job
from publishing.links import is_local
from publishing.routes import MOUNT, line_of
from publishing.source import Problem, SourceError


def in_course_order(jobs: Sequence[Job], nav: Navigation, files: Files, config: MkDocsConfig) -> list[Job]:
    """The tutorials as the navigation orders them; the edit link of each page leads to its percent file.

    Raises:
      SourceError: for each tutorial that the navigation does not name, and each page that it names and nobody wrote.
    """
    places, problems = {}, _unwritten(nav, config)
    for job in jobs:
        file = files.get_file_from_path(f"{MOUNT}/{job.name}.ipynb")
        path = posixpath.relpath(job.variant.tutorial.path.as_posix(), Path(config.docs_dir).as_posix())
        file.edit_uri = path
        if file.page is None or file.page not in nav.pages:
            message = f"is not in the nav of mkdocs.yml; add `{MOUNT}/{job.name}.ipynb`."
            problems.append(Problem(job.variant.tutorial.path, 1, message))
            continue
        file.page._set_edit_url(config.repo_url, config.edit_uri, config.edit_uri_template)
        if file.page.edit_url:
            file.page.edit_url = urljoin(file.page.edit_url, posixpath.basename(path))  # without `..`
        places[job.name] = nav.pages.index(file.page)
    if problems:
        raise SourceError(*problems)
    return sorted(jobs, key=lambda job: places[job.name])


def _unwritten(nav: Navigation, config: MkDocsConfig) -> list[Problem]:
    """The pages that the navigation names and nobody wrote; to MkDocs they are links, which stand on every page."""
    configuration, problems, waiting = Path(config.config_file_path), [], list(nav.items)
    while waiting:
        item = waiting.pop(0)
        waiting[:0] = item.children or []
        if isinstance(item, Link) and is_local(item.url) and item.url.endswith((".md", ".ipynb")):
            tutorial = item.url.startswith(f"{MOUNT}/")
            path = item.url.removesuffix(".ipynb") + ".py" if tutorial else f"{Path(config.docs_dir).name}/{item.url}"
            message = f"the nav names {item.url}, but there is no {path}."
            problems.append(Problem(configuration, line_of(configuration, [item.url]), message))
    return problems
