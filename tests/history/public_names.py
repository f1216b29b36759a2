"""The public names of a package at each release, read as text from a git repository or wheels."""

import ast
import functools
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

NO_PART_OF_AN_API = re.compile(
    r"(^|\.)(_|test|tests|examples|benchmarks|colocated_python)|_tests?(\.|$)"
)


@dataclass(frozen=True)
class Parsed:
    """What a module's text binds at top level."""

    # The module and name behind each import; the parameters of a function or class; None for other
    # assignments.
    bound: dict[str, tuple[str, str] | frozenset[str] | None] = field(default_factory=dict)
    renamed: set[str] = field(
        default_factory=set
    )  # by `import x as x`, which says that x is exported
    stars: list[str] = field(default_factory=list)
    exported: list[str] | None = None
    refused: set[str] = field(
        default_factory=set
    )  # deprecated names for which an error is all that is left


def releases_of_git(
    repository: Path, tags: str, package: str
) -> Iterator[tuple[str, dict[str, Parsed]]]:
    """The modules of each release, by version, which is the group of the pattern `tags`."""
    listed = _git(repository, "for-each-ref", "--format=%(refname:short)", "refs/tags").split()
    versions = {match[1]: tag for tag in listed if (match := re.fullmatch(tags, tag))}
    for version in sorted(versions, key=as_numbers):
        rows = _git(repository, "ls-tree", "-r", versions[version], f"{package}/").splitlines()
        blobs = {
            path: row.split()[2]
            for row, path in (row.split("\t") for row in rows)
            if path.endswith(".py")
        }
        yield (
            version,
            {_module(path): _blob(repository, blob, path) for path, blob in blobs.items()},
        )


def release_of_wheel(wheel: Path) -> tuple[str, dict[str, Parsed]]:
    """The version of a wheel, and its modules."""
    with zipfile.ZipFile(wheel) as archive:
        paths = [path for path in archive.namelist() if path.endswith(".py")]
        return wheel.name.split("-")[1], {
            _module(path): _parsed(archive.read(path).decode(), path) for path in paths
        }


def as_numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def public_names(modules: dict[str, Parsed]) -> dict[str, frozenset[str] | None]:
    """The full names that public modules export, with the parameters of functions and classes."""
    names: dict[str, frozenset[str] | None] = {}
    for module in modules:
        if not NO_PART_OF_AN_API.search(module):
            names[module] = None
            names |= {
                f"{module}.{name}": _parameters(modules, module, name)
                for name in _exports(modules, module)
            }
    return names


def _exports(modules: dict[str, Parsed], module: str) -> set[str]:
    parsed = modules[module]
    if parsed.exported is not None:
        return {name for name in parsed.exported if not name.startswith("_")}
    names = {
        name for name, meaning in parsed.bound.items() if _is_meant(modules, module, name, meaning)
    }
    for star in parsed.stars:
        names |= _exports(modules, star) if star in modules else set()
    return {name for name in names if not name.startswith("_")} - parsed.refused


def _is_meant(modules: dict[str, Parsed], module: str, name: str, meaning: object) -> bool:
    """Whether a name is one of the module's own, or is imported to be exported."""
    if not isinstance(meaning, tuple):
        return True
    root, _, rest = meaning[0].partition(".")
    same = root == module.partition(".")[0]
    is_folder = any(other.startswith(f"{module}.") for other in modules)
    return same and (is_folder or rest.startswith("_src") or name in modules[module].renamed)


def _parameters(
    modules: dict[str, Parsed], module: str, name: str, depth: int = 9
) -> frozenset[str] | None:
    """The parameters of what a name means in a module, if its definition can be found."""
    parsed = modules.get(module)
    if parsed is None or not depth:
        return None
    meaning = parsed.bound.get(name)
    if isinstance(meaning, tuple):
        return _parameters(modules, *meaning, depth - 1)
    if name not in parsed.bound:
        found = (_parameters(modules, star, name, depth - 1) for star in parsed.stars)
        return next((parameters for parameters in found if parameters is not None), None)
    return meaning


@functools.cache
def _blob(repository: Path, blob: str, path: str) -> Parsed:
    return _parsed(_git(repository, "cat-file", "blob", blob), path)


def _parsed(text: str, path: str) -> Parsed:
    parsed = Parsed()
    try:
        tree = ast.parse(text)
    except SyntaxError:  # templates with the suffix of a module
        return parsed
    package = _module(path) if path.endswith("__init__.py") else _module(path).rpartition(".")[0]
    for node in _top_level(tree.body):
        _bind(parsed, node, package)
    return parsed


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        for block in ("body", "orelse", "finalbody", "handlers"):
            if isinstance(node, (ast.If, ast.Try, ast.With, ast.For)):
                for part in getattr(node, block, []):
                    yield from _top_level(
                        part.body if isinstance(part, ast.ExceptHandler) else [part]
                    )


def _bind(parsed: Parsed, node: ast.stmt, package: str) -> None:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        parsed.bound[node.name] = _named_parameters(node)
    elif isinstance(node, ast.ImportFrom):
        origin = (
            ".".join(package.split(".")[: len(package.split(".")) - node.level + 1])
            if node.level
            else ""
        )
        module = ".".join(filter(None, (origin, node.module)))
        for alias in node.names:
            if alias.name == "*":
                parsed.stars.append(module)
            else:
                parsed.bound[alias.asname or alias.name] = (module, alias.name)
                parsed.renamed.update([alias.asname] if alias.asname == alias.name else [])
    elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for name in (
            part for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)
        ):
            _assign(parsed, name.id, node.value)


def _assign(parsed: Parsed, name: str, value: ast.expr) -> None:
    if name == "__all__" and isinstance(value, (ast.List, ast.Tuple)):
        parsed.bound.setdefault("__all__", None)
    elif name == "_deprecations" and isinstance(value, ast.Dict):
        for key, what in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant):
                gone = isinstance(what, ast.Tuple) and ast.unparse(what.elts[-1]) == "None"
                parsed.refused.update([key.value] if gone else [])
                if not gone:
                    parsed.bound.setdefault(key.value, None)
    elif not ast.unparse(value).startswith(
        ("TypeVar", "typing.TypeVar", "logging.", "Any", "ParamSpec")
    ):
        alias = parsed.bound.get(value.id) if isinstance(value, ast.Name) else None
        parsed.bound[name] = alias


def _named_parameters(node: ast.FunctionDef | ast.ClassDef) -> frozenset[str] | None:
    """What may be passed by keyword; None if a function takes any, or a class does not say."""
    if isinstance(node, ast.ClassDef):
        made = [
            part
            for part in node.body
            if isinstance(part, ast.FunctionDef) and part.name == "__init__"
        ]
        return _named_parameters(made[0]) if made else None
    arguments = node.args
    return (
        None
        if arguments.kwarg
        else frozenset(a.arg for a in (*arguments.args, *arguments.kwonlyargs))
    )


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _git(repository: Path, *command: str) -> str:
    done = subprocess.run(["git", "-C", str(repository), *command], check=True, capture_output=True)
    return done.stdout.decode(errors="replace")
