"""One build at a time: what runs, renders or serves a folder's tutorials waits for what is at it already."""

from __future__ import annotations

from pathlib import Path

import click
from filelock import FileLock, Timeout

from publishing.source import shown


def locked(records: Path) -> FileLock:
    """A lock on a folder of records, and so on the pages made from it, held until `release` or the end of the process.

    Args:
      records: the folder; it is made where there is none.
    """
    records.mkdir(parents=True, exist_ok=True)
    lock = FileLock(records / ".lock", thread_local=False)  # `serve` begins in one thread and goes on in another
    try:
        return lock.acquire(timeout=0).lock
    except Timeout:
        click.echo(f"Another build is at work in {shown(records)}; this one waits until it ends.", err=True)
        return lock.acquire().lock
