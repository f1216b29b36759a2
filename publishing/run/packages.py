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

# What makes outputs of the values of cells.
DISPLAY = ("ipykernel", "ipython", "matplotlib-inline", "nbclient")


def imported(variant: Variant, *, hidden: bool = True) -> tuple[str, ...]:
    """The distributions that a variant imports, with its hidden cells or without them.

    Raises a SourceError for one that is not installed.
    """
    owners = set()
    for cell in variant.python:
        if "hidden" in cell.tags and not hidden:
            continue
        fails = cell.raises in ("ImportError", "ModuleNotFoundError")
        for lines in (cell.support, cell.lines):
            for module, number, optional in _imports(join(lines)):
                if owner := _owner(module):
                    owners.add(canonicalize_name(owner))
                elif not (optional or fails):
                    what = f"imports {module}, which is not installed"
                    way = f"add its package, as by `uv add {module}`."
                    raise SourceError(lines[number - 1].diagnostic(f"{what}; {way}"))
    return tuple(sorted(owners))


@functools.cache
def _imports(code: str) -> list[tuple[str, int, bool]]:
    """The modules that code imports, by their first names: the line, and whether it may fail."""
    if "import" not in code:
        return []
    tree = ast.parse(code)
    attempts = (node for node in ast.walk(tree) if isinstance(node, ast.Try) and node.handlers)
    tried = {part for each in attempts for line in each.body for part in ast.walk(line)}
    found = []
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names
        found += [(top, node.lineno, node in tried) for top in sorted(tops)]
    return found


@functools.cache
def needed(imports: tuple[str, ...]) -> dict[str, str]:
    """The versions of what a variant imports and that requires, and of what displays outputs."""
    displaying = {name: known[0] for name in DISPLAY if (known := _known(name))}
    return dict(sorted((displaying | closure(imports)).items()))


def closure(distributions: Iterable[str]) -> dict[str, str]:
    """The versions of distributions and of all that they require here, without extras."""
    versions: dict[str, str] = {}
    waiting = list(distributions)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in versions and (known := _known(name)):
            versions[name], required = known
            waiting += required
    return dict(sorted(versions.items()))


def exact(distribution: Distribution) -> str:
    """The version of a distribution, with its commit if from git, or a digest if in place."""
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    content = origin.get("vcs_info", {}).get("commit_id", "")
    if "dir_info" in origin:
        files = sorted(Path(url2pathname(urlsplit(origin["url"]).path)).rglob("*.py"))
        own = (path.read_bytes() for path in files if "site-packages" not in path.parts)
        content = hashlib.sha256(b"".join(own)).hexdigest()
    return f"{distribution.version} ({content[:12]})" if content else distribution.version


def clear_cache() -> None:
    """Forget what was installed when it was last asked for; a build that serves lives for long."""
    needed.cache_clear()
    _known.cache_clear()


def lowest(project: Path) -> dict[str, str]:
    """The lowest versions of Python and distributions that a `pyproject.toml`, if any, admits."""
    if not project.is_file():
        return {}
    table = tomllib.loads(project.read_text(encoding="utf-8"))
    declared = table.get("project", {})  # a course may have none, but settings of tools
    texts = [f"python{declared.get('requires-python', '')}", *declared.get("dependencies", [])]
    for group in table.get("dependency-groups", {}).values():
        texts += (text for text in group if isinstance(text, str))  # else it names another group
    return {
        canonicalize_name(requirement.name): specifier.version
        for requirement in map(Requirement, texts)
        for specifier in requirement.specifier
        if specifier.operator == ">="
    }


@functools.cache
def _known(name: str) -> tuple[str, tuple[str, ...]] | None:
    """The version of a distribution and the names of those it requires, if it is installed."""
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    required = map(Requirement, distribution.requires or [])
    here = (each for each in required if not each.marker or each.marker.evaluate({"extra": ""}))
    return exact(distribution), tuple(each.name for each in here)


def _owner(top: str) -> str | None:
    """The distribution that brings a module or package, if one does."""
    if top not in _owners():
        _owners.cache_clear()  # it may have been installed since
    return next(iter(_owners().get(top, [])), None)


@functools.cache
def _owners() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())
