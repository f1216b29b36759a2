"""The options of a course, with their defaults: where it lies, how it runs, what its site shows."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEVICES = ("auto", "cpu", "gpu")


@dataclass(frozen=True)
class Settings:
    """How tutorials are found, run and kept.

    Attributes:
      source: folder of the percent files; `pyproject.toml` lies beside it.
      snippets: folder of the package whose code tutorials import and notebooks carry.
      records: folder of the executed notebooks.
      workers: how many kernels run at once; 0 means one per processor. A cluster has workers of its own instead.
      timeout: seconds that a cell, or the trial of one exercise's answers, may take.
      device: what kernels compute on; `auto` takes what there is.
      memory: resident megabytes that a kernel and its child processes may take together.
      cluster: address of a dask.distributed scheduler whose workers run the kernels; without one, this machine does.
    """

    source: Path = Path("tutorials")
    snippets: Path = Path("snippets")
    records: Path = Path(".cache/records")
    workers: int = 0
    timeout: int = 300
    device: str = "auto"
    memory: int = 8000
    cluster: str = ""

    @property
    def kernels(self) -> int:
        """How many kernels run at once."""
        return self.workers or os.cpu_count() or 1

    @property
    def cache(self) -> Path:
        """The folder of what builds worked out; it lies beside the records, and can be deleted at any time."""
        return self.records.with_name("kept")

    @property
    def versions(self) -> Path:
        """The folder of what runs with several versions of packages gave; it lies beside the records."""
        return self.records.with_name("versions")

    @property
    def project(self) -> Path:
        """The `pyproject.toml` of the course."""
        return self.source.parent / "pyproject.toml"


@dataclass(frozen=True)
class Site:
    """What the site shows, and where it will stand.

    Attributes:
      docs: folder of the pages written by hand.
      url: address of the hosted site, or nothing.
      repository: `owner/name` on GitHub, whose notebooks Colab can open, or nothing.
      branch: the branch of the repository that holds the site.
      labels: the distributions that a page names with their versions, and how it calls them.
      documentation: the address of the documentation of a module's names, with `{}` for the full name, or of one name;
        an empty one means that the name has none.
      reference: the page under docs that documents the snippets.
      exercises: the page that lists the exercises.
      glossary: the page of terms.
      report: the page of the build report.
      order: the addresses of the pages in the order of the navigation.
    """

    docs: Path = Path("docs")
    url: str = ""
    repository: str = ""
    branch: str = "gh-pages"
    labels: Mapping[str, str] = field(default_factory=dict)
    documentation: Mapping[str, str] = field(default_factory=dict)
    reference: str = ""
    exercises: str = ""
    glossary: str = ""
    report: str = ""
    order: tuple[str, ...] = ()
