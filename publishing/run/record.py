"""Records of runs: what a run depends on, as a key; the store that keeps what runs gave, under their keys."""

import ast
import errno
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from sysconfig import get_python_version
from typing import Any, Self

import nbformat

from publishing.assemble.variants import Variant
from publishing.read.diagnostic import code_without_docstrings, join, relative, syntax_error
from publishing.read.prose import expressions
from publishing.run import packages
from publishing.run.devices import PLATFORMS, MachineError
from publishing.run.notebook import Run

SCHEMA = 6
_FIELDS = {
    "stream": ("name", "text"),
    "error": ("ename", "evalue"),
    "display_data": (),
    "execute_result": (),
}
# What sets kernels up, grades answers and normalises outputs: what runs give hangs on it.
_RUNNER = (
    "notebook.py",
    "devices.py",
    "grading.py",
    "kernel.py",
    "kernel_config.py",
    "matplotlibrc",
    "outputs.py",
)
UNUSED = 30 * 86400  # seconds after which a record that no build has used is dropped


Parts = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Key:
    """What a run depends on; never prose."""

    code: tuple[str, ...]  # a digest for each code cell with what its metadata demands of the run
    expressions: tuple[
        str, ...
    ]  # a digest of each expression in the prose and of the number of code cells before it
    python: str  # the minor version
    versions: dict[
        str, str
    ]  # of what the code imports, of what that requires, and of what displays outputs
    runner: str  # a digest of the code that runs notebooks

    @property
    def digest(self) -> str:
        """The name of the record."""
        return _digest([self.code, self.expressions, self.python, self.versions, self.runner])[:32]


def key(variant: Variant, imports: Iterable[str] | None = None) -> Key:
    """The key of a solved variant, whose imports may be known; raises a SourceError if one is not installed."""
    return key_of(parts(variant), packages.imported(variant) if imports is None else imports)


def key_of(given: Parts, imports: Iterable[str]) -> Key:
    """The key of a variant that has these parts and imports."""
    return Key(*given, get_python_version(), packages.needed(tuple(imports)), _runner())


def parts(variant: Variant) -> Parts:
    """What of a key depends on nothing but the variant: its `code` and its `expressions`."""
    code, places = [], []
    for cell in variant.cells:
        if cell.code:
            texts = [
                _bare(text)
                for text in (join(cell.support), join(cell.lines), *dict(cell.stubs).values())
            ]
            code.append(
                _digest(
                    [
                        texts,
                        cell.raises,
                        cell.match,
                        cell.exercise,
                        cell.check,
                        "warns" in cell.tags,
                    ]
                )
            )
        else:
            places += [
                _digest([len(code), expression]) for _, expression in expressions(cell.lines)
            ]
    return tuple(code), tuple(places)


def _bare(code: str) -> str:
    """Code without spaces at the ends of lines and blank lines at its end, where they mean nothing."""
    bare = "\n".join(line.rstrip() for line in code.splitlines()).rstrip()
    same = (
        bare == code or syntax_error(code) or ast.dump(ast.parse(bare)) == ast.dump(ast.parse(code))
    )
    return bare if same else code


def differences(new: Key, old: Key) -> list[str]:
    """Which parts of a key changed, in words."""
    parts = []
    if len(new.code) != len(old.code):
        parts.append(f"code: {len(old.code)} cells became {len(new.code)}")
    elif changed := [
        i for i, (a, b) in enumerate(zip(new.code, old.code, strict=True), 1) if a != b
    ]:
        parts.append(f"code: changed in code cell {', '.join(map(str, changed))}")
    if new.expressions != old.expressions:
        parts.append("prose: an expression in `{{ }}` changed")
    if new.python != old.python:
        parts.append(f"Python: {old.python} became {new.python}")
    for name in sorted(new.versions.keys() | old.versions.keys()):
        if (before := old.versions.get(name, "absent")) != (
            now := new.versions.get(name, "absent")
        ):
            parts.append(f"version: {name} {before} became {now}")
    if new.runner != old.runner:
        parts.append("runner: how kernels are set up, answers graded or outputs normalised changed")
    return parts


@cache  # what `mkdocs serve` has loaded stays what it is, whatever happens to the files
def _runner() -> str:
    return _digest([SCHEMA, *(_meaning(Path(__file__).with_name(name)) for name in _RUNNER)])


def _meaning(path: Path) -> str:
    """What a file says to Python: the syntax tree without docstrings; a file of another kind as it is."""
    text = path.read_text(encoding="utf-8")
    return code_without_docstrings(text) if path.suffix == ".py" else text


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
        run = {"executed_at": self.executed_at, "seconds": self.seconds, "device": self.run.device}
        key = {"versions": self.key.versions, "python": self.key.python, "key": self.key.digest}
        return (
            run
            | key
            | {
                "cells": [
                    {"id": i, "seconds": s} for i, s in zip(ids, self.run.seconds, strict=True)
                ]
            }
        )


class Store:
    """A folder of records, `<key>/<platform>.json`; a file that is not a whole record counts as none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, key: Key, device: str = "auto") -> Record | None:
        """The record of a key, of any device for `auto`, GPU first; it counts as used now."""
        records = (
            read(self.folder / key.digest / f"{platform}.json") for platform in PLATFORMS[device]
        )
        if record := next(filter(None, records), None):
            with suppress(OSError):
                os.utime(self.path(record))
        return record

    def beside(self, record: Record) -> Record | None:
        """A record of the same key on another kind of device: of a GPU for one of a CPU, and the other way round."""
        return self.find(record.key, "gpu" if record.run.device["platform"] == "cpu" else "cpu")

    def times(self) -> dict[str, float]:
        """The seconds of the newest record of each tutorial."""
        return {record.tutorial: record.seconds for record in sorted(self.all(), key=_when)}

    def of(self, tutorial: str) -> list[Record]:
        """The records of a tutorial, newest first."""
        return sorted(
            (record for record in self.all() if record.tutorial == tutorial),
            key=_when,
            reverse=True,
        )

    def all(self) -> Iterator[Record]:
        """Every record."""
        return filter(None, map(read, sorted(self.folder.glob("*/*.json"))))

    def keep(self, record: Record) -> Path:
        """Write a record, whole or not at all, and drop what no build has used for long; gives its file."""
        self._write(record)
        self._prune()
        return self.path(record)

    def merge(self, folders: Collection[Path]) -> tuple[list[tuple[str, Key]], list[str]]:
        """Take the records of other stores into this one; of two of the same key and device, the newer stays.

        Gives the tutorial and the key of each that was taken, and a sentence on each file that could not be. Raises a
        MachineError for a folder that holds no record, after the records of the others are taken.
        """
        if missing := [folder for folder in folders if not folder.is_dir()]:
            raise MachineError(
                f"there is no folder {missing[0]}; name folders of records, as .cache/records is one."
            )
        taken, skipped, empty = [], [], []
        for folder in folders:
            whole = 0
            for path in sorted(folder.glob("*/*.json")):
                if path.is_symlink() or path.parent.is_symlink() or (record := read(path)) is None:
                    skipped.append(
                        f"{path} is not a whole record of schema {SCHEMA}; it was skipped."
                    )
                    continue
                whole += 1
                before = read(self.path(record))
                if before is None or _when(before) < _when(record):
                    self._write(record)
                    taken.append((record.tutorial, record.key))
            empty += [] if whole else [folder]
        self._prune()
        if empty:
            below = (empty[0] / name for name in ("records", ".cache/records"))
            meant = next((folder for folder in below if folder.is_dir()), None)
            way = (
                f"do you mean {meant}?"
                if meant
                else "name folders of records, as .cache/records is one."
            )
            raise MachineError("\n".join([*skipped, f"{empty[0]} holds no records; {way}"]))
        return taken, skipped

    def path(self, record: Record) -> Path:
        """The file of a record."""
        return self.folder / record.key.digest / f"{record.run.device['platform']}.json"

    def _write(self, record: Record) -> None:
        content = (
            {"schema": SCHEMA} | vars(record) | {"key": vars(record.key), "run": vars(record.run)}
        )
        atomic_write(
            self.path(record), json.dumps({"sha256": _digest(content), **content}).encode()
        )

    def _prune(self) -> None:
        """Drop what was not used for long; a time to come is that of a wrong clock, and counts from now."""
        now = time.time()
        for path in self.folder.glob("*/*"):  # also what a build that was killed had begun to write
            with suppress(OSError):
                if (used := path.stat().st_mtime) > now:
                    os.utime(path)
                elif used < now - UNUSED and os.access(path, os.R_OK):
                    path.unlink()
                    path.parent.rmdir()


def read(path: Path) -> Record | None:
    """The record in a file; nothing if it is not as it was written, in another's place, or of another schema."""
    with suppress(
        OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, SyntaxError
    ):
        if not path.is_file():  # a pipe would wait, and a device may not end
            return None
        content = json.loads(path.read_bytes())
        checksum, key, run = content.pop("sha256"), content["key"], content["run"]
        outputs = [[nbformat.from_dict(output) for output in cell] for cell in run["outputs"]]
        key = Key(**key | {name: tuple(key[name]) for name in ("code", "expressions")})
        record = Record(
            content["tutorial"], key, Run(**run | {"outputs": outputs}), content["executed_at"]
        )
        in_place = path.parts[-2:] == (key.digest, f"{record.run.device['platform']}.json")
        if (
            in_place
            and checksum == _digest(content)
            and content["schema"] == SCHEMA
            and _has_shape(record)
        ):
            return record
    return None


def _has_shape(record: Record) -> bool:
    """Whether a record holds what pages are made of: its checksum tells damage, and not who wrote it."""
    key, run = record.key, record.run
    texts = [record.tutorial, key.python, *key.versions.values(), run.device["kind"], *run.values]
    texts += [
        output[name]
        for cell in run.outputs
        for output in cell
        for name in _FIELDS[output["output_type"]]
    ]
    data = [
        output["data"]
        for cell in run.outputs
        for output in cell
        if not _FIELDS[output["output_type"]]
    ]
    texts += [
        value for one in data for kind, value in one.items() if kind.startswith(("text/", "image/"))
    ]
    counts = len(run.outputs) == len(run.seconds) == len(key.code) and len(run.values) == len(
        key.expressions
    )
    in_utc = datetime.fromisoformat(record.executed_at).tzinfo == UTC
    times = all(0 <= seconds < 1e9 for seconds in run.seconds)
    whole = in_utc and counts and times and all(map(run.question, run.questions))
    return whole and all(isinstance(text, str) for text in texts)


def _when(record: Record) -> str:
    """The time by which records are ordered; one to come is that of a wrong clock, and before all others."""
    return record.executed_at if record.executed_at <= datetime.now(UTC).isoformat() else ""


def atomic_write(path: Path, content: bytes) -> None:
    """Write a file whole; raises an OSError if it cannot be, and leaves the old content and nothing of the attempt."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete_on_close=False) as file:
        file.write(content)
        file.close()  # what a power failure then cuts, a checksum in the file tells
        Path(file.name).replace(path)


def explain_write_error(error: Exception) -> str:
    """What a person needs to know of a file that the disk did not take; empty for any other error."""
    full = (
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.EIO,
    )
    if not isinstance(error, OSError) or error.errno not in full:
        return ""
    name = error.filename2 or error.filename  # of a copy, the second is the one that is written
    where = f" ({relative(Path(name))})" if isinstance(name, str) else ""
    return f"{error.strerror}{where}; make room or mend what stands in the way, then build again."
