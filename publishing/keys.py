"""What a run depends on, as a key to look its record up by; and which part of a key changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from publishing import environment
from publishing.kernel import CONFIG, STYLE
from publishing.source import text
from publishing.variants import Variant

SCHEMA = 4

_MODULES = ("execution", "judging", "kernel", "limits", "outputs")


@dataclass(frozen=True)
class Key:
    """What a run depends on: code, Python, versions and how this package runs it; never prose.

    Attributes:
      code: a digest for each code cell with what its metadata demands of the run.
      python: the minor version.
      versions: of the distributions that the code imports and of those they require.
      runner: a digest of the code that sets kernels up, judges answers and normalises outputs.
    """

    code: tuple[str, ...]
    python: str
    versions: dict[str, str]
    runner: str

    @property
    def digest(self) -> str:
        """The name of the record."""
        return _digest([self.code, self.python, self.versions, self.runner])[:32]


def key(
    variant: Variant,
    answers: Mapping[str, Mapping[str, str]] | None = None,
    needed: tuple[str, ...] | None = None,
) -> Key:
    """The key of a solved variant.

    Args:
      variant: the tutorial as it runs.
      answers: further answers to judge with it.
      needed: the distributions that it imports, where they are known already.
    """
    runner = _digest([SCHEMA, *_texts(CONFIG, STYLE), *_modules()])
    code = [
        _digest([text(cell.lines), cell.cell.raises, cell.cell.match, cell.cell.exercise, cell.cell.check, cell.stubs])
        for cell in variant.code
    ]
    if answers:
        code.append(_digest(answers))
    versions = environment.versions(environment.imported(variant) if needed is None else needed)
    return Key(tuple(code), environment.python(), versions, runner)


def differences(new: Key, old: Key) -> list[str]:
    """Which parts of a key changed, in words."""
    found = []
    if len(new.code) != len(old.code):
        found.append(f"code: {len(old.code)} cells became {len(new.code)}")
    elif changed := [i for i, (a, b) in enumerate(zip(new.code, old.code, strict=True), 1) if a != b]:
        found.append(f"code: changed in code cell {', '.join(map(str, changed))}")
    if new.python != old.python:
        found.append(f"Python: {old.python} became {new.python}")
    for name in sorted(new.versions.keys() | old.versions.keys()):
        before, now = old.versions.get(name, "absent"), new.versions.get(name, "absent")
        if before != now:
            found.append(f"version: {name} {before} became {now}")
    if new.runner != old.runner:
        found.append("runner: how kernels are set up, answers judged or outputs normalised changed")
    return found


@cache  # what `mkdocs serve` has loaded stays what it is, whatever happens to the files
def _modules() -> tuple[str, ...]:
    return _texts(*(CONFIG.with_name(f"{name}.py") for name in _MODULES))


def _texts(*paths: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in paths)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
