"""The options of the command, from the command line and from `pyproject.toml`."""

import argparse
import fnmatch
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .rules import rules
from .table import PACKAGES, as_numbers

FORMATS = ("text", "json", "github", "sarif")
SECTION = "tool.haiku-port.revive"
_ABOUT = "Find what fails in old JAX and Haiku code, and what to write instead."
_STATUS = (
    "A line that ends with `# revive: ignore` or `# revive: ignore[JAX102]` stays as it"
    f" is. Options may also stand in pyproject.toml, under [{SECTION}]. Exit status: 0"
    " nothing fails, 1 something does, 2 a file or an option could not be read."
)
HELP = {
    "paths": "a .py file, an .ipynb file, a folder of them, or - for standard input; in"
    " folders what is hidden, and build, dist, venv and the like, are left out",
    "diff": "show what --fix would do",
    "fix": "make all changes that keep the meaning; those of standard input print it",
    "unsafe-fixes": "also write jax.ops.index_update(x, i, y) and the like as"
    " x.at[i].set(y) where x may be a NumPy array, which has no .at",
    "installed": "also look up names and arguments in the packages that are installed",
    "select": "report only rules whose codes begin so, as in HK,JAX102",
    "ignore": "leave out rules whose codes begin so",
    "exclude": "leave out paths that match a pattern, as in 'tests/*'",
    "target": "what fails with a release, as in jax=0.4.30, in place of today's",
    "output-format": "how to report; a page of the site describes them",
    "explain": "say what a rule is about, and end",
}
LISTS = {"select", "ignore", "exclude", "target"}


class OptionError(ValueError):
    """An option that cannot be; the message says which and why."""


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """The options of a command line, over those of the nearest `pyproject.toml`.

    Raises an OptionError for values that do not exist in either.
    """
    parser = argparse.ArgumentParser(
        prog="haiku-port revive", description=_ABOUT, epilog=_STATUS
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help=HELP["paths"])
    for name in ("diff", "fix", "unsafe-fixes", "installed"):
        parser.add_argument(
            f"--{name}", action="store_true", default=None, help=HELP[name]
        )
    for name in sorted(LISTS):
        parser.add_argument(
            f"--{name}", action="append", metavar="X,...", help=HELP[name]
        )
    parser.add_argument("--output-format", choices=FORMATS, help=HELP["output-format"])
    parser.add_argument("--explain", metavar="CODE", help=HELP["explain"])
    options = parser.parse_args(arguments)
    if not options.paths and not options.explain:
        parser.error("name a file or a folder, or - for standard input")
    given = {name: value for name, value in vars(options).items() if value is not None}
    for name in LISTS & given.keys():
        given[name] = [part.strip() for one in given[name] for part in one.split(",")]
    values = {name: [] for name in LISTS}
    values |= {"output_format": "text", "explain": None}
    values |= dict.fromkeys(("diff", "fix", "unsafe_fixes", "installed"), False)
    options = argparse.Namespace(**values | configured() | given)
    _check(options)
    return options


def configured(folder: Path | None = None) -> dict[str, Any]:
    """The options in the nearest `pyproject.toml`, from a folder upwards."""
    here = (folder or Path()).resolve()
    for path in (parent / "pyproject.toml" for parent in (here, *here.parents)):
        if path.is_file():
            return dict(_read(path))
    return {}


def _read(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        section = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OptionError(f"{path}: {error}") from None
    for part in SECTION.split("."):
        section = section.get(part, {})
    allowed = LISTS | {"unsafe-fixes", "installed", "output-format"}
    for name, value in section.items():
        if name not in allowed:
            known = ", ".join(sorted(allowed))
            raise OptionError(f"{path}: [{SECTION}] has `{name}`; it takes {known}.")
        texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
        kind = list if name in LISTS else str if name == "output-format" else bool
        if not isinstance(value, kind) or (kind is list and not texts):
            wanted = "a list of strings" if kind is list else f"a {kind.__name__}"
            raise OptionError(f"{path}: `{name}` in [{SECTION}] must be {wanted}.")
        yield name.replace("-", "_"), value


def _check(options: argparse.Namespace) -> None:
    for prefix in [*options.select, *options.ignore, *filter(None, [options.explain])]:
        if not any(code.startswith(prefix) for code in rules()):
            raise OptionError(f"no rule begins with {prefix!r}; there are {_codes()}.")
    if options.output_format not in FORMATS:
        raise OptionError(f"output-format is one of {', '.join(FORMATS)}.")
    if options.target and (options.fix or options.diff or options.installed):
        raise OptionError(
            "--target reports; it cannot stand with --fix, --diff or --installed."
        )
    for package, release in targets(options.target).items():
        if package not in PACKAGES:
            raise OptionError(f"--target knows {', '.join(PACKAGES)}, not {package!r}.")
        if not as_numbers(release):
            raise OptionError(f"--target {package}={release}: write it as jax=0.4.30.")


def targets(texts: list[str]) -> dict[str, str]:
    """The releases in texts such as `jax=0.4.30`, by package."""
    parts = (text.partition("=") for text in texts)
    return {package.strip(): release.strip(" =") for package, _, release in parts}


def is_excluded(path: Path, patterns: list[str]) -> bool:
    """Whether a path, or a folder that it is in, matches one of the patterns."""
    names = [path, *path.parents]
    return any(
        fnmatch.fnmatch(name.as_posix(), one) for name in names for one in patterns
    )


def _codes() -> str:
    return ", ".join(sorted({code.rstrip("0123456789") for code in rules()}))
