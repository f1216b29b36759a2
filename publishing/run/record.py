"""Records of runs: what a run depends on, as a key; the store that keeps what runs gave, under their keys."""

from __future__ import annotations

import contextlib
import datetime
import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from publishing.assemble.variants import Variant
from publishing.read.problem import join, relative
from publishing.read.prose import expressions
from publishing.run import packages
from publishing.run.jax import PLATFORMS, MachineError
from publishing.run.notebook import Run

SCHEMA = 5
KEPT = 4

_FAILED_WRITES = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)


@dataclass(frozen=True)
class Key:
    """What a run depends on: code, Python, versions and how this package runs it; never prose.

    Attributes:
      code: a digest for each code cell with what its metadata demands of the run.
      expressions: a digest of the expressions in the prose and their places.
      python: the minor version.
      versions: of the distributions that the code imports and of those they require.
      runner: a digest of the code that runs notebooks.
    """

    code: tuple[str, ...]
    expressions: str
    python: str
    versions: dict[str, str]
    runner: str

    @property
    def digest(self) -> str:
        """The name of the record."""
        return _digest([self.code, self.expressions, self.python, self.versions, self.runner])[:32]


def key(variant: Variant, answers: Mapping[str, Mapping[str, str]] | None = None) -> Key:
    """The key of a solved variant.

    Args:
      variant: the tutorial as it runs.
      answers: further answers to grade with it.

    Raises:
      SourceError: for an import that is not installed.
    """
    code = [
        _digest([join(cell.lines), cell.raises, cell.match, cell.exercise, cell.check, cell.stubs])
        for cell in variant.code
    ]
    if answers:
        code.append(_digest(answers))
    prose = [cell.code or [expression for _, expression in expressions(cell.lines)] for cell in variant.cells]
    computed = _digest(prose) if any(isinstance(cell, list) and cell for cell in prose) else ""
    versions = packages.closure(packages.imported(variant))
    return Key(tuple(code), computed, packages.python(), versions, _runner())


def differences(new: Key, old: Key) -> list[str]:
    """Which parts of a key changed, in words."""
    parts = []
    if len(new.code) != len(old.code):
        parts.append(f"code: {len(old.code)} cells became {len(new.code)}")
    elif changed := [i for i, (a, b) in enumerate(zip(new.code, old.code, strict=True), 1) if a != b]:
        parts.append(f"code: changed in code cell {', '.join(map(str, changed))}")
    if new.expressions != old.expressions:
        parts.append("prose: an expression in `{{ }}` changed")
    if new.python != old.python:
        parts.append(f"Python: {old.python} became {new.python}")
    for name in sorted(new.versions.keys() | old.versions.keys()):
        before, now = old.versions.get(name, "absent"), new.versions.get(name, "absent")
        if before != now:
            parts.append(f"version: {name} {before} became {now}")
    if new.runner != old.runner:
        parts.append("runner: how kernels are set up, answers graded or outputs normalised changed")
    return parts


@cache  # what `mkdocs serve` has loaded stays what it is, whatever happens to the files
def _runner() -> str:
    """A digest of what runs notebooks: kernels, grading, outputs."""
    folder = Path(__file__).parent
    names = ("notebook.py", "grading.py", "jax.py", "kernel.py", "kernel_config.py", "matplotlibrc", "outputs.py")
    return _digest([SCHEMA, *((folder / name).read_text(encoding="utf-8") for name in names)])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


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

    def summary(self, ids: Iterable[str]) -> dict[str, Any]:
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
        records = (_read(self.folder / key.digest / f"{platform}.json") for platform in PLATFORMS[device])
        return next(filter(None, records), None)

    def times(self) -> dict[str, float]:
        """The seconds of the newest record of each tutorial."""
        return {record.tutorial: record.seconds for record in sorted(self.all(), key=lambda r: r.executed_at)}

    def of(self, tutorial: str) -> list[Record]:
        """The records of a tutorial, newest first."""
        return sorted((r for r in self.all() if r.tutorial == tutorial), key=lambda r: r.executed_at, reverse=True)

    def all(self) -> Iterator[Record]:
        """Every record that can be read."""
        return filter(None, map(_read, sorted(self.folder.glob("*/*.json"))))

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
        atomic_write(path, json.dumps({"sha256": _digest(content), **content}))
        for old in self.of(record.tutorial)[KEPT:]:
            self._path(old).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                self._path(old).parent.rmdir()

    def remove_damaged(self, key: Key) -> list[Path]:
        """Remove the files of a key that are not whole records, and say which they were."""
        damaged = [path for path in (self.folder / key.digest).glob("*.json") if _read(path) is None]
        for path in damaged:
            path.unlink()
        return damaged

    def merge(self, folders: Iterable[Path]) -> tuple[int, list[str]]:
        """Take the records of other stores into this one; of two of the same key and device, the newer stays.

        Returns:
          How many were taken, and a sentence on each file that could not be.

        Raises:
          MachineError: if a folder does not exist; nothing is taken then.
        """
        folders = list(folders)
        for folder in folders:
            if not folder.is_dir():
                raise MachineError(f"there is no folder {folder}; name folders of records, as .cache/records is one.")
        taken, skipped = 0, []
        for path in (path for folder in folders for path in sorted(folder.glob("*/*.json"))):
            try:
                record = read(path)
            except CorruptRecord as error:
                skipped.append(f"{path} {error}; it was skipped.")
                continue
            before = _read(self._path(record))
            if before is None or before.executed_at < record.executed_at:
                self.keep(record)  # and drops it if the tutorial has enough newer ones
                taken += self._path(record).exists()
        return taken, skipped

    def _path(self, record: Record) -> Path:
        return self.folder / record.key.digest / f"{record.run.device['platform']}.json"


class CorruptRecord(Exception):
    """Why a file is not a record, as the end of a sentence that begins with its name."""


def read(path: Path) -> Record:
    """The record in a file.

    Raises:
      CorruptRecord: if there is none, one that is not as it was written, in another's place, or of another schema.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        checksum = content.pop("sha256", "")
        if content["schema"] != SCHEMA:
            raise CorruptRecord(f"is of schema {content['schema']}, not {SCHEMA}")
        record = _record(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CorruptRecord("is not a whole record") from None
    in_place = (record.key.digest, record.run.device["platform"]) == (path.parent.name, path.stem)
    if checksum != _digest(content) or not in_place:
        raise CorruptRecord("is not a whole record")
    return record


def _record(content: dict[str, Any]) -> Record:
    run, key = content["run"], content["key"]
    outputs = [[nbformat.from_dict(output) for output in cell] for cell in run["outputs"]]
    record = Record(
        content["tutorial"],
        Key(**key | {"code": tuple(key["code"])}),
        Run(**run | {"outputs": outputs}),
        content["executed_at"],
    )
    datetime.datetime.fromisoformat(record.executed_at)
    whole = len(outputs) == len(run["seconds"]) and record.seconds >= 0 and isinstance(record.tutorial, str)
    if not (whole and run["device"]["platform"].isalnum()):
        raise ValueError("a record has a name, times, and a platform that can name a file")
    return record


def _read(path: Path) -> Record | None:
    with contextlib.suppress(CorruptRecord):
        return read(path)
    return None


def atomic_write(path: Path, content: str) -> None:
    """Write a file; a reader, a full disk or a killed process meets the old content or the new one.

    Raises:
      OSError: if it cannot be written; nothing is left of the attempt.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".", encoding="utf-8", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def is_failed_write(error: Exception) -> bool:
    """Whether an error says that the disk does not take a file: it is full, protected or broken."""
    return isinstance(error, OSError) and error.errno in _FAILED_WRITES


def explain_failed_write(error: OSError) -> str:
    """What a person needs to know of a file that could not be written."""
    name = error.filename2 or error.filename  # of a copy, the second is the one that is written
    where = f" ({relative(Path(name))})" if isinstance(name, str) else ""
    return f"{error.strerror or error}{where}; make room or mend what stands in the way, then build again."
