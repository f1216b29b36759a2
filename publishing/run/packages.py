"""Which distributions a notebook's code needs, and their versions here."""

import ast
import functools
import hashlib
import importlib.metadata
import json
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from publishing.assemble.variants import Variant
from publishing.read.diagnostic import SourceError, join

DISPLAY = (
    "ipykernel",
    "ipython",
    "matplotlib-inline",
    "nbclient",
)  # what makes outputs of the values of cells


def imported(variant: Variant) -> tuple[str, ...]:
    """The distributions that a variant imports, by name; raises a SourceError for an import that is not installed."""
    owners = set()
    for cell, lines in (
        (each, lines) for each in variant.python for lines in (each.support, each.lines)
    ):
        for node, optional in _imports(join(lines)):
            modules = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
            )
            for top in sorted(
                {module.partition(".")[0] for module in modules} - sys.stdlib_module_names
            ):
                if (owner := _owner(top)) is None:
                    if optional or cell.raises in ("ImportError", "ModuleNotFoundError"):
                        continue
                    message = (
                        f"imports {top}, which is not installed; add its package to pyproject.toml."
                    )
                    raise SourceError(
                        lines[node.lineno - 1].diagnostic(f"{message} What needs it is tried then.")
                    )
                owners.add(canonicalize_name(owner))
    return tuple(sorted(owners))


def _imports(code: str) -> list[tuple[ast.Import | ast.ImportFrom, bool]]:
    """The imports in code, and whether it does without: what no handler catches there, the run tells."""
    tree = ast.parse(code)
    attempts = (node for node in ast.walk(tree) if isinstance(node, ast.Try) and node.handlers)
    tried = {
        part for attempt in attempts for statement in attempt.body for part in ast.walk(statement)
    }
    return [
        (node, node in tried)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


@functools.cache
def needed(imports: tuple[str, ...]) -> dict[str, str]:
    """The versions of what a variant imports, of all that requires, and of what displays outputs."""
    displaying = {name: known[0] for name in DISPLAY if (known := _known(name))}
    return dict(sorted((displaying | closure(imports)).items()))


def closure(distributions: Iterable[str]) -> dict[str, str]:
    """The versions of distributions and of all that they require here, extras and accelerator plugins left out."""
    versions: dict[str, str] = {}
    waiting = list(distributions)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in versions and (known := _known(name)):
            versions[name], required = known
            waiting += required
    return dict(sorted(versions.items()))


def exact(distribution: Distribution) -> str:
    """The version of a distribution, and in brackets its commit if it is from git, a digest of its code if in place."""
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    content = origin.get("vcs_info", {}).get("commit_id", "")
    if "dir_info" in origin:
        files = sorted(Path(url2pathname(urlsplit(origin["url"]).path)).rglob("*.py"))
        own = (path.read_bytes() for path in files if "site-packages" not in path.parts)
        content = hashlib.sha256(b"".join(own)).hexdigest()
    return f"{distribution.version} ({content[:12]})" if content else distribution.version


def clear_cache() -> None:
    """Forget what was installed when it was last asked for; a build that serves lives for long."""
    for known in (needed, _known, _owner, _records):
        known.cache_clear()


def lowest(project: Path) -> dict[str, str]:
    """The lowest version of `python` and each distribution that a `pyproject.toml` admits; empty without the file.

    Groups of dependencies count, too: a project that is a package for others has there what only its course needs.
    """
    if not project.is_file():
        return {}
    table = tomllib.loads(project.read_text(encoding="utf-8"))
    texts = [
        f"python{table['project']['requires-python']}",
        *table["project"].get("dependencies", []),
    ]
    for group in table.get("dependency-groups", {}).values():
        texts += [
            text for text in group if isinstance(text, str)
        ]  # else it is the name of another group
    return {
        canonicalize_name(requirement.name): specifier.version
        for requirement in map(Requirement, texts)
        for specifier in requirement.specifier
        if specifier.operator == ">="
    }


@functools.cache
def _known(name: str) -> tuple[str, tuple[str, ...]] | None:
    """The version of a distribution and the names of those it requires; nothing if it is not installed."""
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    required = map(Requirement, distribution.requires or [])
    names = (
        one.name for one in required if one.marker is None or one.marker.evaluate({"extra": ""})
    )
    return exact(distribution), tuple(names)


@functools.cache
def _owner(top: str) -> str | None:
    """The distribution that brings a module or package; nothing if none does."""
    for name, record in _records():
        if f"\n{top}/" in record or f"\n{top}.py," in record:
            return name
    # Some are installed without a record, or are a compiled module; to ask for all takes ten times as long.
    return next(iter(importlib.metadata.packages_distributions().get(top, [])), None)


@functools.cache
def _records() -> list[tuple[str, str]]:
    """The files of each distribution, by its name; in a RECORD of another form, `_owner` asks the slow way."""
    return [
        (one.name, "\n" + (one.read_text("RECORD") or ""))
        for one in importlib.metadata.distributions()
    ]
