"""The options of a course, with their defaults: where it lies, how it runs, what its site shows."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DEVICES = ("auto", "cpu", "gpu")


@dataclass(frozen=True)
class Settings:
    """How tutorials are found, run and kept."""

    source: Path = Path("tutorials")  # of the percent files; `pyproject.toml` lies beside it
    snippets: Path = Path("snippets")  # of the package whose code notebooks carry
    records: Path = Path(".cache/records")  # of the executed notebooks
    workers: int = 0  # how many kernels run at once here, 0 for one per processor
    timeout: int = 300  # seconds that a cell, or the trial of one exercise's answers, may take
    device: str = "auto"  # what kernels compute on; `auto` takes what there is
    memory: int = 8000  # resident megabytes that a kernel and its child processes may take together
    # How the messages of warnings begin that may pass, whatever tutorial gives them.
    tolerated: tuple[str, ...] = ()
    answers: Path = Path("tests/answers")  # of the answers to exercises, a file for each
    # The address of a dask.distributed scheduler whose workers run kernels, if not this machine.
    cluster: str = ""
    # Variables of the environment that change numbers (run/devices.py); with any, `records` is a
    # folder of its own, so that no plain build takes what such a run gives.
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @property
    def kernels(self) -> int:
        """How many kernels run at once."""
        return self.workers or os.cpu_count() or 1

    @property
    def cache(self) -> Path:
        """The folder of what builds worked out, which can be deleted at any time."""
        return self.records.with_name("kept")

    @property
    def verdicts(self) -> Path:
        """The folder of verdicts on answers."""
        return self.records.with_name("verdicts")

    @property
    def compiled(self) -> Path:
        """The folder of code that runs which are not published compiled."""
        return self.records.with_name("compiled")

    @property
    def versions(self) -> Path:
        """The folder of what runs with several versions of packages gave."""
        return self.records.with_name("versions")

    @property
    def project(self) -> Path:
        """The `pyproject.toml` of the course."""
        return self.source.parent / "pyproject.toml"


@dataclass(frozen=True)
class Site:
    """What the site shows. Pages are named as below `docs`; an empty name means none."""

    docs: Path = Path("docs")  # folder of the pages written by hand
    url: str = ""  # address of the hosted site
    repository: str = ""  # `owner/name` on GitHub; Colab opens notebooks in its `gh-pages`
    # How a page calls distributions whose versions it names.
    labels: Mapping[str, str] = field(default_factory=dict)
    # The address of the documentation of a module's names, with `{}` for the full name, or of one
    # name; empty for none.
    documentation: Mapping[str, str] = field(default_factory=dict)
    reference: str = ""  # the page that documents the snippets
    glossary: str = ""  # the page of terms
    report: str = ""  # the page of the build report
    look_up: tuple[str, ...] = ()  # tutorials, or folders of them, that are not part of the course
    files: tuple[str, ...] = ()  # seen from `mkdocs.yml`; the site offers them at its root
    # What tutorials keep to (site/house.py), by scope: `all`, `course` for those that teach, a
    # folder, a tutorial.
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    accent: tuple[str, str] = ("", "")  # the colour of links, in the light and in the dark
    order: tuple[str, ...] = ()  # the pages in the order of the navigation, without suffix

    def is_course(self, tutorial: str) -> bool:
        """Whether a tutorial teaches; else one looks things up in it."""
        return not {tutorial, tutorial.rpartition("/")[0]} & {*self.look_up}
