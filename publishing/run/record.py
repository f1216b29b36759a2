"""Records of runs: the key says what a run depends on; the store keeps what it gave under it."""

import ast
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from pathlib import Path
from sysconfig import get_python_version
from typing import Any, Self

import nbformat

from publishing.assemble.variants import Variant
from publishing.read.cells import Cell
from publishing.read.diagnostic import code_without_docstrings, join, syntax_error
from publishing.read.prose import expressions
from publishing.run import packages
from publishing.run.devices import PLATFORMS, MachineError
from publishing.run.notebook import Run

SCHEMA = 6
# What sets kernels up, grades answers and normalises outputs: what runs give hangs on it.
_RUNNER = ("notebook.py", "devices.py", "grading.py", "kernel.py", "kernel_config.py")
_RUNNER += ("matplotlibrc", "outputs.py")
# Code that may show a docstring, or itself.
_SHOWS_TEXT = re.compile(
    r"__doc__|\bhelp\(|getsource|getdoc|getmembers|pydoc|doctest|linecache|cloudpickle"
    r"|get_ipython|\bIn\["
)
UNUSED = 30 * 86400  # seconds after which a record that no build has used is dropped

Parts = tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]


@dataclass(frozen=True)
class Key:
    """What a run depends on; never prose."""

    code: tuple[str, ...]  # a digest of each code cell and what its metadata demands of the run
    expressions: tuple[str, ...]  # of each in the prose, and of the number of code cells before it
    python: str  # the minor version
    versions: dict[str, str]  # of what the code needs, and of what displays outputs
    runner: str  # a digest of the code that runs notebooks
    data: dict[str, str] = field(default_factory=dict)  # digests of the files that cells read

    @property
    def digest(self) -> str:
        """The name of the record."""
        parts = [self.code, self.expressions, self.python, self.versions, self.runner]
        return _digest([*parts, self.data] if self.data else parts)[:32]


def key(variant: Variant) -> Key:
    """The key of a solved variant; raises a SourceError if what it imports is not installed."""
    return key_of(parts(variant), packages.imported(variant))


def key_of(given: Parts, imports: Iterable[str]) -> Key:
    """The key of a variant that has these parts and imports."""
    code, expressions, data = given
    versions = packages.needed(tuple(imports))
    return Key(code, expressions, get_python_version(), versions, _runner(), data)


def parts(variant: Variant) -> Parts:
    """What of a key depends on nothing but the variant: its `code`, `expressions` and `data`."""
    texts = [_texts(cell) for cell in variant.cells]
    docstrings = any(_SHOWS_TEXT.search(text) for of_cell in texts for text in of_cell)
    code, places = [], []
    for cell, of_cell in zip(variant.cells, texts, strict=True):
        if cell.code:
            demands = [cell.raises, cell.match, cell.exercise, cell.check, "warns" in cell.tags]
            bare = [text.rstrip() for text in of_cell]
            essence = bare if docstrings else [_without_docstrings(text) for text in bare]
            code.append(_digest([essence, *demands]))
        else:
            places += [_digest([len(code), expression]) for expression in of_cell]
    data = {name: hashlib.sha256(content).hexdigest() for name, content in variant.data.items()}
    return tuple(code), tuple(places), data


def _texts(cell: Cell) -> list[str]:
    """All code that runs on account of a cell: of prose, its expressions."""
    if not cell.code:
        return [expression for _, expression in expressions(cell.lines)]
    return [join(cell.support), join(cell.lines), *dict(cell.stubs).values()]


def _without_docstrings(code: str) -> str:
    """Code with an empty text, over as many lines, for each docstring: errors name lines."""
    if syntax_error(code):
        return code
    lines = [line.encode() for line in code.split("\n")]  # as `ast` counts columns
    for part in ast.walk(ast.parse(code)):
        definition = isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if definition and ast.get_docstring(part, clean=False) is not None:
            text = part.body[0]
            begin, end = text.lineno - 1, text.end_lineno
            head, tail = lines[begin][: text.col_offset], lines[end - 1][text.end_col_offset :]
            lines[begin:end] = [head + b'""' + tail, *[b""] * (end - begin - 1)]
    return b"\n".join(lines).decode()


def differences(new: Key, old: Key) -> list[str]:
    """Which parts of a key changed, in words."""
    changes = []
    if len(new.code) != len(old.code):
        changes.append(f"code: {len(old.code)} cells became {len(new.code)}")
    else:
        pairs = enumerate(zip(new.code, old.code, strict=True), 1)
        if changed := [str(number) for number, (now, before) in pairs if now != before]:
            changes.append(f"code: changed in code cell {', '.join(changed)}")
    if new.expressions != old.expressions:
        changes.append("prose: an expression in `{{ }}` changed")
    for name in sorted(new.data.keys() | old.data.keys()):
        if new.data.get(name) != old.data.get(name):
            changes.append(f"data: {name} changed")
    if new.python != old.python:
        changes.append(f"Python: {old.python} became {new.python}")
    for name in sorted(new.versions.keys() | old.versions.keys()):
        before, now = (key.versions.get(name, "absent") for key in (old, new))
        if before != now:
            changes.append(f"version: {name} {before} became {now}")
    if new.runner != old.runner:
        what = "how kernels are set up, answers graded or outputs normalised"
        changes.append(f"runner: {what} changed")
    return changes


@cache  # what `mkdocs serve` has loaded stays what it is, whatever happens to the files
def _runner() -> str:
    texts = {name: Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _RUNNER}
    trees = {name: code_without_docstrings(t) for name, t in texts.items() if name[-3:] == ".py"}
    return _digest([SCHEMA, *(texts | trees).values()])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Record:
    """An executed notebook: the tutorial's name when it ran, and when it ended, UTC, ISO 8601."""

    tutorial: str
    key: Key
    run: Run
    executed_at: str = field(
        default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds")
    )

    @classmethod
    def blank(cls, tutorial: str, key: Key) -> Self:
        """What stands for the record of a tutorial that has not run: no outputs, `…` for values."""
        code, values = len(key.code), ["…"] * len(key.expressions)
        device = {"platform": "", "kind": ""}
        return cls(tutorial, key, Run([[]] * code, [0.0] * code, device, {}, values), "")

    @property
    def pending(self) -> bool:
        """Whether it stands for a run that has not ended."""
        return not self.executed_at

    @property
    def seconds(self) -> float:
        """The time that its cells took together."""
        return round(sum(self.run.seconds), 3)

    @property
    def slowest(self) -> int:
        """Which of its code cells took longest."""
        return self.run.seconds.index(max(self.run.seconds))

    def summary(self, ids: Iterable[str]) -> dict[str, Any]:
        """The content of `record.json`, which names code cells by these ids."""
        cells = zip(ids, self.run.seconds, strict=True)
        return {
            "executed_at": self.executed_at,
            "seconds": self.seconds,
            "device": self.run.device,
            "versions": self.key.versions,
            "python": self.key.python,
            "key": self.key.digest,
            "cells": [{"id": id, "seconds": seconds} for id, seconds in cells],
        }


class Store:
    """A folder of records, `<key>/<platform>.json`; what is not a whole record counts as none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, key: Key, device: str = "auto") -> Record | None:
        """The record of a key, of any device for `auto`, GPU first; it counts as used now."""
        paths = (self.folder / key.digest / f"{platform}.json" for platform in PLATFORMS[device])
        if record := next(filter(None, map(read, paths)), None):
            with suppress(OSError):
                os.utime(self.path(record))
        return record

    def beside(self, record: Record) -> Record | None:
        """A record of the same key on the other kind of device: CPU or GPU."""
        return self.find(record.key, "gpu" if record.run.device["platform"] == "cpu" else "cpu")

    def times(self) -> dict[str, float]:
        """The seconds of the newest record of each tutorial."""
        return {record.tutorial: record.seconds for record in reversed(self.all())}

    def of(self, tutorial: str) -> list[Record]:
        """The records of a tutorial, newest first."""
        return [record for record in self.all() if record.tutorial == tutorial]

    def all(self) -> list[Record]:
        """Every record, newest first."""
        records = filter(None, map(read, sorted(self.folder.glob("*/*.json"))))
        return sorted(records, key=attrgetter("executed_at"), reverse=True)

    def keep(self, record: Record) -> Path:
        """Write a record whole or not at all, and drop what no build has used for long."""
        self._write(record)
        self._prune()
        return self.path(record)

    def merge(self, folder: Path) -> tuple[list[tuple[str, Key]], list[str]]:
        """Take the records of another store; of two of the same key and device, the newer stays.

        Gives the tutorial and the key of each that was taken, and a sentence on each file that
        could not be. Raises a MachineError if there is no record.
        """
        records = {path: read(path) for path in sorted(folder.glob("*/*.json"))}
        what = f"is not a whole record of schema {SCHEMA}; it was skipped."
        skipped = [f"{path} {what}" for path, record in records.items() if not record]
        if len(skipped) == len(records):
            way = f"{folder} holds no records; name folders of records, as .cache/records is one."
            raise MachineError("\n".join([*skipped, way]))
        taken = []
        for record in filter(None, records.values()):
            before = read(self.path(record))
            if before is None or before.executed_at < record.executed_at:
                self._write(record)
                taken.append((record.tutorial, record.key))
        self._prune()
        return taken, skipped

    def path(self, record: Record) -> Path:
        """The file of a record."""
        return self.folder / record.key.digest / f"{record.run.device['platform']}.json"

    def _write(self, record: Record) -> None:
        parts = {"key": vars(record.key), "run": vars(record.run)}
        content = {"schema": SCHEMA} | vars(record) | parts
        text = json.dumps({"sha256": _digest(content), **content})
        if (path := self.path(record)).is_dir():
            shutil.rmtree(path)
        atomic_write(path, text.encode())

    def _prune(self) -> None:
        """Drop what was not used for long, also what a build that was killed had begun to write."""
        for path in self.folder.glob("*/*"):
            with suppress(OSError):
                if path.stat().st_mtime < time.time() - UNUSED:
                    path.unlink()
                    path.parent.rmdir()


def read(path: Path) -> Record | None:
    """The record in a file; nothing if it is damaged, misplaced, or of another schema."""
    # What JSON may hold in place of a record.
    wrong = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
    with suppress(OSError, *wrong):
        content = json.loads(path.read_bytes())
        checksum, key, run = content.pop("sha256"), content["key"], content["run"]
        if checksum != _digest(content) or content["schema"] != SCHEMA:
            return None
        outputs = [[nbformat.from_dict(output) for output in cell] for cell in run["outputs"]]
        key = Key(**key | {name: tuple(key[name]) for name in ("code", "expressions")})
        run = Run(**run | {"outputs": outputs})
        if path.parts[-2:] == (key.digest, f"{run.device['platform']}.json"):
            return Record(content["tutorial"], key, run, content["executed_at"])
    return None


def atomic_write(path: Path, content: bytes) -> None:
    """Write a file whole; raises an OSError if it cannot be, and leaves the old content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete_on_close=False) as file:
        file.write(content)
        file.close()  # what a power failure then cuts, a checksum in the file tells
        Path(file.name).replace(path)
