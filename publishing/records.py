"""The store of executed notebooks: look-up, keeping, pruning."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from publishing.execution import Run
from publishing.keys import SCHEMA, Key
from publishing.writing import write

KEPT = 4


@dataclass(frozen=True)
class Record:
    """An executed notebook as it is kept.

    Attributes:
      tutorial: the name of the tutorial when it ran.
      key: what the run depended on.
      run: what it gave.
      executed_at: when it ended, UTC, ISO 8601.
    """

    tutorial: str
    key: Key
    run: Run
    executed_at: str

    @property
    def seconds(self) -> float:
        """The time that its cells took together."""
        return round(sum(self.run.seconds), 3)

    @property
    def slowest(self) -> int:
        """Which of its code cells took longest."""
        return self.run.seconds.index(max(self.run.seconds))

    def summary(self, ids: list[str]) -> dict[str, Any]:
        """The content of `record.json`.

        Args:
          ids: the ids of the code cells.
        """
        return {
            "executed_at": self.executed_at,
            "seconds": self.seconds,
            "device": self.run.device,
            "versions": self.key.versions,
            "python": self.key.python,
            "key": self.key.digest,
            "cells": [{"id": i, "seconds": s} for i, s in zip(ids, self.run.seconds, strict=True)],
        }


def record_now(tutorial: str, key: Key, run: Run) -> Record:
    """The record of a run that has just ended."""
    return Record(tutorial, key, run, datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"))


class Store:
    """A folder of records, `<key>/<platform>.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, key: Key, device: str = "auto") -> Record | None:
        """The record of a key; of any device for `auto`, GPU first."""
        platforms = {"auto": ("gpu", "cuda", "rocm", "tpu", "cpu"), "gpu": ("gpu", "cuda", "rocm"), "cpu": ("cpu",)}
        for platform in platforms[device]:
            record = _read(self.folder / key.digest / f"{platform}.json")
            if record:
                return record
        return None

    def latest(self, tutorial: str) -> Record | None:
        """The newest record of a tutorial, whatever its key."""
        return next(iter(self.of(tutorial)), None)

    def times(self) -> dict[str, float]:
        """The seconds of the newest record of each tutorial."""
        return {record.tutorial: record.seconds for record in sorted(self.all(), key=lambda r: r.executed_at)}

    def of(self, tutorial: str) -> list[Record]:
        """The records of a tutorial, newest first."""
        return sorted((r for r in self.all() if r.tutorial == tutorial), key=lambda r: r.executed_at, reverse=True)

    def all(self) -> Iterator[Record]:
        """Every record that can be read."""
        for path in sorted(self.folder.glob("*/*.json")):
            if record := _read(path):
                yield record

    def keep(self, record: Record) -> None:
        """Write a record, whole or not at all, and drop what is older than the newest few of its tutorial."""
        path = self._path(record)
        content = {
            "schema": SCHEMA,
            "tutorial": record.tutorial,
            "executed_at": record.executed_at,
            "key": vars(record.key),
            "run": vars(record.run),
        }
        write(path, json.dumps({"sha256": _checksum(content), **content}))
        for old in self.of(record.tutorial)[KEPT:]:
            self._path(old).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                self._path(old).parent.rmdir()

    def remove_damaged(self, key: Key) -> list[Path]:
        """Remove the files of a key that are no whole record, and say which they were."""
        damaged = [path for path in (self.folder / key.digest).glob("*.json") if _read(path) is None]
        for path in damaged:
            path.unlink()
        return damaged

    def kept(self, record: Record) -> Record | None:
        """What stands here for the key and device of a record."""
        return _read(self._path(record))

    def _path(self, record: Record) -> Path:
        return self.folder / record.key.digest / f"{record.run.device['platform']}.json"


class Unreadable(Exception):
    """Why a file is no record, as the end of a sentence that begins with its name."""


def read(path: Path) -> Record:
    """The record in a file.

    Raises:
      Unreadable: if there is none, one that is not as it was written, one in another's place, or of another schema.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        checksum = content.pop("sha256", "")
        if content["schema"] != SCHEMA:
            raise Unreadable(f"is of schema {content['schema']}, not {SCHEMA}")
        record = _record(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Unreadable("is no whole record") from None
    in_place = (record.key.digest, record.run.device["platform"]) == (path.parent.name, path.stem)
    if checksum != _checksum(content) or not in_place:
        raise Unreadable("is no whole record")
    return record


def _record(content: dict[str, Any]) -> Record:
    run, key = content["run"], content["key"]
    outputs = [[nbformat.from_dict(output) for output in cell] for cell in run["outputs"]]
    record = Record(
        content["tutorial"],
        Key(tuple(key["code"]), key["python"], key["versions"], key["runner"]),
        Run(outputs, run["seconds"], run["device"], run["verdicts"]),
        content["executed_at"],
    )
    datetime.datetime.fromisoformat(record.executed_at)
    whole = len(outputs) == len(run["seconds"]) and record.seconds >= 0 and isinstance(record.tutorial, str)
    if not (whole and run["device"]["platform"].isalnum()):
        raise ValueError("a record has a name, times, and a platform that can name a file")
    return record


def _read(path: Path) -> Record | None:
    with contextlib.suppress(Unreadable):
        return read(path)
    return None


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
