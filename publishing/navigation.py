"""The tutorials in the navigation: each is there, in the order of the course, its edit link at its percent file."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

from publishing.building import Job
from publishing.routes import MOUNT
from publishing.source import Problem, SourceError


def in_course_order(jobs: Sequence[Job], nav: Navigation, files: Files, config: MkDocsConfig) -> list[Job]:
    """The tutorials as the navigation orders them; the edit link of each page leads to its percent file.

    Raises:
      SourceError: for a tutorial that the navigation does not name.
    """
    places = {}
    for job in jobs:
        file = files.get_file_from_path(f"{MOUNT}/{job.name}.ipynb")
        path = posixpath.relpath(job.variant.tutorial.path.as_posix(), Path(config.docs_dir).as_posix())
        file.edit_uri = path
        if file.page is None or file.page not in nav.pages:
            message = f"is not in the nav of mkdocs.yml; add `{MOUNT}/{job.name}.ipynb`."
            raise SourceError(Problem(job.variant.tutorial.path, 1, message))
        file.page._set_edit_url(config.repo_url, config.edit_uri, config.edit_uri_template)
        if file.page.edit_url:
            file.page.edit_url = urljoin(file.page.edit_url, posixpath.basename(path))  # without `..`
        places[job.name] = nav.pages.index(file.page)
    return sorted(jobs, key=lambda job: places[job.name])
