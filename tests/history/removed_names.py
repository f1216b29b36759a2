"""Writes the tables of names of snippets/porting/revive.py from the histories of the libraries.

By hand, with git repositories that have their tags, wheels of releases that the repositories
lack, and what numpy_names.py printed for old releases of NumPy:

    uv run python tests/history/removed_names.py --repositories DIR --wheels DIR --numpy DIR

DIR/jax, DIR/dm-haiku, DIR/optax and DIR/chex are the repositories. A name counts as removed if a
release since 2020 had it and the package that is installed has not.
"""

import argparse
import collections
import importlib
import inspect
import json
import re
import sys
import textwrap
import warnings
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from snippets.porting.revive import INSTEAD, _Known, _known_names  # noqa: E402
from tests.history.public_names import as_numbers, public_names, release_of_wheel, releases_of_git  # noqa: E402

REPOSITORIES = {  # of a package: the folder, its tags, the first release that counts
    "jax": ("jax", r"jax-v([\d.]+)", "0.1.55"),
    "haiku": ("dm-haiku", r"v([\d.]+)", "0.0.1"),
    "optax": ("optax", r"v([\d.]+)", "0.0.1"),
    "chex": ("chex", r"v([\d.]+)", "0.0.1"),
}
# Modules that people use; what others lost is in the table RARE unless it has a replacement.
USUAL = re.compile(
    r"(jax|jax\.(numpy|numpy\.\w+|lax|lax\.linalg|nn|random|tree_util|ops|sharding|profiler|dlpack|errors|stages|export|ref|image"
    r"|flatten_util|experimental|scipy\.\w+|example_libraries\.\w+|config)|haiku(\.\w+)?|optax(\.\w+)?|chex|numpy(\.(linalg|random|fft))?)"
)
NEVER_MEANT = re.compile(
    r"(jax\.experimental\.(mosaic|pallas|hijax|roofline|scheduling_groups|slab|djax)|numpy\.matlib)\."
)
Names = dict[str, frozenset[str] | None]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("repositories", "wheels", "numpy"):
        options.add_argument(f"--{name}", type=Path, required=True)
    folders = options.parse_args()
    releases = {package: _releases(package, folders) for package in REPOSITORIES}
    listed = [json.loads(path.read_text()) for path in folders.numpy.glob("*.json")]
    releases["numpy"] = {
        one["version"]: {name: one["names"][name] for name in one["names"]} for one in listed
    }
    last: dict[str, str] = {}
    for package, names in releases.items():
        found = last_releases(names)
        print(package, len(names), "releases,", len(found), "names and arguments", file=sys.stderr)
        last |= found
    with warnings.catch_warnings(action="ignore"):
        write_tables(removed(last))


def _releases(package: str, folders: argparse.Namespace) -> dict[str, Names]:
    folder, tags, first = REPOSITORIES[package]
    tagged = releases_of_git(folders.repositories / folder, tags, package)
    wheels = map(release_of_wheel, folders.wheels.glob(f"{folder.replace('-', '_')}-*.whl"))
    return {
        version: public_names(
            {name: text for name, text in modules.items() if name.split(".")[0] == package}
        )
        for releases in (tagged, wheels)
        for version, modules in releases
        if as_numbers(version) >= as_numbers(first)
    }


def last_releases(releases: dict[str, Names]) -> dict[str, str]:
    """The last release that had each name, and each argument."""
    last = {}
    for version in sorted(releases, key=as_numbers):
        for name, parameters in releases[version].items():
            last[name] = version
            last |= {f"{name}({parameter})": version for parameter in parameters or ()}
    return last


def removed(last: dict[str, str]) -> dict[str, str]:
    """Those that the packages lack that are installed."""
    newest = {
        last[package] for package in ("jax", "haiku", "optax", "chex")
    }  # may delete what it imports
    modules = parents(last)
    last = {
        name: version
        for name, version in last.items()
        if version not in newest and not NEVER_MEANT.match(name)
    }
    gone = {name: version for name, version in last.items() if "(" not in name and not exists(name)}
    for name, version in last.items():
        function, _, argument = name.removesuffix(")").partition("(")
        if argument in ("", "self") or function in gone or argument.startswith("_"):
            continue
        if argument not in taken(function, argument):
            gone[name] = version
    for name in modules - gone.keys():
        members = [version for other, version in gone.items() if other.startswith(f"{name}.")]
        if members and not imports(name):  # as jax.config, which is an object today
            gone[f"import.{name}"] = max(members, key=as_numbers)
    return gone


def parents(names: dict[str, str]) -> set[str]:
    """Those of names below which there are others."""
    return {name.rpartition(".")[0] for name in names} & names.keys()


def exists(full: str) -> bool:
    return resolved(full) is not None


def imports(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError as error:  # of another package is no answer
        return (error.name or module).partition(".")[0] != module.partition(".")[0]
    return True


def resolved(full: str) -> object:
    """What a full name means, in a tuple; None if it is gone."""
    path, *rest = full.split(".")
    value = importlib.import_module(path)
    for name in rest:
        path += f".{name}"
        try:
            value = getattr(value, name)
        except AttributeError:
            if not imports(path):
                return None
            if path not in sys.modules:
                return ("what needs another package",)
            value = sys.modules[path]
    return (value,)


def taken(function: str, argument: str) -> set[str]:
    """What a function takes by keyword; the argument itself if that is not known."""
    found = resolved(function)
    try:
        parameters = inspect.signature(found[0]).parameters.values()
    except (TypeError, ValueError):
        return {argument}
    if any(one.kind == one.VAR_KEYWORD for one in parameters):
        return {argument}
    return {one.name for one in parameters if one.kind != one.POSITIONAL_ONLY}


def write_tables(gone: dict[str, str]) -> None:
    path = ROOT / "snippets/porting/revive.py"
    text, instead = path.read_text(), _known_names("", INSTEAD)
    for table, usual in (("REMOVED", True), ("RARE", False)):
        lines = "\n".join(rows(gone, instead, usual=usual))
        text, count = re.subn(
            rf'(?ms)^{table} = """\n.*?^"""',
            lambda _, t=table, x=lines: f'{t} = """\n{x}\n"""',
            text,
        )
        assert count == 1, table
    path.write_text(text)
    unknown = [name for name, known in instead.items() if name not in gone and not known.last]
    print("to write instead of what no release had:", *unknown, sep="\n  ", file=sys.stderr)


def rows(gone: dict[str, str], instead: dict[str, _Known], *, usual: bool) -> list[str]:
    """The lines of a table; names of a module that is gone only if they have a replacement."""
    members: dict[tuple[str, str], list[str]] = collections.defaultdict(list)
    modules = parents(gone)
    for name, version in gone.items():
        full, bracket, argument = name.partition("(")
        parent, _, member = full.rpartition(".")
        parts = parent.split(".")
        below = any(".".join(parts[: end + 1]) in modules for end in range(len(parts)))
        is_usual = (
            name in instead
            or (USUAL.fullmatch(parent) is not None and not argument)
            or parent == "import"
        )
        if is_usual == usual and (name in instead or not below):
            members[parent, version].append(f"{member}{bracket}{argument}")
    return [
        line
        for (parent, version), names in sorted(
            members.items(), key=lambda item: (item[0][0], as_numbers(item[0][1]))
        )
        for line in textwrap.wrap(
            " ".join(sorted(names)), 88 - len(f"{parent} {version} "), break_on_hyphens=False
        )
        for line in [f"{parent} {version} {line}"]
    ]


if __name__ == "__main__":
    main()
