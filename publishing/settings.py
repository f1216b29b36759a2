"""The options of a build, with their defaults; the plugin and the command line fill the same ones."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DEVICES = ("auto", "cpu", "gpu")


@dataclass(frozen=True)
class Settings:
    """How tutorials are found, run and kept.

    Attributes:
      source: folder of the percent files; `snippets` and `pyproject.toml` lie beside it.
      records: folder of the executed notebooks.
      workers: how many kernels run at once; 0 means one per processor.
      timeout: seconds that a cell, or the trial of one exercise's answers, may take.
      device: what kernels compute on; `auto` leaves it to JAX.
      memory: resident megabytes that a kernel and its child processes may take together.
      cluster: address of a dask.distributed scheduler whose workers run the kernels; without one, this machine does.
    """

    source: Path = Path("tutorials")
    records: Path = Path(".cache/records")
    workers: int = 0
    timeout: int = 300
    device: str = "auto"
    memory: int = 8000
    cluster: str = ""

    @property
    def snippets(self) -> Path:
        """The folder of the snippets package."""
        return self.source.parent / "snippets"

    @property
    def kept(self) -> Path:
        """The folder of what builds worked out; it lies beside the records, and can be deleted at any time."""
        return self.records.with_name("kept")

    @property
    def kernels(self) -> int:
        """How many kernels run at once."""
        return self.workers or os.cpu_count() or 1
