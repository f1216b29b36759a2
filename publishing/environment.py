"""Which distributions a notebook's code needs, and their versions here."""

from __future__ import annotations

import ast
import functools
import importlib.metadata
import platform
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from publishing.source import Problem, SourceError, text
from publishing.variants import Variant


def python() -> str:
    """The minor version of Python, as in `3.13`."""
    return ".".join(platform.python_version_tuple()[:2])


def imported(variant: Variant) -> tuple[str, ...]:
    """The distributions that a variant imports, by name.

    Raises:
      SourceError: for an import that is not installed.
    """
    found = set()
    for cell in variant.code:
        for node in ast.walk(ast.parse(text(cell.lines))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            else:
                continue
            for top in {module.partition(".")[0] for module in modules} - sys.stdlib_module_names:
                if top not in _distributions():
                    line = cell.lines[node.lineno - 1]
                    message = f"imports {top}, which is not installed; add its package to pyproject.toml."
                    raise SourceError(Problem(line.path, line.number, message))
                found.add(canonicalize_name(_distributions()[top][0]))
    return tuple(sorted(found))


def versions(distributions: Iterable[str]) -> dict[str, str]:
    """The versions of distributions and of all that they require here, extras and accelerator plugins left out."""
    found: dict[str, str] = {}
    waiting = list(distributions)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        for written in importlib.metadata.requires(name) or []:
            requirement = Requirement(written)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return dict(sorted(found.items()))


def lowest(project: Path) -> dict[str, str]:
    """The lowest version of `python` and each distribution that a `pyproject.toml` admits; empty without the file."""
    if not project.is_file():
        return {}
    said = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    written = map(Requirement, [f"python{said['requires-python']}", *said["dependencies"]])
    return {
        canonicalize_name(requirement.name): specifier.version
        for requirement in written
        for specifier in requirement.specifier
        if specifier.operator == ">="
    }


@functools.cache
def _distributions() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())
