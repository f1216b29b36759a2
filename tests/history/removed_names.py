"""Writes snippets/porting/revive/removed.csv from the histories of the libraries.

By hand, with git repositories that have their tags, wheels of releases that the repositories
lack, and what numpy_names.py printed for old releases of NumPy:

    uv run python tests/history/removed_names.py --repositories DIR --wheels DIR --numpy DIR

DIR/jax, DIR/dm-haiku, DIR/optax and DIR/chex are the repositories. A name counts as removed if a
release since 2020 had it and the package that is installed has not. What the file says of a name,
its kind, what to write instead and why, is written by hand and stays.
"""

import argparse
import csv
import importlib
import inspect
import json
import re
import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.history.public_names import as_numbers, public_names, release_of_wheel, releases_of_git  # noqa: E402

REPOSITORIES = {  # of a package: the folder, its tags, the first release that counts
    "jax": ("jax", r"jax-v([\d.]+)", "0.1.55"),
    "haiku": ("dm-haiku", r"v([\d.]+)", "0.0.1"),
    "optax": ("optax", r"v([\d.]+)", "0.0.1"),
    "chex": ("chex", r"v([\d.]+)", "0.0.1"),
}
TABLE = ROOT / "snippets/porting/revive/removed.csv"
COLUMNS = ("name", "package", "last", "kind", "instead", "why")
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
        write_table(removed(last))


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


def write_table(gone: dict[str, str]) -> None:
    """Write the file: names of a module that is gone only if something is said of them."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        told = {row["name"]: row for row in csv.DictReader(file) if row["kind"] != "removed"}
    modules = parents(gone)
    rows = {name: row | {"last": gone.get(name, row["last"])} for name, row in told.items()}
    for name, version in gone.items():
        parts = name.partition("(")[0].split(".")[:-1]
        below = any(".".join(parts[:end]) in modules for end in range(1, len(parts) + 1))
        if name not in told and not below:
            package = name.removeprefix("import.").partition(".")[0]
            rows[name] = dict(
                zip(COLUMNS, (name, package, version, "removed", "", ""), strict=True)
            )
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows.values(), key=in_order))
    unknown = [name for name, row in rows.items() if not row["last"]]
    print("to write instead of what no release had:", *unknown, sep="\n  ", file=sys.stderr)


def in_order(row: dict[str, str]) -> tuple[str, str, str]:
    """By package, and what cannot be imported beside what has its name."""
    return row["package"], row["name"].removeprefix("import."), row["name"]


if __name__ == "__main__":
    main()
